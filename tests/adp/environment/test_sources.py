"""A lock may pin what comes as source only: fetched by hash, built in the sandbox, installed beside the wheels."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from adp.environment import lock
from adp.environment.recipe import ASTRO_1
from adp.environment.tree import Root
from adp.errors import AuthorError, PlatformError
from adp.finding import Finding, Reason
from adp.manifest.model import Environment
from adp.sandbox.bubblewrap import Bubblewrap
from adp.sandbox.roots import root_for
from tests.adp.environment.shelf import served, source

ELSEWHERE = "import urllib.request; urllib.request.urlopen('{address}', timeout=5)"


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "shelf"
    folder.mkdir()
    with served(folder) as address:
        monkeypatch.setenv("UV_DEFAULT_INDEX", address)
        yield folder


def made(tmp_path: Path, *lines: str) -> Root:
    (tmp_path / "requirements.lock").write_text("".join(lines), encoding="utf-8")
    wanted = Environment(base="astro-1", requirements="requirements.lock")
    return root_for(Bubblewrap(), wanted, tmp_path, lambda _line: None)


def refused(tmp_path: Path, *lines: str) -> Finding:
    with pytest.raises(AuthorError) as caught:
        made(tmp_path, *lines)
    (finding,) = caught.value.findings
    assert finding.where.file == "requirements.lock"
    return finding


def test_only_pins_whose_marker_holds_are_asked_about() -> None:
    text = "a==1 ; python_version < '3.0' --hash=sha256:0\nb==2 ; sys_platform == 'linux' --hash=sha256:1\nc==3"
    found = lock.pins(text, ASTRO_1.markers)
    assert [(p.name, p.version, p.hashes, p.line) for p in found] == [
        ("b", "2", frozenset({"sha256:1"}), 2),
        ("c", "3", frozenset(), 3),
    ]


@pytest.mark.sandbox
class TestReal:
    def test_a_source_distribution_is_built_and_installed(self, tmp_path: Path, shelf: Path) -> None:
        root = made(tmp_path, source(shelf, "pharosone"))
        assert {n: v for n, v in root.contents.items() if n.startswith("python/")} == {"python/pharosone": "1.0"}
        assert root.packages is not None
        assert (root.packages / "pharosone.py").read_text("utf-8") == "ANSWER = 42\n"

    def test_its_build_has_no_network_and_the_log_says_what_it_tried(self, tmp_path: Path, shelf: Path) -> None:
        deed = ELSEWHERE.format(address=os.environ["UV_DEFAULT_INDEX"])
        finding = refused(tmp_path, source(shelf, "pharostwo", deed=deed))
        assert (finding.reason, finding.code, finding.where.line) == (Reason.BUILD_FAIL, "SOURCE_BUILD", 1)
        assert "urlopen" in finding.evidence["log"]

    def test_its_build_is_nobody_and_sees_neither_home_nor_environment(self, tmp_path: Path, shelf: Path) -> None:
        deed = "import os; assert os.getuid() and os.listdir('/home') == [] and 'UV_DEFAULT_INDEX' not in os.environ"
        assert "python/pharosthree" in made(tmp_path, source(shelf, "pharosthree", deed=deed)).contents

    def test_a_build_that_makes_another_package_is_refused(self, tmp_path: Path, shelf: Path) -> None:
        finding = refused(tmp_path, source(shelf, "pharosfour", becomes="numpy"))
        assert finding.code == "SOURCE_BUILD"
        assert "gave no wheel of pharosfour 1.0: the build made numpy-1.0" in finding.message

    def test_a_dependency_the_lock_lacks_is_named(self, tmp_path: Path, shelf: Path) -> None:
        finding = refused(tmp_path, source(shelf, "pharosfive", requires="Requires-Dist: pharosnone>=3\\n"))
        assert finding.code == "PACKAGES"
        assert "pharosfive needs pharosnone>=3" in finding.message

    def test_other_bytes_than_the_hash_says_are_not_used(self, tmp_path: Path, shelf: Path) -> None:
        with pytest.raises(PlatformError, match="arrived with sha256"):
            made(tmp_path, source(shelf, "pharossix", said=b"something else"))

    def test_a_pin_the_index_does_not_know_is_the_authors_fault(self, tmp_path: Path, shelf: Path) -> None:
        finding = refused(tmp_path, f"pharosseven==1.0 --hash=sha256:{'0' * 64}\n")
        assert (finding.reason, finding.code) == (Reason.BUILD_FAIL, "PACKAGES")
