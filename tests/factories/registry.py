"""Proposals as the fetcher sees them, versions in every state, and the files and reports that belong to them.

`proposed(...)` and the `reach_*` functions use the registry's actions; only `in_state` writes a state by hand, for the
tests that walk every pair."""

import hashlib
import io
import itertools
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from django.utils import timezone

from adp.manifest import model
from adp.report import STAGES, ProductFile, Report, StageResult, Verdict
from adp.source.archive import write_archive
from adp.source.inspection import Inspection
from registry.actions import artefacts, decide, submit, validate
from registry.actions.publish import publish
from registry.ledger.access import SYSTEM
from registry.lifecycle import PUBLIC
from registry.models import Artefact, Product, Version
from registry.people import Person

URL = "https://git.example.org/muse/pixtable"
COMMITS = itertools.count(1)
CUBE = b"SIMPLE  =                    T"


def manifest(**product) -> model.Manifest:
    """A small true one; keywords change its [product]."""
    given = {
        "name": "muse-pixtable",
        "version": "1.0.0",
        "title": "Pixel tables of MUSE",
        "summary": "Level 0 to 1, on the sky.",
        "license": "BSD-3-Clause",
        "science_case": "SCIENCE.md",
        "type": "cube",
        "owner": "muse-gto",
        "keywords": ("Galaxy kinematics",),
        "facilities": (model.Facility("ESO", "VLT", "MUSE"),),
        "waveband": ("Optical",),
    }
    return model.Manifest(
        product=model.Product(**(given | product)),
        contributors=(
            model.Contributor("Alice", ("Software", "Methodology"), "0000-0002-1825-0097"),
            model.Contributor("Zoe Unknown", ("Reference data",), "0000-0002-1694-233X"),
        ),
        environment=model.Environment(base="astro-1"),
        steps=(model.Step("shift", "coordinates-only", ("true",)),),
        products=(model.ProductFile("shifted", "out/shifted.fits", "fits", level=1),),
        tests=model.Tests(
            unit=("true",), data=(model.DataTest("reproduces", "shifted", "level1", "independent", {"rel": 1e-9}),)
        ),
    )


def inspection(*, findings=(), commit="", ref="", **product) -> Inspection:
    seen = manifest(**product)
    number = next(COMMITS)
    return Inspection(
        url=URL,
        ref=ref or f"v{seen.product.version}",
        commit=commit or f"{number:040x}",
        tree=f"{number:039x}a",
        tag=f"v{seen.product.version}",
        committed_at=1_700_000_000,
        manifest=seen,
        text="adp = 1\n",
        science_case="# Why\n\nBecause the sky moves.",
        licence="BSD",
        findings=tuple(findings),
    )


def proposed(by: Person, *, version: str = "1.0.0", **product) -> Version:
    seen = inspection(version=version, **product)
    return submit.submit(actor=by, url=seen.url, ref=seen.ref, inspection=seen)


def in_state(state: str, by: Person, *, version: str = "1.0.0", **product) -> Version:
    """The state itself by hand, and what the book's constraints want with it."""
    made = proposed(by, version=version, **product)
    Version.objects.filter(pk=made.pk).update(state=state, published_at=timezone.now() if state in PUBLIC else None)
    made.refresh_from_db()
    return made


def report(version: Version, *, verdict: Verdict = Verdict.PASSED, product: bytes = CUBE) -> Report:
    stages = tuple(StageResult(name, Verdict.PASSED, seconds=1.0) for name in STAGES[:-1])
    made = ProductFile(
        "shifted", "out/shifted.fits", "fits", len(product), hashlib.sha256(product).hexdigest(), 1, 2, "cube"
    )
    return Report(
        verdict=verdict,
        tree=version.tree,
        commit=version.commit,
        product=version.product.path,
        version=version.label,
        engine="fake",
        started_at="2026-11-22T10:00:00Z",
        finished_at="2026-11-22T10:00:09Z",
        stages=(*stages, StageResult(STAGES[-1], verdict, seconds=1.0)),
        products=(made,),
        environment={"base": "astro-1", "digest": "0" * 64},
        declared={"manifest": "0" * 64},
    )


def stored(version: Version, *, kind: str, name: str, content: bytes, run: str = "run-1") -> Artefact:
    digest = hashlib.sha256(content).hexdigest()
    return artefacts.store(version=version, kind=kind, name=name, stream=io.BytesIO(content), sha256=digest, run=run)


SOURCE = {"adp.toml": b"adp = 1\n", "README.md": b"# Pixel tables\n", "pixtable/shift.py": b"STEP = 20.5\n"}


def packed(files: Mapping[str, bytes]) -> bytes:
    """As the fetcher packs a commit."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            place = Path(folder, name)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        stream = io.BytesIO()
        write_archive(Path(folder), stream, mtime=0)
    return stream.getvalue()


def handed_in(version: Version, *, run: str = "run-1", source: Mapping[str, bytes] = SOURCE) -> list[Artefact]:
    """What a node hands in with a passed run."""
    return [
        stored(version, kind="source", name="source.tar.gz", content=packed(source), run=run),
        stored(version, kind="product", name="out/shifted.fits", content=CUBE, run=run),
        stored(version, kind="log", name="shift.log", content=b"shifted\n", run=run),
    ]


def reach_checked(version: Version, *, run: str = "") -> Version:
    run = run or f"run-{version.pk}"[:36]
    validate.begin(version=version)
    files = handed_in(version, run=run)
    validate.conclude(version=version, report=report(version), artefacts=files, run=run, node="lab-1")
    return version


def reach_failed(version: Version) -> Version:
    validate.begin(version=version)
    failed = replace(report(version, verdict=Verdict.FAILED), products=())
    validate.conclude(version=version, report=failed, run=f"run-{version.pk}"[:36])
    return version


def reach_accepted(version: Version, editor: Person) -> Version:
    reach_checked(version)
    decide.open_review(version=version)
    decide.accept(actor=editor, version=version, statement="Both reviews agree.")
    return version


def reach_published(version: Version, editor: Person) -> Version:
    publish(actor=SYSTEM, version=reach_accepted(version, editor))
    return version


def product_of(version: Version) -> Product:
    return Product.objects.get(pk=version.product_id)
