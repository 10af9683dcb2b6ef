"""The sections of a comparison's page, each as markup: verdict, findings, pictures, files."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from adp.comparison.page.html import Markup, el, join, table
from adp.comparison.page.marks import status
from adp.comparison.page.rules import short_place
from adp.comparison.picture import Picture
from adp.comparison.result import AGREES, DIFFERS, ERROR, FAIL, Comparison, RuleResult
from adp.comparison.words.allowed import allowed
from adp.comparison.words.numbers import number, short, size
from adp.comparison.words.summary import by_severity
from adp.comparison.words.text import place, visible
from adp.finding import Finding

MOST_FINDINGS = 200
WORDS = {AGREES: "agrees", DIFFERS: "differs", ERROR: "could not be judged"}


def verdict(found: Comparison) -> Markup:
    kind = "unsure" if found.verdict == ERROR else found.verdict
    return el(
        "div", status(kind, WORDS[found.verdict]), el("p", sentence(found), class_="say"), el("p", measured(found)),
        class_=f"verdict {found.verdict}",
    )  # fmt: skip


def sentence(found: Comparison) -> str:
    """What is most wrong, in one breath; or what it means that nothing is."""
    rule = _most_strained(found)
    if found.verdict == DIFFERS and rule is not None and rule.verdict == FAIL:
        total = round(rule.violations / rule.fraction) if rule.fraction else rule.violations
        few = f"{number(rule.violations)} of {number(total)} values" if total > 1 else "the value"
        return f"{visible(rule.scope)} differs: {few} break{'' if rule.violations > 1 else 's'} its rule."
    first = next((f for f in by_severity(found.findings) if f.is_error), None)
    if first is not None:
        return visible(first.message)
    rules = f"{number(len(found.rules))} rule{'s' if len(found.rules) != 1 else ''}"
    return f"The product agrees with the reference: {rules} judged, none broken."


def measured(found: Comparison) -> str:
    """What was allowed and what was found, of the rule that is most strained."""
    rule = _most_strained(found)
    if rule is None:
        return ""
    limit, where = allowed(rule.rule), short_place(rule)
    times = rule.would_pass_at / limit.value if limit.value and rule.would_pass_at else 0.0
    share = f", {short(times)} × what is allowed" if times else ""
    who = "" if rule.verdict == FAIL else f"Most strained is {visible(rule.scope)}. "
    worst = f"The worst difference is {short(rule.worst)}{f', at {where}' if where else ''}. " if rule.worst else ""
    return f"{who}Allowed: {limit.text}. {worst}It would pass at {short(rule.would_pass_at)}{share}."


def _most_strained(found: Comparison) -> RuleResult | None:
    return max((r for r in found.rules if r.would_pass_at is not None), key=_strain, default=None)


def _strain(rule: RuleResult) -> tuple[bool, float]:
    value = allowed(rule.rule).value
    need = rule.would_pass_at or 0.0
    return rule.verdict == FAIL, need / value if value else need


def findings(found: Sequence[Finding]) -> Markup:
    """Errors first."""
    told = by_severity(found)
    if not told:
        return Markup("")
    articles = [_finding(f) for f in told[:MOST_FINDINGS]]
    more = len(told) - len(articles)
    rest = el("p", f"… and {number(more)} more in report.json", class_="note") if more else ""
    return el("section", el("h2", "Findings", el("span", _count(told))), *articles, rest)


def _count(told: Sequence[Finding]) -> str:
    errors = sum(f.is_error for f in told)
    notes = len(told) - errors
    parts = [f"{number(n)} {word}{'s' if n != 1 else ''}" for n, word in ((errors, "error"), (notes, "note")) if n]
    return ", ".join(parts)


def _finding(finding: Finding) -> Markup:
    where = place({k: v for k, v in finding.where.to_dict().items() if k != "file"})
    told = (status(finding.severity.value), " · ", el("code", finding.code), f" · {where}" if where else "")
    cause = finding.evidence.get("cause")
    parts = [
        el("h3", finding.message), el("p", *told, class_="where"),
        el("p", el("b", "Likely cause. "), str(cause)[:1].upper() + str(cause)[1:], ".") if cause else "",
        el("p", finding.hint) if finding.hint else "",
        _examples(finding.evidence.get("examples")),
    ]  # fmt: skip
    return el("article", *parts, class_="finding")


def _examples(raw: Any) -> Markup:
    """The first values that differ, side by side."""
    if not isinstance(raw, list | tuple) or not all(isinstance(r, Mapping) for r in raw) or not raw:
        return Markup("")
    heads = ("where", "reference", "product")
    rows = [_example(r) for r in raw]
    return table(heads, rows, caption="The first that differ", numbers=frozenset({1, 2}))


def _example(raw: Mapping[str, Any]) -> tuple[str, str, str]:
    where = raw.get("where")
    at = (
        place({k: v for k, v in where.items() if k not in {"hdu", "column", "index"}})
        if isinstance(where, Mapping)
        else f"row {raw.get('row', '')}"
    )
    return at, str(raw.get("reference", raw.get("before", ""))), str(raw.get("product", raw.get("after", "")))


def pictures(shown: Sequence[Picture], notes: Sequence[str], folder: str) -> Markup:
    """`folder`: where the pictures lie, relative to the page."""
    if not shown and not notes:
        return Markup("")
    title = el("h2", "Where, and how much", el("span", "product − reference"))
    return el("section", title, figures(shown, notes, folder))


def figures(shown: Sequence[Picture], notes: Sequence[str], folder: str) -> Markup:
    """Without a heading of their own."""
    body = el("div", *(_figure(p, folder) for p in shown), class_="figs") if shown else ""
    return join((body, *(el("p", note, class_="note") for note in notes)))


def _figure(picture: Picture, folder: str) -> Markup:
    width, height = picture.size
    image = el("img", src=f"{folder}{picture.file}", alt=picture.alt, width=width, height=height, loading="lazy")
    if picture.svg:
        source = el("source", srcset=f"{folder}{picture.name}.svg", type="image/svg+xml")
        image = el("picture", source, image)
    words = el("figcaption", el("b", picture.title, ". "), picture.alt)
    numbers = table(picture.heads, picture.rows, caption=f"The numbers of “{picture.title}”")
    return el("figure", image, words, el("details", el("summary", "The numbers as a table"), numbers))


def files(found: Comparison) -> Markup:
    rows = [
        (side, f.path, f.format, size(f.bytes), el("code", f.sha256 or "not taken")) for side, f in found.files.items()
    ]
    whole = table(("", "file", "format", "size", "sha256"), rows, caption="What was compared", numbers=frozenset({3}))
    return el("section", el("h2", "Files"), whole)


def command(text: str, spec: str) -> Markup:
    if not text:
        return Markup("")
    rule = el("pre", spec, class_="cmd spec", tabindex=0) if spec else ""
    again = el("pre", text, class_="cmd", tabindex=0)
    return el("section", el("h2", "Repeat it"), again, *((el("p", "The spec:", class_="note"), rule) if spec else ()))


def of_files(found: Comparison, pages: Mapping[str, str]) -> Iterator[Markup]:
    """A folder's index: each file with its verdict, the worst first, and a link to its page."""
    order = {DIFFERS: 0, ERROR: 0, AGREES: 1}
    names = sorted(found.comparisons, key=lambda n: (order[found.comparisons[n].verdict], n))
    rows = []
    for name in names:
        one = found.comparisons[name]
        link = el("a", visible(name), href=pages[name])
        kind = "unsure" if one.verdict == ERROR else one.verdict
        codes = ", ".join(dict.fromkeys(f.code for f in one.findings if f.is_error))
        rows.append(
            (link, status(kind, WORDS[one.verdict]), codes or "none", number(len(one.rules)), number(len(one.pictures)))
        )
    whole = table(
        ("file", "result", "codes", "rules", "pictures"), rows, caption="File by file", numbers=frozenset({3, 4})
    )
    yield el("section", el("h2", "Files", el("span", f"{number(len(rows))} compared")), whole)
