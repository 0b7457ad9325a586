"""Whether a configuration and a file of parameters are of one network, by arithmetic on shapes.

The tensors that fix a network's sizes are listed for each architecture, with the shapes that a
configuration gives them. So two halves of different checkpoints are found when the folder is opened
and not in a trial, without the library that would build the network.

Names and defaults are those of transformers; a test holds them against what it builds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

from headstart.errors import WeightsError
from headstart.weights.formats import TensorFacts

Values: TypeAlias = Mapping[str, Any]
Shapes: TypeAlias = Iterator[tuple[str, tuple[int, ...]]]
HEADS = ("classifier", "classifier.out_proj", "classifier.1")
"""Modules that make a network of transformers a classifier."""
_BLOCKS: Values = MappingProxyType(
    {
        "hidden_size": 768,
        "num_hidden_layers": 12,
        "num_attention_heads": 12,
        "intermediate_size": 3072,
    }
)
_CLIP_VISION: Values = MappingProxyType(
    {**_BLOCKS, "image_size": 224, "patch_size": 32, "num_channels": 3}
)
_NEW_VIT = (
    ("layers.", "encoder.layer."),
    ("attention.q_proj", "attention.attention.query"),
    ("attention.o_proj", "attention.output.dense"),
    ("mlp.fc1", "intermediate.dense"),
    ("mlp.fc2", "output.dense"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a configuration says of the tensors of one architecture.

    Attributes:
        defaults: of the keys that a file may leave out.
        shapes: (values) -> names and shapes of tensors that must be there.
        blocks: where the list of its blocks stands, and (values) -> how many there are.
        heads: (values) -> width and number of attention heads; the first is a multiple.
        prefix: of the encoder's tensors inside of a classifier's.
        aliases: parts of names in newer files, and what older ones call them.
    """

    defaults: Values
    shapes: Callable[[Values], Shapes]
    blocks: str
    count: Callable[[Values], int]
    heads: Callable[[Values], tuple[int, int]] = lambda values: (1, 1)
    prefix: str = ""
    aliases: tuple[tuple[str, str], ...] = ()


def refuse_disagreement(
    name: str,
    architecture: str,
    values: Values,
    outputs: int | None,
    tensors: Mapping[str, TensorFacts],
) -> None:
    """Make sure that a configuration describes the network whose tensors these are.

    Args:
        outputs: number of labels that the configuration states, or None.

    Raises:
        WeightsError: they are of two networks; the message names the first tensor that tells.
    """
    plan = PLANS[architecture]
    whole = {**plan.defaults, **values}
    known = dict(_under_plain_names(plan, tensors))
    width, heads = plan.heads(whole)
    if width % heads:
        raise _misfit(name, f"a width of {width} cannot be split among {heads} attention heads")
    for tensor, wanted in plan.shapes(whole):
        found = known.get(tensor)
        if found is None:
            raise _misfit(name, f"`{tensor}` is missing; {wanted} was expected")
        if found.shape != wanted:
            said = f"`{tensor}` has the shape {found.shape}; its configuration wants {wanted}"
            raise _misfit(name, said)
        if not found.is_learned(tensor):
            raise _misfit(name, f"`{tensor}` is {found.dtype}; numbers with a fraction are wanted")
    _refuse_other_depth(name, plan, whole, known)
    _refuse_other_labels(name, outputs, tensors)


def _refuse_other_depth(
    name: str, plan: Plan, values: Values, known: Mapping[str, TensorFacts]
) -> None:
    """More blocks than the configuration says would be left out without a word."""
    starting = [each for each in known if each.startswith(plan.blocks)]
    numbers = {each[len(plan.blocks) :].partition(".")[0] for each in starting}
    count = plan.count(values)
    if len(numbers) != count:
        raise _misfit(name, f"it has {len(numbers)} blocks; its configuration says {count}")


def _refuse_other_labels(
    name: str, outputs: int | None, tensors: Mapping[str, TensorFacts]
) -> None:
    for head in HEADS:
        found = tensors.get(f"{head}.weight")
        if found is not None and outputs is not None and found.shape[:1] != (outputs,):
            said = f"`{head}.weight` has the shape {found.shape}"
            raise _misfit(name, f"{said}; its configuration names {outputs} labels")


def _under_plain_names(
    plan: Plan, tensors: Mapping[str, TensorFacts]
) -> Iterator[tuple[str, TensorFacts]]:
    for name, facts in tensors.items():
        plain = name.removeprefix(plan.prefix)
        for new, old in plan.aliases:
            if not plain.startswith("encoder.") or new != "layers.":
                plain = plain.replace(new, old)
        yield plain, facts


def _misfit(name: str, because: str) -> WeightsError:
    return WeightsError(
        f"configuration and parameters of `{name}` are not of the same checkpoint: {because}.",
        "Copy the whole checkpoint again from where it was made.",
    )


