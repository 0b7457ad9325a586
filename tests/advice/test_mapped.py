"""A mapping that nothing can answer is refused in words, before anything is trained."""

from __future__ import annotations

from dataclasses import replace

import pytest

from headstart.advice.mapped import refuse_unanswered, refuse_unusable
from headstart.errors import AskError
from headstart.families.floors import majority
from headstart.records import Candidate, Direct, Refusal, Task
from headstart.records.label_mapping import label_mapping
from headstart.records.start import START_NAMES
from headstart.weights import Labels, entry

TASK = Task(kind="classification", targets=("y",), classes=(("great", "other"),), metric="accuracy")
RATER = replace(
    entry("distilbert_base.sst2"), name="rater", labels=Labels(number=2, names=("BAD", "GOOD"))
)
PLAIN = entry("minilm_l6.all_v2")
WHOLE = {"great": "GOOD", "other": "BAD"}


def refuse(given, *, task=TASK, starts=START_NAMES, readers=(RATER,)):
    return refuse_unusable(label_mapping(given), task, starts, readers)


def test_a_mapping_that_one_checkpoint_can_answer_is_let_in():
    refuse(WHOLE)
    refuse(WHOLE, readers=(PLAIN, replace(RATER, labels=Labels(number=9)), RATER))


@pytest.mark.parametrize(
    ("given", "rest", "said"),
    [
        ({"graet": "GOOD"}, {}, "no class `graet`. Did you mean `great`? Known: `great`, `other`"),
        (
            {"great": "GOD"},
            {},
            "`rater` has no label `GOD`. Did you mean `GOOD`? It has the labels `BAD`, `GOOD`",
        ),
        ({"great": "GOOD"}, {}, "called like the class `other`, and none was mapped to it"),
        (WHOLE, {"readers": ()}, "no checkpoint that takes part has labels of its own"),
        (WHOLE, {"readers": (PLAIN,)}, "Name one with --weights CHECKPOINT"),
        (WHOLE, {"starts": ("FineTune",)}, "--starts leaves it out"),
        (WHOLE, {"task": Task(kind="regression", targets=("y",))}, "a task of regression has none"),
        (
            WHOLE,
            {"task": replace(TASK, targets=("y", "z"), classes=TASK.classes * 2)},
            "the classes of one target, and there are 2",
        ),
    ],
)
def test_what_cannot_be_answered_is_refused(given, rest, said):
    with pytest.raises(AskError) as told:
        refuse(given, **rest)

    assert said in str(told.value)


def test_a_mapping_that_no_candidate_answers_by_is_refused_with_the_reason_of_the_start():
    mapping = label_mapping(WHOLE)
    settings = majority.Settings()
    plain, mapped = (
        Candidate(
            name="x",
            family="text_encoder",
            settings=settings,
            start=Direct(checkpoints=("rater",), labels=labels),
        )
        for labels in ((), mapping)
    )
    because = "`rater` looks at one picture, and each row has 2"
    refusal = Refusal(family="text_encoder", start="Direct", because=because)

    refuse_unanswered([plain, mapped], [refusal], [RATER])
    with pytest.raises(AskError, match="nothing can answer by them: `rater` looks at one picture"):
        refuse_unanswered([plain], [refusal], [RATER])
    with pytest.raises(AskError, match="no family that reads the rows takes part"):
        refuse_unanswered([plain], [], [RATER])
