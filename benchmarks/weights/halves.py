"""Half-size networks of two checkpoints, begun in one of three ways.

- `minilm`: MiniLM-L6 with half the width, half the heads and half the hidden units, all six blocks.
- `minilm_shallow`: MiniLM-L6 with the first three of its six blocks.
- `efficientnet`: EfficientNet-Lite0 with half the channels of every block (rounded to eights); the
  first and the last convolution keep theirs, as they do at every width of this family.

Arms: `selected` weights (entries evenly spaced in every dimension, heads whole, first blocks),
`random` ones (the library's own first values), `shuffled` selected ones (each tensor's entries in a
random order). The head is new and at zero in all of them.
"""

from dataclasses import dataclass
from typing import Any, Literal

Arm = Literal["selected", "random", "shuffled"]
ARMS: tuple[Arm, ...] = ("selected", "random", "shuffled")
MINILM, LITE = "minilm_l6.all_v2", "efficientnet_lite0.in1k"
NETWORKS = {"minilm": MINILM, "minilm_shallow": MINILM, "efficientnet": LITE}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Begun:
    """A network before its first step.

    Attributes:
        network: inputs -> (1, rows, classes).
        coverage: share of the encoder's parameters that come from the checkpoint.
        moves: how many tensors were copied, adapted, new and dropped.
    """

    network: Any
    parameters: int
    coverage: float
    moves: dict[str, int]


def begin(name: str, arm: Arm, classes: int, seed: int) -> Begun:
    """The half-size network of this name, with the first values of this arm."""
    encoder = _minilm(name, seed) if name != "efficientnet" else _efficientnet(seed)
    coverage, moves = 0.0, dict[str, int]()
    if arm != "random":
        coverage, moves = _filled(NETWORKS[name], encoder, seed, shuffles=arm == "shuffled")
    network = _with_head(name, encoder, classes)
    return Begun(
        network=network,
        parameters=sum(each.numel() for each in network.parameters()),
        coverage=coverage,
        moves=moves,
    )


def _filled(
    checkpoint: str, encoder: Any, seed: int, *, shuffles: bool
) -> tuple[float, dict[str, int]]:
    from headstart import weights

    plan = weights.plan(checkpoint, encoder)
    if shuffles:
        plan = weights.shuffled(plan, seed)
    plan.apply(seed=seed, check=False)
    actions = [move.action for move in plan.moves]
    return plan.coverage, {action: actions.count(action) for action in sorted(set(actions))}


def _minilm(name: str, seed: int) -> Any:
    from headstart import weights
    from headstart.networks.text_builds import encoder

    values = dict(weights.config(weights.need(MINILM)).values)
    if name == "minilm_shallow":
        values["num_hidden_layers"] //= 2
    else:
        for each in ("hidden_size", "num_attention_heads", "intermediate_size"):
            values[each] //= 2
    return encoder("bert", values, seed)


def _efficientnet(seed: int) -> Any:
    import torch
    from timm.models import efficientnet

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        # The library names no half width; this is what builds all widths that it names.
        return efficientnet._gen_efficientnet_lite(
            "tf_efficientnet_lite0",
            channel_multiplier=0.5,
            bn_eps=efficientnet.BN_EPS_TF_DEFAULT,
            pad_type="same",
            num_classes=0,
        )


def _with_head(name: str, encoder: Any, classes: int) -> Any:
    import torch
    from torch import nn

    from headstart.networks.pretrained import Pretrained

    class Answering(nn.Module):
        """An encoder, and a linear head at zero."""

        def __init__(self, reader: nn.Module, width: int) -> None:
            super().__init__()
            self.reader = reader
            self.head = nn.Linear(width, classes)
            nn.init.zeros_(self.head.weight)
            nn.init.zeros_(self.head.bias)

        def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
            return self.head(self.reader(*inputs))[None]

    class Seeing(nn.Module):
        """Bytes (b, 3, s, s) as the checkpoint wants them: 127 is its zero, 128 its one."""

        def __init__(self) -> None:
            super().__init__()
            self.network = encoder.to(memory_format=torch.channels_last)

        def forward(self, pixels: torch.Tensor) -> torch.Tensor:
            seen = (pixels.float() - 127.0) / 128.0
            return self.network(seen.to(memory_format=torch.channels_last))

    if name == "efficientnet":
        return Answering(Seeing(), encoder.num_features)
    reader = Pretrained("bert", encoder, pooling="mean", unit_length=False)
    return Answering(reader, reader.width)
