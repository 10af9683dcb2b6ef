"""An outcome as a fragment of HTML for a notebook: no style of a page, no script, pictures inside."""

import base64
import html
from collections.abc import Iterable, Sequence
from typing import Protocol

from adp.comparison.words.summary import (
    HEADS,
    SENTENCES,
    Outcome,
    Row,
    by_severity,
    cells,
    codes,
    line,
    worth_reading,
)

COLOURS = {"agrees": "#14653a", "differs": "#a3211b", "error": "#8a5300"}
MOST = 100


class Image(Protocol):
    """What is read of a Picture."""

    @property
    def png(self) -> bytes: ...
    @property
    def alt(self) -> str: ...
    @property
    def title(self) -> str: ...


def fragment(found: Outcome, pictures: Sequence[Image]) -> str:
    """Verdict, findings, rules or files, pictures. Everything a file could have written is escaped."""
    said = f'<p style="color:{COLOURS[found.verdict]};font-weight:bold">{SENTENCES[found.verdict]}</p>'
    findings = [(f.severity.value, f.code, line(f.message), line(f.hint)) for f in by_severity(found.findings)]
    rules = [cells(r) for r in worth_reading(found.rules)[0]]
    files = [(line(name), f.verdict, ", ".join(codes(f.findings))) for name, f in found.comparisons.items()]
    parts = [
        said,
        _table(("severity", "code", "what", "next"), findings),
        _table(("file", "verdict", "codes"), files) if files else _table(HEADS, rules),
    ]
    return "".join([*parts, *map(_picture, pictures)])


def _table(heads: Row, rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    more = f"<p>… and {len(rows) - MOST} more</p>" if len(rows) > MOST else ""
    body = "".join(_row("td", row) for row in rows[:MOST])
    return f"<table><thead>{_row('th', heads)}</thead><tbody>{body}</tbody></table>{more}"


def _row(kind: str, texts: Iterable[str]) -> str:
    inside = "".join(f'<{kind} style="text-align:left">{html.escape(text)}</{kind}>' for text in texts)
    return f"<tr>{inside}</tr>"


def _picture(image: Image) -> str:
    if not image.png:
        return ""
    source = f"data:image/png;base64,{base64.b64encode(image.png).decode()}"
    title, alt = html.escape(line(image.title)), html.escape(line(image.alt))
    return f'<figure><img src="{source}" alt="{alt}"><figcaption>{title}</figcaption></figure>'
