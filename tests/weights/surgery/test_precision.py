"""Dtypes: the target's own; what is rounded is said."""

import torch
from torch import nn

from headstart import weights


def test_halves_are_copied_into_whole_numbers_of_bits():
    plan = weights.plan(nn.Linear(4, 4).half(), nn.Linear(4, 4))

    assert plan.of("weight").action == "copied"
    assert plan.of("weight").how == "float16 to float32"


def test_rounding_is_an_adaptation():
    source, target = nn.Linear(4, 4), nn.Linear(4, 4).bfloat16()

    plan = weights.plan(source, target)
    plan.apply(check=False)

    assert plan.of("weight").action == "adapted"
    assert not plan.preserves
    assert torch.equal(target.weight, source.weight.bfloat16())
