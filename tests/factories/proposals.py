"""Proposals: a small complete ADP as a folder, with one thing changed at a time.

folder = make_proposal(tmp_path / "tiny")                                    # complete: it passes as it is
make_proposal(tmp_path / "tiny", Change(files={"CITATION.cff": None}))       # without one of its files
make_proposal(tmp_path / "tiny", Change(manifest={'"1.0.0"': '"2.0.0"'}))    # with one thing said otherwise
make_proposal(tmp_path / "tiny", code("2 *", "3 *"))                         # with one thing done otherwise

Licence, citation, readme and science case are those of `adp init`; the pipeline is a few lines that need no package, so
that a check takes about a second.
"""

import hashlib
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from adp.manifest import template
from tests.factories.repositories import commit_files, make_repository, write_files

NAME = "tiny"
INPUT = """# %ECSV 1.0
# ---
# datatype:
# - {name: x, unit: pix, datatype: float64}
# - {name: flag, datatype: int64}
# meta: {METHOD: none}
# schema: astropy-2.0
x flag
1.5 0
2.5 0
3.5 1
"""
REFERENCE = INPUT.replace("1.5 0\n2.5 0\n3.5 1\n", "3.0 0\n5.0 0\n7.0 1\n").replace("METHOD: none", "METHOD: double")
CODE = '''"""Doubles the first column of a table."""

import sys

__version__ = "1.0.0"


def double(text: str) -> str:
    return "".join(line(part) for part in text.splitlines(keepends=True)).replace("METHOD: none", "METHOD: double")


def line(text: str) -> str:
    x, _, flag = text.partition(" ")
    return f"{2 * float(x)} {flag}" if x[0].isdigit() else text


def main(verb: str, *paths: str) -> None:
    if verb == "--version":
        print(f"tiny {__version__}")
    elif verb == "test":
        assert line("1.5 0") == "3.0 0"
        print("1 passed")
    else:
        with open(paths[0]) as source, open(paths[1], "w") as product:
            product.write(double(source.read()))


main(*sys.argv[1:])
'''
MANIFEST = """adp = 1
[product]
name = "tiny"
version = "1.0.0"
title = "A doubled column"
summary = "One column of a small table, doubled."
license = "BSD-3-Clause"
science_case = "SCIENCE.md"
type = "measurements"
[[contributors]]
name = "Alice Example"
roles = ["Software"]
[environment]
base = "astro-1"
[resources]
memory = "256 MiB"
disk = "8 MiB"
time = "1 min"
[[data]]
name = "table"
role = "input"
path = "data/table.ecsv"
sha256 = "{input}"
[[data]]
name = "truth"
role = "reference"
path = "data/truth.ecsv"
sha256 = "{reference}"
[[steps]]
name = "double"
kind = "coordinates-only"
run = ["python3", "tiny.py", "double", "{{table}}", "{{doubled}}"]
[[products]]
name = "doubled"
path = "doubled.ecsv"
format = "ecsv"
level = 1
derived_from = ["table"]
requires_keywords = ["METHOD"]
[products.relation]
from = "table"
invariant = ["flag"]
transform = {{ x = "2 * x" }}
[tests]
deterministic = true
version = ["python3", "tiny.py", "--version"]
unit = ["python3", "tiny.py", "test"]
[[tests.data]]
name = "as-on-paper"
product = "doubled"
reference = "truth"
kind = "independent"
tolerance = {{ column.x.abs = "1e-9 pix" }}
"""


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


FILES: Mapping[str, str] = {
    "adp.toml": MANIFEST.format(input=sha256(INPUT), reference=sha256(REFERENCE)),
    "tiny.py": CODE,
    "data/table.ecsv": INPUT,
    "data/truth.ecsv": REFERENCE,
}
FROM_TEMPLATE = ("LICENSE", "CITATION.cff", "README.md", "SCIENCE.md", ".gitignore")


@dataclass(frozen=True)
class Change:
    """`manifest`: text that stands once in adp.toml, and what stands there instead. `files`: content, None to delete.
    `then` is done to the folder last."""

    manifest: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str | bytes | None] = field(default_factory=dict)
    then: Callable[[Path], object] | None = None


NOTHING = Change()


def code(old: str, new: str, manifest: Mapping[str, str] = NOTHING.manifest) -> Change:
    return Change(manifest, {"tiny.py": swapped(CODE, old, new)})


def instead_of_doubling(statement: str, manifest: Mapping[str, str] = NOTHING.manifest) -> Change:
    """The step is `statement`; the unit and version tests stay as they are."""
    return code("        with open(paths[0])", f"        {statement}\n        with open(paths[0])", manifest)


def swapped(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, f"{old!r} must stand once"
    return text.replace(old, new)


def make_proposal(folder: Path, change: Change = NOTHING) -> Path:
    """A plain folder. The manifest's checksums stay those of the right files, whatever `change` does."""
    _write_template(folder)
    write_files(folder, FILES)
    manifest = FILES["adp.toml"]
    for old, new in change.manifest.items():
        manifest = swapped(manifest, old, new)
    write_files(folder, {"adp.toml": manifest} | {n: c for n, c in change.files.items() if c is not None})
    for name in (n for n, content in change.files.items() if content is None):
        (folder / name).unlink()
    if change.then is not None:
        change.then(folder)
    return folder


def make_proposal_repository(folder: Path, change: Change = NOTHING, *, tag: str | None = "v1.0.0") -> str:
    """The same as a git repository of one commit; the commit's id."""
    make_repository(folder, {})
    make_proposal(folder, change)
    return commit_files(folder, {}, tag=tag)


def _write_template(folder: Path) -> None:
    whole = folder.with_name(f"{folder.name}-whole")
    template.write(whole, NAME)
    folder.mkdir(parents=True, exist_ok=True)
    for name in FROM_TEMPLATE:
        shutil.copyfile(whole / name, folder / name)
    shutil.rmtree(whole)
