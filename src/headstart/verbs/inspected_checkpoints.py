"""What the files of a checkpoint say, and what its network would make of an input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from headstart import weights
from headstart.records.inspection import Inspection
from headstart.records.plain import plain
from headstart.weights import Entry, Found, TextInputs
from headstart.weights.architectures import ARCHITECTURES
from headstart.weights.configuration import CONFIG, read_document
from headstart.weights.inspection import Seen, Tensors, kept, modules_of, tensors_of
from headstart.weights.inspection.seen import SIDE
from headstart.weights.inspection.tensors import read_tensors
from headstart.weights.inspection.words import tokenizer_facts
from headstart.weights.reading import parameter_files

_UNKNOWN_RULE = (
    "backpropagation, as every such network; the files do not say with which loss and optimiser"
)
_NO_NETWORK = "what its layers make of an input is not known, and its tensors are listed by module"


def checkpoint(found: Found) -> Inspection:
    """A checkpoint whose files were found; one whose network is not known as its tensors alone.

    What is seen of it is kept: the second look at the same tensors builds no network.

    Raises:
        WeightsError: configuration and tensors are of two networks, or a file is damaged.
        MissingExtra: torch or the library of the network is not installed.
    """
    configuration = None if found.entry is None else weights.config(found)
    key = kept.digest_of(found, configuration)
    seen = kept.look(key)
    if seen is None:
        tensors = tensors_of(found)
        if found.entry is None or configuration is None:
            seen = _bare(tensors)
        else:
            seen = _built(found.entry, configuration, tensors)
        kept.keep(key, seen, found.name)
    if found.entry is None or configuration is None:
        return _of_file(found, seen)
    return _described(found, found.entry, configuration, seen)


def unknown_network(name: str) -> Inspection | None:
    """A folder of an architecture that Headstart does not build, as its tensors; else None.

    Raises:
        WeightsError: the folder is damaged, or asks for foreign code.
    """
    folder = Path(name).absolute()
    if not name or not (folder / CONFIG).is_file():
        return None
    raw = read_document(folder / CONFIG)
    kind = raw.get("model_type")
    if isinstance(kind, str) and kind in ARCHITECTURES:
        return None
    files = [folder / each for each in parameter_files(folder)]
    what = f"the architecture `{str(kind)[:60]}` is not one that Headstart builds"
    found = _listed(name, files, _tensors_alone(read_tensors(files)), what)
    return replace(found, network=str(kind)[:60] if isinstance(kind, str) else "unknown")


def _tensors_alone(tensors: Tensors) -> Seen:
    return Seen(
        layers=modules_of(tensors.facts),
        parameters=tensors.learned,
        dtypes=tensors.dtypes,
        ties=tensors.ties,
    )


def _bare(tensors: Tensors) -> Seen:
    """A bare file: its tensors, or the network of the catalogue that these are of."""
    from headstart.networks.recognising import recognised

    listed, known = _tensors_alone(tensors), recognised(tensors.facts)
    if known is None:
        return listed
    return replace(
        listed,
        layers=known.seen.layers,
        depth=known.seen.depth,
        nonlinearities=known.seen.bends,
        network=known.network,
        library=known.library,
        outputs=known.labels,
    )


def _built(entry: Entry, configuration: weights.Configuration, tensors: Tensors) -> Seen:
    """A network on torch's device `meta`, and what it would make of an input."""
    from headstart.networks.blueprint import blueprint
    from headstart.networks.tracing import of_one_input

    plan = blueprint(entry, configuration, tensors.facts)
    placed = plan.placed(tensors.facts)
    seen = of_one_input(plan.traced())
    beside = {
        name: facts
        for name, facts in tensors.facts.items()
        if name not in placed and facts.is_learned(name)
    }
    return Seen(
        layers=(*seen.layers, *modules_of(beside)),
        network=_whole(entry, type(plan.network).__name__),
        depth=seen.depth,
        nonlinearities=seen.bends,
        parameters=tensors.learned,
        dtypes=tensors.dtypes,
        ties={**tensors.ties, **plan.ties},
        beside=(len(beside), sum(facts.size for facts in beside.values())),
    )


