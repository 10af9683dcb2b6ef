"""The chain of levels as a picture: x is the order of the steps, y is `calib_level`; a flat line adds nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from adp.comparison.words.text import visible

LEFT, STRIDE, TAIL, RISE = 70, 220, 150, 74
TOP, LEVEL, BAR = 66, 62, 24
NOTE_LENGTH = 30
NARROWEST = 880
LETTER = 6.2  # of the small text, on average
FITTING = 4


@dataclass(frozen=True, slots=True)
class GridLine:
    level: int
    y: int

    @property
    def text_y(self) -> int:
        return self.y + 4


@dataclass(frozen=True, slots=True)
class Dot:
    name: str
    note: str
    level: int
    x: int
    y: int
    kind: str = "dot"

    @property
    def name_y(self) -> int:
        return self.y - 28

    @property
    def note_y(self) -> int:
        return self.y - 13


@dataclass(frozen=True, slots=True)
class Bar:
    """`text_x` and `anchor` keep the words inside the picture."""

    x1: int
    x2: int
    y: int
    text: str
    text_x: int
    anchor: str

    @property
    def text_y(self) -> int:
        return self.y + 20


@dataclass(frozen=True, slots=True)
class Row:
    """One product in the table below the picture."""

    step: str
    kind: str
    loss: str
    sources: str
    name: str
    level: int
    keeps: str


@dataclass(frozen=True, slots=True)
class Chain:
    name: str
    width: int
    height: int
    right: int
    grid: tuple[GridLine, ...]
    dots: tuple[Dot, ...]
    path: str
    bars: tuple[Bar, ...]
    rows: tuple[Row, ...]
    title: str

    @property
    def is_long(self) -> bool:
        """Would not be legible when it is made to fit."""
        return len(self.dots) > FITTING


def draw(manifest: Mapping[str, Any], levels: Mapping[str, int]) -> tuple[Chain, ...]:
    """One chain for each set of products that hang together. `manifest` as its plain values; `levels`: the calib_level
    of each product by name."""
    products = [p for p in manifest.get("products", ()) if p["name"] in levels]
    used = {source for p in products for source in p.get("derived_from", ())}
    shown = [*(d for d in manifest.get("data", ()) if d["name"] in used), *products]
    heights = {d["name"]: int(d.get("level") or 0) for d in shown} | dict(levels)
    steps = _makers(manifest)
    return tuple(_one(group, n, heights, steps) for n, group in enumerate(_together(shown)))


def _together(shown: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Inputs and products in order, parted into those that derive from one another."""
    groups: list[list[Mapping[str, Any]]] = []
    for item in shown:
        kin = {item["name"], *item.get("derived_from", ())}
        touched = [
            g for g in groups if kin & ({m["name"] for m in g} | {s for m in g for s in m.get("derived_from", ())})
        ]
        groups = [g for g in groups if g not in touched]
        groups.append([*(member for g in touched for member in g), item])
    return groups


def _named(items: Sequence[Mapping[str, Any]]) -> set[str]:
    return {name for item in items for name in (item["name"], *item.get("derived_from", ()))}


def _one(
    shown: Sequence[Mapping[str, Any]],
    number: int,
    heights: Mapping[str, int],
    steps: Mapping[str, Mapping[str, Any]],
) -> Chain:
    products = [s for s in shown if "format" in s]
    levels = [heights[s["name"]] for s in shown]
    lowest, highest = min(levels), max(levels)
    base = TOP + LEVEL * (highest - lowest)
    dots = {
        s["name"]: Dot(
            name=visible(s["name"]),
            note=_note(s, steps.get(s["name"])),
            level=heights[s["name"]],
            x=LEFT + STRIDE * i,
            y=base - LEVEL * (heights[s["name"]] - lowest),
            kind="end" if s is shown[-1] else "dot",
        )
        for i, s in enumerate(shown)
    }
    last = dots[shown[-1]["name"]]
    width = max(last.x + TAIL, NARROWEST)
    bars = _bars(products, dots, base + 36, width)
    rows = tuple(_row(p, steps.get(p["name"]), heights) for p in products)
    return Chain(
        name=f"chain-{number}",
        width=width,
        height=base + 36 + (2 * BAR * len(bars) if bars else 0),
        right=width - 20,
        grid=tuple(GridLine(lowest + i, base - LEVEL * i) for i in range(highest - lowest + 1)),
        dots=tuple(dots.values()),
        path=_path(products, dots, last),
        bars=bars,
        rows=rows,
        title=_title(dots),
    )