def _bert(values: Values) -> Shapes:
    h, inner = values["hidden_size"], values["intermediate_size"]
    yield "embeddings.word_embeddings.weight", (values["vocab_size"], h)
    yield "embeddings.position_embeddings.weight", (values["max_position_embeddings"], h)
    yield "embeddings.token_type_embeddings.weight", (values["type_vocab_size"], h)
    for place in range(values["num_hidden_layers"]):
        block = f"encoder.layer.{place}"
        yield f"{block}.attention.self.query.weight", (h, h)
        yield f"{block}.attention.output.dense.weight", (h, h)
        yield f"{block}.intermediate.dense.weight", (inner, h)
        yield f"{block}.output.dense.weight", (h, inner)


def _distilbert(values: Values) -> Shapes:
    h, inner = values["dim"], values["hidden_dim"]
    yield "embeddings.word_embeddings.weight", (values["vocab_size"], h)
    yield "embeddings.position_embeddings.weight", (values["max_position_embeddings"], h)
    for place in range(values["n_layers"]):
        block = f"transformer.layer.{place}"
        yield f"{block}.attention.q_lin.weight", (h, h)
        yield f"{block}.attention.out_lin.weight", (h, h)
        yield f"{block}.ffn.lin1.weight", (inner, h)
        yield f"{block}.ffn.lin2.weight", (h, inner)


def _t5(values: Values) -> Shapes:
    h, inner = values["d_model"], values["d_ff"]
    asked = values["d_kv"] * values["num_heads"]
    first = "wi_0" if str(values["feed_forward_proj"]).startswith("gated") else "wi"
    yield "shared.weight", (values["vocab_size"], h)
    for place in range(values["num_layers"]):
        block = f"encoder.block.{place}.layer"
        yield f"{block}.0.SelfAttention.q.weight", (asked, h)
        yield f"{block}.0.SelfAttention.o.weight", (h, asked)
        yield f"{block}.1.DenseReluDense.{first}.weight", (inner, h)
        yield f"{block}.1.DenseReluDense.wo.weight", (h, inner)


