"""Words that do not occur cost nothing and stay as they were."""

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from headstart.networks.pretrained import Pretrained  # noqa: E402
from headstart.networks.readers import Recurrent  # noqa: E402
from headstart.networks.text_builds import encoder  # noqa: E402
from headstart.networks.used_words import only_used_words  # noqa: E402

VALUES = {
    "bert": {
        "hidden_size": 32,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 64,
        "vocab_size": 50,
        "max_position_embeddings": 40,
    },
    "t5": {  # its table of words has two names
        "d_model": 32,
        "d_kv": 16,
        "d_ff": 64,
        "num_layers": 1,
        "num_heads": 2,
        "vocab_size": 50,
    },
}
TOKENS = torch.tensor([[5, 6, 7, 8, 9], [5, 6, 7, 1, 1]], dtype=torch.int32)
LENGTHS = torch.tensor([5, 3], dtype=torch.int32)
KINDS = torch.zeros_like(TOKENS, dtype=torch.int8)
every_architecture = pytest.mark.parametrize("name", sorted(VALUES))


def trunk(name):
    return Pretrained(name, encoder(name, VALUES[name], seed=0), pooling="mean", unit_length=False)


@every_architecture
def test_the_words_that_occur_answer_as_all_of_them(name):
    reads = trunk(name)

    with torch.no_grad():
        before = reads(TOKENS, LENGTHS, KINDS)
        with only_used_words(reads, TOKENS):
            assert sum(each.shape == (6, 32) for each in reads.parameters()) == 1
            torch.testing.assert_close(reads(TOKENS, LENGTHS, KINDS), before)


@every_architecture
def test_what_they_learned_is_kept_and_other_words_stay(name):
    reads = trunk(name)
    names = list(reads.state_dict())
    before = reads.words.weight.detach().clone()

    with only_used_words(reads, TOKENS), torch.no_grad():
        reads.words.weight += 1.0

    after, used = reads.words.weight, TOKENS.unique().long()
    assert list(reads.state_dict()) == names
    torch.testing.assert_close(after[used], before[used] + 1.0)
    others = torch.ones(50, dtype=torch.bool)
    others[used] = False
    assert torch.equal(after[others], before[others])


def test_a_network_whose_words_are_those_of_the_rows_is_left_as_it_is():
    reads = Recurrent(50, 4, 4, 1, 0.0)
    before = reads.embedding

    with only_used_words(reads, TOKENS):
        assert reads.embedding is before
