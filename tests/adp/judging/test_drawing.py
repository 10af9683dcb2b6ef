"""Pictures out of the sandbox: collected as a stranger's files, and never a reason for another verdict."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from adp.comparison.picture import Picture
from adp.environment import place
from adp.environment.build import judge_root
from adp.environment.tree import Root
from adp.errors import PlatformError
from adp.judging import inside
from adp.judging.drawing import MOST_EACH, SIGNATURE, illustrate
from adp.judging.judge import Judgement, judge
from adp.judging.tasks import Task
from adp.sandbox.bubblewrap import Bubblewrap
from adp.sandbox.engine import Job
from adp.sandbox.fake import Answer, FakeEngine
from tests.adp.comparison.making import IMAGE, hdus, image

ROOT = Root("judge", "0")
PNG = SIGNATURE + b"pixels"


@pytest.fixture
def folder() -> Iterator[Path]:
    with place.new_job_folder() as made:
        yield made


@pytest.fixture
def tasks(tmp_path: Path) -> list[Task]:
    hdus(image())(tmp_path / "reference.fits")
    hdus(image(IMAGE + np.float32(0.01)))(tmp_path / "product.fits")
    sides = tmp_path / "product.fits", tmp_path / "reference.fits"
    return [
        Task("close", "compare", *sides, "[data]\nabs = 1"),
        Task("facts", "describe", sides[0]),
        Task("exact", "compare", *sides),
        Task("same", "compare", sides[1], sides[1]),
        Task("again", "agree", *sides),
    ]


def judged(job: Job) -> Answer:
    """The judge's own code in this process."""
    at = {m.target: m.source for m in job.mounts}
    document = json.loads((at["/judge"] / "job.json").read_text())
    for task in document["tasks"]:
        for side in ("product", "reference"):
            task[side] = task[side] and str(at[task[side]])
    return Answer(files={f"{n}.json": json.dumps(inside.answer(t)).encode() for n, t in enumerate(document["tasks"])})


def judgement(tasks: list[Task], folder: Path) -> Judgement:
    return judge(FakeEngine(judged), ROOT, tasks, folder)


def quiet(_: str) -> None:
    """Nobody listens."""


def shown(found: Judgement) -> dict[str, tuple[list[str], tuple[str, ...]]]:
    compared = {r.name: r.comparison for r in found.results if r.comparison is not None}
    return {name: ([p.name for p in c.pictures], c.notes) for name, c in compared.items() if c.pictures or c.notes}


@pytest.mark.sandbox
def test_the_sandbox_draws_what_differs_allowed_or_not(tasks: list[Task], folder: Path) -> None:
    before = judgement(tasks, folder)
    after, outcome = illustrate(Bubblewrap(), judge_root(), tasks, before, folder / "drawing", quiet)

    assert outcome is not None
    assert outcome.exit_code == 0, outcome.log
    assert shown(after) == {
        name: (["01-sci-residual-map", "02-sci-differences"], ()) for name in ("close", "exact", "again")
    }
    for result, earlier in zip(after.results, before.results, strict=True):
        assert result.findings == earlier.findings
        if result.comparison is not None and earlier.comparison is not None:
            assert result.comparison.verdict == earlier.comparison.verdict
            assert all(p.png.startswith(SIGNATURE) for p in result.comparison.pictures)


