"""Reference data that are not what was agreed: the run ends at nobody's cost, and who answers for the data is told."""

import pytest

from registry.actions.centres import begin_membership, found
from registry.disputes import disputes
from registry.ledger.access import SYSTEM, can
from registry.ledger.models import Event
from registry.models import Handle
from runners.actions.disputes import dispute
from runners.actions.stop import rerun
from runners.lifecycle import StaleAttemptError, State
from runners.models import Run
from runners.outlook import outlook
from tests.factories.people import PersonFactory
from tests.factories.runners import a_claim

pytestmark = pytest.mark.django_db
WHY = "gaia is another file than was agreed: its sha256 is bbbb"
FINDING = {
    "reason": "REFERENCE_INVALID",
    "code": "REFERENCE_DIGEST",
    "message": WHY,
    "evidence": {"name": "gaia", "url": "https://data.example.org/gaia.fits", "sha256": "a" * 64, "found": "b" * 64},
}


@pytest.fixture
def centre():
    return found(actor=SYSTEM, handle="eso", name="ESO", tier="0")


@pytest.fixture
def taken(centre):
    """Of a product of the centre."""
    taken = a_claim()
    product = taken.run.version.product
    product.owner = Handle.objects.get(name="eso")
    product.save()
    return taken


def end(taken):
    dispute(run_id=taken.run.pk, token=taken.token, why=WHY, findings=[FINDING])
    return Run.objects.get(pk=taken.run.pk)


def test_the_run_is_set_aside_at_once_and_costs_no_attempt(taken):
    run = end(taken)
    assert (run.state, run.faults, run.version.state) == (State.QUARANTINED, 0, "stalled")
    assert "not what was agreed" in outlook(run).say
    assert "This says nothing about your product" in outlook(run).say


def test_said_twice_it_is_heard_once(taken):
    end(taken)
    end(taken)
    assert Event.objects.filter(kind="version.dispute_data").count() == 1


def test_a_token_of_somebody_else_tells_nothing(taken):
    with pytest.raises(StaleAttemptError):
        dispute(run_id=taken.run.pk, token="another", why=WHY, findings=[FINDING])
    assert not Event.objects.filter(kind="version.dispute_data").exists()


def test_the_centre_sees_what_its_products_wait_for_until_it_is_right_again(taken, centre):
    assert disputes(centre) == []
    run = end(taken)
    (found,) = disputes(centre)
    assert (found.name, found.code, found.message) == ("gaia", "REFERENCE_DIGEST", WHY)
    curator = PersonFactory()
    assert not can(curator, "run.rerun", run)
    begin_membership(actor=SYSTEM, centre=centre, person=curator, role="curator")
    rerun(actor=curator, run=run)
    assert disputes(centre) == []


def test_over_http_a_node_says_so_with_its_findings(http, taken):
    key = taken.run.node.new_key()
    taken.run.node.save()
    node = http(key, taken.token)
    body = {"infra": WHY, "reference": [FINDING]}
    assert node.post(f"runs/{taken.run.pk}/finish/", body).status_code == 204
    assert Run.objects.get(pk=taken.run.pk).state == State.QUARANTINED
    assert node.post(f"runs/{taken.run.pk}/finish/", body).status_code == 204
