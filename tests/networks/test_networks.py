import math

import pytest
import torch

from headstart.networks.categories import Categories
from headstart.networks.columns import Columns
from headstart.networks.dropout import Dropout
from headstart.networks.feature_transformer import FeatureTransformer
from headstart.networks.feedforward import FeedForward
from headstart.networks.members import MemberLinear
from headstart.networks.numbers import PeriodicNumbers, PiecewiseNumbers


def drawn(seed=0):
    return torch.Generator().manual_seed(seed)


def columns(numbers=2, flags=1, sizes=(4,)):
    edges = torch.linspace(-1, 1, 5).repeat(numbers, 1)
    return Columns(edges=edges, flags=flags, sizes=sizes)


def feed_forward(shape, outputs=3, members=2, numbers="piecewise", seed=0):
    return FeedForward(
        shape,
        outputs,
        k=members,
        h=8,
        layers=2,
        activation="relu",
        dropout=0.5,
        numbers=numbers,
        entries=3,
        frequencies=4,
        sigma=1.0,
        generator=drawn(seed),
    )


def attention(shape, outputs=3):
    return FeatureTransformer(
        shape,
        outputs,
        d=16,
        blocks=2,
        heads=4,
        dropout=0.0,
        frequencies=4,
        sigma=1.0,
        generator=drawn(),
    )


def test_dropout_keeps_the_mean_and_draws_from_its_own_generator():
    before = torch.get_rng_state()
    dropout = Dropout(0.25, drawn())

    dropped = dropout(torch.ones(40_000))

    assert dropped.unique().tolist() == [0.0, pytest.approx(4 / 3)]
    assert float(dropped.mean()) == pytest.approx(1.0, abs=0.02)
    assert torch.equal(torch.get_rng_state(), before)


def test_dropout_lets_everything_pass_outside_of_training():
    x = torch.randn(5, 4, generator=drawn())

    assert torch.equal(Dropout(0.9, drawn()).eval()(x), x)


def test_two_masks_of_one_dropout_differ():
    dropout = Dropout(0.5, drawn())

    assert not torch.equal(dropout(torch.ones(1000)), dropout(torch.ones(1000)))


def test_piecewise_number_begins_as_a_line_and_bends_at_the_edges():
    embed = PiecewiseNumbers(torch.tensor([[0.0, 1.0, 3.0]]), 1, generator=drawn())
    with torch.no_grad():
        embed.line.fill_(1.0)
        embed.shift.zero_()
        line = embed(torch.tensor([[0.5], [2.0]])).flatten().tolist()
        embed.bends[0, :, 0] = torch.tensor([0.0, 10.0])
        bent = embed(torch.tensor([[0.5], [2.0], [3.0]])).flatten().tolist()

    assert line == [0.5, 2.0]
    assert bent == [0.5, 2.0 + 5.0, 3.0 + 10.0]


def test_piece_without_width_says_nothing():
    embed = PiecewiseNumbers(torch.tensor([[1.0, 1.0, 1.0]]), 2, generator=drawn())
    with torch.no_grad():
        embed.bends.fill_(1e6)

    assert embed(torch.tensor([[0.0], [1.0], [2.0]])).abs().max().item() < 100


def test_periodic_number_keeps_the_number_itself_first():
    embed = PeriodicNumbers(2, f=4, e=3, sigma=1.0, generator=drawn())

    embedded = embed(torch.tensor([[0.5, -2.0]]))

    assert embedded.shape == (1, 6)
    assert embedded[0, [0, 3]].tolist() == [0.5, -2.0]


def test_unknown_and_missing_category_say_nothing_at_first():
    embed = Categories([3, 4], 2, spread=1.0, generator=drawn())

    vectors = embed(torch.tensor([[0, 3], [2, 0], [1, 1]]))

    assert vectors[:2].abs().sum() == 0
    assert (vectors[2].abs().sum(dim=-1) > 0).all()


def test_member_linear_divides_by_the_root_of_its_inputs():
    layer = MemberLinear(1, 4, 1, bias=0.0, generator=drawn())
    with torch.no_grad():
        layer.weight.fill_(1.0)

    assert layer(torch.ones(1, 1, 4)).item() == pytest.approx(4 / math.sqrt(4))


@pytest.mark.parametrize("numbers", ["piecewise", "periodic"])
def test_members_see_rows_of_their_own_where_inputs_lead_with_members(numbers):
    network = feed_forward(columns(), numbers=numbers).eval()
    rows = torch.randn(5, 2, generator=drawn()), torch.ones(5, 1), torch.ones(5, 1).long()
    own = [torch.stack([values, values.flip(0)]) for values in rows]

    shared, apart = network(*rows), network(*own)

    assert shared.shape == (2, 5, 3)
    assert torch.allclose(apart[0], shared[0], atol=1e-6)
    assert torch.allclose(apart[1], shared[1].flip(0), atol=1e-6)


@pytest.mark.parametrize("build", [feed_forward, attention])
@pytest.mark.parametrize("shape", [(0, 1, ()), (3, 0, ()), (0, 0, (5,)), (0, 0, ())])
def test_any_kind_of_column_may_be_absent(build, shape):
    network = build(columns(*shape)).eval()
    numbers, flags, sizes = shape

    outputs = network(
        torch.zeros(4, numbers), torch.zeros(4, flags), torch.zeros(4, len(sizes)).long()
    )

    assert outputs.shape[1:] == (4, 3)


@pytest.mark.parametrize("build", [feed_forward, attention])
def test_every_parameter_is_in_one_group(build):
    network = build(columns())

    grouped = [id(each) for parameters, _, _ in network.groups() for each in parameters]

    assert sorted(grouped) == sorted(id(each) for each in network.parameters())


def test_networks_of_one_seed_are_equal_and_draw_nothing_global():
    before = torch.get_rng_state()

    one, two = feed_forward(columns(), seed=3), feed_forward(columns(), seed=3)

    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), two.parameters(), strict=True))
    assert torch.equal(torch.get_rng_state(), before)


def test_last_block_works_out_the_summary_alone():
    network = attention(columns()).eval()
    x = torch.randn(2, 5, 16, generator=drawn())

    whole, alone = network.blocks[0](x, 5), network.blocks[0](x, 1)

    assert torch.allclose(whole[:, :1], alone, atol=1e-6)