def _whole(entry: Entry, built: str) -> str:
    """The network that was built, where it is more than the one that a family starts from."""
    return built if built == ARCHITECTURES[entry.architecture].whole else ""


def _listed(name: str, files: Sequence[Path], seen: Seen, because: str) -> Inspection:
    return Inspection(
        name=name,
        network="unknown",
        parameters=seen.parameters,
        trainable=seen.parameters,
        layers=seen.layers,
        learning_rule=_UNKNOWN_RULE,
        dtypes=seen.dtypes,
        ties=seen.ties,
        bytes=sum(path.stat().st_size for path in files),
        origin="a file of parameters" if len(files) == 1 else f"{len(files)} files of parameters",
        verified="by form",
        notes=(f"{because}: {_NO_NETWORK}",),
    )


def _of_file(found: Found, seen: Seen) -> Inspection:
    """A bare file; one whose tensors are those of a network that Headstart builds, as that."""
    listed = _listed(found.name, [found.path], seen, "nothing says which network this is")
    if not seen.network:
        return listed
    return replace(
        listed,
        network=seen.network,
        library=seen.library,
        family="image_encoder",
        depth=seen.depth,
        nonlinearities=seen.nonlinearities,
        outputs=seen.outputs,
        inputs={"modality": "image", "size": SIDE, "channels": 3},
        notes=(
            f"its tensors are those of a {seen.network} of {seen.library}; sizes are of a "
            f"picture of {SIDE} x {SIDE} pixels; how pictures are normalised the file does not say",
        ),
    )


def _described(
    found: Found, entry: Entry, configuration: weights.Configuration, seen: Seen
) -> Inspection:
    return Inspection(
        name=found.name,
        network=seen.network or entry.network,
        library=entry.library,
        family=entry.family,
        parameters=seen.parameters,
        trainable=seen.parameters,
        layers=seen.layers,
        depth=seen.depth,
        nonlinearities=seen.nonlinearities,
        learning_rule=entry.learned or _UNKNOWN_RULE,
        inputs=_inputs(found, entry, configuration),
        labels=entry.labels.names if entry.labels else (),
        outputs=entry.labels.number if entry.labels else None,
        licence=entry.licence,
        dtypes=seen.dtypes,
        ties=seen.ties,
        bytes=entry.bytes,
        origin=_origin(found),
        verified=found.verified,
        reference=entry.reference,
        notes=_notes(seen.beside, configuration.dropped),
    )


def _inputs(found: Found, entry: Entry, configuration: weights.Configuration) -> dict[str, Any]:
    facts = {"modality": entry.modality, **plain(entry.inputs)}
    if isinstance(entry.inputs, TextInputs):
        facts["tokenizer"] = tokenizer_facts(found, configuration)
    return facts


def _origin(found: Found) -> str:
    """Where it was found, and what its authors trained it on."""
    entry = found.entry
    where = {
        "package": "carried by an installed package",
        "huggingface": "in the hub's cache",
        "torchvision": "in torch's own folder",
        "folder": "in a folder",
    }[found.source]
    trained = f"; trained on {entry.trained_on}" if entry and entry.trained_on else ""
    return f"{where}{trained}"


def _notes(beside: tuple[int, int], dropped: Sequence[str]) -> tuple[str, ...]:
    notes = []
    number, size = beside
    if number:
        notes.append(
            f"{number} tensors with {size:,} numbers are in the file and not in the network "
            "that Headstart builds: the sizes of their outputs are not known"
        )
    if dropped:
        shown = ", ".join(dropped[:5]) + (
            f" (+{len(dropped) - 5} more)" if len(dropped) > 5 else ""
        )
        notes.append(f"keys of the configuration that are not used: {shown}")
    return tuple(notes)
