"""The tables of a comparison's page: every rule with what it allowed and how much of that was used, and statistics."""

from collections.abc import Mapping
from typing import Any

from adp.comparison.page.html import Markup, el, join, table
from adp.comparison.page.marks import meter, status
from adp.comparison.result import FAIL, Comparison, RuleResult
from adp.comparison.words.allowed import allowed, margin
from adp.comparison.words.numbers import NBSP, number, short
from adp.comparison.words.summary import worth_reading
from adp.comparison.words.text import place, visible

MOST = 1000
FEW = 4
HEADS = ("what", "result", "allowed", "differ", "bias", "scatter", "worst", "where", "would pass at", "margin", "")
NUMERIC = frozenset({3, 4, 5, 6, 8, 9})
EXPLAINED = (
    "Margin: how many times smaller the tolerance could be and still pass. In the bar the tick is the tolerance, and "
    "each side spans four powers of ten."
)
QUANTITIES = (  # key of a rule's statistics, what people call it
    ("compared", "compared"), ("max_abs", "largest |Δ|"), ("bias", "bias (mean Δ)"), ("scatter", "scatter (1.48 MAD)"),
    ("rms", "root mean square"), ("pull_mean", "mean pull"), ("pull_width", "width of pulls"), ("chi2", "χ²"),
    ("dof", "degrees of freedom"), ("chi2_p", "p of χ²"), ("total_product", "total, product"),
    ("total_reference", "total, reference"),
)  # fmt: skip


def rules(found: Comparison) -> Markup:
    if not found.rules:
        return Markup("")
    title = el("h2", "Every rule that was judged", el("span", "|p − r| ≤ abs + rel · |r|"))
    return el("section", title, judged(found))


def judged(found: Comparison) -> Markup:
    """The rules without a heading of their own."""
    told, quiet = worth_reading(found.rules)
    rows = [_rule(r) for r in found.rules if r in told][:MOST]
    body = table(HEADS, rows, caption="Rules that failed or passed with a margin", numbers=NUMERIC) if rows else ""
    verb = "rule agrees" if quiet == 1 else "rules agree"
    more = f"{number(quiet)} {'more ' if rows else ''}{verb} exactly. " if quiet else ""
    return join((body, el("p", more, EXPLAINED if rows else "", class_="note")))


def _rule(rule: RuleResult) -> tuple[object, ...]:
    limit, failed = allowed(rule.rule), rule.verdict == FAIL
    total = round(rule.violations / rule.fraction) if rule.fraction else 0
    differ = f"{number(rule.violations)} of {number(total)}" if total else number(rule.violations)
    need = "never" if failed and rule.would_pass_at is None else _number(rule.would_pass_at)
    return (
        visible(rule.scope), status(rule.verdict), limit.text, differ, _number(rule.bias), _number(rule.scatter),
        _number(rule.worst), short_place(rule), need, margin(limit, rule.would_pass_at),
        meter(limit, rule.would_pass_at, failed=failed),
    )  # fmt: skip


def short_place(rule: RuleResult) -> str:
    """Its place without what the scope says already."""
    return place({k: v for k, v in rule.where.to_dict().items() if k in {"row", "pixel", "world"}})


def _number(value: float | None) -> str:
    return "none" if value is None else short(value)


def statistics(found: Comparison) -> Markup:
    """Quantities in rows and fields in columns where these are few; else the other way round."""
    known = [r for r in found.rules if r.statistics.get("compared")][:MOST]
    if not known:
        return Markup("")
    told = [(word, [r.statistics.get(key) for r in known]) for key, word in QUANTITIES]
    levels = sorted({q for r in known for q in _quantiles(r)}, key=float)
    told += [(f"{100 * float(q):g}{NBSP}% of |Δ| below", [_quantiles(r).get(q) for r in known]) for q in levels]
    told = [(word, values) for word, values in told if any(v is not None for v in values)]
    scopes = [visible(r.scope) for r in known]
    if len(known) <= FEW:
        heads: tuple[str, ...] = ("", *scopes)
        rows = [(word, *map(_stat, values)) for word, values in told]
    else:
        heads = ("what", *(word for word, _ in told))
        rows = [(scope, *(_stat(values[i]) for _, values in told)) for i, scope in enumerate(scopes)]
    numeric = frozenset(range(1, len(heads)))
    whole = table(heads, rows, caption="Of all values that were compared", numbers=numeric)
    kind = "fit" if len(known) <= FEW else ""
    title = el("h2", "Statistics of the differences", el("span", "Δ = product − reference"))
    return el("section", title, el("div", whole, class_=kind))


def _quantiles(rule: RuleResult) -> Mapping[str, Any]:
    found = rule.statistics.get("quantiles")
    return {q: v for q, v in found.items() if _is_level(q)} if isinstance(found, Mapping) else {}


def _is_level(key: object) -> bool:
    return isinstance(key, str) and key.replace(".", "", 1).isdigit()


def _stat(value: Any) -> str:
    if value is None:
        return "none"
    return number(value) if isinstance(value, int) else number(value, 3)
