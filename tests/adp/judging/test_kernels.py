"""Compiled kernels in the judge: made once, by a job that sees no stranger's file; without them the same is said."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from adp.environment import place
from adp.environment.build import judge_root
from adp.environment.tree import Root
from adp.judging import compiling, inside
from adp.judging.judge import judge
from adp.judging.kernels import digest_of, sources
from adp.judging.tasks import Task
from adp.sandbox.bubblewrap import Bubblewrap
from adp.sandbox.engine import EngineInfo, Job, OnLine, OnUsage, Outcome, unheard
from adp.sandbox.fake import Answer, FakeEngine
from tests.adp.comparison.making import changed, hdus, image, table

ROOT = Root("judge", "0")
TYPES = ("f4", "f8", "i2", "i4", "u1")
CORE = "processor\t: {n}\nmodel name\t: Some CPU\ncpu MHz\t\t: {mhz}\nflags\t\t: fpu {more}\n\n"
ONE = CORE.format(n=0, mhz=2100, more="avx2")


@pytest.fixture
def pair(tmp_path: Path) -> list[Task]:
    """All types the kernels take, as columns of a table, two of them judged together, and in an image; differences."""
    columns = {"beside": np.arange(5000, dtype="f4")} | {kind: np.arange(5000).astype(kind) for kind in TYPES}
    hdus(table(columns, {}), image(np.ones((50, 60), dtype="f4")))(tmp_path / "reference.fits")
    columns = {kind: changed(values, 4000, 7) for kind, values in columns.items()}
    hdus(table(columns, {}), image(np.full((50, 60), 1.5, dtype="f4")))(tmp_path / "product.fits")
    files = tmp_path / "product.fits", tmp_path / "reference.fits"
    return [Task("pair", "compare", *files, {"data": {"rel": 1e-6}}), Task("again", "agree", *files)]


class Talking:
    """The sandbox, with numba saying what it finds in its cache."""

    name = "bubblewrap"

    def info(self) -> EngineInfo:
        return Bubblewrap().info()

    def run(self, root: Root, job: Job, on_line: OnLine = unheard, on_usage: OnUsage = unheard) -> Outcome:
        return Bubblewrap().run(root, replace(job, env={**job.env, "NUMBA_DEBUG_CACHE": "1"}), on_line, on_usage)


@pytest.mark.sandbox
def test_the_sandbox_finds_every_kernel_compiled_and_says_what_numpy_says(pair: list[Task]) -> None:
    lines: list[str] = []
    with place.new_job_folder() as folder:
        numpy = judge(Talking(), judge_root(), pair, folder / "numpy")
        compiled = judge(Talking(), judge_root(), pair, folder / "compiled", lines.append, compiled=1)

    assert "[cache]" not in numpy.outcomes[0].log
    assert compiled.outcomes[0].log.count("[cache] data loaded") >= len(TYPES)
    assert "[cache] data saved" not in compiled.outcomes[0].log
    assert [r.findings for r in compiled.results] == [r.findings for r in numpy.results]
    for mine, theirs in zip(compiled.results, numpy.results, strict=True):
        assert mine.comparison is not None
        assert theirs.comparison is not None
        assert mine.comparison.to_dict() == theirs.comparison.to_dict()
        assert mine.comparison.verdict == "differs"


Scripted = Callable[[Answer], FakeEngine]


@pytest.fixture
def scripted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scripted:
    """An engine that compiles like this, on a machine that holds nothing yet, and judges in this process."""
    monkeypatch.setenv("PHAROS_TREES", str(tmp_path / "trees"))

    def answered(job: Job) -> Answer:
        at = {m.target: m.source for m in job.mounts}
        document: Any = json.loads((at["/judge"] / "job.json").read_text())
        here = [t | {side: str(at[t[side]]) for side in ("product", "reference")} for t in document["tasks"]]
        return Answer(files={f"{n}.json": json.dumps(inside.answer(task)).encode() for n, task in enumerate(here)})

    return lambda made: FakeEngine(lambda job: made if job.name == "compile" else answered(job))


PACKED = Answer(files={"kernels.zip": b"packed"})


def test_they_are_compiled_once_and_shown_to_every_judge(scripted: Scripted, pair: list[Task], tmp_path: Path) -> None:
    engine, lines = scripted(PACKED), list[str]()
    for name in ("one", "two"):
        judge(engine, ROOT, pair, tmp_path / name, lines.append, compiled=1)

    assert [job.name for job in engine.jobs] == ["compile", "judge", "judge"]
    assert [m.target for m in engine.jobs[0].mounts] == ["/opt/judge/adp", "/out"]
    shown = {m.source.read_bytes() for job in engine.jobs[1:] for m in job.mounts if m.target.endswith(".zip")}
    assert shown == {b"packed"}
    assert lines == ["compiling the comparer's kernels, once on this machine"]


def test_small_files_wait_for_no_compiler(scripted: Scripted, pair: list[Task], tmp_path: Path) -> None:
    engine = scripted(PACKED)
    judge(engine, ROOT, pair, tmp_path / "small")

    assert [job.name for job in engine.jobs] == ["judge"]


FAILED = [Answer(exit_code=1, stderr="No module named numba"), Answer(), Answer(exit_code=1, files=PACKED.files)]


@pytest.mark.parametrize("made", FAILED, ids=["says why", "makes nothing", "made before it failed"])
def test_without_them_the_judge_says_so_and_judges(
    made: Answer, scripted: Scripted, pair: list[Task], tmp_path: Path
) -> None:
    lines: list[str] = []
    engine = scripted(made)
    found = judge(engine, ROOT, pair, tmp_path / "without", lines.append, compiled=1)

    assert [r.comparison.verdict for r in found.results if r.comparison] == ["differs", "differs"]
    assert lines[1].startswith("compares without compiled kernels, which could not be made")
    assert made.stderr in lines[1]
    assert not list(place.kernels().iterdir())


@pytest.mark.parametrize(
    ("root", "source", "processor"),
    [
        (Root("judge", "1"), "x = 1", ONE),
        (ROOT, "x = 2", ONE),
        (ROOT, "x = 1", ONE.replace("avx2", "avx512f")),
        (ROOT, "x = 1", ONE.replace("Some", "Other")),
    ],
)
def test_another_numba_kernel_or_processor_has_code_of_its_own(
    root: Root, source: str, processor: str, tmp_path: Path
) -> None:
    (tmp_path / "before.py").write_text("x = 1")
    (tmp_path / "scan.py").write_text("x = 1")
    before = digest_of(ROOT, [tmp_path / "scan.py"], ONE)
    (tmp_path / "scan.py").write_text(source)

    assert digest_of(root, [tmp_path / "scan.py"], processor) != before
    assert digest_of(ROOT, [tmp_path / "before.py"], ONE) != before


def test_clock_and_number_of_cores_change_nothing() -> None:
    many = ONE.replace("2100", "3900") + CORE.format(n=1, mhz=800, more="avx2")

    assert digest_of(ROOT, sources(), many) == digest_of(ROOT, sources(), ONE)


def test_what_is_packed_is_unpacked(tmp_path: Path) -> None:
    (tmp_path / "cache/kernels_1").mkdir(parents=True)
    (tmp_path / "cache/kernels_1/scan.nbi").write_bytes(b"index")

    assert compiling.pack(tmp_path / "cache", tmp_path / "kernels.zip") == 1
    compiling.unpack(tmp_path / "kernels.zip", tmp_path / "copy")
    assert (tmp_path / "copy/kernels_1/scan.nbi").read_bytes() == b"index"
