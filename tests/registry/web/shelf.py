"""A shelf of versions in every state, put there by the registry's own actions; only the node's part is played here."""

import hashlib
import io
from dataclasses import replace

from adp.comparison.picture import Picture
from adp.finding import Finding, Reason, Severity, Where
from adp.manifest.load import loads
from adp.report import ProductFile, Report, StageResult, Verdict
from adp.source.inspect import Inspection
from registry.actions import artefacts, decide, publish, submit, validate
from registry.ledger.access import SYSTEM

MANIFEST = b"""
adp = 1
[product]
name = "muse-pixtable"
version = "1.0.1"
title = "Pixel tables that keep their values"
summary = "From instrument to sky by changes of coordinates alone."
license = "BSD-3-Clause"
science_case = "SCIENCE.md"
keywords = ["Integral field spectroscopy"]
type = "cube"
facilities = [{ observatory = "ESO", telescope = "VLT", instrument = "MUSE" }]
waveband = ["Optical"]
[[contributors]]
name = "Alice Author"
orcid = "0000-0002-1825-0097"
roles = ["Software", "Methodology"]
[[contributors]]
name = "Ben Beside"
roles = ["Documentation"]
[environment]
base = "astro-1"
[[data]]
name = "level0"
role = "input"
path = "data/level0.ecsv"
sha256 = "dd49158ddb93ea0bf3ea4f0033c96182b44f8f88fbe92e1a41d154ab327456d5"
level = 0
[[data]]
name = "printed"
role = "reference"
path = "data/level1.ecsv"
sha256 = "16e64b91ec9ba89e6319b049a5f6adc0e32243ddfac9d81906b15c9705e24376"
[[steps]]
name = "create"
kind = "table-creation"
run = ["python3", "-m", "pixtable", "create", "{level0}", "{created}"]
[[steps]]
name = "shift"
kind = "coordinates-only"
run = ["python3", "-m", "pixtable", "shift", "{created}", "{shifted}"]
[[products]]
name = "created"
path = "created.ecsv"
format = "ecsv"
level = 0
derived_from = ["level0"]
[[products]]
name = "shifted"
path = "shifted.ecsv"
format = "ecsv"
level = 1
derived_from = ["created"]
[products.relation]
from = "created"
invariant = ["lambda", "value", "flag", "variance"]
transform = { x = "x - 20.5" }
[tests]
version = ["python3", "-m", "pixtable", "--version"]
unit = ["python3", "-m", "pytest"]
[[tests.data]]
name = "reproduces-the-printed-table"
product = "shifted"
reference = "printed"
kind = "independent"
tolerance = { column.x.abs = "1e-9 pix", column.y.abs = 1e-9 }
"""
SCIENCE = "# Why\n\nPixel tables keep what a cube loses.\n\n## Limits of use\n\nReconstructed tables only."
URL = "https://git.example.org/muse/pixtable.git"

CHANGED = Finding(
    Reason.MISMATCH,
    "INVARIANT",
    "value changed: row 3, column flag: 0 → a0",
    where=Where(step="shift", row=3, column="flag", index=(2,)),
    hint="The step shift promised to change coordinates only.",
    evidence={
        "rows": [{"row": 2, "flag before": 0, "flag after": "0"}, {"row": 3, "flag before": "0", "flag after": "a0"}],
        "log": "\x1b[31mwrote shifted.ecsv\x1b[0m",
    },
)
NOTE = Finding(Reason.POLICY, "REFERENCE", "the reference has no uncertainties", severity=Severity.INFO)


