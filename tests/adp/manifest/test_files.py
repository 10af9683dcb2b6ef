import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adp.finding import Finding
from adp.manifest import files
from adp.manifest.load import loads
from tests.adp.manifest.bad import COMPLETE, SHA

DATA = b"# %ECSV 1.0\n"
TEXT = (
    COMPLETE.replace(SHA.encode(), hashlib.sha256(DATA).hexdigest().encode())
    .replace(b"tolerance = { column.x.abs = 1e-9, column.y.abs = 1e-9 }", b'spec = "spec/tolerance.toml"')
    .replace(b'"SCIENCE.md"', b'"doc/SCIENCE.md"')
)
SCHEMA: dict[str, Any] = {"type": "object", "properties": {"clip": {"type": "number", "maximum": 5}}}
GOOD = {
    "LICENSE": b"text",
    "doc/SCIENCE.md": b"why",
    "requirements.lock": b"numpy==2",
    "config/default.toml": b"clip = 3\n",
    "config/schema.json": json.dumps(SCHEMA).encode(),
    "data/level0.ecsv": DATA,
    "spec/tolerance.toml": b"[data]",
}
Spoil = Callable[[Path], object]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    for name, content in GOOD.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def found(root: Path) -> list[tuple[str, str | None, int | None, Any]]:
    manifest, findings = loads(TEXT)
    assert findings == ()
    assert manifest is not None
    return [place(f) for f in files.findings(manifest, root, TEXT)]


def place(finding: Finding) -> tuple[str, str | None, int | None, Any]:
    return finding.code, finding.where.file, finding.where.line, finding.where.column


def link(path: Path, to: str) -> None:
    path.unlink()
    path.symlink_to(to)


def linked_folder(root: Path) -> None:
    (root / "data").rename(root / "real")
    (root / "data").symlink_to("real")


def schema(**changes: Any) -> Spoil:
    return lambda root: (root / "config/schema.json").write_text(json.dumps(SCHEMA | changes))


def write(name: str, content: bytes) -> Spoil:
    return lambda root: (root / name).write_bytes(content)


def doubling(depth: int) -> dict[str, Any]:
    laughs = {f"a{n}": {"allOf": [{"$ref": f"#/$defs/a{n + 1}"}] * 2} for n in range(depth)}
    return {"$defs": laughs | {f"a{depth}": {"type": "object"}}, "$ref": "#/$defs/a0"}


SPOILT: tuple[tuple[str, Spoil, tuple[str, str, int, int]], ...] = (
    ("no licence", lambda r: (r / "LICENSE").unlink(), ("LICENSE_MISSING", "adp.toml", 8, 11)),
    ("an empty licence", write("LICENSE", b""), ("LICENSE_MISSING", "adp.toml", 8, 11)),
    ("no science case", lambda r: (r / "doc/SCIENCE.md").unlink(), ("FILE_MISSING", "adp.toml", 9, 16)),
    ("an empty science case", write("doc/SCIENCE.md", b""), ("FILE_EMPTY", "adp.toml", 9, 16)),
    ("a linked science case", lambda r: link(r / "doc/SCIENCE.md", "../LICENSE"), ("SYMLINK", "adp.toml", 9, 16)),
    ("no lock", lambda r: (r / "requirements.lock").unlink(), ("FILE_MISSING", "adp.toml", 24, 16)),
    ("no spec", lambda r: (r / "spec/tolerance.toml").unlink(), ("FILE_MISSING", "adp.toml", 76, 8)),
    ("no data", lambda r: (r / "data/level0.ecsv").unlink(), ("FILE_MISSING", "adp.toml", 38, 8)),
    ("other data", write("data/level0.ecsv", b"1"), ("CHECKSUM", "adp.toml", 39, 10)),
    ("data outside", lambda r: link(r / "data/level0.ecsv", "/etc/passwd"), ("SYMLINK", "adp.toml", 38, 8)),
    ("a linked folder of data", linked_folder, ("SYMLINK", "adp.toml", 38, 8)),
    ("no parameters", lambda r: (r / "config/default.toml").unlink(), ("FILE_MISSING", "adp.toml", 33, 8)),
    ("bad parameters", write("config/default.toml", b"clip"), ("PARAMETERS_UNREADABLE", "adp.toml", 33, 8)),
    ("large parameters", write("config/default.toml", b"#" * 70_000), ("TOO_LARGE", "adp.toml", 33, 8)),
    (
        "a parameter",
        write("config/default.toml", b"\n  clip = 9"),
        ("PARAMETERS_INVALID", "config/default.toml", 2, 10),
    ),
    ("no schema", lambda r: (r / "config/schema.json").unlink(), ("FILE_MISSING", "adp.toml", 34, 10)),
    ("bad JSON", write("config/schema.json", b"{"), ("PARAMETERS_UNREADABLE", "adp.toml", 34, 10)),
    ("deep JSON", write("config/schema.json", b"[" * 60_000), ("PARAMETERS_UNREADABLE", "adp.toml", 34, 10)),
    (
        "JSON too deep to walk",
        write("config/schema.json", b"[" * 400 + b"]" * 400),
        ("PARAMETERS_UNREADABLE", "adp.toml", 34, 10),
    ),
    (
        "a number no report can hold",
        write("config/default.toml", b"clip = 0x" + b"f" * 6000),
        ("PARAMETERS_UNREADABLE", "adp.toml", 33, 8),
    ),
    ("NaN", write("config/schema.json", b'{"maximum": NaN}'), ("PARAMETERS_UNREADABLE", "adp.toml", 34, 10)),
    ("no schema at all", write("config/schema.json", b"3"), ("PARAMETERS_SCHEMA", "adp.toml", 34, 10)),
    ("a bad schema", schema(type="thing"), ("PARAMETERS_SCHEMA", "adp.toml", 34, 10)),
    ("a far reference", schema(**{"$ref": "https://example.org/s"}), ("PARAMETERS_SCHEMA", "adp.toml", 34, 10)),
    ("a bad reference", schema(**{"$ref": "http://[x"}), ("PARAMETERS_SCHEMA", "adp.toml", 34, 10)),
    ("laughs", schema(**doubling(40)), ("PARAMETERS_SCHEMA", "adp.toml", 34, 10)),
    ("a loop", schema(**{"$ref": "#"}), ("PARAMETERS_SCHEMA", "adp.toml", 34, 10)),
)


def test_a_complete_tree_has_no_findings(root: Path) -> None:
    assert found(root) == []


@pytest.mark.parametrize(("spoil", "wanted"), [s[1:] for s in SPOILT], ids=[s[0] for s in SPOILT])
def test_what_is_wrong_in_the_tree_is_found_at_its_place_in_the_manifest(
    root: Path, spoil: Spoil, wanted: tuple[str, str, int, int]
) -> None:
    spoil(root)
    assert found(root) == [wanted]


def test_a_pipe_does_not_hang_the_check(root: Path) -> None:
    (root / "data/level0.ecsv").unlink()
    os.mkfifo(root / "data/level0.ecsv")
    assert [f[0] for f in found(root)] == ["NOT_A_FILE"]


def test_a_pointer_of_git_lfs_is_recognised(root: Path) -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64
    (root / "data/level0.ecsv").write_bytes(pointer)
    manifest, _ = loads(TEXT)
    assert manifest is not None
    assert "LFS" in files.findings(manifest, root, TEXT)[0].hint


def test_all_missing_files_are_found_at_once(tmp_path: Path) -> None:
    codes = [f[0] for f in found(tmp_path)]
    assert sorted(set(codes)) == ["FILE_MISSING", "LICENSE_MISSING"]
    assert len(codes) == 6
