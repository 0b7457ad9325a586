"""The rows of the benchmark of weight selection: product reviews, and pictures of emoji.

Neither is in the repository: packages carry them, known by version and SHA-256. A seed draws which
training rows there are; the test rows are the same for every seed.
"""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np

from benchmarks.carriers import file_of
from benchmarks.environments import SetUpFailed
from benchmarks.splits import rows_to_test
from benchmarks.starts.material import Question, files_of, nested_order
from benchmarks.starts.sets import SETS

LONGEST = 64
"""Tokens of a review; what comes after is not read."""
SIDE = 64
"""Pixels of a picture."""
_EMOJI = "npm:emoji-datasource-google@16.0.0"
_EMOJI_TABLE = "1d602e65be88772bf8cc368ce16b855d719eeddbafe128d471b80203f494d29f"
_EMOJI_PICTURES = "580e06b0877384c014356831db703006fa490d519f942a8a2e41e94433700ffa"
_TEST_SHARE = 1 / 3
_LEFT_OUT = "Component"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """Inputs of n rows, as a network takes them, and their classes.

    Attributes:
        inputs: tensors of n rows each.
        truth: class indices (n,).
    """

    inputs: tuple[Any, ...]
    truth: np.ndarray

    def take(self, rows: np.ndarray) -> "Rows":
        """Some of them."""
        import torch

        places = torch.from_numpy(rows)
        return Rows(inputs=tuple(each[places] for each in self.inputs), truth=self.truth[rows])

    def __len__(self) -> int:
        return len(self.truth)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parts:
    """Rows to learn from, rows to choose the learning rate on, rows to judge on."""

    learn: Rows
    choose: Rows
    test: Rows
    classes: tuple[str, ...]


def reviews(seed: int, learn: int, choose: int, tokenizer: Any) -> Parts:
    """Reviews of food as tokens; `great` or `other`, as published, 1,000 of them to judge on.

    Raises:
        SetUpFailed: the package cannot be had here.
    """
    import pyarrow.parquet as parquet

    question = Question(set="reviews", labels=learn + choose, split=seed)
    files = files_of(SETS["reviews"], question)
    drawn, test = parquet.read_table(files.train), parquet.read_table(files.test)
    classes = tuple(sorted(set(test["label"].to_pylist())))
    rows = _tokens(drawn, classes, tokenizer)
    # The files have the classes in proportion at every beginning.
    return Parts(
        learn=rows.take(np.arange(choose, choose + learn)),
        choose=rows.take(np.arange(choose)),
        test=_tokens(test, classes, tokenizer),
        classes=classes,
    )


def emoji(seed: int, learn: int, choose: int) -> Parts:
    """Pictures of emoji on white; which of nine kinds each is, a third of them to judge on.

    Raises:
        SetUpFailed: the package cannot be had here, or has fewer pictures than are asked for.
    """
    import torch

    paths, labels = _listed()
    classes = tuple(sorted(set(labels.tolist())))
    truth = np.searchsorted(np.array(classes), labels)
    every = Rows(inputs=(torch.from_numpy(np.stack([_pixels(p) for p in paths])),), truth=truth)
    test = rows_to_test(labels, _TEST_SHARE, seed=0)
    rest = np.setdiff1d(np.arange(len(labels)), test)
    rest = rest[nested_order(labels[rest], seed)]
    if learn + choose > len(rest):
        raise SetUpFailed(f"{len(rest):,} emoji to learn from, {learn + choose:,} were asked for")
    return Parts(
        learn=every.take(rest[choose : choose + learn]),
        choose=every.take(rest[:choose]),
        test=every.take(test),
        classes=classes,
    )


def sources() -> dict[str, list[str]]:
    """Where the rows come from: package with version, then SHA-256 of its files."""
    one = SETS["reviews"]
    return {
        "reviews": [one.carrier, *(member.sha256 for member in one.members)],
        "emoji": [_EMOJI, _EMOJI_TABLE, _EMOJI_PICTURES],
    }


def _tokens(table: Any, classes: tuple[str, ...], tokenizer: Any) -> Rows:
    import torch

    tokenizer.enable_truncation(max_length=LONGEST)
    tokenizer.enable_padding(length=LONGEST)
    read = tokenizer.encode_batch(table["text"].to_pylist())
    tokens = torch.tensor([each.ids for each in read], dtype=torch.int32)
    lengths = torch.tensor([sum(each.attention_mask) for each in read], dtype=torch.int32)
    truth = np.array([classes.index(label) for label in table["label"].to_pylist()])
    return Rows(inputs=(tokens, lengths, torch.zeros_like(tokens)), truth=truth)


def _listed() -> tuple[list[Any], np.ndarray]:
    table = file_of(_EMOJI, "package/emoji.json", _EMOJI_TABLE)
    folder = table.parent / "img" / "google" / "64"
    entries = [
        each
        for each in json.loads(table.read_text())
        if each["has_img_google"] and each["category"] != _LEFT_OUT
    ]
    entries.sort(key=lambda each: each["image"])
    paths = [folder / each["image"] for each in entries]
    digest = sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()
    if digest != _EMOJI_PICTURES:
        raise SetUpFailed(f"the pictures of {_EMOJI} are others: sha256 {digest}")
    return paths, np.array([each["category"] for each in entries])


def _pixels(path: Any) -> np.ndarray:
    """(3, SIDE, SIDE) bytes, on white."""
    from PIL import Image

    with Image.open(path) as picture:
        drawn = picture.convert("RGBA").resize((SIDE, SIDE))
        ground = Image.new("RGBA", drawn.size, (255, 255, 255, 255))
        ground.alpha_composite(drawn)
        return np.asarray(ground.convert("RGB")).transpose(2, 0, 1).copy()
