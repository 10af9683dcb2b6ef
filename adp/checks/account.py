"""The account of a check: everything the stages left on the bench, as one report."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from adp import __version__
from adp.checks.bench import Bench
from adp.checks.machine import machine
from adp.manifest import parameters
from adp.manifest.model import Manifest
from adp.report import Report, StageResult, Verdict


def report(bench: Bench, stages: tuple[StageResult, ...], started: datetime, finished: datetime) -> Report:
    manifest = bench.manifest
    return Report(
        verdict=_verdict(stages),
        commit=bench.snapshot.commit,
        tree=bench.snapshot.tree,
        product=manifest.product.name if manifest else "",
        version=manifest.product.version if manifest else "",
        engine=bench.engine.name,
        started_at=started.isoformat(),
        finished_at=finished.isoformat(),
        stages=stages,
        comparisons=tuple(bench.comparisons),
        products=bench.products,
        environment=_environment(bench),
        parameters=_parameters(bench.snapshot.path, manifest) if manifest else {},
        declared=_declared(bench, manifest) if manifest else {},
        cost=_cost(bench, stages),
        provenance=_provenance(bench, manifest) if manifest else {},
    )


def _verdict(stages: tuple[StageResult, ...]) -> Verdict:
    verdicts = {s.verdict for s in stages}
    if Verdict.ERROR in verdicts:
        return Verdict.ERROR
    return Verdict.FAILED if Verdict.FAILED in verdicts else Verdict.PASSED


def _environment(bench: Bench) -> dict[str, Any]:
    engine = _engine(bench)
    if bench.root is None:
        return {"engine": engine, "adp": __version__, "machine": machine()}
    root = {"name": bench.root.name, "digest": bench.root.digest, "contents": dict(bench.root.contents)}
    image = {"image": bench.image.to_dict()} if bench.image else {}
    return {"engine": engine, "adp": __version__, "machine": machine(), **root, **image}


def _engine(bench: Bench) -> dict[str, Any]:
    """An engine that broke down during the check may have nothing to say about itself any more."""
    try:
        info = bench.engine.info()
    except Exception as error:  # noqa: BLE001 - whatever it is, the verdict has been reached without it
        return {"name": bench.engine.name, "silent": str(error)}
    return {"name": info.name, "version": info.version, "enforces": dict(info.enforces)}


def _parameters(source: Path, manifest: Manifest) -> dict[str, Any]:
    """What the run was configured with, recorded whole."""
    declared = manifest.parameters
    if not declared.file:
        return {}
    try:
        values = _plain(parameters.read(source, declared))
    except parameters.ParametersError:  # the manifest stage has said so, with its place
        return {"file": declared.file}
    return {"file": declared.file, "sha256": _sha256(source / declared.file), "values": values}


def _plain(value: Any) -> Any:
    """TOML dates become text, infinities too: a report is JSON."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    is_json = isinstance(value, (str, bool, int)) or (isinstance(value, float) and value - value == 0)
    return value if is_json else str(value)


def _declared(bench: Bench, manifest: Manifest) -> dict[str, Any]:
    """What the digest covers of the declaration: manifest, inputs, lock and limits."""
    source, wants = bench.snapshot.path, manifest.resources
    lock = manifest.environment.requirements or manifest.environment.dockerfile
    return {
        "manifest": _sha256(source / "adp.toml"),
        "inputs": {d.name: d.sha256 for d in manifest.data},
        "lock": _sha256(source / lock) if lock else manifest.environment.image or manifest.environment.base,
        "limits": {
            "cpus": wants.cpus,
            "memory": wants.memory,
            "disk": wants.disk,
            "time": wants.time,
            "gpu": wants.gpu,
        },
    }


def _sha256(path: Path) -> str:
    if not path.is_file() or path.is_symlink():
        return ""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _cost(bench: Bench, stages: tuple[StageResult, ...]) -> dict[str, Any]:
    return {
        "cpu_seconds": round(sum(s.cpu_seconds for s in stages), 3),
        "wall_seconds": round(sum(s.seconds for s in stages), 3),
        "peak_memory_bytes": max((s.peak_memory_bytes for s in stages), default=0),
        "output_bytes": sum(p.bytes for p in bench.products),
    }


def _provenance(bench: Bench, manifest: Manifest) -> Mapping[str, Any]:
    """W3C PROV terms (PROV-DM §5): what was used by which step, what it was derived from, who is behind it."""
    made = {p.name: p for p in bench.products}
    entities = {d.name: {"role": d.role, "sha256": d.sha256, "level": d.level} for d in manifest.data}
    entities |= {
        p.name: {"role": "product", "sha256": made[p.name].sha256, "level": p.level}
        for p in manifest.products
        if p.name in made
    }
    return {
        "entity": entities,
        "activity": [{"name": s.name, "kind": s.kind, "loss": s.loss, "command": list(s.run)} for s in manifest.steps],
        "wasDerivedFrom": {p.name: list(p.derived_from) for p in manifest.products if p.name in made},
        "wasAttributedTo": [{"name": c.name, "orcid": c.orcid, "roles": list(c.roles)} for c in manifest.contributors],
        "plan": {"commit": bench.snapshot.commit, "tree": bench.snapshot.tree, "url": bench.snapshot.url},
    }
