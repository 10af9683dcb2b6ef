"""What the runners found enters the book: about the right tree, whole, once."""

from dataclasses import replace

import pytest

from adp.report import Report, Verdict
from registry.actions import validate
from registry.actions.validate import WrongReportError
from registry.ledger.machine import IllegalMoveError
from registry.models import Artefact, Event, Validation
from tests.factories.registry import handed_in, proposed, reach_checked, reach_failed, report


@pytest.fixture
def checking(cast):
    version = proposed(cast.alice)
    validate.begin(version=version)
    return version


def test_a_passed_report_moves_the_version_to_checked(checking):
    made = report(checking)
    validation = validate.conclude(
        version=checking, report=made, artefacts=handed_in(checking), run="run-1", node="lab-1"
    )
    assert checking.state == "checked"
    assert (validation.digest, validation.node, validation.engine) == (made.digest, "lab-1", "fake")
    assert Report.from_dict(validation.report) == made
    assert checking.artefacts.get(kind=Artefact.Kind.REPORT).run == "run-1"


def test_a_failed_report_moves_it_to_failed(cast):
    version = proposed(cast.alice)
    reach_failed(version)
    assert version.state == "failed"
    assert version.validations.get().verdict == "failed"


def test_the_same_run_twice_is_one_validation(checking):
    given = {"version": checking, "report": report(checking), "artefacts": handed_in(checking), "run": "run-1"}
    first = validate.conclude(**given)
    assert validate.conclude(**given).pk == first.pk
    assert Validation.objects.count() == 1


WRONG = {
    "another commit": lambda r: replace(r, commit="f" * 40),
    "another tree": lambda r: replace(r, tree="f" * 40),
    "no verdict": lambda r: replace(r, verdict=Verdict.ERROR),
    "a product nobody handed in": lambda r: replace(r, products=(replace(r.products[0], sha256="0" * 64),)),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_report_of_something_else_is_refused(checking, what):
    files, before = handed_in(checking), Event.objects.count()
    with pytest.raises(WrongReportError):
        validate.conclude(version=checking, report=WRONG[what](report(checking)), artefacts=files, run="run-1")
    checking.refresh_from_db()
    assert (checking.state, Validation.objects.count(), Event.objects.count()) == ("checking", 0, before)


def test_another_versions_files_are_refused(cast, checking):
    other = handed_in(proposed(cast.alice, name="another"))
    with pytest.raises(WrongReportError, match="another version"):
        validate.conclude(version=checking, report=report(checking), artefacts=other, run="run-1")


def test_a_report_out_of_turn_leaves_nothing(cast):
    version = reach_checked(proposed(cast.alice))
    with pytest.raises(IllegalMoveError):
        validate.conclude(version=version, report=report(version), artefacts=handed_in(version, run="late"), run="late")
    assert not Validation.objects.filter(run="late").exists()
    assert not version.artefacts.filter(kind=Artefact.Kind.REPORT, run="late").exists()


def test_what_could_not_be_checked_stalls_and_may_be_tried_again(checking):
    validate.stall(version=checking, why="the node lost power three times")
    assert checking.state == "stalled"
    assert Event.objects.get(kind="version.stall").facts == {"why": "the node lost power three times"}
    validate.begin(version=checking)
    assert checking.state == "checking"
