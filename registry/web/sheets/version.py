"""The page of one version: where it stands and whose turn it is, how to use it, what it rests on."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from adp.comparison.words.text import visible
from adp.report import Report, Verdict
from registry.models import Validation, Version
from registry.web.present import chain
from registry.web.sheets import report as reports
from registry.web.sheets.gallery import Shown
from registry.web.sheets.report import Comparison, Rule

# state: (sentence, whose turn it is and what comes next)
TURNS: dict[str, tuple[str, str]] = {
    "submitted": ("It waits for a node that checks it.", "You need not do anything; the result appears here."),
    "checking": ("A node is checking it.", "You need not do anything; the result appears here."),
    "failed": ("", "Correct it, tag a new version and submit again; this label is not used again."),
    "stalled": (
        "It could not be checked. This says nothing about the product.",
        "The fault is ours: the registry tries again by itself, and its operators were told.",
    ),
    "checked": ("All checks passed.", "The review of code and science case opens next."),
    "in_review": ("Reviewers look at the code and the science case.", "An editor decides when both tracks are in."),
    "revise": ("A revision was asked for.", "The answer is a new commit under a new label."),
    "accepted": ("It was accepted.", "It is published next."),
    "rejected": ("It was not accepted.", "The decision says why."),
    "superseded": ("A newer version has taken its place.", "This one stays citable and its files stay served."),
}


@dataclass(frozen=True, slots=True)
class Check:
    """One row of the verification table."""

    name: str
    kind: str
    verdict: str
    what: str
    worst: str
    allowed: str


@dataclass(frozen=True, slots=True)
class Contributor:
    name: str
    orcid: str
    affiliation: str
    roles: str


@dataclass(frozen=True, slots=True)
class Sheet:
    say: str
    turn: str
    report: reports.Sheet | None
    chains: tuple[chain.Chain, ...]
    checks: tuple[Check, ...]
    pictures: tuple[Shown, ...]
    people: tuple[Contributor, ...]
    facts: tuple[tuple[str, str], ...]
    limits: tuple[tuple[str, Any], ...]
    repeat: str


def lay_out(
    version: Version,
    validation: Validation | None,
    verified: AbstractSet[str] = frozenset(),
    pictures: Mapping[str, str] = MappingProxyType({}),
) -> Sheet:
    """`verified`: the ORCID iDs that lead to a person's page here. `pictures` as in registry.web.sheets.report."""
    manifest: Mapping[str, Any] = version.manifest
    found = Report.from_dict(validation.report) if validation is not None else None
    sheet = reports.lay_out(found, manifest, pictures) if found is not None else None
    say, turn = TURNS.get(version.state, ("", ""))
    levels = {p.name: p.calib_level for p in found.products} if found is not None else {}
    return Sheet(
        say=say or (sheet.say if sheet is not None else ""),
        turn=turn,
        report=sheet,
        chains=chain.draw(manifest, levels),
        checks=_checks(sheet, manifest) if sheet is not None else (),
        pictures=_telling(sheet) if sheet is not None else (),
        people=tuple(_person(c, verified) for c in manifest.get("contributors", ())),
        facts=facts(manifest),
        limits=sheet.cost if sheet is not None else (),
        repeat=reports.repeat(version.url, version.tag or version.ref),
    )


def facts(manifest: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What it is, as the author declared it; only what was declared."""
    given = manifest["product"]
    links = given.get("links") or {}
    found = (
        ("From", facilities(given)),
        ("Type", given.get("type", "")),
        ("Waveband", ", ".join(given.get("waveband", ()))),
        ("Keywords", ", ".join(given.get("keywords", ()))),
        ("Licence", given.get("license", "")),
        ("Funding", ", ".join(" ".join(filter(None, (f["funder"], f.get("award")))) for f in given.get("funding", ()))),
        *((name.capitalize(), str(address)) for name, address in links.items()),
    )
    return tuple((visible(name), visible(value)) for name, value in found if value)


def facilities(given: Mapping[str, Any]) -> str:
    """`VLT · MUSE`; several are joined by a plus."""
    shown = [
        " · ".join(filter(None, (f.get("telescope") or f.get("observatory"), f.get("instrument"))))
        for f in given.get("facilities", ())
    ]
    return visible(" + ".join(dict.fromkeys(filter(None, shown))))


def _person(raw: Mapping[str, Any], verified: AbstractSet[str]) -> Contributor:
    return Contributor(
        visible(raw["name"]),
        raw.get("orcid", "") if raw.get("orcid") in verified else "",
        visible(raw.get("affiliation", "")),
        visible(", ".join(raw.get("roles", ()))),
    )


def _checks(sheet: reports.Sheet, manifest: Mapping[str, Any]) -> tuple[Check, ...]:
    rows = [_compared(c) for c in sheet.comparisons if (c.kind, c.verdict) != ("agree", "agrees")]  # told in one row
    stages = {s.name: s.verdict for s in sheet.stages}
    if manifest.get("tests", {}).get("deterministic", True) and stages.get("data") is Verdict.PASSED:
        rows.append(Check("repeats itself", "determinism", "agrees", "all products of two runs of the steps", "", ""))
    if "unit" in stages:
        rows.append(Check("unit tests", "the authors' own", stages["unit"].value, "", "", ""))
    return tuple(rows)


def _telling(sheet: reports.Sheet) -> tuple[Shown, ...]:
    """The first two pictures of the comparison that differs, or else of the first that has any."""
    shown = [c for c in sheet.comparisons if c.pictures]
    chosen = next((c for c in shown if c.verdict == "differs"), shown[0] if shown else None)
    return chosen.pictures[:2] if chosen is not None else ()


def _compared(comparison: Comparison) -> Check:
    rules = [r for r in comparison.rules if r.verdict != "not applicable"]
    agreeing = sum(not r.is_bad for r in rules)
    strained = _most_strained(rules)
    return Check(
        name=comparison.name,
        kind=comparison.evidence,
        verdict=comparison.verdict,
        what=f"{comparison.caption}: {agreeing} of {len(rules)} rules agree",
        worst=strained.worst if strained else "",
        allowed=strained.allowed if strained else "",
    )


def _most_strained(rules: Sequence[Rule]) -> Rule | None:
    """A rule that failed, else one with a declared tolerance, else the first."""
    return next((r for r in rules if r.is_bad), next((r for r in rules if r.margin), rules[0] if rules else None))
