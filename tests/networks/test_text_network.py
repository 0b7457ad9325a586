import pytest

torch = pytest.importorskip("torch")

from headstart.networks.readers import Recurrent  # noqa: E402
from headstart.networks.text_network import TextNetwork  # noqa: E402

TOKENS = torch.tensor([[4, 5, 6, 0], [4, 5, 0, 0]], dtype=torch.int32)
LENGTHS = torch.tensor([3, 2], dtype=torch.int32)
KINDS = torch.zeros_like(TOKENS, dtype=torch.int8)
COLUMNS = torch.tensor([[1.0, -2.0], [0.5, 3.0]])


def network(hidden=0):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        trunk = Recurrent(v=10, d=8, h=6, layers=1, dropout=0.0)
        return TextNetwork(trunk, 2, 3, hidden=hidden).eval()


def test_columns_stand_beside_the_vector_of_the_texts():
    made = network()

    with torch.no_grad():
        features = made.features(TOKENS, LENGTHS, KINDS, COLUMNS)

    assert features.shape == (2, made.trunk.width + 2)
    assert torch.equal(features[:, -2:], COLUMNS)


def test_the_vector_as_a_whole_weighs_as_much_as_one_column():
    made = network()
    features = torch.randn(500, made.trunk.width + 2, generator=torch.Generator().manual_seed(0))
    features = features * 7 + 3

    made.measure_sizes(features)
    scaled = made.scaled(features)

    squares = scaled.square().mean(dim=0)
    assert float(squares[: made.trunk.width].sum()) == pytest.approx(1.0, abs=1e-3)
    assert squares[-2:].tolist() == pytest.approx([1.0, 1.0], abs=1e-3)
    assert torch.allclose(scaled.mean(dim=0), torch.zeros(26), atol=1e-4)


def test_what_does_not_vary_stays_finite():
    made = network()

    made.measure_sizes(torch.full((5, made.trunk.width + 2), 4.0))

    assert torch.isfinite(made.scaled(torch.zeros(1, made.trunk.width + 2))).all()


def test_a_hidden_layer_begins_as_nothing():
    made = network(hidden=5)
    made.head.weight.data.normal_(generator=torch.Generator().manual_seed(1))
    features = torch.randn(4, made.trunk.width + 2, generator=torch.Generator().manual_seed(2))

    with torch.no_grad():
        whole, linear = made.answer(features)[0], made.head(made.scaled(features))

    assert torch.equal(whole, linear)
    assert {id(each) for each in made.head_parameters()} <= {id(each) for each in made.parameters()}
    assert len(made.head_parameters()) == 6
