"""Rules of thumb: which family promises most for which data, why, and who says so.

A rule orders the candidates and explains them; it never decides. The race does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from headstart.records import Profile

BOOSTED = ("lightgbm", "catboost", "xgboost")
_OF_COLUMNS = (*BOOSTED, "random_forest", "feedforward", "tabular_transformer")
_MEDIA = ("text", "image", "audio")
_MANY_CATEGORIES = 20
_WORDS_OF_A_TEXT = 4
_SMALL_SIDE = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule.

    Attributes:
        families: those that it speaks of.
        when: whether it holds for a profile.
        promise: added to the families' places in the order; the highest sum comes first.
        sentence: the reason; `{rows}`, `{inputs}`, `{categories}`, `{words}` and `{side}` are the
            measured facts.
        source: where the rule comes from.
    """

    families: tuple[str, ...]
    when: Callable[[Profile], bool]
    promise: float
    sentence: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A rule that holds: what was measured, and who says that it matters."""

    fact: str
    source: str

    @property
    def text(self) -> str:
        """The sentence, with its source in brackets."""
        return f"{self.fact} ({self.source})"

    def is_named_in(self, sentence: str) -> bool:
        """Whether a sentence cites one of the sources already, by its arXiv identifier."""
        return any(
            identifier in sentence for identifier in re.findall(r"\d{4}\.\d{5}", self.source)
        )


RULES: tuple[Rule, ...] = (
    Rule(
        families=BOOSTED,
        when=lambda profile: profile.rows < 1_000,
        promise=2.0,
        sentence="{rows} rows of structured data, {inputs} columns: trees ignore useless columns",
        source="Grinsztajn et al. 2022, arXiv 2207.08815",
    ),
    Rule(
        families=BOOSTED,
        when=lambda profile: 1_000 <= profile.rows <= 50_000,
        promise=4.0,
        sentence="{rows} rows of structured data: boosted trees lead around 10,000 rows",
        source="Grinsztajn et al. 2022, arXiv 2207.08815",
    ),
    Rule(
        families=BOOSTED,
        when=lambda profile: profile.rows > 50_000,
        promise=4.0,
        sentence="{rows} rows of structured data: boosted trees are strong contenders, and fast",
        source="TabArena, arXiv 2506.16791",
    ),
    Rule(
        families=("lightgbm",),
        when=lambda profile: profile.rows >= 1_000,
        promise=0.5,
        sentence="",
        source="",
    ),
    Rule(
        families=("catboost",),
        when=lambda profile: widest_category(profile) >= _MANY_CATEGORIES,
        promise=1.0,
        sentence="a column with {categories} categories: ordered target statistics suit it",
        source="Prokhorenkova et al. 2018, arXiv 1706.09516",
    ),
    Rule(
        families=("random_forest",),
        when=lambda profile: profile.rows < 2_000,
        promise=3.0,
        sentence="{rows} rows: on small tables forests were the best of 179 classifiers, untuned",
        source="Fernández-Delgado et al. 2014, JMLR 15",
    ),
    Rule(
        families=("random_forest",),
        when=lambda profile: profile.rows >= 2_000,
        promise=1.0,
        sentence="{rows} rows: a forest needs no tuning and shows what boosting is worth",
        source="Breiman 2001, Machine Learning 45",
    ),
    Rule(
        families=("feedforward",),
        when=lambda profile: 1_000 <= profile.rows <= 500_000,
        promise=3.0,
        sentence="{rows} rows: from 1,000 to 500,000 pre-tuned nets compete with boosted trees",
        source="RealMLP, arXiv 2407.04491; TabM, arXiv 2410.24210",
    ),
    Rule(
        families=("feedforward",),
        when=lambda profile: profile.rows > 500_000,
        promise=5.0,
        sentence="{rows} rows: with many rows and a large budget nets have caught up with trees",
        source="TabArena, arXiv 2506.16791",
    ),
    Rule(
        families=("feedforward",),
        when=lambda profile: profile.rows < 1_000,
        promise=1.5,
        sentence="{rows} rows are few for a net: an ensemble in one tensor overfits less",
        source="TabM, arXiv 2410.24210",
    ),
    Rule(
        families=("tabular_transformer",),
        when=lambda profile: profile.rows >= 5_000,
        promise=2.0,
        sentence="{rows} rows are enough for attention over {inputs} columns",
        source="FT-Transformer, arXiv 2106.11959",
    ),
    Rule(
        families=("tabular_transformer",),
        when=lambda profile: profile.rows < 5_000,
        promise=0.5,
        sentence="{rows} rows are few for a Transformer; it shows what attention is worth here",
        source="FT-Transformer, arXiv 2106.11959",
    ),
    Rule(
        families=("text_encoder",),
        when=lambda profile: has_texts(profile) and profile.rows < 1_000,
        promise=7.0,
        sentence=(
            "{rows} rows of {words} words: with a hundred labels a class, pretrained encoders were "
            "ten points better than counting words"
        ),
        source="Usherwood & Smit 2019, 'Low-Shot Classification'",
    ),
    Rule(
        families=("text_encoder",),
        when=lambda profile: has_texts(profile) and profile.rows >= 1_000,
        promise=5.0,
        sentence=(
            "{rows} rows of {words} words: with a thousand labels a class, pretrained encoders "
            "were two points better than counting words"
        ),
        source="Usherwood & Smit 2019, 'Low-Shot Classification'",
    ),
    Rule(
        families=("image_encoder",),
        when=lambda profile: side_of(profile) > _SMALL_SIDE and profile.rows < 10_000,
        promise=8.0,
        sentence=(
            "{rows} pictures of {side} pixels: on 12 sets of natural pictures, what networks knew "
            "of ImageNet decided how well they did (r = 0.99 frozen, 0.96 fine-tuned)"
        ),
        source="Kornblith et al. 2019, arXiv 1805.08974",
    ),
    Rule(
        families=("image_encoder",),
        when=lambda profile: side_of(profile) > _SMALL_SIDE and profile.rows >= 10_000,
        promise=5.0,
        sentence=(
            "{rows} pictures: pretrained networks get there sooner; from 10,000 on, and with "
            "time, those from scratch met them"
        ),
        source="He, Girshick & Dollar 2018, arXiv 1811.08883",
    ),
    Rule(
        families=("image_encoder",),
        when=lambda profile: 0 < side_of(profile) <= _SMALL_SIDE,
        promise=2.0,
        sentence=(
            "pictures of {side} pixels are seldom photographs; on pictures of another kind, such "
            "as medical ones, what was learned from ImageNet added little"
        ),
        source="Raghu et al. 2019, arXiv 1902.07208",
    ),
    Rule(
        families=("cnn",),
        when=lambda profile: 0 < side_of(profile) <= _SMALL_SIDE and profile.rows >= 2_000,
        promise=6.0,
        sentence=(
            "{rows} small pictures of {side} pixels: on 60,000 such of clothes, networks of two "
            "convolutions reached 0.916 to 0.934, boosted trees 0.898"
        ),
        source="Xiao, Rasul & Vollgraf 2017, arXiv 1708.07747, and its submissions",
    ),
    Rule(
        families=("cnn",),
        when=lambda profile: side_of(profile) > _SMALL_SIDE and profile.rows >= 10_000,
        promise=3.0,
        sentence=(
            "{rows} pictures: from 10,000 on, and with time, networks from scratch met those that "
            "began from ImageNet"
        ),
        source="He, Girshick & Dollar 2018, arXiv 1811.08883",
    ),
    Rule(
        families=("cnn",),
        when=lambda profile: _has_few_pictures(profile),
        promise=0.5,
        sentence=(
            "{rows} pictures are few to learn to see from: with about 1,000 pictures, networks "
            "from scratch collapsed where pretrained ones did not"
        ),
        source="He, Girshick & Dollar 2018, arXiv 1811.08883",
    ),
)


def promise(family: str, profile: Profile) -> float:
    """How much the rules promise of a family for this profile; 0 where no rule speaks of it."""
    return sum(rule.promise for rule in _of(family, profile))


def reasons(family: str, profile: Profile) -> list[Reason]:
    """Why the rules that hold speak for a family, with the measured facts."""
    facts = {
        "rows": f"{profile.rows:,}",
        "inputs": f"{len(profile.inputs()):,}",
        "categories": f"{widest_category(profile):,}",
        "words": f"{words_of(profile):,.0f}",
        "side": f"{side_of(profile):,.0f}",
    }
    told = [rule for rule in _of(family, profile) if rule.sentence]
    return [Reason(fact=rule.sentence.format(**facts), source=rule.source) for rule in told]


def widest_category(profile: Profile) -> int:
    """The most categories that an input column has."""
    return max((column.distinct for column in profile.inputs("category")), default=0)


def words_of(profile: Profile) -> float:
    """Words of a row's texts: the median of each text column, added up."""
    return sum(column.median_words or 0.0 for column in profile.inputs("text"))


def side_of(profile: Profile) -> float:
    """The median of the shorter sides of the pictures, in pixels; 0 where none was looked at."""
    looked = [column.pictures for column in profile.inputs("image") if column.pictures]
    return max((min(each.width, each.height) for each in looked), default=0.0)


def has_texts(profile: Profile) -> bool:
    """Whether rows hold texts, not just names and short notes."""
    return words_of(profile) >= _WORDS_OF_A_TEXT


def is_only_media(profile: Profile) -> bool:
    """Whether rows hold nothing but texts, pictures or recordings."""
    inputs = [each for each in profile.inputs() if each.modality != "identifier"]
    return bool(inputs) and all(each.modality in _MEDIA for each in inputs)


def _has_few_pictures(profile: Profile) -> bool:
    enough = 2_000 if side_of(profile) <= _SMALL_SIDE else 10_000
    return bool(profile.inputs("image")) and profile.rows < enough


def _of(family: str, profile: Profile) -> list[Rule]:
    if profile.world is not None or (family in _OF_COLUMNS and is_only_media(profile)):
        return []
    return [rule for rule in RULES if family in rule.families and rule.when(profile)]
