"""Versions that wait for review, rounds with their people, reports that are complete. States come by actions."""

import itertools
from dataclasses import dataclass

from adp.finding import Finding, Reason, Severity
from adp.report import STAGES, Report, StageResult, Verdict
from registry.actions import validate
from registry.people import Person
from reviews.actions.assignments import agree, invite
from reviews.actions.reports import Written, report
from reviews.actions.rounds import open_round
from reviews.checklists import CHECKLISTS
from reviews.models import Assignment, Round
from tests.factories.people import Cast, PersonFactory, cast

NUMBERS = itertools.count(1)
MANIFEST = {
    "adp": 1,
    "product": {
        "name": "pixel-table",
        "title": "Pixel tables on the sky",
        "summary": "Moves pixel tables to sky coordinates.",
        "license": "BSD-3-Clause",
        "science_case": "SCIENCE.md",
        "links": {"documentation": "https://example.org/docs"},
    },
    "contributors": [
        {"name": "Alice", "orcid": "0000-0002-1825-0097", "roles": ["Software"]},
        {"name": "Unknown Author", "orcid": "0000-0002-1694-233X", "roles": ["Methodology"]},
    ],
    "environment": {"base": "astro-1", "requirements": "requirements.lock"},
    "resources": {"memory": 2 << 30},
    "parameters": {"file": "config/default.toml"},
    "data": [{"name": "level1", "role": "reference"}],
    "steps": [{"name": "shift", "kind": "coordinates-only", "loss": "none"}],
    "products": [{"name": "shifted", "variance": "STAT", "requires_keywords": ["PROCSOFT"]}],
    "tests": {"deterministic": True, "data": [{"name": "reproduces", "kind": "independent", "reference": "level1"}]},
}


def manifest(**product: str) -> dict:
    return MANIFEST | {"product": MANIFEST["product"] | product}


def passed_report(version) -> Report:
    return Report(
        verdict=Verdict.PASSED,
        tree=version.tree,
        commit=version.commit,
        product=version.product.path,
        version=version.label,
        engine="fake",
        started_at="2026-11-22T08:00:00Z",
        finished_at="2026-11-22T08:01:00Z",
        stages=tuple(StageResult(name, Verdict.PASSED, seconds=1.5, log="ok") for name in STAGES),
        comparisons=(
            {
                "name": "reproduces",
                "verdict": "agrees",
                "findings": [],
                "files": {},
                "rules": [
                    {"scope": "x", "rule": "abs", "verdict": "agrees", "would_pass_at": 1e-12, "worst": 1e-12},
                    {"scope": "flag", "rule": "invariant", "verdict": "agrees", "would_pass_at": None},
                ],
            },
        ),
        cost={"cpu_seconds": 2.1, "wall_seconds": 3.4, "peak_memory_bytes": 52 << 20, "output_bytes": 1000},
    )


def failed_report(version) -> Report:
    wrong = Finding(Reason.MISMATCH, "INVARIANT", "value changed: row 3, column flag: 0 → a0", Severity.ERROR)
    good = passed_report(version).to_dict()
    stages = [s | ({"verdict": "failed", "findings": [wrong.to_dict()]} if s["name"] == "data" else {}) for s in good["stages"]]
    return Report.from_dict(good | {"verdict": "failed", "stages": stages})


def submitted(owner: str, by: Person, *, name: str = "pixel-table", label: str = "1.0.0", authors: tuple = ()):
    """A version as registry.actions.submit stores it, without fetching anything."""
    from registry.models import Product, Version

    product, _ = Product.objects.get_or_create(
        owner_id=owner,
        name=name,
        defaults={"title": "Pixel tables", "summary": "On the sky.", "type": "cube", "created_by": by},
    )
    commit = f"{next(NUMBERS):040x}"
    version = Version.objects.create(
        product=product,
        label=label,
        url="https://example.org/repository.git",
        ref=f"v{label}",
        commit=commit,
        tree=commit[::-1],
        manifest=manifest(name=name, version=label),
        manifest_text='adp = 1\n[product]\nname = "pixel-table"\n',
        science_case="# Why\n\nBecause **sky** matters.",
        submitted_by=by,
    )
    version.authors.set(authors)
    return version


def checked(version):
    validate.begin(version=version)
    validate.conclude(version=version, report=passed_report(version))
    return version


def written(track: str, **changes) -> Written:
    answers = {item.id: {"answer": "yes", "note": ""} for item in CHECKLISTS[track]}
    values = {"answers": answers, "text": f"The {track} is clear.", "recommendation": "accept"} | changes
    return Written(**values)


@dataclass(frozen=True, slots=True)
class Stage:
    """An open round with two agreed reviewers: quentin judges the code, ruth the science case. erin edits too."""

    cast: Cast
    round: Round
    code: Assignment
    science: Assignment
    quentin: Person
    ruth: Person
    erin: Person

    def report(self, *tracks: str, **changes) -> None:
        for assignment in (self.code, self.science):
            if assignment.track in (tracks or ("code", "science")):
                report(actor=assignment.reviewer, assignment=assignment, written=written(assignment.track, **changes))

    def people(self) -> dict[str, Person | None]:
        c = self.cast
        return {
            "author": c.alice,
            "colleague": c.amy,
            "reviewer": self.quentin,
            "other reviewer": self.ruth,
            "editor": c.carol,
            "other editor": self.erin,
            "stranger": c.dan,
            "nobody": None,
        }


def open_stage() -> Stage:
    people = cast()
    quentin = PersonFactory(
        username="quentin-hidden", name="Quentin Ray Veiled", orcid="0000-0002-0820-667X", verified=True
    )
    ruth = PersonFactory(username="ruth-secret", name="Ruth Unnamed", orcid="0000-0002-7183-4567", verified=True)
    erin = PersonFactory(username="erin", editor=True)
    version = checked(submitted("muse-gto", people.alice, authors=(people.alice,)))
    round_ = open_round(version_id=version.pk)
    code = invite(actor=people.carol, round_=round_, reviewer=quentin, track="code")
    science = invite(actor=people.carol, round_=round_, reviewer=ruth, track="science")
    for assignment in (code, science):
        agree(actor=assignment.reviewer, assignment=assignment)
    return Stage(people, round_, code, science, quentin, ruth, erin)
