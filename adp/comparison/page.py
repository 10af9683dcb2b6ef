"""A comparison as one HTML page that needs nothing else: verdict, findings, rules."""

import html
from collections.abc import Iterable, Sequence

from adp.comparison.result import Comparison, RuleResult, number

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #1a1f2b }
h1 { margin-bottom: 0 } .agrees { color: #14653a } .differs { color: #a3211b } .error { color: #8a5300 }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .3rem .8rem; vertical-align: top }
th { border-bottom: 2px solid #c9cfda } td { border-bottom: 1px solid #e4e8ef } code { font-size: .9em }
"""
HEADS = ("scope", "rule", "verdict", "violations", "worst", "would pass at", "bias", "scatter", "where")


def page(*comparisons: Comparison) -> str:
    """The page of one comparison, or of several below each other."""
    body = "".join(_section(c) for c in comparisons)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Comparison</title><style>{STYLE}</style><body>{body}</body></html>\n"
    )


def _section(found: Comparison) -> str:
    files = [(side, f.path, f.format, f"{f.bytes}", f.sha256) for side, f in found.files.items()]
    findings = [(f.severity.value, f.code, f.message, f.hint) for f in found.findings]
    parts = [
        f'<h1 class="{found.verdict}">{found.verdict}</h1>',
        _table(("", "file", "format", "bytes", "sha256"), files),
    ]
    if findings:
        parts += ["<h2>Findings</h2>", _table(("", "code", "what", "next"), findings)]
    if found.rules:
        parts += ["<h2>Rules</h2>", _table(HEADS, [_row(r) for r in found.rules])]
    return "".join(parts)


def _row(rule: RuleResult) -> Sequence[str]:
    numbers = [_shown(getattr(rule, n)) for n in ("worst", "would_pass_at", "bias", "scatter")]
    where = rule.where.to_dict()
    place = ", ".join(f"{k} {v}" for k, v in where.items() if k in {"pixel", "row"})
    return (rule.scope, rule.rule, rule.verdict, str(rule.violations), *numbers, place)


def _shown(value: float | None) -> str:
    known = number(value)
    return "" if known is None else f"{known:.6g}"


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = "".join(f"<th>{html.escape(h)}</th>" for h in heads)
    body = "".join("<tr>" + "".join(f"<td>{html.escape(c)}</td>" for c in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
