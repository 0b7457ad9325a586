"""A vocabulary of words and pieces of words, learned from the texts at hand.

Frequent words become one token, rare ones several. Letters are made small; the same texts make the
same vocabulary.

Reference: Sennrich, Haddow & Birch 2016, "Neural Machine Translation of Rare Words with Subword
Units" (byte pair encoding).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from headstart.processes.libraries import need

PADDING, UNKNOWN, FIRST, LAST = "[PAD]", "[UNK]", "[CLS]", "[SEP]"
_FEWEST_OCCURRENCES = 2


def learn_word_pieces(texts: Sequence[str], most: int) -> Any:
    """A tokenizer of the library tokenizers, with at most `most` tokens; token 0 fills up."""
    need("tokenizers", wanted_by="learning a vocabulary")
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

    tokenizer: Any = Tokenizer(models.BPE(unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.BpeTrainer(
        vocab_size=most,
        min_frequency=_FEWEST_OCCURRENCES,
        special_tokens=[PADDING, UNKNOWN, FIRST, LAST],
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{FIRST} $A {LAST}",
        pair=f"{FIRST} $A {LAST} $B:1 {LAST}:1",
        special_tokens=[(each, tokenizer.token_to_id(each)) for each in (FIRST, LAST)],
    )
    return tokenizer
