"""Elements of a page as text in which nothing of a stranger's can be markup: what is not Markup is escaped."""

import html
from collections.abc import Iterable, Sequence

from adp.comparison.words.text import visible

VOID = frozenset({"img", "meta", "link", "source", "br"})
Attribute = str | int | float | bool


class Markup(str):
    """Text that is markup already, made by this module."""

    __slots__ = ()


def text(value: object) -> Markup:
    """Escaped, with control characters and what turns the direction of writing made visible."""
    return value if isinstance(value, Markup) else Markup(html.escape(visible(value)))


def el(name: str, /, *inner: object, **attributes: Attribute) -> Markup:
    """One element. `class_` and `for_` are written without the line below, others with a hyphen for theirs; True is an
    attribute without a value, False none at all."""
    told = "".join(_attribute(key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items())
    if name in VOID:
        return Markup(f"<{name}{told}>")
    return Markup(f"<{name}{told}>{join(inner)}</{name}>")


def join(parts: Iterable[object]) -> Markup:
    return Markup("".join(text(part) for part in parts))


def _attribute(name: str, value: Attribute) -> str:
    if value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{html.escape(visible(value))}"'


def table(
    heads: Sequence[object],
    rows: Iterable[Sequence[object]],
    *,
    caption: object = "",
    numbers: frozenset[int] = frozenset(),
) -> Markup:
    """Rows whose first cell is their head, below `heads`; the columns in `numbers` are set right. It may be scrolled by
    keyboard where it is too wide."""
    head = el("tr", *(el("th", h, scope="col", class_="num" if i in numbers else "") for i, h in enumerate(heads)))
    body = [el("tr", *(_cell(i, c, i in numbers) for i, c in enumerate(row))) for row in rows]
    whole = el("table", el("caption", caption) if caption else "", el("thead", head), el("tbody", *body))
    return el("div", whole, class_="scroll", tabindex=0, role="group", aria_label=str(caption) or "Table")


def _cell(number: int, value: object, is_number: bool) -> Markup:
    if number == 0:
        return el("th", value, scope="row")
    return el("td", value, class_="num" if is_number else "")


def facts(pairs: Iterable[tuple[object, object]]) -> Markup:
    return el("dl", *(join((el("dt", name), el("dd", value))) for name, value in pairs), class_="facts")
