"""A folder against a folder: file by file, by relative name. Links are not followed."""

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from adp.comparison.bytewise import rejudged
from adp.comparison.compare import BLAME, PRODUCT, REFERENCE, compare, verdict_of
from adp.comparison.progress import Meter, Progress, silent
from adp.comparison.result import AGREES, DIFFERS, ERROR, Comparison
from adp.comparison.spec.terms import Spec
from adp.comparison.words.text import named
from adp.errors import UsageError
from adp.finding import Finding, Reason, Where

ELSEWHERE = frozenset({"SPEC_UNKNOWN_HDU", "SPEC_UNKNOWN_COLUMN", "SPEC_UNUSED"})
WORKERS = 2
WORTH_A_THREAD = 1 << 20  # mean bytes of a pair: below, threads wait for each other longer than they compare


@dataclass
class _Tree:
    """The regular files of a folder, sizes by relative name, and what in it can be no part of a comparison."""

    side: str
    files: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def refuse(self, code: str, name: str, what: str) -> None:
        message = f"{self.side} {named(name)} {what}"
        self.findings.append(Finding(BLAME[self.side], code, message, where=Where(file=named(name))))


def compare_folders(
    reference: Path, product: Path, spec: Spec, *, progress: Progress = silent, digests: bool = False
) -> Comparison:
    """One outcome for all files of both folders, sorted by name. A file only on one side is FILE_MISSING or
    FILE_EXTRA; a link, a device or a folder that cannot be read is no part of it and told (FILE_LINK, FILE_KIND,
    FILE_UNREADABLE): the product's fault, or an error where the reference has it. Raises UsageError for a reference
    without files."""
    theirs, mine = _tree(REFERENCE, reference), _tree(PRODUCT, product)
    if not theirs.files and not theirs.findings:
        raise UsageError(f"{named(reference)} holds no files", hint="give the folder with the reference files")
    sizes = {n: theirs.files[n] + mine.files[n] for n in sorted(theirs.files.keys() & mine.files.keys())}
    both = _shared(_compared(reference, product, sizes, partial(_pair, spec=spec, digests=digests), progress))
    findings = [*theirs.findings, *mine.findings, *_alone(theirs, mine)]
    verdicts = {_verdict(findings), *(found.verdict for found in both.values())}
    findings += [_of(name, f) for name, found in both.items() for f in found.findings]
    return Comparison(
        verdict=next((v for v in (ERROR, DIFFERS) if v in verdicts), AGREES),
        findings=tuple(findings),
        rules=tuple(replace(r, scope=f"{name}: {r.scope}") for name, found in both.items() for r in found.rules),
        files={f"{name}: {side}": facts for name, found in both.items() for side, facts in found.files.items()},
        comparisons=both,
    )


def _pair(reference: Path, product: Path, *, spec: Spec, digests: bool) -> Comparison:
    return rejudged(compare(reference, product, spec, digests=digests), reference, product)


def _shared(both: dict[str, Comparison]) -> dict[str, Comparison]:
    """One spec holds for all files: a section about what a file lacks is a slip only where no other file has it."""
    asked = Counter(f.message for found in both.values() for f in found.findings if f.code in ELSEWHERE)
    judged = [n for n, found in both.items() if {"unknown"} != {f.format for f in found.files.values()}]
    slips = {message for message, count in asked.items() if count >= len(judged)}
    return {name: _without(found, slips) for name, found in both.items()}


def _without(found: Comparison, slips: set[str]) -> Comparison:
    kept = tuple(f for f in found.findings if f.code not in ELSEWHERE or f.message in slips)
    return found if len(kept) == len(found.findings) else replace(found, findings=kept, verdict=verdict_of(kept))


def _compared(
    reference: Path,
    product: Path,
    sizes: Mapping[str, int],
    judge: Callable[[Path, Path], Comparison],
    progress: Progress,
) -> dict[str, Comparison]:
    meter = Meter(progress, sum(sizes.values()))

    def one(name: str) -> Comparison:
        found = judge(reference / name, product / name)
        meter.advance(sizes[name])
        return found

    if sum(sizes.values()) < WORTH_A_THREAD * len(sizes):
        return {named(name): one(name) for name in sizes}
    with ThreadPoolExecutor(WORKERS) as pool:
        return dict(zip(map(named, sizes), pool.map(one, sizes), strict=True))


def _tree(side: str, folder: Path) -> _Tree:
    """Walks without recursion, for nobody knows how deep it goes."""
    tree, waiting = _Tree(side), [""]
    while waiting:
        inside = waiting.pop()
        try:
            with os.scandir(folder / inside) as entries:
                for entry in entries:
                    name = f"{inside}/{entry.name}" if inside else entry.name
                    waiting += [name] if _kept(tree, name, entry) else []
        except OSError as error:
            tree.refuse("FILE_UNREADABLE", inside or ".", f"cannot be read: {error.strerror}")
    return tree


def _kept(tree: _Tree, name: str, entry: "os.DirEntry[str]") -> bool:
    """Keeps a file, tells of what is none; True for a folder, which is to be walked."""
    mode = entry.stat(follow_symlinks=False).st_mode
    if stat.S_ISLNK(mode):
        tree.refuse("FILE_LINK", name, "is a symbolic link, and links are not followed")
    elif stat.S_ISREG(mode):
        tree.files[name] = entry.stat(follow_symlinks=False).st_size
    elif not stat.S_ISDIR(mode):
        tree.refuse("FILE_KIND", name, "is neither a file nor a folder")
    return stat.S_ISDIR(mode)


def _alone(theirs: _Tree, mine: _Tree) -> Iterator[Finding]:
    for code, names, what in (
        ("FILE_MISSING", theirs.files.keys() - mine.files.keys(), "is missing in the product"),
        ("FILE_EXTRA", mine.files.keys() - theirs.files.keys(), "is not in the reference"),
    ):
        for name in map(named, sorted(names)):
            yield Finding(Reason.MISMATCH, code, f"{name} {what}", where=Where(file=name))


def _verdict(findings: list[Finding]) -> str:
    if any(f.reason is Reason.REFERENCE_INVALID for f in findings):
        return ERROR
    return DIFFERS if findings else AGREES


def _of(name: str, finding: Finding) -> Finding:
    return replace(finding, message=f"{name}: {finding.message}", where=replace(finding.where, file=name))