def _makers(manifest: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Which step writes a product: the first whose command names it, or its path below {out}."""
    found: dict[str, Mapping[str, Any]] = {}
    steps: Sequence[Mapping[str, Any]] = manifest.get("steps", ())
    for product in manifest.get("products", ()):
        names = ("{out}/" + product["path"], "{" + product["name"] + "}")
        for step in steps:
            if any(name in word for word in step.get("run", ()) for name in names):
                found[product["name"]] = step
                break
        else:
            if len(steps) == 1:
                found[product["name"]] = steps[0]
    return found


def _note(item: Mapping[str, Any], step: Mapping[str, Any] | None) -> str:
    if step is None:
        return visible(item.get("role", "")).replace("-", " ")
    loss = step.get("loss", "none")
    note = visible(step["kind"]).replace("-", " ") + (f", loss {visible(loss)}" if loss != "none" else "")
    return note if len(note) <= NOTE_LENGTH else note[: NOTE_LENGTH - 1] + "…"


def _path(products: Sequence[Mapping[str, Any]], dots: Mapping[str, Dot], last: Dot) -> str:
    """From each source flat, then up (or down) just before the product."""
    parts = []
    for product in products:
        end = dots[product["name"]]
        for source in product.get("derived_from", ()):
            start = dots.get(source)
            if start is not None:
                parts.append(f"M{start.x},{start.y} H{end.x - RISE} L{end.x},{end.y}")
    parts.append(f"M{last.x},{last.y} H{last.x + TAIL - 34}")
    return " ".join(parts)


def _bars(products: Sequence[Mapping[str, Any]], dots: Mapping[str, Dot], top: int, width: int) -> tuple[Bar, ...]:
    """Columns a step promised to keep; stretches that meet and keep the same columns become one."""
    stretches: list[tuple[int, int, str]] = []
    for product in products:
        relation = product.get("relation") or {}
        source = dots.get(relation.get("source") or relation.get("from") or "")
        kept = visible(", ".join(relation.get("invariant", ())))
        if source is None or not kept:
            continue
        end = dots[product["name"]].x
        if stretches and stretches[-1][1:] == (source.x, kept):
            stretches[-1] = (stretches[-1][0], end, kept)
        else:
            stretches.append((source.x, end, kept))
    return tuple(_bar(x1, x2, top + 2 * BAR * i, kept, width) for i, (x1, x2, kept) in enumerate(stretches))


def _bar(x1: int, x2: int, y: int, kept: str, width: int) -> Bar:
    text = f"{kept}: bit-identical over this stretch, checked in every run"
    most = int(width / LETTER)
    text = text if len(text) <= most else text[: most - 1] + "…"
    fits = x1 + len(text) * LETTER <= width
    return Bar(x1, x2, y, text, x1 if fits else width, "start" if fits else "end")


def _row(product: Mapping[str, Any], step: Mapping[str, Any] | None, levels: Mapping[str, int]) -> Row:
    relation = product.get("relation") or {}
    return Row(
        step=visible((step or {}).get("name", "")),
        kind=visible((step or {}).get("kind", "")),
        loss=visible((step or {}).get("loss", "")),
        sources=visible(", ".join(product.get("derived_from", ()))),
        name=visible(product["name"]),
        level=levels[product["name"]],
        keeps=visible(", ".join(relation.get("invariant", ()))),
    )


def _title(dots: Mapping[str, Dot]) -> str:
    walk = ", ".join(f"{d.name} at calibration level {d.level}" for d in dots.values())
    flat = [b.name for a, b in pairwise(dots.values()) if a.level == b.level]
    return f"The chain of levels: {walk}." + (f" Without a new level: {', '.join(flat)}." if flat else "")
