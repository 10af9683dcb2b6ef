"""A version that one centre has checked, nodes of others, and what such a node hands in about its own run."""

import hashlib
import io
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adp.attestation import Ran, seal, statement
from adp.replication import Agreement, ProductAgreement, Replication
from adp.report import ProductFile, Report, Verdict
from registry import storage
from registry.people import Centre
from runners.actions.claim import Claim, claim
from runners.actions.finish import finish
from runners.actions.nodes import register
from runners.actions.replicate import first
from runners.models import Node, Run, RunArtefact
from tests.factories.people import CentreFactory
from tests.factories.runners import a_node, a_report, a_run

FIRST = b"1 2 3\n"
PATH = "shifted.csv"


class Machine:
    """A node with the private half of its key."""

    def __init__(self, name: str, centre: Centre | None = None) -> None:
        self.node, self.key = a_node(name)
        Node.objects.filter(pk=self.node.pk).update(centre=centre)
        self.private = Ed25519PrivateKey.generate()
        self.public = self.private.public_key().public_bytes_raw().hex()
        self.node.refresh_from_db()
        register(node=self.node, attest_key=self.public)
        self.node.refresh_from_db()

    def claim(self) -> Claim | None:
        return claim(node=Node.objects.get(pk=self.node.pk))


def at(handle: str, *, tier: str = "1") -> Machine:
    """A machine of a centre of its own."""
    centre = Centre.objects.filter(handle=handle).first() or CentreFactory(handle=handle, tier=tier)
    return Machine(f"{handle}-1", centre)


def made(content: bytes = FIRST) -> ProductFile:
    sha256 = hashlib.sha256(content).hexdigest()
    return ProductFile("shifted", PATH, "csv", len(content), sha256, 1, 2, "cube")


def reported(run: Run, content: bytes = FIRST, verdict: Verdict = Verdict.PASSED) -> Report:
    return replace(a_report(run, verdict), products=(made(content),))


def hand_in(run: Run, content: bytes) -> None:
    blob = storage.keep(io.BytesIO(content))
    given = {"kind": "product", "name": PATH, "sha256": blob.sha256, "size": blob.size}
    RunArtefact.objects.create(run=run, attempt=run.attempt, **given)


def checked(machine: Machine, owner=None, content: bytes = FIRST, **fields) -> Run:
    """The first run of a version, passed at `machine`."""
    a_run(owner, **fields)
    taken = machine.claim()
    hand_in(taken.run, content)
    finish(run_id=taken.run.pk, token=taken.token, report=reported(taken.run, content))
    taken.run.version.refresh_from_db()
    return taken.run


def seen(run: Run, content: bytes, agreement: Agreement) -> Replication:
    """What the judge of a node would say of one product."""
    known = first(run=run)
    comparisons = ()
    if agreement is not Agreement.IDENTICAL:
        verdict = "agrees" if agreement is Agreement.WITHIN else "differs"
        shown = {"schema": "adp-comparison/1", "verdict": verdict, "findings": [], "rules": [RULE], "files": {}}
        comparisons = (shown,)
    row = ProductAgreement(
        "shifted", PATH, known.products[0]["sha256"], made(content).sha256, agreement, "reproduces", comparisons
    )
    return Replication((row,))


RULE = {
    "scope": "TABLE.flux",
    "rule": "abs 1e-9",
    "verdict": "pass",
    "violations": 0,
    "fraction": 0.0,
    "worst": 3.2e-12,
    "where": {},
    "bias": None,
    "scatter": None,
    "would_pass_at": 3.2e-12,
    "statistics": {},
}


def signed(machine: Machine, of: Run, report: Report, agreement: str = "", **changes) -> dict:
    """The envelope about `report`; `changes` are of what the node says of itself and its run."""
    known = first(run=of)
    ran = Ran(
        run=str(of.pk),
        purpose=of.purpose,
        product=of.version.product.path,
        url=of.version.url,
        node=machine.node.name,
        centre=machine.node.centre.handle if machine.node.centre else "",
        agreement=agreement,
        first=known.digest if known else "",
    )
    return seal(statement(report, replace(ran, **changes)), machine.private.sign, machine.public)


def replicated(
    machine: Machine,
    content: bytes = FIRST,
    agreement: Agreement = Agreement.IDENTICAL,
    verdict: Verdict = Verdict.PASSED,
) -> Run:
    """The replication that waits, done at `machine`."""
    taken = machine.claim()
    report = reported(taken.run, content, verdict)
    hand_in(taken.run, content)
    found = seen(taken.run, content, agreement) if verdict is Verdict.PASSED else None
    envelope = signed(machine, taken.run, report, agreement.value)
    finish(run_id=taken.run.pk, token=taken.token, report=report, replication=found, attestation=envelope)
    taken.run.refresh_from_db()
    return taken.run
