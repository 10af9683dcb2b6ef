"""What an attempt uses goes with the sign of life into the book: told twice it counts once, and it stays short."""

from datetime import timedelta

import pytest
from django.utils import timezone

from adp.checks.metering import Point
from runners import operations
from runners.actions.tell import heartbeat
from runners.models import Node, RunUsage
from runners.models.usage import MOST
from runners.node.tape import POINTS, Tape
from tests.factories.runners import a_claim, a_node

STILL = {"stages": [], "step": {}}


@pytest.fixture
def beat(db):
    taken = a_claim()

    def tell(*rows):
        heartbeat(run_id=taken.run.pk, token=taken.token, stage="steps", progress=STILL, usage=rows)
        found = RunUsage.objects.filter(run=taken.run).first()
        return found.points if found else []

    return tell


def test_points_told_twice_count_once(beat):
    first = [1.0, 0.5, 100, 10, 2]
    assert beat() == []
    assert beat(first) == [first]
    assert [row[0] for row in beat(first, [2.0, 1.0, 200, 20, 2])] == [1.0, 2.0]


def test_a_curve_stays_short_and_keeps_its_peak(beat):
    for minute in range(20):
        kept = beat(*([60.0 * minute + s, 1.0, 999 if (minute, s) == (7, 7) else 5, 1, 1] for s in range(60)))
    assert len(kept) <= MOST
    assert max(row[2] for row in kept) == 999
    assert kept[-1][0] == 20 * 60 - 1


def test_a_node_that_works_is_not_silent(cast):
    node = a_node()[0]
    taken = a_claim(cast.alice, node=node)
    Node.objects.update(last_seen=timezone.now() - timedelta(hours=1))
    heartbeat(run_id=taken.run.pk, token=taken.token, stage="steps", progress=STILL)
    assert [row.state for row in operations.nodes()] == ["busy"]


BAD = [[1, 2, 3], [1, 2, 3, 4, "x"], [1, -1, 1, 1, 1], ["NaN", 1, 1, 1, 1], [1, "Infinity", 1, 1, 1], "many"]


@pytest.mark.parametrize("row", BAD)
def test_a_node_cannot_write_what_is_no_curve(cast, http, row):
    node, key = a_node()
    taken = a_claim(cast.alice, node=node)
    body = {"stage": "steps", "progress": STILL, "usage": [row]}
    assert http(key, taken.token).post(f"runs/{taken.run.pk}/heartbeat/", body).status_code == 400
    assert not RunUsage.objects.exists()


def test_a_tape_keeps_points_until_they_were_heard_and_never_too_many():
    tape = Tape()
    for n in range(1000):
        tape.used(Point(float(n), 1.0, n, 0, 1))
    told = tape.progress()
    assert len(told["usage"]) <= POINTS
    tape.used(Point(1000.0, 1.0, 5, 0, 1))
    tape.heard(told)
    assert [row[0] for row in tape.progress()["usage"]] == [1000.0]


def test_a_point_that_was_merged_while_it_travelled_is_not_told_again():
    tape = Tape()
    tape.used(Point(1.004, 1.0, 1, 0, 1))
    tape.heard(tape.progress())
    assert tape.progress()["usage"] == []
