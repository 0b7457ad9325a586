import pytest

torch = pytest.importorskip("torch")

from headstart.networks.readers import Attentive, Recurrent  # noqa: E402

TOKENS = torch.tensor([[4, 5, 6, 7], [4, 5, 0, 0]], dtype=torch.int32)
LENGTHS = torch.tensor([4, 2], dtype=torch.int32)
KINDS = torch.zeros_like(TOKENS, dtype=torch.int8)


def readers():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return [
            Recurrent(v=10, d=8, h=6, layers=2, dropout=0.2).eval(),
            Attentive(v=10, d=8, heads=2, blocks=2, longest=5, dropout=0.2).eval(),
        ]


each_reader = pytest.mark.parametrize("reader", readers(), ids=lambda reader: type(reader).__name__)


@each_reader
def test_a_text_becomes_one_vector_whatever_stands_beside_it(reader):
    with torch.no_grad():
        together = reader(TOKENS, LENGTHS, KINDS)
        alone = reader(TOKENS[1:, :2], LENGTHS[1:], KINDS[1:, :2])

    assert together.shape == (2, reader.width)
    torch.testing.assert_close(together[1:], alone, atol=1e-6, rtol=0)


@each_reader
def test_the_order_of_words_is_heard(reader):
    turned = TOKENS[:1].flip(1)

    with torch.no_grad():
        forward = reader(TOKENS[:1], LENGTHS[:1], KINDS[:1])
        backward = reader(turned, LENGTHS[:1], KINDS[:1])

    assert float((forward - backward).abs().max()) > 1e-3


@each_reader
def test_stages_hold_every_parameter_once(reader):
    staged = [id(each) for stage in reader.stages() for each in stage]

    assert sorted(staged) == sorted(id(each) for each in reader.parameters())
