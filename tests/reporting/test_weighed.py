"""What pretrained weights promised, as a table and a sentence."""

from __future__ import annotations

from dataclasses import replace

from headstart.records.suitability import Agreement, Similarity, Suitability
from headstart.reporting.contract import fit_document
from headstart.reporting.page import page
from headstart.reporting.sections.weighed import second_opinions, suitability

SCORES = {"neighbours": 0.71, "linear_probe": 0.784, "logme": -0.62, "h_score": 1.2, "n_leep": -0.6}
LIKE = Similarity(measure="tokens per word", value=1.23, level="high")


def _found(name="minilm", probe=0.784, similarity=LIKE):
    layers = ({**SCORES, "linear_probe": 0.5}, {**SCORES, "linear_probe": probe})
    return Suitability(checkpoint=name, rows=64, layer=1, layers=layers, similarity=similarity)


def _agreement(score, correlation, measured="linear_probe", over=7):
    return Agreement(score=score, measured=measured, correlation=correlation, over=over)


def test_checkpoints_stand_in_the_order_of_what_leads(classes):
    findings = replace(
        classes, suitabilities=(_found("a", 0.6, similarity=None), _found("b", 0.784))
    )

    grid = suitability(findings)

    assert [row[0] for row in grid.rows] == ["b", "a"]
    assert grid.rows[0][1:5] == ("high (1.23 tokens per word)", "1 of 1", "0.710", "0.784")
    assert grid.rows[1][1] == "not measured"
    assert grid.head[-3:] == ("LogME", "H-score", "N-LEEP")


def test_a_run_without_probes_has_no_such_part(classes):
    assert suitability(classes) is None
    assert "What pretrained weights promised" not in page(classes)


def test_the_sentence_says_against_what_the_scores_were_held():
    layers = second_opinions([_agreement("logme", 0.8), _agreement("n_leep", None)])
    trials = second_opinions([_agreement("neighbours", -0.5, "trials", 3)])

    assert layers.startswith("Rank correlation with the linear probe over 7 layers: LogME 0.80.")
    assert trials == (
        "Rank correlation with the losses of the trials, over 3 checkpoints: neighbours -0.50."
    )
    assert second_opinions([]) == ""


def test_page_and_json_carry_them(classes):
    findings = replace(classes, suitabilities=(_found(),), agreements=(_agreement("logme", 0.8),))

    (told,) = fit_document(findings)["suitability"]

    assert (told["checkpoint"], told["layer"], told["scores"]["n_leep"]) == ("minilm", 1, -0.6)
    assert told["similarity"]["level"] == "high"
    assert fit_document(findings)["agreements"][0]["correlation"] == 0.8
    assert "What pretrained weights promised" in page(findings)
