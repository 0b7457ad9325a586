import pytest

torch = pytest.importorskip("torch")

from headstart.training.order import bucketed_order, random_order  # noqa: E402


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def test_every_row_comes_once_a_pass():
    lengths = torch.arange(103) % 17

    for order in (random_order(103, generator()), bucketed_order(lengths, 8, generator())):
        assert sorted(order.tolist()) == list(range(103))


def test_rows_of_like_length_share_batches():
    lengths = torch.randint(1, 100, (256,), generator=generator(3))

    def spread(order):
        batches = lengths[order].view(-1, 8)
        return float((batches.max(dim=1).values - batches.min(dim=1).values).float().mean())

    assert spread(bucketed_order(lengths, 8, generator())) < 6
    assert spread(random_order(256, generator())) > 50


def test_batches_are_not_in_the_order_of_length():
    lengths = torch.arange(256)

    firsts = lengths[bucketed_order(lengths, 8, generator())].view(-1, 8)[:, 0].tolist()

    assert firsts != sorted(firsts)


def test_companions_change_from_pass_to_pass():
    lengths = torch.arange(1_024) // 4
    draws = generator()

    one, two = (bucketed_order(lengths, 8, draws) for _ in range(2))

    assert one.tolist() != two.tolist()
