"""Another centre runs it again: who may ask, where it runs, what the book believes of what comes back."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied

from adp.attestation import key_id, unseal
from adp.replication import Agreement
from adp.report import Verdict
from registry.actions.replicate import WrongAttestationError, WrongReplicationError
from registry.ledger.access import SYSTEM, can
from registry.ledger.models import Event
from registry.models import Attestation, Contribution, Replication, Validation
from registry.people import Membership, Role
from runners import queries
from runners.actions.finish import finish
from runners.actions.nodes import register, renew
from runners.actions.replicate import as_its_tier_wants, replicate
from runners.lifecycle import State
from runners.models import Node, Run
from tests.factories import replicas
from tests.factories.people import CentreFactory, MembershipFactory
from tests.factories.runners import a_version


@pytest.fixture
def lyon(db):
    return replicas.at("lyon")


@pytest.fixture
def leiden(db):
    return replicas.at("leiden")


@pytest.fixture
def first(cast, lyon):
    """A run at lyon of a version by alice, passed."""
    return replicas.checked(lyon, cast.alice)


def test_a_replication_runs_at_another_centre_and_nowhere_else(first, lyon, leiden):
    run = replicate(actor=SYSTEM, version=first.version)
    own = replicas.Machine("own")
    assert lyon.claim() is None
    assert own.claim() is None
    assert "another centre than lyon" in queries.why_no_node(run) or queries.why_no_node(run) == ""
    assert leiden.claim().run == run


def test_while_no_other_centre_has_a_node_it_says_so(first):
    run = replicate(actor=SYSTEM, version=first.version)
    assert queries.why_no_node(run) == "it waits for a node of another centre than lyon"


def test_equal_bytes_are_bit_identical(first, leiden):
    replicate(actor=SYSTEM, version=first.version)
    run = replicas.replicated(leiden)
    row = Replication.objects.get()
    assert (row.agreement, row.centre, row.first.run) == ("bit-identical", leiden.node.centre, str(first.pk))
    assert (run.state, run.version.state) == (State.FINISHED, "checked")
    event = Event.objects.get(kind="version.replicate")
    assert event.facts["centre"] == "leiden"


def test_what_the_tolerances_let_pass_is_within_them(first, leiden):
    replicate(actor=SYSTEM, version=first.version)
    replicas.replicated(leiden, b"1 2 3.0\n", Agreement.WITHIN)
    row = Replication.objects.get()
    assert row.agrees
    assert row.table["products"][0]["comparisons"][0]["rules"][0]["worst"] == 3.2e-12


@pytest.mark.parametrize("verdict", [Verdict.PASSED, Verdict.FAILED])
def test_what_differs_stands_beside_what_agrees_and_moves_nothing(first, leiden, verdict):
    replicate(actor=SYSTEM, version=first.version)
    replicas.replicated(leiden)
    replicate(actor=SYSTEM, version=first.version)
    replicas.replicated(replicas.at("garching"), b"1 2 4\n", Agreement.DIFFERS, verdict)
    assert [r.agreement for r in Replication.objects.all()] == ["bit-identical", "differs"]
    assert Event.objects.filter(kind="version.differ").count() == 1
    first.version.refresh_from_db()
    assert first.version.state == "checked"


LIES = [
    (b"1 2 4\n", Agreement.IDENTICAL, "is not bit-identical"),
    (replicas.FIRST, Agreement.WITHIN, "is not within tolerance"),
    (replicas.FIRST, Agreement.DIFFERS, "is not differs"),
]


@pytest.mark.parametrize(("content", "agreement", "why"), LIES)
def test_what_the_digests_say_no_node_says_otherwise(first, leiden, content, agreement, why):
    replicate(actor=SYSTEM, version=first.version)
    with pytest.raises(WrongReplicationError, match=why):
        replicas.replicated(leiden, content, agreement)
    assert not Replication.objects.exists()
    assert Validation.objects.count() == 1


def test_a_tolerance_that_no_rule_passed_is_not_believed(first, leiden):
    replicate(actor=SYSTEM, version=first.version)
    taken = leiden.claim()
    report = replicas.reported(taken.run, b"4\n")
    replicas.hand_in(taken.run, b"4\n")
    found = replicas.seen(taken.run, b"4\n", Agreement.WITHIN)
    bare = replace(found, products=(replace(found.products[0], comparisons=()),))
    envelope = replicas.signed(leiden, taken.run, report, "within tolerance")
    with pytest.raises(WrongReplicationError, match="no rule says so"):
        finish(run_id=taken.run.pk, token=taken.token, report=report, replication=bare, attestation=envelope)


def test_a_replication_about_other_products_is_refused(first, leiden):
    replicate(actor=SYSTEM, version=first.version)
    taken = leiden.claim()
    report = replicas.reported(taken.run)
    found = replicas.seen(taken.run, replicas.FIRST, Agreement.IDENTICAL)
    other = replace(found, products=(replace(found.products[0], name="other"),))
    with pytest.raises(WrongReplicationError, match="not about the products"):
        finish(run_id=taken.run.pk, token=taken.token, report=report, replication=other)


FORGERIES = {
    "another run": ({"run": "0" * 36}, "something else of run"),
    "another class": ({"agreement": "within tolerance"}, "something else of agreement"),
    "another centre": ({"centre": "garching"}, "something else of centre"),
    "another first run": ({"first": "0" * 64}, "something else of firstReportDigest"),
    "another node": ({"node": "somebody"}, "something else of node"),
    "another node's key": ({}, "no signature is by the key"),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_attestation_is_refused_and_nothing_of_the_run_is_kept(first, lyon, leiden, forgery):
    changes, why = FORGERIES[forgery]
    replicate(actor=SYSTEM, version=first.version)
    taken = leiden.claim()
    report = replicas.reported(taken.run)
    found = replicas.seen(taken.run, replicas.FIRST, Agreement.IDENTICAL)
    if not changes:
        leiden.private, leiden.public = lyon.private, lyon.public
    envelope = replicas.signed(leiden, taken.run, report, **({"agreement": "bit-identical"} | changes))
    with pytest.raises(WrongAttestationError, match=why):
        finish(run_id=taken.run.pk, token=taken.token, report=report, replication=found, attestation=envelope)
    taken.run.refresh_from_db()
    assert taken.run.is_live
    assert not Attestation.objects.exists()
    assert Validation.objects.count() == 1


def test_a_replication_without_a_signature_does_not_count(first, leiden):
    replicate(actor=SYSTEM, version=first.version)
    taken = leiden.claim()
    found = replicas.seen(taken.run, replicas.FIRST, Agreement.IDENTICAL)
    with pytest.raises(WrongAttestationError, match="only with the signature"):
        finish(run_id=taken.run.pk, token=taken.token, report=replicas.reported(taken.run), replication=found)


def test_an_attestation_stays_verifiable_when_the_node_has_another_key(first, leiden):
    replicate(actor=SYSTEM, version=first.version)
    replicas.replicated(leiden)
    renew(actor=SYSTEM, node=leiden.node)
    register(node=Node.objects.get(pk=leiden.node.pk), attest_key="ab" * 32)
    kept = Attestation.objects.get()
    said = unseal(kept.envelope, kept.public_key)
    assert said["predicate"]["agreement"] == "bit-identical"
    assert kept.envelope["signatures"][0]["keyid"] == key_id(leiden.public)
    told = Event.objects.filter(kind="node.register").values_list("facts__attest_key", flat=True)
    assert {leiden.public, "ab" * 32} <= set(told)


def test_the_centre_and_its_operators_are_credited(first, cast, leiden):
    Membership.objects.filter(person=cast.oscar).delete()
    MembershipFactory(centre=leiden.node.centre, person=cast.oscar, role=Role.OPERATOR)
    replicate(actor=SYSTEM, version=first.version)
    replicas.replicated(leiden)
    found = Contribution.objects.filter(role="Validation", version=first.version)
    assert {(c.name, c.person) for c in found} == {(leiden.node.centre.name, None), (str(cast.oscar), cast.oscar)}


WHO = {"alice": True, "carol": True, "oscar": True, "amy": False, "bob": False, "dan": False, "nobody": False}


@pytest.mark.parametrize("who", WHO)
def test_who_may_ask_for_a_replication(first, cast, who):
    """oscar operates another centre; amy belongs to alice's, this product does not."""
    answer = can(getattr(cast, who, None), "run.replicate", first.version)
    assert bool(answer) == WHO[who]
    assert answer or answer.why


