"""The judge behind its wall: the same answers as in this process, and a wall that holds what reads strangers' bytes."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adp.environment import place
from adp.environment.build import judge_root
from adp.environment.tree import Root
from adp.errors import PlatformError
from adp.finding import Reason
from adp.judging import inside
from adp.judging.judge import LIMITS, judge
from adp.judging.tasks import Result, Task
from adp.sandbox.bubblewrap import Bubblewrap
from adp.sandbox.engine import Job
from adp.sandbox.fake import Answer, FakeEngine
from tests.adp.comparison.hostile import bintable
from tests.adp.comparison.making import COLUMNS, changed, ecsv, hdus, table, votable

ROOT = Root("judge", "0")
WIDE = 200_000_000  # bytes of one row


@pytest.fixture
def folder() -> Iterator[Path]:
    with place.new_job_folder() as made:
        yield made


@pytest.fixture
def files(tmp_path: Path) -> Path:
    ecsv(meta="{METHOD: thresholding, software: {name: sep}}")(tmp_path / "reference.ecsv")
    ecsv({**COLUMNS, "flux": changed(COLUMNS["flux"], 2, 0.0)})(tmp_path / "product.ecsv")
    hdus(table())(tmp_path / "product.fits")
    votable()(tmp_path / "product.xml")
    return tmp_path


def tasks(files: Path) -> list[Task]:
    reference, product = files / "reference.ecsv", files / "product.ecsv"
    return [
        Task("same", "compare", files / "product.fits", reference),
        Task("votable", "compare", files / "product.xml", files / "product.xml"),
        Task("loose", "compare", product, reference, "column.flux.abs = 100"),
        Task("strict", "compare", product, reference, {"column": {"flux": {"rel": 1e-6}}}),
        Task.relation("relation", reference, product, ("id", "flag"), {"mag": "mag * 1"}),
        Task("again", "agree", product, reference),
        Task("facts", "describe", reference),
    ]


def expected(results: tuple[Result, ...]) -> None:
    verdicts = {r.name: r.comparison.verdict if r.comparison else None for r in results}
    assert verdicts == {
        "same": "agrees",
        "votable": "agrees",
        "loose": "agrees",
        "strict": "differs",
        "relation": "agrees",
        "again": "differs",
        "facts": None,
    }
    found = {r.name: r for r in results}
    assert [(f.code, f.where.row) for f in found["strict"].findings] == [("VALUE", 3)]
    assert {f.reason for f in found["again"].findings} == {Reason.NONREPRODUCIBLE}
    facts = found["facts"].facts
    assert (facts["format"], facts["parts"][0]["rows"]) == ("ecsv", 40)
    assert {"METHOD", "software", "software.name"} <= set(facts["keywords"])
    assert {"name": "flux", "type": "float64", "unit": "mJy", "shape": []} in facts["parts"][0]["columns"]


def in_process(job: Job) -> Answer:
    """An engine that runs the inside half here: what a sandbox mounts is found by its target."""
    at = {m.target: m.source for m in job.mounts}
    document = json.loads((at["/judge"] / "job.json").read_text())
    answers: dict[str, bytes] = {}
    for number, task in enumerate(document["tasks"]):
        here = {k: str(at[task[k]]) for k in ("product", "reference") if task[k]}
        answers[f"{number}.json"] = json.dumps(inside.answer(task | here)).encode()
    return Answer(files=answers)


def test_every_kind_of_task_is_answered(files: Path, folder: Path) -> None:
    expected(judge(FakeEngine(in_process), ROOT, tasks(files), folder).results)


@pytest.mark.sandbox
def test_the_sandbox_answers_the_same(files: Path, folder: Path) -> None:
    found = judge(Bubblewrap(), judge_root(), tasks(files), folder)

    expected(found.results)
    assert len(found.outcomes) == 1
    assert found.of("strict").comparison is not None
    assert {facts.path for facts in found.of("strict").comparison.files.values()} == {"reference.ecsv", "product.ecsv"}


@pytest.mark.sandbox
def test_a_file_that_takes_too_much_costs_only_its_own_task(files: Path, folder: Path) -> None:
    wide = bintable(WIDE, 1, f"{WIDE}B")
    (files / "wide.fits").write_bytes(wide)
    os.truncate(files / "wide.fits", 2880 * (3 + WIDE // 2880))
    asked = [
        Task("first", "describe", files / "product.fits"),
        Task("wide", "compare", files / "wide.fits", files / "wide.fits"),
        Task("last", "describe", files / "product.fits"),
    ]

    found = judge(Bubblewrap(), judge_root(), asked, folder, limits=replace(LIMITS, memory=300 << 20))

    assert [f.code for f in found.of("wide").findings] == ["JUDGE_LIMIT"]
    assert found.of("wide").findings[0].reason is Reason.OUTPUT_INVALID
    assert found.of("first").facts == found.of("last").facts


LIARS: dict[str, bytes] = {
    "no JSON": b"{",
    "a list": b"[]",
    "nothing": b"{}",
    "another schema": b'{"comparison": {"schema": "x", "verdict": "agrees"}, "facts": {}, "findings": []}',
    "an unknown reason": b'{"comparison": null, "facts": {}, "findings": [{"reason": "X", "code": "Y"}]}',
    "facts of another kind": b'{"comparison": null, "facts": 3, "findings": []}',
    "too deep": b'{"facts":' * 100_000,
    "a fault of ours": b'{"error": "Traceback"}',
}


@pytest.mark.parametrize("answer", LIARS.values(), ids=LIARS)
def test_an_answer_that_is_none_is_our_fault(answer: bytes, files: Path, folder: Path) -> None:
    engine = FakeEngine({"judge": Answer(files={"0.json": answer})})

    with pytest.raises(PlatformError, match="the judge"):
        judge(engine, ROOT, [Task("one", "describe", files / "product.fits")], folder)


def linked(job: Job) -> Answer:
    next(m.source for m in job.mounts if m.writable).joinpath("0.json").symlink_to("/etc/passwd")
    return Answer()


def test_an_answer_behind_a_link_is_not_followed(files: Path, folder: Path) -> None:
    with pytest.raises(PlatformError, match="cannot be opened"):
        judge(FakeEngine(linked), ROOT, [Task("one", "describe", files / "product.fits")], folder)


ENDINGS: list[tuple[Answer, str]] = [
    (Answer(exit_code=137, reason=Reason.MEMORY_LIMIT), "JUDGE_LIMIT"),
    (Answer(exit_code=137, reason=Reason.TIME_LIMIT), "JUDGE_LIMIT"),
    (Answer(exit_code=139, reason=Reason.CRASH), "JUDGE_CRASH"),
]


@pytest.mark.parametrize(("answer", "code"), ENDINGS)
def test_a_reader_brought_down_is_the_products_fault(answer: Answer, code: str, files: Path, folder: Path) -> None:
    found = judge(FakeEngine({"judge": answer}), ROOT, [Task("one", "describe", files / "product.fits")], folder)

    assert [(f.code, f.where.file) for f in found.results[0].findings] == [(code, "product.fits")]


def test_a_judge_that_does_not_start_is_our_fault(files: Path, folder: Path) -> None:
    engine = FakeEngine({"judge": Answer(exit_code=1, stderr="No module named numpy")})

    with pytest.raises(PlatformError, match="No module named numpy"):
        judge(engine, ROOT, [Task("one", "describe", files / "product.fits")], folder)


def test_the_inside_half_writes_one_answer_per_task(files: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    task: dict[str, Any] = {"kind": "describe", "product": str(files / "product.fits"), "reference": None, "spec": {}}
    job = tmp_path / "job.json"
    job.write_text(json.dumps({"out": str(out), "tasks": [task, task | {"kind": "agree"}]}))

    assert inside.main([str(job)]) == 0
    assert json.loads((out / "0.json").read_text())["facts"]["format"] == "fits"
    assert "error" in json.loads((out / "1.json").read_text())
