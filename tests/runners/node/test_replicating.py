"""The real node of another centre against the real site: fetch, compare by the real judge, sign, hand in."""

import pytest

from adp.attestation import unseal
from adp.environment.place import new_job_folder
from registry.ledger.access import SYSTEM
from registry.models import Artefact, Attestation, Replication
from runners.actions.replicate import replicate
from runners.lifecycle import State
from runners.models import Node
from runners.node.identity import Identity
from tests.factories.people import CentreFactory
from tests.factories.runners import a_node, a_run

CASES = [("makes", "bit-identical"), ("makes_nearly", "within tolerance"), ("makes_another", "differs")]


def run_at(handle, check, site, a_node_at, tmp_path):
    node, key = a_node(f"{handle}-1")
    Node.objects.filter(pk=node.pk).update(centre=CentreFactory(handle=handle))
    machine = a_node_at(site, check, key=key, engine="bubblewrap")
    machine.folder = new_job_folder
    identity = Identity.at(tmp_path / f"{handle}.attest")
    assert machine.introduce(identity)
    machine.serve(once=True)
    return identity


@pytest.mark.sandbox
@pytest.mark.parametrize(("check", "agreement"), CASES)
def test_a_node_elsewhere_says_how_its_products_agree(site, a_node_at, tmp_path, check, agreement):
    first = a_run(manifest={})
    run_at("lyon", "makes", site, a_node_at, tmp_path)
    first.refresh_from_db()
    assert first.verdict == "passed"
    assert Attestation.objects.get().node == "lyon-1"
    run = replicate(actor=SYSTEM, version=first.version)
    identity = run_at("leiden", check, site, a_node_at, tmp_path)
    run.refresh_from_db()
    assert (run.state, run.why) == (State.FINISHED, "")
    row = Replication.objects.get()
    assert row.agreement == agreement
    said = unseal(row.validation.attestation.envelope, identity.public)
    assert said["predicate"]["agreement"] == agreement
    assert said["subject"][0]["digest"]["sha256"] == row.table["products"][0]["sha256"]
    kept = Artefact.objects.filter(run=str(run.pk), kind="product")
    assert kept.exists() is (agreement != "bit-identical")
