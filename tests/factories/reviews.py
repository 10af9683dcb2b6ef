"""Versions that wait for review, rounds with their people, reports that are complete. States come by actions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from adp.report import Report
from registry.actions import validate
from registry.models import Version
from registry.people import Person
from reviews.actions.assignments import agree, invite
from reviews.actions.reports import Written, report
from reviews.actions.rounds import open_round
from reviews.checklists import CHECKLISTS
from reviews.models import Assignment, Round
from tests.factories.people import Cast, PersonFactory, cast
from tests.factories.registry import SOURCE, handed_in, proposed
from tests.factories.registry import report as report_of


def passed_report(version: Version) -> Report:
    """With a relation that holds and a cost, as the checklists read them."""
    rules = [
        {"scope": "x", "rule": "abs", "verdict": "agrees", "would_pass_at": 1e-12, "worst": 1e-12},
        {"scope": "flag", "rule": "invariant", "verdict": "agrees", "would_pass_at": None},
    ]
    agrees = {"verdict": "agrees", "findings": [], "files": {}}
    compared = {"name": "reproduces", "kind": "compare", "evidence": "independent", "rules": rules[:1]} | agrees
    relation = {"name": "relation shifted", "kind": "relation", "rules": rules[1:]} | agrees
    again = {"name": "second run shifted", "kind": "agree", "rules": []} | agrees
    cost = {"cpu_seconds": 2.1, "wall_seconds": 3.4, "peak_memory_bytes": 52 << 20, "output_bytes": 1000}
    return replace(report_of(version), comparisons=(compared, relation, again), cost=cost)


def submitted(
    owner: str, by: Person, *, name: str = "pixel-table", label: str = "1.0.0", authors: tuple = ()
) -> Version:
    """A version as the book stores it; `authors` replaces whom the book found by ORCID iD."""
    version = proposed(by, version=label, owner=owner, name=name)
    if authors:
        version.authors.set(authors)
    return version


def checked(version: Version, source: Mapping[str, bytes] = SOURCE) -> Version:
    """Passed, with what a node hands in. Where commits are real the runners' desk has begun the check already."""
    version.refresh_from_db()
    if version.state == "submitted":
        validate.begin(version=version)
    run = str(version.pk)
    files = handed_in(version, run=run, source=source)
    validate.conclude(version=version, report=passed_report(version), artefacts=files, run=run)
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
    # where commits are real the desk has heard of it already
    round_ = Round.objects.filter(version=version).first() or open_round(version_id=version.pk)
    code = invite(actor=people.carol, round_=round_, reviewer=quentin, track="code")
    science = invite(actor=people.carol, round_=round_, reviewer=ruth, track="science")
    for assignment in (code, science):
        agree(actor=assignment.reviewer, assignment=assignment)
    return Stage(people, round_, code, science, quentin, ruth, erin)
