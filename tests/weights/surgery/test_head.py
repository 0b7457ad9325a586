"""Heads: rows by label, and what begins anew."""

import math

import pytest
import torch
import transformers
from _tiny import network
from torch import nn

from headstart import weights
from headstart.weights.surgery.head import head, log_priors, rows_by_label


def test_rows_go_where_their_label_goes():
    rows = rows_by_label(["cat", "DOG", "sea_lion"], ["Sea lion", "bird", "dog"])

    kept = head(torch.tensor([[1.0], [2.0], [3.0]]), rows=rows)

    assert kept.flatten().tolist() == [3.0, 0.0, 2.0]


def test_a_bias_of_priors_says_the_shares_of_the_classes():
    shares = torch.softmax(torch.tensor(log_priors([2, 6])), dim=0)

    assert shares.tolist() == pytest.approx([0.25, 0.75])


def test_labels_that_coincide_keep_their_rows_in_a_plan():
    source, target = labelled(["cat", "dog"]), labelled(["dog", "bird", "cat"])

    weights.plan(source, target).apply()

    assert torch.equal(target.classifier.weight[0], source.classifier.weight[1])
    assert torch.equal(target.classifier.weight[2], source.classifier.weight[0])
    assert not target.classifier.weight[1].any()


def test_as_many_other_labels_are_not_taken_for_the_same():
    plan = weights.plan(labelled(["cat", "dog"]), labelled(["ship", "plane"]))

    assert plan.of("classifier.weight").action == "new"
    assert "none of the 2 labels" in plan.of("classifier.weight").because
    dropped = [move for move in plan.moves if move.action == "dropped"]
    assert all("classifier" in move.because for move in dropped)


def test_priors_become_the_bias_and_the_first_loss_is_that_of_knowing_them():
    target = network("bert", "other head")

    weights.plan(network("bert"), target, priors=[1, 1, 1, 1, 4]).apply()

    assert target.classifier.bias[4].item() == pytest.approx(math.log(0.5))


def test_the_body_below_a_new_head_is_what_transformers_makes_of_the_same_folder(tmp_path):
    source = network("bert")
    source.save_pretrained(tmp_path)
    theirs = transformers.BertForSequenceClassification.from_pretrained(
        tmp_path, num_labels=5, ignore_mismatched_sizes=True
    )
    target = network("bert", "other head")

    weights.plan(source, target).apply()

    ours, others = target.bert.state_dict(), theirs.bert.state_dict()
    assert all(torch.allclose(ours[name], others[name], atol=1e-6) for name in others)


def test_a_head_is_known_under_another_name():
    class Answering(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = nn.Sequential(nn.Linear(6, 6), nn.ReLU(), nn.Linear(6, 6))
            self.fc = nn.Linear(6, 3)

        def forward(self, rows):
            return self.fc(self.body(rows))

    target = Answering()
    state = {name.replace("fc.", "classifier."): v for name, v in Answering().state_dict().items()}

    plan = weights.plan(state, target)

    assert plan.of("fc.weight").sources == ("classifier.weight",)


def labelled(labels):
    made = network("vit", "other head" if len(labels) == 5 else "same")
    made.classifier = nn.Linear(16, len(labels))
    made.config.id2label = dict(enumerate(labels))
    return made
