"""Two chains of convolutions with other names: the n-th kernel of one is the n-th of the other.

What a kernel listens to is what the kernel before it puts out. So the chains are followed from the
first kernel on, as long as both look equally far and see all channels, with the statistics and
gains behind each kernel. Where that is less than half of the target's chain, or the first kernels
differ, the networks are not alike, and nothing is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from headstart.weights.surgery.anatomy import Anatomy, Part

_LEAST = 0.5
"""Share of the target's kernels that must be found."""


@dataclass(frozen=True, slots=True)
class _Link:
    """A kernel, and the normalisation that follows it, by the ends of its names."""

    kernel: Part
    norm: dict[str, str]


def chain(source: Anatomy, target: Anatomy) -> dict[str, str]:
    """Tensor of the target -> tensor of the source; often none at all."""
    theirs, ours = _links(source), _links(target)
    same = 0
    for old, new in zip(theirs, ours, strict=False):
        if not _are_alike(old.kernel, new.kernel, is_first=same == 0):
            break
        same += 1
    if not ours or same < _LEAST * len(ours):
        return {}
    found: dict[str, str] = {}
    for old, new in zip(theirs[:same], ours[:same], strict=True):
        found[new.kernel.name] = old.kernel.name
        found |= {name: old.norm[leaf] for leaf, name in new.norm.items() if leaf in old.norm}
    return found


def _links(anatomy: Anatomy) -> list[_Link]:
    links: list[_Link] = []
    measured = {part.owner for part in anatomy.parts.values() if part.leaf == "running_mean"}
    for part in anatomy.parts.values():
        if len(part.shape) == 4 and "Conv" in part.kind and part.leaf == "weight":
            links.append(_Link(part, {}))
        elif links and part.owner in measured and _is_first(part, links[-1]):
            links[-1].norm[part.leaf] = part.name
    return links


def _is_first(part: Part, link: _Link) -> bool:
    """Whether a layer with statistics is the first behind a kernel."""
    owners = {name.rpartition(".")[0] for name in link.norm.values()}
    return not owners or part.owner in owners


def _are_alike(old: Part, new: Part, *, is_first: bool) -> bool:
    if old.shape[2:] != new.shape[2:] or old.groups != new.groups:
        return False
    alone: Sequence[bool] = [part.shape[1] == 1 and part.shape[0] > 1 for part in (old, new)]
    return is_first or alone[0] == alone[1]
