"""An ADP that does as little as an ADP can: its product is a copy of its input, and its reference is the same again."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from tests.factories.journeys import ALICE, MANIFEST, SCIENCE
from tests.factories.repositories import git, make_repository

TABLE = "star,mag\n1,-5.0\n2,-2.5\n"
PROGRAM = '''"""magnitudes.py FROM TO | --version"""
import shutil, sys

def of(counts):
    return -5.0

if __name__ == "__main__":
    print("1.0.0") if sys.argv[1] == "--version" else shutil.copyfile(*sys.argv[1:])
'''


@dataclass(frozen=True, slots=True)
class Noop:
    """Where it is and what the book pins of it."""

    name: str
    commit: str
    tree: str


def noop(folder: Path) -> Noop:
    digest = hashlib.sha256(TABLE.encode()).hexdigest()
    files = {
        "adp.toml": MANIFEST.format(name=folder.name, label="1.0.0", orcid=ALICE, counts=digest, truth=digest),
        "magnitudes.py": PROGRAM,
        "counts.csv": TABLE,
        "truth.csv": TABLE,
        "SCIENCE.md": SCIENCE,
        "README.md": "# Nothing\n",
        "LICENSE": "BSD 3-Clause License\n",
        "CITATION.cff": "cff-version: 1.2.0\ntitle: nothing\nmessage: Cite it.\nauthors:\n  - name: Alice\n",
    }
    commit = make_repository(folder, files, tag="v1.0.0")
    return Noop(folder.name, commit, git(folder, "rev-parse", f"{commit}^{{tree}}"))
