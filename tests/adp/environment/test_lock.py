"""An author's lock: pinned, hashed, by name; everything else is a finding with its line."""

from pathlib import Path

import pytest

from adp.environment import lock
from adp.environment.build import packaged
from adp.errors import AuthorError
from adp.finding import Reason

HASH = "--hash=sha256:" + "0" * 64


@pytest.mark.parametrize(("text", "code", "line"), [
    ("numpy==2.0", "LOCK_HASH", 1),
    ("numpy==2.0 --hash=md5:00", "LOCK_HASH", 1),
    (f"numpy==2.0 {HASH}\nscipy==1.0 \\\n    # via x\n", "LOCK_HASH", 2),
    (f"numpy>=2.0 {HASH}", "LOCK_UNPINNED", 1),
    (f"numpy==2.* {HASH}", "LOCK_UNPINNED", 1),
    (f"numpy {HASH}", "LOCK_UNPINNED", 1),
    (f"# comment\n\nnumpy @ https://example.org/numpy.whl {HASH}", "LOCK_ADDRESS", 3),
    (f"https://example.org/numpy.whl {HASH}", "LOCK_ADDRESS", 1),
    (f"git+https://example.org/numpy {HASH}", "LOCK_ADDRESS", 1),
    (f"./wheels/numpy.whl {HASH}", "LOCK_ADDRESS", 1),
    (f"numpy.whl {HASH}", "LOCK_ADDRESS", 1),
    (f"numpy==2.0 --config-settings=x {HASH}", "LOCK_OPTION", 1),
    ("-r other.lock", "LOCK_OPTION", 1),
    ("-e .", "LOCK_OPTION", 1),
    ("--index-url https://example.org/simple", "LOCK_OPTION", 1),
    ("--extra-index-url=https://user:secret@example.org", "LOCK_OPTION", 1),
    ("--find-links /tmp", "LOCK_OPTION", 1),
])  # fmt: skip
def test_what_is_not_pinned_and_hashed_is_refused(text: str, code: str, line: int) -> None:
    (finding,) = lock.check(text.encode(), "requirements.lock")
    assert (finding.reason, finding.code) == (Reason.BUILD_FAIL, code)
    assert (finding.where.file, finding.where.line) == ("requirements.lock", line)
    assert "secret" not in finding.message


@pytest.mark.parametrize("text", [
    f"numpy==2.0 {HASH}",
    f"numpy==2.0 \\\n    {HASH} \\\n    --hash=sha256:{'1' * 64}\n    # via astropy\n",
    f"numpy[extra]===2.0rc1+local ; python_version >= '3.11' {HASH}  # why",
    "\n# nothing\n",
])  # fmt: skip
def test_locks_as_tools_write_them_are_taken(text: str) -> None:
    assert lock.check(text.encode(), "requirements.lock") == ()


@pytest.mark.parametrize("name", ["astro-1.lock", "judge.lock"])
def test_our_own_locks_keep_our_rules(name: str) -> None:
    assert lock.check(packaged(name), name) == ()


def test_a_lock_that_is_no_text_is_refused() -> None:
    assert lock.check(b"\xff\xfe", "x.lock")[0].code == "LOCK_ENCODING"


def test_a_lock_outside_the_repository_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "secret").write_text(f"numpy==2.0 {HASH}", encoding="utf-8")
    (tmp_path / "source" / "link").symlink_to("../secret")
    for name in ("../secret", "link", "missing"):
        with pytest.raises(AuthorError) as caught:
            lock.read(tmp_path / "source", name)
        assert caught.value.findings[0].code == "LOCK_MISSING"
