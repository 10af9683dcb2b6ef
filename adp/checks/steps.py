"""Stage `steps`: the pipeline makes its products; twice, where it says that it is deterministic."""

from dataclasses import replace
from pathlib import Path

from adp.checks import given
from adp.checks.bench import Bench, Notes
from adp.checks.command import Command
from adp.checks.command import run as run_command
from adp.manifest.levels import calib_level
from adp.manifest.model import Manifest
from adp.manifest.model import ProductFile as Declared
from adp.report import ProductFile
from adp.sandbox.collect import Collected, collect
from adp.sandbox.out import output_folder

FIRST, SECOND = "products", "again"


def run(bench: Bench, notes: Notes) -> None:
    rounds = (FIRST, SECOND) if bench.declared.tests.deterministic else (FIRST,)
    total = len(bench.declared.steps) * len(rounds)
    for number, folder in enumerate(rounds):
        went_well = _walk(bench, notes, folder, done=number * len(bench.declared.steps), total=total)
        given.unchanged(bench)
        if not went_well:
            return
        if number + 1 < len(rounds):
            notes.say("once more: the steps are declared deterministic")


def _walk(bench: Bench, notes: Notes, folder: str, *, done: int, total: int) -> bool:
    """Runs every step in order on one output folder and collects what it left; False at the first failure."""
    steps = bench.declared.steps
    with output_folder(bench.workspace / f"{folder}-out", bench.limits.disk) as out:
        with bench.engine.together(len(steps)) as engine:
            at_work = replace(bench, engine=engine)
            for index, step in enumerate(steps, start=done + 1):
                notes.listener.step(step.name, index, total)
                if run_command(at_work, notes, Command(step.name, step.run, out)).reason is not None:
                    return False
        if done + len(steps) == total:  # of the last round: a check goes on, never back
            notes.listener.collecting()
        return _collect(bench, notes, out, folder)


def _collect(bench: Bench, notes: Notes, out: Path, folder: str) -> bool:
    manifest = bench.declared
    collected = collect(out, [p.path for p in manifest.products], bench.workspace / folder, bench.limits.disk)
    notes.find(*collected.findings)
    if folder == FIRST:
        by_path = {c.path: c for c in collected.files}
        bench.products = tuple(_record(manifest, p, by_path[p.path]) for p in manifest.products if p.path in by_path)
    return not any(f.is_error for f in notes.findings)


def _record(manifest: Manifest, product: Declared, taken: Collected) -> ProductFile:
    return ProductFile(
        name=product.name,
        path=product.path,
        format=product.format,
        bytes=taken.bytes,
        sha256=taken.sha256,
        level=product.level,
        calib_level=calib_level(manifest, product),
        type=product.type or manifest.product.type,
    )
