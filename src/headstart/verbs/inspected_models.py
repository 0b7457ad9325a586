"""What a model folder of Headstart says of itself, read by its families in a child process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from headstart import delivery
from headstart.errors import AskError, HeadstartError, WeightsError
from headstart.families import family
from headstart.processes import children
from headstart.records import Direct, FineTune, Task, Transfer
from headstart.records.inspection import Inspection, Layer, Trees
from headstart.records.label_mapping import mapping_phrase
from headstart.records.start import start_from_plain
from headstart.reporting.wording import start_phrase
from headstart.weights import Found, catalogue
from headstart.weights.sources.run import MANIFEST

_SECONDS, _MEGABYTES = 120.0, 4_000.0
_CALL = "headstart.delivery.describing:descriptions"
_HEAD_FIRST = ", then backpropagation"
_ACTIONS = ("copied", "adapted", "new", "dropped")
_FOREIGN = "a family that tells nothing of itself"


def model(found: Found) -> Inspection:
    """A run's model, a model folder, or one member of it.

    Raises:
        WeightsError: it is damaged, or its library cannot read it.
    """
    folder = found.path if (found.path / MANIFEST).is_file() else found.path.parent
    manifest = delivery.read_manifest(folder)
    try:
        return _model(found, folder, manifest)
    except HeadstartError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        raise WeightsError(
            f"`{folder / MANIFEST}` is not the document that Headstart writes.",
            "Copy the whole folder again.",
        ) from None


def _model(found: Found, folder: Path, manifest: Mapping[str, Any]) -> Inspection:
    contract = delivery.contract_from_plain(manifest["contract"])
    told = _told(folder)
    members = [
        _member(found.name, each, said, manifest, contract)
        for each, said in zip(manifest["members"], told, strict=True)
        if found.path in (folder, folder / each["folder"])
    ]
    size = sum(path.stat().st_size for path in found.path.rglob("*") if path.is_file())
    members = [replace(each, bytes=size) for each in members]
    return members[0] if len(members) == 1 else _blend(found.name, members, manifest)


def _told(folder: Path) -> list[dict[str, Any]]:
    """What the members say, from a child: whatever a library does there ends there."""
    outcome = children.run(_CALL, {"folder": str(folder)}, seconds=_SECONDS, megabytes=_MEGABYTES)
    if outcome.status != "ok":
        raise WeightsError(
            f"the model in `{folder}` cannot be read: {outcome.because}.",
            "It is damaged, or was made to look like a model: copy the folder again.",
        )
    return list(outcome.value)


def _member(
    name: str,
    member: Mapping[str, Any],
    said: Mapping[str, Any],
    manifest: Mapping[str, Any],
    contract: delivery.Contract,
) -> Inspection:
    card = family(member["family"]).CARD
    task = contract.task
    layers = tuple(_layer(each, task) for each in said.get("layers", ()))
    learned = said.get("parameters", sum(layer.parameters for layer in layers))
    rule = said.get("learning_rule", f"{card.summary}; {_FOREIGN}")
    stands = _HEAD_FIRST in rule and _encoder_stands(member)
    return Inspection(
        name=name,
        network=card.spelled or card.name,
        about=card.summary,
        library=", ".join(card.libraries[:1]),
        family=card.name,
        parameters=learned,
        trainable=sum(each.parameters for each in layers if _is_head(each)) if stands else learned,
        layers=layers,
        depth=said.get("depth"),
        nonlinearities=tuple(said.get("nonlinearities", ())),
        learning_rule=rule.partition(_HEAD_FIRST)[0] if stands else rule,
        trees=tuple(
            Trees(**{**each, "target": _target(each["target"], task)})
            for each in said.get("ensembles", ())
        ),
        inputs=_inputs(member, contract),
        labels=task.classes[0] if len(task.classes) == 1 else (),
        outputs=sum(map(len, task.classes)) or len(task.targets) or None,
        licence=_licence(member),
        origin=_origin(member, manifest, "rows" if task.has_rows else "steps"),
        verified="by SHA-256 of its own list",
        reference="; ".join(card.references[:1]),
        settings=said.get("settings", {}),
        notes=(*_began(member, said), *_mapped(member))
        if said
        else (f"`{card.name}` is {_FOREIGN}: layers are not listed",),
    )


def _began(member: Mapping[str, Any], said: Mapping[str, Any]) -> tuple[str, ...]:
    """How much of the network came from a checkpoint, by the receipt that was kept."""
    receipt = said.get("receipt") or {}
    coverage, moves = receipt.get("coverage"), receipt.get("moves", ())
    if coverage is None or not moves:
        return ()
    counts = Counter(move["action"] for move in moves)
    told = ", ".join(f"{counts[each]} {each}" for each in _ACTIONS if counts[each])
    names = " and ".join(_checkpoints(member))
    return (f"{coverage:.0%} of what its head stands on began from {names}: tensors {told}",)


def _mapped(member: Mapping[str, Any]) -> tuple[str, ...]:
    """What the checkpoint's own labels mean, where a person said so."""
    start = start_from_plain(member["candidate"]["start"])
    if not isinstance(start, Direct) or not start.labels:
        return ()
    return (f"the checkpoint's labels were mapped by hand: {mapping_phrase(start.labels)}",)


