"""Elements of SVG: the one place where text becomes markup, and it is escaped there."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

# Half the size of a marker is 4 pixels; the centre is (0, 0). The shapes differ for those who
# cannot tell the colours apart, and in black-and-white print.
MARKERS = (
    "M-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0z",
    "M-3.6,-3.6h7.2v7.2h-7.2z",
    "M0,-5L5,0L0,5L-5,0z",
    "M0,-4.6L4.6,3.6H-4.6z",
    "M0,4.6L4.6,-3.6H-4.6z",
    "M-1.4,-4.6h2.8v3.2h3.2v2.8h-3.2v3.2h-2.8v-3.2h-3.2v-2.8h3.2z",
    "M-4.6,-3.2L-3.2,-4.6L0,-1.4L3.2,-4.6L4.6,-3.2L1.4,0L4.6,3.2L3.2,4.6L0,1.4L-3.2,4.6L-4.6,3.2L-1.4,0z",
)


def element(tag: str, *children: str, **attributes: object) -> Markup:
    """One element; children that are not markup already, and attributes, are escaped.

    Underscores in names of attributes become hyphens, one at the end is dropped (`class_`).

    Example:
        >>> print(element("text", "a < b", class_="tick", text_anchor="end"))
        <text class="tick" text-anchor="end">a &lt; b</text>
    """
    pairs = [
        Markup(' {}="{}"').format(Markup(name.rstrip("_").replace("_", "-")), _short(value))
        for name, value in attributes.items()
    ]
    inside = Markup().join(children)
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(tag), Markup().join(pairs), inside)


def picture(label: str, height: float, children: Iterable[str], *, class_: str = "") -> Markup:
    """A drawing of full width; `label` says to a screen reader what there is to see."""
    return element(
        "svg",
        *children,
        class_=f"chart {class_}".strip(),
        role="img",
        aria_label=label,
        width="100%",
        height=height,
    )


def stretched(height: float, *children: str) -> Markup:
    """Shapes with several points, their x between 0 and 100, stretched to the full width."""
    return element(
        "svg",
        *children,
        viewBox=f"0 0 100 {height:g}",
        preserveAspectRatio="none",
        width="100%",
        height=height,
    )


def marker(x: float, y: float, shape: int, class_: str, title: str = "") -> Markup:
    """A small shape at x percent and y pixels; `title` appears under the pointer."""
    path = element("path", d=MARKERS[shape % len(MARKERS)])
    named = [element("title", title)] if title else []
    return element("svg", *named, path, x=f"{x:.2f}%", y=y, overflow="visible", class_=class_)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Markup:
    """A straight line; x in percent, y in pixels."""
    return element("line", x1=f"{x1:.2f}%", y1=y1, x2=f"{x2:.2f}%", y2=y2, class_=class_)


def text(x: float, y: float, words: str, class_: str = "tick", **attributes: object) -> Markup:
    """Words at x percent and y pixels (the base line)."""
    return element("text", words, x=f"{x:.2f}%", y=y, class_=class_, **attributes)


def _short(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
