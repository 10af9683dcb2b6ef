"""The work itself: fetch the pinned commit, check it, leave the report and what belongs to it in the job's folder."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adp import pipeline
from adp.checks import build
from adp.errors import AuthorError, CuratorError, PlatformError
from adp.finding import CURATOR_REASONS
from adp.reference.staging import shelf
from adp.report import Report, StageResult, Verdict
from adp.sandbox.choose import choose
from adp.sandbox.engine import Engine
from adp.source import archive
from adp.source.blame import LATER
from adp.source.fetch import fetch
from adp.source.policy import PUBLIC, Policy
from adp.source.snapshot import Snapshot
from runners.node.order import Source
from runners.node.telling import Teller

ELSEWHERE = LATER | {"URL_REFUSED"}  # the registry has fetched this commit before: the way to it is not the author's

REBUILD = "rebuild"  # the purpose of a run whose environment is built again
SOURCE = "source"  # below the job's folder: the snapshot

Artefacts = list[tuple[str, str, str]]


def check(source: Source, folder: Path, teller: Teller, told: dict[str, Any]) -> Artefacts:
    """The artefacts; the report is in `report.json`. PlatformError when the fault is ours, CuratorError when it is that
    of the reference data: then nothing is judged."""
    engine = choose(told["engine"])
    policy = Policy.from_json(told["policy"]) if told["policy"] else PUBLIC
    try:
        snapshot = _fetch(source, folder, teller, policy)
    except AuthorError as error:
        teller.log("fetch", str(error))
        if any(f.code in ELSEWHERE for f in error.findings):
            raise PlatformError(
                f"this node could not fetch what the registry could: {error}", hint=error.hint
            ) from error
        report = pipeline.refused(error, engine=engine.name, url=source.url, at=datetime.now(UTC))  # noqa: TID251 - no Django here
        return _hand_in(_as_the_book_says(report, source), folder, None)
    report = _judge(snapshot, engine, folder, teller, policy, is_rebuilt=told["purpose"] == REBUILD)
    return _hand_in(report, folder, snapshot)


def _fetch(source: Source, folder: Path, teller: Teller, policy: Policy) -> Snapshot:
    teller.stage_started("fetch")
    teller.log("fetch", f"{source.url} at {source.ref or source.commit}")
    snapshot = fetch(source.url, source.ref, folder / SOURCE, policy=policy, pinned=source.commit)
    if source.tree and snapshot.tree != source.tree:
        raise PlatformError(f"commit {source.commit} has tree {snapshot.tree}; the book says {source.tree}")
    teller.log("fetch", f"commit {snapshot.commit}, tree {snapshot.tree}")
    teller.stage_finished(StageResult("fetch", Verdict.PASSED))
    return snapshot


def _judge(
    snapshot: Snapshot, engine: Engine, folder: Path, teller: Teller, policy: Policy, *, is_rebuilt: bool
) -> Report:
    workspace = folder / "work"
    workspace.mkdir()
    data = shelf(policy)
    report = pipeline.check(
        snapshot, engine=engine, workspace=workspace, listener=teller, shelf=data, is_rebuilt=is_rebuilt
    )
    if report.verdict is Verdict.ERROR:
        if invalid := [finding for finding in report.findings if finding.reason in CURATOR_REASONS]:
            raise CuratorError(*invalid)
        raise PlatformError("; ".join(f.message for f in report.findings if f.reason == "INFRA") or "not checked")
    return report


def _as_the_book_says(report: Report, source: Source) -> Report:
    return replace(
        report, commit=source.commit, tree=source.tree, product=source.product.split("/")[-1], version=source.version
    )


def _hand_in(report: Report, folder: Path, snapshot: Snapshot | None) -> Artefacts:
    (folder / "report.json").write_text(json.dumps(report.to_dict()), encoding="utf-8")
    (folder / "environment.json").write_text(json.dumps(dict(report.environment), indent=1), encoding="utf-8")
    found: Artefacts = [("log.txt", "log", "log.txt"), ("environment.json", "report", "environment.json")]
    if snapshot is None:
        return found
    with (folder / "source.tar.gz").open("wb") as stream:
        archive.write_archive(snapshot.path, stream, snapshot.committed_at)
    found.append(("source.tar.gz", "source", "source.tar.gz"))
    manifest = snapshot.path / "adp.toml"
    if manifest.is_file():
        found.append(("adp.toml", "manifest", str(manifest.relative_to(folder))))
    products = folder / "work" / "products"
    found += [(p.path, "product", str((products / p.path).relative_to(folder))) for p in report.products]
    kept = sorted((folder / "work" / build.KEPT).glob("*"))
    found += [(p.name, "sbom" if p.name == build.SBOM else "lock", str(p.relative_to(folder))) for p in kept]
    pictures = sorted((folder / "work" / "pictures").glob("*.png"))
    return found + [(p.name, "picture", str(p.relative_to(folder))) for p in pictures]
