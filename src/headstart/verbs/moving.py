"""`weights`: what would become of every tensor in another network, and moving them there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from headstart import weights as checkpoints
from headstart.delivery import folders
from headstart.errors import WeightsError
from headstart.families import family, known
from headstart.records import Receipt
from headstart.weights import Plan
from headstart.weights.surgery.target import ENCODERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What would be moved, or was.

    Attributes:
        receipt: every move; what was measured, where it was applied.
        out: the folder that was written; None where nothing was applied.
        written: the file into which the plan was written; None where it was read or not asked for.
        is_drawn: the target's network is drawn from the data of a fit, which alone can apply this.
    """

    plan: Plan
    receipt: Receipt
    out: Path | None = None
    written: Path | None = None
    is_drawn: bool = False


def weights(
    source: str,
    target: str,
    *,
    apply: bool = False,
    plan: str | Path | None = None,
    out: str | Path | None = None,
    seed: int = 0,
) -> Moved:
    """Plan how weights get from one model into another; apply it where that is asked for.

    Args:
        source: a checkpoint, a folder, a file of parameters, or an earlier run.
        target: a folder with a `config.json`, the name of a checkpoint, a family of encoders, an
            earlier run; or a family whose network is drawn from the data, of which a plan alone is
            made, for its settings as they stand.
        plan: a TOML file: one that is there is followed, one that is not is written.
        out: the folder for what comes of it; `weights-1`, `weights-2` ... unless given.
        seed: of what begins anew.

    Raises:
        AskError: nothing is called so, or the plan leaves a choice open.
        WeightsError: the weights do not fit, or are damaged.
    """
    blank = _blank(target)
    if blank is not None and apply:
        raise _drawn_from_data(target, source)
    made = (
        _with_network(checkpoints.plan(source, _goal(target)), source)
        if blank is None
        else _into_blank(source, blank, target)
    )
    written = None
    if plan is not None and Path(plan).exists():
        made = checkpoints.edited_plan(made, plan)
    elif plan is not None:
        written = Path(plan)
        checkpoints.save_plan(made, written)
    if not apply:
        receipt = Receipt(moves=made.records(), coverage=made.coverage)
        return Moved(plan=made, receipt=receipt, written=written, is_drawn=blank is not None)
    outcome = checkpoints.apply(made, seed=seed)
    folder = Path(out) if out is not None else _next_folder()
    receipt = checkpoints.keep(outcome, made, folder)
    return Moved(plan=made, receipt=receipt, out=folder, written=written)


def _blank(target: str) -> Any:
    """The network without numbers that a family shows before it has seen data; often None."""
    if target not in known() or target in ENCODERS:
        return None
    module = family(target)
    blank = vars(module).get("blank")
    return None if blank is None else blank(module.Settings())


def _into_blank(source: str, network: Any, target: str) -> Plan:
    """What a fit of the family would take, words by their number as long as no text was read."""
    return checkpoints.tensors_plan(checkpoints.need(source), network, called=target)


def _drawn_from_data(target: str, source: str = "") -> WeightsError:
    begin = f"`headstart fit DATA --families {target} --weights {source}` begins from what fits"
    return WeightsError(
        f"the network of the family `{target}` is drawn from the data that it learns from.",
        f"{begin}." if source else f"Name a run whose model is of `{target}`.",
    )


def _goal(target: str) -> Any:
    """What is named: the network of an earlier run, or what `weights.plan` finds by itself."""
    if target in known() and target not in ENCODERS:
        raise _drawn_from_data(target)
    if not Path(target).exists() or (Path(target) / "config.json").is_file():
        return target
    found = checkpoints.need(target, any_channels=True)
    return _network_of(found.path, target) if found.is_run else target


def _with_network(plan: Plan, source: str) -> Plan:
    """With the network of an earlier run beside its tensors, so that both can be compared."""
    found = plan.material.found
    if found is None or not found.is_run:
        return plan
    return replace(plan, material=replace(plan.material, network=_network_of(found.path, source)))


def _network_of(folder: Path, name: str) -> Any:
    """The one network of a model folder, or that of one of its members."""
    is_whole = (folder / folders.MANIFEST).is_file()
    model = folders.load(folder if is_whole else folder.parent)
    networks = [
        getattr(each, "network", None)
        for each, member in zip(model.models, model.members, strict=True)
        if is_whole or member.folder == folder.name
    ]
    if len(networks) != 1 or networks[0] is None:
        what = "no network" if len(networks) == 1 else f"{len(networks)} members"
        raise WeightsError(
            f"the model of `{name}` has {what}; one network is expected.",
            "Run `headstart fit ... --single`, or name a folder with a config.json.",
        )
    return networks[0]


def _next_folder() -> Path:
    number = 1
    while Path(f"weights-{number}").exists():
        number += 1
    return Path(f"weights-{number}")
