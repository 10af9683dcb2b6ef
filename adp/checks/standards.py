"""Stage `standards`: the files every ADP needs, beside the licence and science case the manifest names."""

from collections.abc import Iterator
from pathlib import Path

from adp.checks.bench import Bench, Notes
from adp.finding import Finding, Reason, Severity, Where
from adp.source.refuse import shown

CITATION = "CITATION.cff"
READMES = ("README.md", "README.rst", "README.txt", "README")
SHORTEST_SCIENCE_CASE = 600  # characters: less than a third of a page cannot state question, method and limits of use


def run(bench: Bench, notes: Notes) -> None:
    root, product = bench.snapshot.path, bench.declared.product
    if not _is_file(root / CITATION):
        notes.find(_wants(CITATION, "NO_CITATION", "say in it how your product is to be cited", Severity.ERROR))
    if not any(_is_file(root / name) for name in READMES):
        notes.find(_wants("README.md", "NO_README", "say in it what this is and how to run it", Severity.WARNING))
    if (root / product.science_case).stat().st_size < SHORTEST_SCIENCE_CASE:
        notes.find(
            Finding(
                Reason.POLICY,
                "SCIENCE_CASE_SHORT",
                f"the science case has fewer than {SHORTEST_SCIENCE_CASE} characters",
                Severity.WARNING,
                Where(file=product.science_case),
                "state the question, the method, what it was checked against, and the limits of use",
            )
        )
    notes.find(*_compiled(root))
    notes.say(f"licence {product.license}, science case {product.science_case}, profiles {', '.join(product.profiles)}")


def _compiled(root: Path) -> Iterator[Finding]:
    """Python runs what lies in __pycache__ instead of the source beside it, and may be told not to compare them."""
    found = sorted(str(p.relative_to(root)) for p in root.rglob("*.py[co]"))
    if found:
        others = f" (and {len(found) - 1} more)" if found[1:] else ""
        yield Finding(
            Reason.POLICY,
            "COMPILED_CODE",
            f"{shown(found[0])}{others} is compiled Python: it would run, and nobody can review it",
            where=Where(file=found[0]),
            hint="git rm --cached it, and list __pycache__/ in .gitignore",
        )


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _wants(name: str, code: str, hint: str, severity: Severity) -> Finding:
    return Finding(Reason.POLICY, code, f"there is no {name}", severity, Where(file=name), hint)
