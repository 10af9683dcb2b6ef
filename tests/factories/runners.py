"""Versions that wait, runs in any state, nodes with keys, and the report a node would send."""

import uuid
from dataclasses import replace
from datetime import timedelta

import factory
from django.db.models.functions import Now

from adp.finding import Finding, Reason
from adp.report import STAGES, Report, StageResult, Verdict
from registry.ledger.access import SYSTEM
from registry.models import Handle, Product, Version
from runners.actions.claim import Claim, claim
from runners.actions.finish import fail_infra
from runners.actions.nodes import enrol
from runners.actions.queue import queue
from runners.models import Node, Run
from tests.factories.people import PersonFactory

ABLE = {"cores": 8, "memory": 16 << 30, "arch": "x86_64", "engine": "bubblewrap"}
TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


def a_version(owner=None, *, state="submitted", **fields) -> Version:
    owner = owner or PersonFactory()
    handle, _ = Handle.objects.get_or_create(name=owner.username, defaults={"person": owner})
    tag = uuid.uuid4().hex
    product = Product.objects.create(
        owner=handle, name=f"p-{tag[:8]}", title="A product", summary="It is.", type="cube", created_by=owner
    )
    given = {
        "label": "1.0.0",
        "url": "https://git.example.org/alice/pixtable",
        "ref": "v1.0.0",
        "commit": tag + tag[:8],
        "tree": TREE,
        "manifest": {"resources": {"cpus": 1.0, "memory": 2 << 30, "gpu": 0, "arch": "x86_64"}},
        "manifest_text": "adp = 1\n",
    }
    return Version.objects.create(product=product, submitted_by=owner, state=state, **(given | fields))


def a_node(name="rhone-2", **fields) -> tuple[Node, str]:
    node, key = enrol(actor=SYSTEM, name=name)
    Node.objects.filter(pk=node.pk).update(**(ABLE | {"last_seen": Now()} | fields))
    node.refresh_from_db()
    return node, key


def a_run(owner=None, **fields) -> Run:
    """Queued."""
    return queue(version=a_version(owner, **fields))


def a_claim(owner=None, node=None, **fields) -> Claim:
    """Running, with its token."""
    a_run(owner, **fields)
    taken = claim(node=node or a_node(f"node-{uuid.uuid4().hex[:6]}")[0])
    assert taken is not None
    return taken


def let_the_lease_run_out(run: Run) -> None:
    """What the passing of time does."""
    Run.objects.filter(pk=run.pk).update(lease_until=Now() - timedelta(seconds=1))


def let_the_pause_pass(run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(not_before=Now() - timedelta(seconds=1))


class ReportFactory(factory.Factory):
    """A report on `run`'s version; without products."""

    class Meta:
        model = Report

    class Params:
        run = None

    verdict = Verdict.PASSED
    tree = factory.LazyAttribute(lambda r: r.run.version.tree)
    commit = factory.LazyAttribute(lambda r: r.run.version.commit)
    product = factory.LazyAttribute(lambda r: r.run.version.product.name)
    version = factory.LazyAttribute(lambda r: r.run.version.label)
    engine = "fake"
    started_at = "2026-11-22T08:41:07+00:00"
    finished_at = "2026-11-22T08:41:48+00:00"
    stages = factory.LazyFunction(lambda: tuple(StageResult(s, Verdict.PASSED, 0.1, log="fine") for s in STAGES))


def a_report(run: Run, verdict: Verdict = Verdict.PASSED) -> Report:
    report = ReportFactory(run=run)
    if verdict is Verdict.PASSED:
        return report
    finding = Finding(Reason.MISMATCH, "INVARIANT", "value changed: row 3, column flag: 0 → a0")
    stages = (*report.stages[:-1], StageResult("data", verdict, findings=(finding,), log="it differs"))
    return replace(report, verdict=verdict, stages=stages)


def set_aside(owner=None, why="the disk is full") -> Run:
    """A run that we failed three times."""
    run, node = a_run(owner), a_node(f"node-{uuid.uuid4().hex[:6]}")[0]
    for _ in range(3):
        let_the_pause_pass(run)
        taken = claim(node=node)
        assert taken is not None
        fail_infra(run_id=run.pk, token=taken.token, reason=why)
    return Run.objects.get(pk=run.pk)
