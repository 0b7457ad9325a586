"""What came of a plan, as a folder that can be started from like any other checkpoint.

Parameters, the configuration, the plan, the receipt; and what tells how inputs are made, which
travels with the weights: the tokenizer, and the size, mean and spread of pictures.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from headstart.records.plain import plain
from headstart.records.receipt import Receipt
from headstart.storage.folders import new_folder
from headstart.weights.configuration import CONFIG
from headstart.weights.surgery.applying import Outcome
from headstart.weights.surgery.document import plan_text
from headstart.weights.surgery.plan import Plan

PARAMETERS, PLAN, RECEIPT = "model.safetensors", "plan.toml", "receipt.json"
_TOKENS = ("tokenizer.json", "vocab.txt", "tokenizer_config.json", "special_tokens_map.json")
_SENTENCES = ("sentence_bert_config.json", "modules.json", "1_Pooling/config.json")
_PICTURES = "preprocessor_config.json"


def keep(outcome: Outcome, plan: Plan, folder: str | Path) -> Receipt:
    """Write a folder, whole or not at all.

    Tied tensors are written once.

    Returns:
        The receipt, with the files that travelled along.
    """
    from safetensors.torch import save_file

    state = outcome.network.state_dict()
    parts = plan.goal.anatomy.parts
    tensors = {name: value.contiguous() for name, value in state.items() if not parts[name].tied}
    with new_folder(Path(folder)) as place:
        save_file(tensors, place / PARAMETERS, metadata={"format": "pt"})
        _write_configuration(plan, place)
        receipt = replace(outcome.receipt, preprocessing=_travel(plan, place))
        (place / PLAN).write_text(plan_text(plan), encoding="utf-8")
        text = json.dumps(plain(receipt), allow_nan=False, indent=1, ensure_ascii=False)
        (place / RECEIPT).write_text(text, encoding="utf-8")
    return receipt


def _write_configuration(plan: Plan, place: Path) -> None:
    """As the target says it, with the class of its network and the names of its labels."""
    configuration = plan.goal.configuration
    if configuration is None:
        return
    stated: dict[str, Any] = {
        "model_type": configuration.architecture,
        "architectures": [configuration.network],
        **configuration.values,
    }
    if configuration.outputs:
        labels = plan.goal.anatomy.labels or tuple(
            f"LABEL_{place}" for place in range(configuration.outputs)
        )
        stated["id2label"] = {str(number): label for number, label in enumerate(labels)}
    (place / CONFIG).write_text(json.dumps(stated, indent=1), encoding="utf-8")


def _travel(plan: Plan, place: Path) -> tuple[str, ...]:
    """Copy what says how inputs are made; the names of the files."""
    found = plan.material.found
    source = found.path if found is not None and found.path.is_dir() else None
    home = source if plan.tokens_travel or plan.goal.folder is None else plan.goal.folder
    taken = [name for name in (*_TOKENS, *_SENTENCES) if home and (home / name).is_file()]
    for name in taken:
        assert home is not None
        (place / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(home / name, place / name)
    if source is not None and (source / _PICTURES).is_file():
        stated = json.loads((source / _PICTURES).read_text(encoding="utf-8"))
        text = json.dumps(_for_target(stated, plan), indent=1)
        (place / _PICTURES).write_text(text, encoding="utf-8")
        taken.append(_PICTURES)
    return tuple(taken)


def _for_target(stated: dict[str, Any], plan: Plan) -> dict[str, Any]:
    """How pictures are prepared, for the target's size and channels."""
    values = plan.goal.configuration.values if plan.goal.configuration else {}
    vision = values.get("vision_config", values)
    side, channels = vision.get("image_size"), vision.get("num_channels", 3)
    made = dict(stated)
    if isinstance(side, int) and "image_size" in vision:
        for key in ("size", "crop_size"):
            if isinstance(made.get(key), dict) and {"height", "width"} <= made[key].keys():
                made[key] = {"height": side, "width": side}
    for key in ("image_mean", "image_std"):
        numbers = made.get(key)
        if isinstance(numbers, list) and len(numbers) not in (0, channels):
            mean = sum(numbers) / len(numbers)
            made[key] = [mean] * channels
    return made