def test_the_operator_of_the_first_centre_may_not(first, cast, lyon):
    Membership.objects.filter(person=cast.oscar).delete()
    MembershipFactory(centre=lyon.node.centre, person=cast.oscar, role=Role.OPERATOR)
    assert not can(cast.oscar, "run.replicate", first.version)


@pytest.mark.parametrize("state", ["submitted", "checking", "failed", "stalled"])
def test_what_has_not_passed_is_not_replicated(db, state):
    with pytest.raises(PermissionDenied, match="passed its checks"):
        replicate(actor=SYSTEM, version=a_version(state=state))


def test_asked_twice_the_first_one_stays(first, cast):
    one = replicate(actor=cast.alice, version=first.version)
    assert replicate(actor=cast.carol, version=first.version) == one
    assert Event.objects.filter(kind="run.replicate").count() == 1


def test_an_author_cannot_ask_for_ever(first, cast, leiden, monkeypatch):
    monkeypatch.setattr("runners.permissions.MOST_REPLICATIONS", 1)
    replicate(actor=cast.alice, version=first.version)
    replicas.replicated(leiden)
    assert "often enough" in can(cast.alice, "run.replicate", first.version).why
    assert can(cast.carol, "run.replicate", first.version)


@pytest.mark.parametrize(("tier", "wants"), [("0", True), ("1", True), ("2", False), ("N", False)])
def test_what_a_tier_is_held_to_is_asked_for_by_itself(first, leiden, tier, wants):
    owner = CentreFactory(handle="owning-centre", tier=tier)
    product = first.version.product
    type(product).objects.filter(pk=product.pk).update(owner="owning-centre")
    version = type(first.version).objects.get(pk=first.version.pk)
    assert owner
    assert bool(as_its_tier_wants(version=version)) is wants
    assert Run.objects.filter(purpose="replication").exists() is wants


def test_a_tier_waits_for_people_once_a_centre_differs(first, leiden):
    first.version.product.owner.centre = None
    CentreFactory(handle="owning-centre", tier="0")
    type(first.version.product).objects.filter(pk=first.version.product_id).update(owner="owning-centre")
    version = type(first.version).objects.get(pk=first.version.pk)
    as_its_tier_wants(version=version)
    replicas.replicated(leiden, b"1 2 4\n", Agreement.DIFFERS)
    assert as_its_tier_wants(version=version) is None
