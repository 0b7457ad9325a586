"""Sizes of the networks that read: names and defaults are those of transformers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from headstart.weights.inspection.sizes import BLOCKS, Rows, Sizes, Values

BERT: Values = MappingProxyType(
    {**BLOCKS, "vocab_size": 30522, "max_position_embeddings": 512, "type_vocab_size": 2}
)
BERT_TOP: Rows = (
    ("embeddings.word_embeddings.weight", "vocab_size hidden_size"),
    ("embeddings.position_embeddings.weight", "max_position_embeddings hidden_size"),
    ("embeddings.token_type_embeddings.weight", "type_vocab_size hidden_size"),
)
INNER: Rows = (
    ("attention.output.dense.weight", "hidden_size hidden_size"),
    ("intermediate.dense.weight", "intermediate_size hidden_size"),
    ("output.dense.weight", "hidden_size intermediate_size"),
)
BERT_BLOCK: Rows = (("attention.self.query.weight", "hidden_size hidden_size"), *INNER)


def _t5(values: Values) -> Values:
    is_gated = str(values["feed_forward_proj"]).startswith("gated")
    asked = values["d_kv"] * values["num_heads"]
    return {"asked": asked, "first": "wi_0" if is_gated else "wi"}


TEXTS: Mapping[str, Sizes] = MappingProxyType(
    {
        "bert": Sizes(
            defaults=BERT,
            top=BERT_TOP,
            blocks="encoder.layer.",
            block=BERT_BLOCK,
            split=("hidden_size", "num_attention_heads"),
            prefix="bert.",
        ),
        "roberta": Sizes(
            defaults={**BERT, "vocab_size": 50265},
            top=BERT_TOP,
            blocks="encoder.layer.",
            block=BERT_BLOCK,
            split=("hidden_size", "num_attention_heads"),
            prefix="roberta.",
        ),
        "distilbert": Sizes(
            defaults={
                "vocab_size": 30522,
                "max_position_embeddings": 512,
                "n_layers": 6,
                "n_heads": 12,
                "dim": 768,
                "hidden_dim": 3072,
            },
            top=(
                ("embeddings.word_embeddings.weight", "vocab_size dim"),
                ("embeddings.position_embeddings.weight", "max_position_embeddings dim"),
            ),
            blocks="transformer.layer.",
            block=(
                ("attention.q_lin.weight", "dim dim"),
                ("attention.out_lin.weight", "dim dim"),
                ("ffn.lin1.weight", "hidden_dim dim"),
                ("ffn.lin2.weight", "dim hidden_dim"),
            ),
            depth="n_layers",
            split=("dim", "n_heads"),
            prefix="distilbert.",
        ),
        "t5": Sizes(
            defaults={
                "vocab_size": 32128,
                "d_model": 512,
                "d_kv": 64,
                "d_ff": 2048,
                "num_layers": 6,
                "num_heads": 8,
                "feed_forward_proj": "relu",
            },
            more=_t5,
            top=(("shared.weight", "vocab_size d_model"),),
            blocks="encoder.block.",
            block=(
                ("layer.0.SelfAttention.q.weight", "asked d_model"),
                ("layer.0.SelfAttention.o.weight", "d_model asked"),
                ("layer.1.DenseReluDense.{first}.weight", "d_ff d_model"),
                ("layer.1.DenseReluDense.wo.weight", "d_model d_ff"),
            ),
            depth="num_layers",
            aliases=(("encoder.embed_tokens.", "shared."),),
        ),
    }
)