PICTURE = Picture(
    "01-01-x-rows",
    "x: row by row",
    "Product minus reference of <x> along the 8 rows. None of 8 values is beyond what is allowed.",
    ("what", "value"),
    (("values compared", "8"), ("worst difference", "<b>+1.4 × 10⁻¹⁴")),
    (800, 459),
)


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def propose(actor, *, name="muse-pixtable", label="1.0.1", science=SCIENCE, url=URL, **product):
    """Submitted, as the page does it, but for the fetching: the inspection is given."""
    manifest, findings = loads(MANIFEST)
    assert manifest is not None, findings
    manifest = replace(manifest, product=replace(manifest.product, name=name, version=label, **product))
    seen = Inspection(
        url=url,
        ref=f"v{label}",
        commit=sha(f"{name} {label}")[:40],
        tree=sha(f"tree {name} {label}")[:40],
        tag=f"v{label}",
        committed_at=1_760_000_000,
        manifest=manifest,
        text=MANIFEST.decode(),
        science_case=science,
    )
    return submit.submit(actor=actor, url=url, ref=f"v{label}", inspection=seen)


def rule(scope, worst, passes_at, *, verdict="pass", violations=0, kind="abs 1e-09"):
    return {
        "scope": scope,
        "rule": kind,
        "verdict": verdict,
        "violations": violations,
        "fraction": violations / 8,
        "worst": worst,
        "where": {"row": 3, "column": scope, "index": [2]} if violations else {},
        "bias": 0.0,
        "scatter": None,
        "would_pass_at": passes_at,
    }


def report(version, *findings, log="ran"):
    failed = bool(findings) and any(f.is_error for f in findings)
    last = Verdict.FAILED if failed else Verdict.PASSED
    stages = tuple(StageResult(n, Verdict.PASSED, 0.4, 0.3, 52 << 20, log=log) for n in ("manifest", "build", "unit"))
    rules = [rule("x", 1.4e-14, 1.5e-14, kind="abs 1e-09 pix"), rule("y", 0.0, 0.0)]
    if failed:
        rules.append(rule("flag", None, None, verdict="fail", violations=1, kind="exact"))
    compared = {
        "schema": "adp-comparison/1",
        "name": "reproduces-the-printed-table",
        "verdict": "differs" if failed else "agrees",
        "findings": [],
        "rules": rules,
        "pictures": [PICTURE.to_dict(), replace(PICTURE, name="01-02-never-handed-in").to_dict()],
        "notes": ["the picture '<i>pulls' could not be drawn"],
        "files": {"product": {"path": "shifted.ecsv", "bytes": 812, "sha256": sha("shifted"), "format": "ecsv"}},
    }
    return Report(
        verdict=last,
        commit=version.commit,
        tree=version.tree,
        product=version.product.name,
        version=version.label,
        engine="bubblewrap",
        started_at="2026-10-02T14:05:10+00:00",
        finished_at="2026-10-02T14:05:31+00:00",
        stages=(*stages, StageResult("data", last, 2.1, 1.9, 52 << 20, tuple(findings), log)),
        comparisons=(compared,),
        products=tuple(
            ProductFile(n, f"{n}.ecsv", "ecsv", 812, sha(n), level, 1, "cube")
            for n, level in (("created", 0), ("shifted", 1))
        ),
        environment={"name": "astro-1", "digest": sha("astro-1")},
        declared={"limits": {"cpus": 1, "memory": 2 << 30}},
        cost={"cpu_seconds": 2.1, "wall_seconds": 3.4, "peak_memory_bytes": 52 << 20, "output_bytes": 1624},
    )


def check(version, *findings, log="ran"):
    """The node's part: files handed in, then the report."""
    run = version.commit[:12]
    held = [_file(version, run, "product", n) for n in ("created", "shifted")]
    held += [_file(version, run, "source", "source.tar.gz"), _file(version, run, "picture", PICTURE.file)]
    validate.begin(version=version)
    validate.conclude(version=version, report=report(version, *findings, log=log), artefacts=held, run=run, node="n-1")
    return version


def review(version):
    decide.open_review(version=version)
    return version


def accept(version, editor):
    decide.accept(actor=editor, version=review(version), statement="both tracks agree")
    return version


def put_out(version, editor):
    """From submitted to published."""
    publish.publish(actor=SYSTEM, version=accept(check(version), editor))
    version.refresh_from_db()
    return version


def _file(version, run, kind, name):
    stored = {"version": version, "run": run, "kind": kind, "name": name}
    return artefacts.store(stream=io.BytesIO(name.encode()), sha256=sha(name), **stored)
