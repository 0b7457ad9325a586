"""What a checkpoint or a model is made of, for the terminal: facts first, then its layers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from headstart.errors import listed
from headstart.records.inspection import Inspection, Layer, Shape
from headstart.reporting.folding import Stretch, stretches
from headstart.reporting.layout import PLAIN, Paint, aligned, cells, cut, hanging, padded
from headstart.reporting.wording import count, size, visible

_LEFT = 14
_MOST_LAYERS = 120
_MOST_LABELS, _MOST_COLUMNS = 8, 8
_NARROWEST_NAME, _GAP = 16, 2
_HEAD = ["Layers", "kind", "parameters", "output"]
_DTYPES = MappingProxyType(
    {"F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16"}
    | {"I64": "int64", "I32": "int32", "U8": "uint8", "BOOL": "bool"}
)


def anatomy(found: Inspection, width: int, *, paint: Paint = PLAIN) -> str:
    """Everything that is known, in at most `width` columns."""
    facts = [
        hanging(
            "  " + padded(paint.faint(name), _LEFT + len(paint.faint(name)) - len(name)),
            text,
            width,
        )
        for name, text in _facts(found)
        if text
    ]
    parts = [
        "\n".join([paint.bold(cut(visible(found.name), width)), *facts]),
        _trees(found, width, paint),
        _layers(found, width, paint),
        "\n".join(hanging("  ! ", visible(note, 400), width) for note in found.notes),
    ]
    return "\n\n".join(part for part in parts if part)


def shape_phrase(output: Shape | None) -> str:
    """Sizes of one answer; `t` where one depends on the length of the text.

    Example:
        >>> shape_phrase((None, 384)), shape_phrase((64, 56, 56)), shape_phrase(None)
        ('t x 384', '64 x 56 x 56', '')
    """
    if output is None:
        return ""
    return " x ".join("t" if each is None else f"{each}" for each in output)


def ends_of(found: Inspection) -> tuple[str, str]:
    """What goes into a drawing of its layers and what comes out, in a few words."""
    inputs = found.inputs
    if "columns" in inputs:
        first = count(len(inputs["columns"]), "column") if inputs["columns"] else "a world"
    elif inputs.get("modality") == "text":
        first = f"a text of at most {inputs['longest']:,} tokens"
    elif "size" in inputs:
        first = f"a picture of {inputs['size']} x {inputs['size']} pixels"
    elif inputs.get("modality") == "audio":
        first = "a recording"
    elif inputs.get("modality") == "series":
        first = f"{inputs['length']:,} moments of {count(inputs['channels'], 'series', 'series')}"
    else:
        first = "input"
    last = outputs_phrase(found).partition(":")[0]
    return first, last or ("an action" if inputs.get("modality") == "control" else "a vector")


def inputs_phrase(inputs: Mapping[str, Any]) -> str:
    """What goes in, as a sentence without a verb."""
    if not inputs:
        return ""
    if "columns" in inputs:
        return _columns(inputs)
    said = {"text": _text, "audio": _sound, "series": _series}
    return said.get(str(inputs.get("modality")), _picture)(inputs)


def outputs_phrase(found: Inspection) -> str:
    """What comes out: labels, or how many numbers."""
    if found.labels:
        shown = ", ".join(visible(label, 40) for label in found.labels[:_MOST_LABELS])
        more = len(found.labels) - _MOST_LABELS
        rest = f" (+{more:,} more)" if more > 0 else ""
        return f"{count(len(found.labels), 'label')}: {shown}{rest}"
    if found.outputs:
        return (
            count(found.outputs, "number")
            if found.inputs.get("columns")
            else (f"{count(found.outputs, 'label')} without names")
        )
    return ""


def kept_phrase(found: Inspection) -> str:
    """In which numbers it is kept, and how much room that takes."""
    kinds = [_DTYPES.get(name, name.lower()) for name in found.dtypes]
    parts = [", ".join(kinds), size(found.bytes / 1e6) if found.bytes else ""]
    return ", ".join(part for part in parts if part)


def _facts(found: Inspection) -> Iterator[tuple[str, str]]:
    library = f" of {found.library}" if found.library else ""
    yield (
        "model",
        visible(f"{found.network}: {found.about}" if found.about else f"{found.network}{library}"),
    )
    stands = found.parameters - found.trainable
    still = f", {stands:,} of them stand still" if stands else ", all trainable"
    yield "parameters", f"{found.parameters:,}{still}"
    if found.depth:
        yield "depth", f"{count(found.depth, 'weighted layer')} on the longest way"
    yield "non-linear", ", ".join(found.nonlinearities)
    yield "learned by", visible(found.learning_rule, 400)
    yield "reads", inputs_phrase(found.inputs)
    yield "answers", outputs_phrase(found)
    yield "kept as", kept_phrase(found)
    yield "tied", listed((f"{visible(a)} = {visible(b)}" for a, b in found.ties.items()), most=3)
    yield "licence", visible(found.licence, 400)
    verified = f"; verified {found.verified}" if found.verified else ""
    yield "origin", visible(found.origin, 300) + verified
    yield "reference", visible(found.reference, 300)


def _text(inputs: Mapping[str, Any]) -> str:
    pieces = inputs.get("tokenizer") or {}
    parts = [f"text of at most {inputs['longest']:,} tokens"]
    if pieces:
        many = f", {pieces['vocabulary']:,} pieces" if pieces.get("vocabulary") else ""
        parts.append(f"{visible(str(pieces['kind']))}{many}")
    else:
        parts.append("no tokenizer beside it")
    parts += ["small letters"] if inputs.get("lower_case") else []
    pooled = "the mean of its tokens" if inputs.get("pooling") == "mean" else "its first token"
    ending = ", brought to length 1" if inputs.get("unit_length") else ""
    return f"{'; '.join(parts)}; a text is {pooled}{ending}"


def _sound(inputs: Mapping[str, Any]) -> str:
    rate = f"sound of {inputs['rate']:,} samples a second"
    if inputs.get("bands") is None:
        return f"{rate}, as it is"
    return f"{rate}, as a spectrum of {inputs['bands']} bands in {inputs['frames']:,} frames"


def _series(inputs: Mapping[str, Any]) -> str:
    return f"{inputs['length']:,} moments of {count(inputs['channels'], 'series', 'series')}"


def _picture(inputs: Mapping[str, Any]) -> str:
    side = inputs["size"]
    if "resize" not in inputs:
        return f"pictures of {inputs['channels']} channels"
    resize = inputs["resize"]
    cropped = f", cut from {resize}" if inputs.get("crop") == "center" and resize != side else ""
    mean, std = (" ".join(f"{each:.3g}" for each in inputs[name]) for name in ("mean", "std"))
    how = inputs["interpolation"]
    channels = inputs.get("channels", 3)
    deep = "" if channels == 3 else f" in {count(channels, 'channel')}"
    return f"pictures of {side} x {side} pixels{deep}{cropped} ({how}); mean {mean}, spread {std}"


def _columns(inputs: Mapping[str, Any]) -> str:
    columns: Sequence[Mapping[str, str]] = inputs["columns"]
    if not columns:
        return f"what a world shows ({inputs['modality']})"
    shown = ", ".join(
        f"{visible(each['name'], 24)} ({each['modality']})" for each in columns[:_MOST_COLUMNS]
    )
    more = len(columns) - _MOST_COLUMNS
    rest = f" (+{more:,} more)" if more > 0 else ""
    through = (
        f"; through {', '.join(map(visible, inputs['encoders']))}" if "encoders" in inputs else ""
    )
    return f"{count(len(columns), 'column')}: {shown}{rest}{through}"


def _trees(found: Inspection, width: int, paint: Paint) -> str:
    if not found.trees:
        return ""
    head = ["Trees", "trees", "depth", "leaves", "leaves a tree"]
    rows = [
        [
            cut(visible(each.target), 40),
            f"{each.trees:,}",
            f"{each.depth:,}",
            f"{each.leaves:,}",
            f"{each.leaves / max(each.trees, 1):,.1f}",
        ]
        for each in found.trees
    ]
    lines = aligned([head, *rows], [False, True, True, True, True])
    return "\n".join(
        [paint.bold(cut(lines[0], width)), *("  " + cut(x, width - 2) for x in lines[1:])]
    )


def _layers(found: Inspection, width: int, paint: Paint) -> str:
    rows: list[list[str]] = []
    for each in stretches(found.layers):
        rows += _stretch_rows(each)
    if not rows:
        return ""
    shown = rows[:_MOST_LAYERS]
    others = sum(max(cells(row[place]) for row in [_HEAD, *shown]) for place in (1, 2, 3))
    longest = max(cells(row[0]) for row in shown)
    room = max(_NARROWEST_NAME, min(longest, width - others - 3 * _GAP - 2))
    rows = [[_tail(row[0], room), *row[1:]] for row in shown]
    lines = aligned([_HEAD, *rows], [False, False, True, False], gap=_GAP)
    text = [paint.bold(cut(lines[0], width)), *(cut("  " + line, width) for line in lines[1:])]
    if len(shown) < sum(len(_stretch_rows(each)) for each in stretches(found.layers)):
        text.append("  more layers are in the JSON document (--json)")
    return "\n".join(text)


def _stretch_rows(each: Stretch) -> list[list[str]]:
    if not each.name:
        return [_row(layer, "") for layer in each.layers]
    first, _, last = each.name.partition(" to ")
    title = f"{first} to {last.rpartition('.')[2]}: {each.times} alike"
    head = [title, "", f"{each.parameters:,}", ""]
    return [head, *(_row(layer, "  ") for layer in each.layers)]


def _row(layer: Layer, indent: str) -> list[str]:
    size_of = f"{layer.parameters:,}" if layer.parameters else ""
    name = indent + visible(layer.name)
    return [name, visible(layer.kind, 32), size_of, shape_phrase(layer.output)]


def _tail(name: str, room: int) -> str:
    """The end of a long name says more than its beginning."""
    if cells(name) <= room:
        return name
    indent = len(name) - len(name.lstrip())
    return " " * indent + "…" + name[len(name) - room + indent + 1 :]
