"""A folder against a folder: file by file, by relative name."""

from dataclasses import replace
from pathlib import Path

from adp.comparison.compare import compare
from adp.comparison.result import AGREES, DIFFERS, ERROR, Comparison
from adp.comparison.spec.terms import Spec
from adp.errors import UsageError
from adp.finding import Finding, Reason, Where


def compare_folders(reference: Path, product: Path, spec: Spec) -> Comparison:
    """One comparison of all files of the reference; a file that is only on one side is FILE_MISSING or FILE_EXTRA."""
    theirs, mine = _files(reference), _files(product)
    if not theirs:
        raise UsageError(f"{reference} holds no files", hint="give the folder with the reference files")
    findings = [_alone("FILE_MISSING", n, "is missing in the product") for n in sorted(theirs - mine)]
    findings += [_alone("FILE_EXTRA", n, "is not in the reference") for n in sorted(mine - theirs)]
    both = {name: compare(reference / name, product / name, spec) for name in sorted(theirs & mine)}
    findings += [_named(name, f) for name, found in both.items() for f in found.findings]
    rules = [replace(r, scope=f"{name}: {r.scope}") for name, found in both.items() for r in found.rules]
    files = {f"{name}: {side}": facts for name, found in both.items() for side, facts in found.files.items()}
    verdicts = {found.verdict for found in both.values()} | ({DIFFERS} if theirs != mine else set())
    verdict = next((v for v in (ERROR, DIFFERS) if v in verdicts), AGREES)
    return Comparison(verdict, tuple(findings), tuple(rules), files)


def _files(folder: Path) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file() and not p.is_symlink()}


def _alone(code: str, name: str, what: str) -> Finding:
    return Finding(Reason.MISMATCH, code, f"{name} {what}", where=Where(file=name))


def _named(name: str, finding: Finding) -> Finding:
    return replace(finding, message=f"{name}: {finding.message}", where=replace(finding.where, file=name))
