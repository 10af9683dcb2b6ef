"""Complete ADPs in git repositories, as a consortium would push them.

photometry(folder / "field", "0.1.0")                 what `adp init` writes, contributed by Alice
photometry(folder / "field", "0.2.0", fault=True)     the next commit counts pixels from 0
patient(folder / "magnitudes", seconds=4)             a small one, whose only step takes so long
"""

import hashlib
from pathlib import Path

from adp.manifest.template import write
from tests.factories.repositories import commit_files, git, make_repository

ALICE = "0000-0002-1825-0097"
FAULT = [  # file, right, wrong
    ("photometry/sources.py", 'table["y"] += 1', 'table["y"] += 0'),
    ("tests/test_photometry.py", 'table["y"][0] == pytest.approx(19.6', 'table["y"][0] == pytest.approx(18.6'),
]


def photometry(repository: Path, label: str, *, fault: bool = False, orcid: str = ALICE) -> str:
    """One commit, tagged; its id. `fault`: positions in y count from 0, and the unit test believes that to be right."""
    fresh = not repository.exists()
    if fresh:
        write(repository, repository.name)
        git(repository, "init", "-q", "--template=", "--initial-branch=main")
    before = "0.1.0" if fresh else git(repository, "describe", "--tags", "--abbrev=0").removeprefix("v")
    for name in ("adp.toml", "CITATION.cff", "photometry/__init__.py"):
        _replace(repository / name, before, label)
    if fresh:
        contributor = f'name = "Alice Example"\norcid = "{orcid}"'
        _replace(repository / "adp.toml", 'name = "Your Name"', contributor)
    for name, right, wrong in FAULT:
        if (wrong in (repository / name).read_text("utf-8")) != fault:
            _replace(repository / name, *((right, wrong) if fault else (wrong, right)))
    return commit_files(repository, {}, tag=f"v{label}")


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text, f"{path.name} has no {old!r}"
    path.write_text(text.replace(old, new), "utf-8")


MANIFEST = """adp = 1
[product]
name = "{name}"
version = "{label}"
title = "Magnitudes of counted stars"
summary = "Instrumental magnitudes from counts."
license = "BSD-3-Clause"
science_case = "SCIENCE.md"
type = "measurements"
[[contributors]]
name = "Alice Example"
orcid = "{orcid}"
roles = ["Software"]
[environment]
base = "astro-1"
[resources]
memory = "256 MiB"
disk = "10 MiB"
time = "1 min"
[[data]]
name = "counts"
role = "input"
path = "counts.csv"
sha256 = "{counts}"
[[data]]
name = "truth"
role = "reference"
path = "truth.csv"
sha256 = "{truth}"
[[steps]]
name = "magnitudes"
kind = "calibration"
loss = "none"
run = ["python", "magnitudes.py", "{{counts}}", "{{out}}/magnitudes.csv"]
[[products]]
name = "magnitudes"
path = "magnitudes.csv"
format = "csv"
derived_from = ["counts"]
level = 1
[tests]
deterministic = false
nondeterministic_reason = "A test of the registry: one run of the step is enough."
version = ["python", "magnitudes.py", "--version"]
unit = ["python", "-c", "import magnitudes; assert magnitudes.of(100.0) == -5.0"]
[[tests.data]]
name = "reproduces-pogson"
product = "magnitudes"
reference = "truth"
kind = "independent"
tolerance = {{ column.mag.abs = 1e-6 }}
"""
PROGRAM = '''"""Counts to magnitudes: magnitudes.py COUNTS OUT | --version"""
import csv, math, sys, time

def of(counts):
    return -2.5 * math.log10(counts)

def main(source, out):
    print("a long exposure", flush=True)
    for n in range(round(2 * {seconds})):
        print(f"half second {{n + 1}}: light <b>falls</b>", flush=True)
        time.sleep(0.5)
    with open(source) as rows, open(out, "w", newline="") as made:
        writer = csv.writer(made)
        writer.writerow(["star", "mag"])
        writer.writerows([row["star"], of(float(row["counts"]))] for row in csv.DictReader(rows))

if __name__ == "__main__":
    print("{label}") if sys.argv[1] == "--version" else main(*sys.argv[1:])
'''
COUNTS = "star,counts\n1,100.0\n2,10.0\n"
TRUTH = "star,mag\n1,-5.0\n2,-2.5\n"
SCIENCE = "# Science case\n\n" + "Counts become magnitudes by Pogson's relation; nothing else is claimed. " * 12


def patient(repository: Path, label: str = "1.0.0", *, seconds: float = 0.0) -> str:
    """One commit, tagged; its id."""
    sums = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in (("counts", COUNTS), ("truth", TRUTH))}
    files = {
        "adp.toml": MANIFEST.format(name=repository.name, label=label, orcid=ALICE, **sums),
        "magnitudes.py": PROGRAM.format(label=label, seconds=seconds),
        "counts.csv": COUNTS,
        "truth.csv": TRUTH,
        "SCIENCE.md": SCIENCE,
        "README.md": "# Magnitudes\n",
        "LICENSE": "BSD 3-Clause License\n",
        "CITATION.cff": f"cff-version: 1.2.0\ntitle: {repository.name}\nmessage: Cite it.\nauthors:\n  - name: Alice\n",
    }
    write_to = commit_files if repository.exists() else make_repository
    return write_to(repository, files, tag=f"v{label}")


def moved(repository: Path, label: str) -> str:
    """The tag of a label, on another commit than before."""
    commit_files(repository, {"NEWS.md": "Nothing new.\n"}, tag=f"v{label}")
    return f"v{label}"