def test_the_inside_half_writes_pictures_beside_their_words(tasks: list[Task], tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    task = {"kind": "compare", "product": str(tasks[0].product), "reference": str(tasks[0].reference)}
    job = tmp_path / "job.json"
    job.write_text(
        json.dumps({"out": str(tmp_path / "out"), "draw": True, "tasks": [task | {"spec": "[data]\nabs = 1"}]})
    )

    assert inside.main([str(job)]) == 0
    written = json.loads((tmp_path / "out" / "0.json").read_text())
    assert [p["file"] for p in written["pictures"]] == ["01-sci-residual-map.png", "02-sci-differences.png"]
    assert all((tmp_path / "out" / f"0-{p['file']}").read_bytes().startswith(SIGNATURE) for p in written["pictures"])


def said(*names: str, **more: Any) -> bytes:
    described = [Picture(name, "t", "a", size=(8, 8)).to_dict() for name in names]
    return json.dumps({"pictures": described, "notes": []} | more).encode()


def drawn(answer: Answer | PlatformError, tasks: list[Task], folder: Path) -> tuple[list[str], tuple[str, ...]]:
    """What becomes of the first picture task, which is the exact one: it failed."""
    engine = FakeEngine(lambda job: answer if job.name == "draw" else judged(job))
    before = judge(engine, ROOT, tasks, folder)
    after, _ = illustrate(engine, ROOT, tasks, before, folder / "drawing", quiet)
    assert [r.comparison and r.comparison.verdict for r in after.results] == [
        r.comparison and r.comparison.verdict for r in before.results
    ]
    return shown(after)["exact"]


def test_what_the_sandbox_hands_out_is_kept(tasks: list[Task], folder: Path) -> None:
    assert drawn(Answer(files={"0.json": said("01-a"), "0-01-a.png": PNG}), tasks, folder) == (["01-a"], ())


LOST = ([], ("1 pictures were lost on their way",))
UNDRAWN = ([], ("the pictures could not be drawn; the verdict does not depend on them",))
BAD: dict[str, tuple[Answer | PlatformError, tuple[list[str], tuple[str, ...]]]] = {
    "nothing": (Answer(), UNDRAWN),
    "killed": (Answer(exit_code=137), UNDRAWN),
    "no engine": (PlatformError("the engine is gone"), UNDRAWN),
    "no JSON": (Answer(files={"0.json": b"{"}), UNDRAWN),
    "a list": (Answer(files={"0.json": b"[]"}), UNDRAWN),
    "too deep": (Answer(files={"0.json": b"[" * 100_000}), UNDRAWN),
    "too many words": (Answer(files={"0.json": b" " * (1 << 20) + b"{}"}), UNDRAWN),
    "a name that climbs": (Answer(files={"0.json": said("01-a").replace(b"01-a", b"../a")}), UNDRAWN),
    "no picture": (Answer(files={"0.json": said("01-a")}), LOST),
    "another format": (Answer(files={"0.json": said("01-a"), "0-01-a.png": b"<svg>"}), LOST),
    "a huge picture": (Answer(files={"0.json": said("01-a"), "0-01-a.png": PNG + bytes(1 << 18)}), UNDRAWN),
}


@pytest.mark.parametrize(("answer", "wanted"), BAD.values(), ids=BAD)
def test_what_does_not_hold_together_is_a_note(answer: Any, wanted: Any, tasks: list[Task], folder: Path) -> None:
    assert drawn(answer, tasks, folder) == wanted


def test_a_picture_behind_a_link_is_not_followed(tasks: list[Task], folder: Path) -> None:
    def linked(job: Job) -> Answer:
        if job.name != "draw":
            return judged(job)
        next(m.source for m in job.mounts if m.writable).joinpath("0-01-a.png").symlink_to("/etc/passwd")
        return Answer(files={"0.json": said("01-a")})

    engine = FakeEngine(linked)
    after, _ = illustrate(engine, ROOT, tasks, judge(engine, ROOT, tasks, folder), folder / "drawing", quiet)
    assert shown(after)["exact"] == UNDRAWN


def test_there_are_not_more_than_a_page_can_show(tasks: list[Task], folder: Path) -> None:
    names = [f"{i:02d}-a" for i in range(40)]
    files = {"0.json": said(*names)} | {f"0-{n}.png": PNG for n in names}

    assert drawn(Answer(files=files), tasks, folder) == (names[:MOST_EACH], ())


def test_where_all_is_equal_nothing_is_started(tasks: list[Task], folder: Path) -> None:
    only = [tasks[3]]
    engine = FakeEngine(judged)
    before = judge(engine, ROOT, only, folder)

    assert illustrate(FakeEngine(lambda _: PlatformError("never")), ROOT, only, before, folder / "d", quiet) == (
        before,
        None,
    )
