"""What is wrong before anything is run: each with its stage, code, place and next step, and nothing was run."""

from pathlib import Path

import pytest

from adp.finding import Reason, Where
from adp.report import Verdict
from adp.sandbox.fake import FakeEngine
from tests.adp.cli.conftest import Check
from tests.factories.proposals import FILES, Change, make_proposal

LOCK = Change({'base = "astro-1"\n': 'base = "astro-1"\nrequirements = "requirements.lock"\n'})


def manifest(old: str, new: str) -> Change:
    return Change({old: new})


def linked(name: str, to: str) -> Change:
    def link(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).symlink_to(to)

    return Change(then=link)


def locked(text: str) -> Change:
    return Change(LOCK.manifest, {"requirements.lock": text})


TOML = "adp.toml"
ROWS = {
    "no adp.toml": (Change(files={TOML: None}), "manifest", "NO_MANIFEST", Where(TOML)),
    "an empty adp.toml": (Change(files={TOML: ""}), "manifest", "KEY_MISSING", Where(TOML, 1, 1)),
    "bad TOML": (Change(files={TOML: "adp = 1\n[product\n"}), "manifest", "SYNTAX", Where(TOML, 2, 9)),
    "no text": (Change(files={TOML: b"adp = 1\nx = '\xff'\n"}), "manifest", "ENCODING", Where(TOML, 2, 6)),
    "an unknown key": (manifest("title =", "titel ="), "manifest", "KEY_UNKNOWN", Where(TOML, 5, 1)),
    "a wrong checksum": (Change(files={"data/truth.ecsv": "1"}), "manifest", "CHECKSUM", Where(TOML, 28, 10)),
    "a path that escapes": (manifest('"data/truth.ecsv"', '"../etc/passwd"'), "manifest", "PATH", Where(TOML, 27, 8)),
    "an absolute path": (manifest('"SCIENCE.md"', '"/etc/passwd"'), "manifest", "PATH", Where(TOML, 8, 16)),
    "a product that escapes": (manifest('"doubled.ecsv"', '"../doubled.ecsv"'), "manifest", "PATH", Where(TOML, 35, 8)),
    "a link to data": (linked("data/truth.ecsv", "table.ecsv"), "manifest", "SYMLINK", Where(TOML, 27, 8)),
    "a link that escapes": (
        linked("data/truth.ecsv", "/etc/passwd"), "manifest", "TREE_SYMLINK", Where("data/truth.ecsv"),
    ),
    "a missing file": (Change(files={"data/table.ecsv": None}), "manifest", "FILE_MISSING", Where(TOML, 22, 8)),
    "an empty science case": (Change(files={"SCIENCE.md": ""}), "manifest", "FILE_EMPTY", Where(TOML, 8, 16)),
    "no licence": (Change(files={"LICENSE": None}), "manifest", "LICENSE_MISSING", Where(TOML, 7, 11)),
    "an unknown licence": (manifest("BSD-3-Clause", "BSD"), "manifest", "LICENSE_UNKNOWN", Where(TOML, 7, 11)),
    "no citation": (Change(files={"CITATION.cff": None}), "standards", "NO_CITATION", Where("CITATION.cff")),
    "an unknown base": (manifest('"astro-1"', '"astro-9"'), "manifest", "ENUM", Where(TOML, 14, 8)),
    "a bad tolerance": (manifest(".x.abs =", ".x.abss ="), "manifest", "SPEC_UNKNOWN_KEY", Where(TOML, 53, 13)),
    "a bad formula": (manifest('"2 * x"', '"__import__(1)"'), "manifest", "SPEC_EXPRESSION", Where(TOML, 43, 19)),
    "a file too large for its own good": (
        Change(files={TOML: FILES[TOML] + "#" * (300 << 10)}), "manifest", "TOO_LARGE", Where(TOML, 1, 1),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "stage", "code", "where"), ROWS.values(), ids=ROWS)
def test_it_is_found_with_its_place_and_a_next_step(
    check: Check, fake: FakeEngine, tmp_path: Path, change: Change, stage: str, code: str, where: Where
) -> None:
    said = check(make_proposal(tmp_path / "tiny", change))
    failed = next(s for s in said.report.stages if s.verdict is Verdict.FAILED)
    finding = failed.findings[0]
    assert (said.status, failed.name, finding.code, finding.where) == (1, stage, code, where)
    assert finding.reason in {Reason.MANIFEST_INVALID, Reason.POLICY}
    assert finding.message
    assert finding.hint
    assert stage == "standards" or fake.jobs == []


@pytest.mark.parametrize(("text", "code", "line"), [
    ("numpy==2.0.0\n", "LOCK_HASH", 1),
    (f"# a lock\nnumpy>=2.0 --hash=sha256:{'a' * 64}\n", "LOCK_UNPINNED", 2),
    ("--index-url https://example.org/simple\n", "LOCK_OPTION", 1),
    ("tool @ git+https://example.org/tool\n", "LOCK_ADDRESS", 1),
])  # fmt: skip
def test_a_lock_that_pins_nothing_is_refused(
    check: Check, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, code: str, line: int
) -> None:
    fake = FakeEngine()
    monkeypatch.setattr("adp.cli.check.choose", lambda _: fake)
    said = check(make_proposal(tmp_path / "tiny", locked(text)))
    finding = said.report.findings[0]
    assert (said.status, said.report.stages[2].verdict) == (1, Verdict.FAILED)
    assert (finding.reason, finding.code) == (Reason.BUILD_FAIL, code)
    assert finding.where == Where("requirements.lock", line)
    assert "uv pip compile --generate-hashes" in finding.hint
    assert fake.jobs == []
