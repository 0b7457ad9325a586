"""The smallest encoders of texts, one of each architecture."""

BERT = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "vocab_size": 50,
    "max_position_embeddings": 40,
}
VALUES = {
    "bert": BERT,
    "roberta": {**BERT, "pad_token_id": 1},
    "distilbert": {
        "dim": 32,
        "hidden_dim": 64,
        "n_layers": 2,
        "n_heads": 2,
        "vocab_size": 50,
        "max_position_embeddings": 40,
    },
    "t5": {
        "d_model": 32,
        "d_kv": 16,
        "d_ff": 64,
        "num_layers": 2,
        "num_heads": 2,
        "vocab_size": 50,
    },
}
