"""A version's health is a table over its runs: every row of it, and a walk that never leaves it."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from adp.finding import Finding, Reason
from adp.report import StageResult, Verdict
from registry import confirmations
from registry.actions import validate
from registry.actions.health import weigh, weigh_overdue
from registry.health import TABLE, Ageing, Level, Outcome
from registry.health import weigh as weighed
from registry.ledger.models import Event
from registry.models import Health, Validation
from registry.purposes import Purpose
from tests.factories.registry import proposed, reach_published, report

NOW = datetime(2027, 1, 1, tzinfo=UTC)
KEEP = Ageing(revalidate=90, overdue=1.5)
RUNS = itertools.count(1)
C, V, B, R = Purpose.CHECK, Purpose.REVALIDATION, Purpose.REBUILD, Purpose.REPLICATION


def told(*said, days=1):
    """(purpose, passed) in the order of time, the last `days` ago."""
    return [Outcome(p, ok, NOW - timedelta(days=days + len(said) - n - 1), "Lyon") for n, (p, ok) in enumerate(said)]


ROWS = [
    ("nothing ran", (), 1, "unknown", 0),
    ("only elsewhere", ((R, True),), 1, "unknown", 0),
    ("checked", ((C, True),), 1, "green", 1),
    ("and again", ((C, True), (V, True)), 1, "green", 2),
    ("failed again", ((C, True), (V, False)), 1, "red", 0),
    ("and recovered", ((C, True), (V, False), (V, True)), 1, "green", 1),
    ("rebuilt only", ((C, True), (B, False)), 1, "amber", 1),
    ("rebuilt, mended", ((C, True), (B, False), (B, True)), 1, "green", 1),
    ("both", ((C, True), (B, False), (V, False)), 1, "red", 0),
    ("a rebuilt one is no good run", ((C, True), (V, False), (B, True)), 1, "red", 0),
    ("elsewhere it differs", ((C, True), (R, False)), 1, "green", 1),
    ("not yet overdue", ((C, True),), 134, "green", 1),
    ("overdue", ((C, True),), 135, "amber", 1),
    ("red is not amber", ((C, True), (V, False)), 200, "red", 0),
]


@pytest.mark.parametrize(("said", "days", "level", "streak"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_the_table_says(said, days, level, streak):
    found = weighed(told(*said, days=days), now=NOW, kept=KEEP)
    assert (found.level, found.streak) == (level, streak)


def test_what_is_superseded_is_never_overdue():
    assert weighed(told((C, True), days=999), now=NOW, kept=KEEP, is_scheduled=False).level == Level.GREEN


def test_the_last_row_always_holds():
    assert TABLE[-1][2](None)


class AgeingMachine(RuleBasedStateMachine):
    """Runs of every kind end, time passes. Read beside the machine: what the words of the design say."""

    def __init__(self):
        super().__init__()
        self.now = NOW
        self.said = [Outcome(C, True, NOW, "Lyon")]

    @rule(purpose=st.sampled_from([V, B, R]), passed=st.booleans(), days=st.integers(0, 100))
    def a_run_ends(self, purpose, passed, days):
        self.now += timedelta(days=days)
        self.said.append(Outcome(purpose, passed, self.now, "Leiden"))

    @rule(days=st.integers(1, 200))
    def time_passes(self, days):
        self.now += timedelta(days=days)

    @invariant()
    def health_is_what_the_last_runs_say(self):
        found = weighed(self.said, now=self.now, kept=KEEP)
        own = [o for o in self.said if o.purpose in (C, V)]
        rebuilt = [o for o in self.said if o.purpose == B]
        good = [o for o in own if o.passed]
        assert (found.level == Level.RED) == (not own[-1].passed)
        if own[-1].passed:
            is_late = self.now - good[-1].at >= timedelta(days=135)
            assert (found.level == Level.AMBER) == (is_late or (bool(rebuilt) and not rebuilt[-1].passed))
        assert found.good == good[-1]
        assert (found.streak == 0) == (not own[-1].passed)
        assert found.level != Level.UNKNOWN


TestAgeing = AgeingMachine.TestCase


def again(version, *, passed=True, purpose=V, reasons=(Reason.MISMATCH,)):
    """A repeated run as it enters the book."""
    made = report(version, verdict=Verdict.PASSED if passed else Verdict.FAILED)
    if not passed:
        found = tuple(Finding(reason, "VALUE", "it differs") for reason in reasons)
        made = replace(made, stages=(*made.stages[:-1], StageResult("data", Verdict.FAILED, findings=found, log="x")))
    return validate.conclude(version=version, report=made, run=f"again-{next(RUNS)}", purpose=purpose, node="lab-1")


@pytest.fixture
def published(cast):
    return reach_published(proposed(cast.alice), cast.carol)


def test_a_published_version_is_well_without_news(published):
    assert published.health.level == "green"
    assert published.health.where == "lab-1"
    assert not Event.objects.filter(kind__in=("version.redden", "version.pale", "version.recover")).exists()


def test_what_turns_red_is_told_once_and_so_is_what_recovers(published):
    for passed in (True, False, False, True, True):
        again(published, passed=passed)
    kinds = ("version.redden", "version.pale", "version.recover")
    assert [e.kind for e in Event.objects.filter(kind__in=kinds)] == ["version.redden", "version.recover"]
    assert Health.objects.get().streak == 2
    published.refresh_from_db()
    assert published.state == "published"


def test_a_rebuilt_environment_that_fails_makes_it_amber(published):
    again(published, passed=False, purpose=B)
    assert Health.objects.get().level == "amber"
    assert Event.objects.filter(kind="version.pale").exists()


@pytest.mark.parametrize("reason", [Reason.REFERENCE_INVALID, Reason.INFRA])
def test_what_is_not_the_products_fault_changes_nothing(published, reason):
    again(published, passed=False, reasons=(reason,))
    assert Health.objects.get().level == "green"


def test_what_is_overdue_is_found_by_the_round(published, settings):
    settings.AGEING = {"revalidate": 0.0}
    weigh(version=published)
    Health.objects.update(level="green")
    assert weigh_overdue() == 1
    assert Health.objects.get().level == "amber"
    assert weigh_overdue() == 0


def test_what_was_never_weighed_is_weighed_by_the_round(published):
    Health.objects.all().delete()
    assert weigh_overdue() == 1
    assert Health.objects.get().level == "green"


def test_an_unpublished_version_has_no_health(cast):
    assert weigh(version=proposed(cast.alice)) is None


WHO = {"alice": 1, "amy": 1, "carol": 1, "bob": 0, "dan": 0}


@pytest.mark.parametrize("who", WHO)
def test_authors_their_centre_and_editors_are_told(published, cast, who):
    assert not confirmations.alarms(getattr(cast, who)).exists()
    again(published, passed=False)
    assert confirmations.alarms(getattr(cast, who)).count() == WHO[who]


def test_the_strip_shows_the_latest_runs_in_the_order_of_time(published):
    for n in range(confirmations.STRIP + 3):
        again(published, passed=n % 2 == 0)
    shown = confirmations.strip(published)
    assert len(shown) == confirmations.STRIP
    assert [v.created_at for v in shown] == sorted(v.created_at for v in shown)
    assert shown[-1] == Validation.objects.order_by("created_at").last()
    assert shown[-1].created_at <= timezone.now()