def _vit(values: Values) -> Shapes:
    h, inner, side = values["hidden_size"], values["intermediate_size"], values["patch_size"]
    places = (values["image_size"] // side) ** 2 + 1
    yield "embeddings.position_embeddings", (1, places, h)
    yield "embeddings.patch_embeddings.projection.weight", (h, values["num_channels"], side, side)
    for place in range(values["num_hidden_layers"]):
        block = f"encoder.layer.{place}"
        yield f"{block}.attention.attention.query.weight", (h, h)
        yield f"{block}.attention.output.dense.weight", (h, h)
        yield f"{block}.intermediate.dense.weight", (inner, h)
        yield f"{block}.output.dense.weight", (h, inner)


def _resnet(values: Values) -> Shapes:
    before = values["embedding_size"]
    yield "embedder.embedder.convolution.weight", (before, values["num_channels"], 7, 7)
    is_basic = values["layer_type"] == "basic"
    for stage, (after, depth) in enumerate(_stages(values)):
        for place in range(depth):
            inner = after if is_basic else after // 4
            first = 3 if is_basic else 1
            block = f"encoder.stages.{stage}.layers.{place}.layer"
            yield f"{block}.0.convolution.weight", (inner, before, first, first)
            yield f"{block}.1.convolution.weight", (inner, inner, 3, 3)
            before = after


def _convnext(values: Values) -> Shapes:
    side, before = values["patch_size"], values["num_channels"]
    for stage, (h, depth) in enumerate(_stages(values)):
        entry = f"encoder.stages.{stage}.downsampling_layer.1.weight"
        stem = "embeddings.patch_embeddings.weight"
        yield (entry if stage else stem), (h, before, *((2, 2) if stage else (side, side)))
        for place in range(depth):
            block = f"encoder.stages.{stage}.layers.{place}"
            yield f"{block}.dwconv.weight", (h, 1, 7, 7)
            yield f"{block}.pwconv1.weight", (4 * h, h)
        before = h


def _efficientnet(values: Values) -> Shapes:
    stem, last = _rounded(values, 32), _rounded(values, values["out_channels"][-1])
    yield "embeddings.convolution.weight", (stem, values["num_channels"], 3, 3)
    yield "encoder.top_conv.weight", (_rounded(values, 1280), last, 1, 1)


def _clip(values: Values) -> Shapes:
    vision = {**_CLIP_VISION, **values.get("vision_config", {})}
    h, inner, side = vision["hidden_size"], vision["intermediate_size"], vision["patch_size"]
    places = (vision["image_size"] // side) ** 2 + 1
    yield "visual_projection.weight", (values["projection_dim"], h)
    yield "vision_model.embeddings.patch_embedding.weight", (h, 3, side, side)
    yield "vision_model.embeddings.position_embedding.weight", (places, h)
    for place in range(vision["num_hidden_layers"]):
        block = f"vision_model.encoder.layers.{place}"
        yield f"{block}.self_attn.q_proj.weight", (h, h)
        yield f"{block}.mlp.fc1.weight", (inner, h)
        yield f"{block}.mlp.fc2.weight", (h, inner)


def _stages(values: Values) -> list[tuple[int, int]]:
    return list(zip(values["hidden_sizes"], values["depths"], strict=False))


def _rounded(values: Values, channels: int) -> int:
    """Channels times the network's width, as a multiple of its divisor (Tan & Le 2019)."""
    wanted, divisor = channels * values["width_coefficient"], values["depth_divisor"]
    near = max(divisor, int(wanted + divisor / 2) // divisor * divisor)
    return int(near + divisor if near < 0.9 * wanted else near)


def _repeated(values: Values) -> int:
    factor = values["depth_coefficient"]
    return sum(math.ceil(factor * times) for times in values["num_block_repeats"])


def _clip_depth(values: Values) -> int:
    return int({**_CLIP_VISION, **values.get("vision_config", {})}["num_hidden_layers"])


def _clip_heads(values: Values) -> tuple[int, int]:
    vision = {**_CLIP_VISION, **values.get("vision_config", {})}
    return vision["hidden_size"], vision["num_attention_heads"]


def _heads(values: Values) -> tuple[int, int]:
    return values["hidden_size"], values["num_attention_heads"]


def _layers(values: Values) -> int:
    return int(values["num_hidden_layers"])


PLANS: Mapping[str, Plan] = MappingProxyType(
    {
        "bert": Plan(
            defaults={
                **_BLOCKS,
                "vocab_size": 30522,
                "max_position_embeddings": 512,
                "type_vocab_size": 2,
            },
            shapes=_bert,
            blocks="encoder.layer.",
            count=_layers,
            heads=_heads,
            prefix="bert.",
        ),
        "roberta": Plan(
            defaults={
                **_BLOCKS,
                "vocab_size": 50265,
                "max_position_embeddings": 512,
                "type_vocab_size": 2,
            },
            shapes=_bert,
            blocks="encoder.layer.",
            count=_layers,
            heads=_heads,
            prefix="roberta.",
        ),
        "distilbert": Plan(
            defaults={
                "vocab_size": 30522,
                "max_position_embeddings": 512,
                "n_layers": 6,
                "n_heads": 12,
                "dim": 768,
                "hidden_dim": 3072,
            },
            shapes=_distilbert,
            blocks="transformer.layer.",
            count=lambda values: int(values["n_layers"]),
            heads=lambda values: (values["dim"], values["n_heads"]),
            prefix="distilbert.",
        ),
        "t5": Plan(
            defaults={
                "vocab_size": 32128,
                "d_model": 512,
                "d_kv": 64,
                "d_ff": 2048,
                "num_layers": 6,
                "num_heads": 8,
                "feed_forward_proj": "relu",
            },
            shapes=_t5,
            blocks="encoder.block.",
            count=lambda values: int(values["num_layers"]),
            aliases=(("encoder.embed_tokens.", "shared."),),
        ),
        "vit": Plan(
            defaults={**_BLOCKS, "image_size": 224, "patch_size": 16, "num_channels": 3},
            shapes=_vit,
            blocks="encoder.layer.",
            count=_layers,
            heads=_heads,
            prefix="vit.",
            aliases=_NEW_VIT,
        ),
        "resnet": Plan(
            defaults={
                "embedding_size": 64,
                "hidden_sizes": [256, 512, 1024, 2048],
                "depths": [3, 4, 6, 3],
                "layer_type": "bottleneck",
                "num_channels": 3,
            },
            shapes=_resnet,
            blocks="encoder.stages.",
            count=lambda values: len(_stages(values)),
            prefix="resnet.",
        ),
        "convnext": Plan(
            defaults={
                "hidden_sizes": [96, 192, 384, 768],
                "depths": [3, 3, 9, 3],
                "patch_size": 4,
                "num_channels": 3,
            },
            shapes=_convnext,
            blocks="encoder.stages.",
            count=lambda values: len(_stages(values)),
            prefix="convnext.",
        ),
        "efficientnet": Plan(
            defaults={
                "width_coefficient": 2.0,
                "depth_coefficient": 3.1,
                "depth_divisor": 8,
                "num_channels": 3,
                "out_channels": [16, 24, 40, 80, 112, 192, 320],
                "num_block_repeats": [1, 2, 2, 3, 3, 4, 1],
            },
            shapes=_efficientnet,
            blocks="encoder.blocks.",
            count=_repeated,
            prefix="efficientnet.",
        ),
        "clip": Plan(
            defaults={"projection_dim": 512},
            shapes=_clip,
            blocks="vision_model.encoder.layers.",
            count=_clip_depth,
            heads=_clip_heads,
        ),
    }
)