def _encoder_stands(member: Mapping[str, Any]) -> bool:
    """Whether only what stands on a family's own encoder has learned."""
    start = start_from_plain(member["candidate"]["start"])
    match start:
        case FineTune():
            return start.layers == "head"
        case Transfer():
            return start.part == "embedding"
    return False


def _is_head(layer: Layer) -> bool:
    return layer.name.partition(".")[0] in ("head", "hidden")


def _layer(each: Mapping[str, Any], task: Task) -> Layer:
    output = each.get("output")
    return Layer(
        name=_target(str(each["name"]), task),
        kind=str(each["kind"]),
        parameters=int(each["parameters"]),
        output=None if output is None else tuple(output),
    )


def _target(name: str, task: Task) -> str:
    """The target's own name, where a family only knows its place: `target 0`."""
    places = {f"target {place}": target for place, target in enumerate(task.targets)}
    return places.get(name, name)


def _inputs(member: Mapping[str, Any], contract: delivery.Contract) -> dict[str, Any]:
    """The columns that the model reads, and the encoders that stand before it."""
    columns = [{"name": each.name, "modality": each.modality} for each in contract.inputs]
    modalities = list(dict.fromkeys(each.modality for each in contract.inputs))
    encoders = sorted(_checkpoints(member)) if member.get("embedding") else []
    return {
        "modality": ", ".join(modalities) or contract.task.kind,
        "columns": columns,
        **({"encoders": encoders} if encoders else {}),
    }


def _checkpoints(member: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(start_from_plain(member["candidate"]["start"]).checkpoints)


def _licence(member: Mapping[str, Any]) -> str:
    """A model that was trained here has no licence of its own; its checkpoints have theirs."""
    names = _checkpoints(member)
    if not names:
        return "none of others: trained from scratch on your data"
    return "; ".join(f"of {name}: {_licence_of(name)}" for name in names)


def _licence_of(name: str) -> str:
    try:
        return catalogue.entry(name).licence
    except AskError:  # a folder or an earlier run, which states none
        return "not stated"


def _origin(member: Mapping[str, Any], manifest: Mapping[str, Any], unit: str) -> str:
    """How it was made, without the folder of the data: a path tells of a machine."""
    facts = manifest["facts"]
    start = start_phrase(start_from_plain(member["candidate"]["start"]))
    rows = facts.get("rows")
    counted = f"{rows:,} {unit} of " if isinstance(rows, int) else ""
    source = str(facts.get("source", ""))
    return f"trained by Headstart ({start}) on {counted}{Path(source).name or source}"


def _blend(name: str, members: Sequence[Inspection], manifest: Mapping[str, Any]) -> Inspection:
    """Several members, whose answers are averaged with weights."""
    shares = [float(each["weight"]) for each in manifest["members"]]
    parts = [
        f"{each.network} {share / sum(shares):.0%}"
        for each, share in zip(members, shares, strict=True)
    ]
    first = members[0]
    return replace(
        first,
        network=" + ".join(each.network for each in members),
        about=f"a blend of {len(members)} models",
        library="",
        family=", ".join(dict.fromkeys(each.family for each in members)),
        parameters=sum(each.parameters for each in members),
        trainable=sum(each.trainable for each in members),
        layers=tuple(
            replace(layer, name=f"member-{place}.{layer.name}")
            for place, each in enumerate(members)
            for layer in each.layers
        ),
        depth=max((each.depth for each in members if each.depth is not None), default=None),
        nonlinearities=tuple(dict.fromkeys(b for each in members for b in each.nonlinearities)),
        learning_rule=f"a weighted mean of {len(members)} models: {', '.join(parts)}",
        trees=tuple(
            replace(trees, target=f"{each.network}: {trees.target}")
            for each in members
            for trees in each.trees
        ),
        settings={},
        licence="; ".join(dict.fromkeys(each.licence for each in members)),
        members=tuple(members),
        notes=tuple(note for each in members for note in each.notes),
    )
