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
    exactly,
    line,
    worth_reading,
)
from adp.finding import Finding

COLOURS = {"agrees": "#14653a", "differs": "#a3211b", "error": "#8a5300"}
CHIP = "color:#fff;padding:.2em .6em;border-radius:.2em;"  # legible on a dark notebook, too
CELL = "text-align:left;vertical-align:top;padding:.1em .8em .1em 0"
FIGURE = "display:inline-block;vertical-align:top;width:26em;max-width:100%;margin:0 1em 1em 0"
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
    said = f'<p><b style="{CHIP}background:{COLOURS[found.verdict]}">{SENTENCES[found.verdict]}</b></p>'
    findings = [(f.severity.value, f.code, _with_hint(f)) for f in by_severity(found.findings)]
    told, quiet = worth_reading(found.rules)
    rules = [cells(r) for r in told]
    files = [(line(name), f.verdict, ", ".join(codes(f.findings))) for name, f in found.comparisons.items()]
    parts = [
        said,
        _table(("severity", "code", "what"), findings),
        _table(("file", "verdict", "codes"), files) if files else _table(HEADS, rules),
        f"<p>{exactly(quiet, more=bool(told))}</p>" if quiet and not files else "",
    ]
    return "".join([*parts, *map(_picture, pictures)])


def _with_hint(finding: Finding) -> str:
    return line(f"{finding.message} → {finding.hint}" if finding.hint else finding.message)


def _table(heads: Row, rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    more = f"<p>… and {len(rows) - MOST} more</p>" if len(rows) > MOST else ""
    body = "".join(_row("td", row) for row in rows[:MOST])
    return f"<table><thead>{_row('th', heads)}</thead><tbody>{body}</tbody></table>{more}"


def _row(kind: str, texts: Iterable[str]) -> str:
    inside = "".join(f'<{kind} style="{CELL}">{html.escape(text)}</{kind}>' for text in texts)
    return f"<tr>{inside}</tr>"


def _picture(image: Image) -> str:
    if not image.png:
        return ""
    source = f"data:image/png;base64,{base64.b64encode(image.png).decode()}"
    title, alt = html.escape(line(image.title)), html.escape(line(image.alt))
    drawn = f'<img src="{source}" alt="{alt}" style="width:100%">'
    return f'<figure style="{FIGURE}">{drawn}<figcaption>{title}</figcaption></figure>'
