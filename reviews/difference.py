"""What changed from the version that was reviewed to the one that is to be: code, manifest, parameters, results."""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from adp.report import Report
from registry import queries as registry
from registry import sources
from reviews.models import Round

LONGEST = 200_000  # characters of a text whose lines are compared
LINES = 2_000  # of one file's difference that are shown
AROUND = 3  # unchanged lines around a change, as in a patch
HUNK = re.compile(r"^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")


@dataclass(frozen=True, slots=True)
class Line:
    """`kind`: same, added, removed, or gap (lines between two hunks that did not change). Numbers are 1-based."""

    kind: str
    text: str
    before: int | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True)
class File:
    """`what`: added, removed or changed. `lines` empty: no text, or too long to show (`why`)."""

    path: str
    what: str
    lines: tuple[Line, ...] = ()
    added: int = 0
    removed: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """One value of the manifest or of the parameters, under its dotted name; None: not there."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Moved:
    """One rule of one comparison: its verdict, and the smallest tolerance that would pass, before and after."""

    comparison: str
    scope: str
    rule: str
    before: str
    after: str
    passed_at: float | None
    passes_at: float | None

    @property
    def factor(self) -> float | None:
        """How many times larger the smallest passing tolerance became."""
        return self.passes_at / self.passed_at if self.passed_at and self.passes_at is not None else None


@dataclass(frozen=True, slots=True)
class Difference:
    since: Round
    files: tuple[File, ...]
    manifest: tuple[Setting, ...]
    parameters: tuple[Setting, ...]
    results: tuple[Moved, ...]
    why_no_files: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.files or self.manifest or self.parameters or self.results or self.why_no_files)


def reviewed_before(round_: Round) -> Round | None:
    """The last round of the product, before this one, in which a report was sent; of another version."""
    earlier = Round.objects.filter(version__product=round_.version.product_id, number__lt=round_.number)
    reported = earlier.filter(assignments__review__submitted_at__isnull=False).exclude(version=round_.version_id)
    return reported.select_related("version__product__owner").order_by("-number").first()


def difference(round_: Round) -> Difference | None:
    """None in a first round."""
    since = reviewed_before(round_)
    if since is None:
        return None
    old, new = since.version, round_.version
    try:
        files, why = tuple(_files(old, new)), ""
    except sources.NoSourceError as error:
        files, why = (), str(error)
    then, now = _report(old), _report(new)
    return Difference(
        since=since,
        files=files,
        manifest=tuple(_settings(old.manifest, new.manifest)),
        parameters=tuple(_settings(then.parameters, now.parameters)) if then and now else (),
        results=tuple(_results(then, now)) if then and now else (),
        why_no_files=why,
    )


def _report(version: Any) -> Report | None:
    validation = registry.latest_validation(version)
    return Report.from_dict(validation.report) if validation else None


def _files(old: Any, new: Any) -> Iterator[File]:
    before, after = sources.files(old), sources.files(new)
    for change in sources.changes(old, new):
        was = sources.text(before[change.path]) if change.path in before else ""
        now = sources.text(after[change.path]) if change.path in after else ""
        yield compared(change.path, change.what, was, now)


def compared(path: str, what: str, was: str | None, now: str | None) -> File:
    """Lines of two texts against each other; None: no text that can be shown."""
    if was is None or now is None:
        return File(path, what, why="not a text")
    if max(len(was), len(now)) > LONGEST:
        return File(path, what, why=f"longer than {LONGEST} characters")
    lines = list(_lines(was.splitlines(), now.splitlines()))
    counts = {kind: sum(line.kind == kind for line in lines) for kind in ("added", "removed")}
    why = f"the first {LINES} lines of {len(lines)}" if len(lines) > LINES else ""
    return File(path, what, tuple(lines[:LINES]), counts["added"], counts["removed"], why)


def _lines(was: list[str], now: list[str]) -> Iterator[Line]:
    before = after = 0
    for number, raw in enumerate(difflib.unified_diff(was, now, n=AROUND, lineterm="")):
        found = HUNK.match(raw)
        if found:
            before, after = int(found[1]), int(found[2])
            yield Line("gap", "")
        elif number > 1 and raw[:1] == "+":
            yield Line("added", raw[1:], after=after)
            after += 1
        elif number > 1 and raw[:1] == "-":
            yield Line("removed", raw[1:], before=before)
            before += 1
        elif number > 1:
            yield Line("same", raw[1:], before, after)
            before, after = before + 1, after + 1


def _settings(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Setting]:
    was, now = dict(_flat(old)), dict(_flat(new))
    for name in sorted(was.keys() | now.keys()):
        if was.get(name) != now.get(name):
            yield Setting(name, was.get(name), now.get(name))


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list | tuple) and any(isinstance(inner, Mapping | list | tuple) for inner in value):
        for number, inner in enumerate(value, 1):
            yield from _flat(inner, f"{name}[{_called(inner, number)}]")
    elif value not in (None, "", [], ()):
        yield name, value


def _called(row: Any, number: int) -> str:
    """Rows of a table by their name, so that one put in front does not rename all behind it."""
    return str(row["name"]) if isinstance(row, Mapping) and row.get("name") else str(number)


def _results(then: Report, now: Report) -> Iterator[Moved]:
    was, is_ = dict(_rules(then)), dict(_rules(now))
    for key in sorted(was.keys() | is_.keys()):
        old, new = was.get(key, {}), is_.get(key, {})
        told = [(str(r.get("verdict", "")), r.get("would_pass_at")) for r in (old, new)]
        if told[0] != told[1]:
            yield Moved(
                *key, before=told[0][0], after=told[1][0], passed_at=_number(told[0][1]), passes_at=_number(told[1][1])
            )


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _rules(report: Report) -> Iterator[tuple[tuple[str, str, str], Mapping[str, Any]]]:
    for comparison in report.comparisons:
        for rule in comparison.get("rules", ()):
            yield (str(comparison.get("name", "")), str(rule.get("scope", "")), str(rule.get("rule", ""))), rule
