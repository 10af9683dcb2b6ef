"""The fake keeps the contract where it can: it runs nothing."""

from pathlib import Path

import pytest

from adp.environment.tree import Root
from adp.errors import PlatformError
from adp.finding import Reason
from adp.sandbox.engine import Engine, Job, Mount, Usage
from adp.sandbox.fake import Answer, FakeEngine

ROOT = Root("fake", "0" * 64)


def test_it_answers_from_its_script_and_remembers(tmp_path: Path) -> None:
    used = Usage(1.0, 2, 3, 4)
    fake = FakeEngine({"fit": Answer(stdout="1.2.3\n", files={"a/b": b"made"}, usage=(used,))})
    engine: Engine = fake
    lines: list[str] = []
    usage: list[Usage] = []
    outcome = engine.run(
        ROOT, Job("fit", ("fit",), (Mount(tmp_path, "/out", writable=True),)), lines.append, usage.append
    )
    assert usage == [used]
    assert (outcome.exit_code, outcome.reason, outcome.stdout, lines) == (0, None, "1.2.3\n", ["1.2.3"])
    assert (tmp_path / "a/b").read_bytes() == b"made"
    assert [job.name for job in fake.jobs] == ["fit"]


def test_a_failure_is_a_crash_unless_it_says_otherwise() -> None:
    fake = FakeEngine({"a": Answer(exit_code=2), "b": Answer(137, reason=Reason.TIME_LIMIT)})
    assert [fake.run(ROOT, Job(n, (n,))).reason for n in "abc"] == [Reason.CRASH, Reason.TIME_LIMIT, None]


def test_an_error_in_the_script_is_raised() -> None:
    with pytest.raises(PlatformError, match="down"):
        FakeEngine(lambda _: PlatformError("down")).run(ROOT, Job("a", ("a",)))
