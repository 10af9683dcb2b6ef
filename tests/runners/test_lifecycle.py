"""Every pair of state and door: legal ones move, all others raise and write nothing; the tables agree."""

import pytest

from registry.kinds import KINDS
from registry.ledger.access import RULES, SYSTEM
from registry.ledger.machine import IllegalMoveError, advance
from registry.ledger.models import Event
from runners.lifecycle import LIVE, RUN, State
from runners.models import Run
from tests.factories.runners import a_version


@pytest.mark.parametrize("door", RUN.moves)
@pytest.mark.parametrize("state", State.values)
def test_a_run_moves_only_through_an_open_door(db, state, door):
    run = Run.objects.create(version=a_version(), state=state)
    if state in RUN.moves[door].sources:
        event = advance(run, door, actor=SYSTEM)
        run.refresh_from_db()
        assert (event.before, event.after) == (state, run.state)
    else:
        with pytest.raises(IllegalMoveError):
            advance(run, door, actor=SYSTEM)
        assert not Event.objects.filter(kind=door).exists()


def test_every_move_has_a_rule_and_a_sentence():
    assert set(RUN.moves) <= set(RULES)
    assert set(RUN.moves) <= set(KINDS)


def test_only_live_runs_have_a_way_on():
    assert {s for s in State.values if RUN.open_from(s)} == LIVE
