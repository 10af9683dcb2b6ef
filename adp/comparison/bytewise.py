"""Files that are no data in any format we know, as a folder has them: a README, a picture, a log. Equal to the byte."""

import os
from pathlib import Path

from adp.comparison.formats.limits import Unreadable, open_regular
from adp.comparison.formats.opening import HEAD, format_of
from adp.comparison.result import AGREES, DIFFERS, FAIL, PASS, Comparison, RuleResult
from adp.comparison.words.text import named
from adp.finding import Finding, Reason, Where

PIECE = 1 << 20
NO_DATA = frozenset({"unknown", "csv"})  # csv is what any text is taken for until it is read
RULE = "bytes"


def rejudged(found: Comparison, reference: Path, product: Path) -> Comparison:
    """`found` as it is, unless neither side could be read and neither claims to be what we read: then the verdict is
    that of the bytes. A file that begins like FITS and is broken stays broken, though both sides be equal."""
    is_unread = found.files and all(facts.format == "unknown" for facts in found.files.values())
    if not is_unread or any(f.code != "FORMAT" for f in found.findings):
        return found
    try:
        if not all(format_of(_piece(path, 0, HEAD)) in NO_DATA for path in (reference, product)):
            return found
        at = _first_difference(reference, product)
    except Unreadable:
        return found
    if at is None:
        return Comparison(AGREES, (), (RuleResult("file", RULE, PASS),), found.files)
    message = f"the bytes differ from byte {at + 1} on, and it is in no format that could be looked into"
    finding = Finding(Reason.MISMATCH, "FILE_BYTES", message, where=Where(file=named(product.name)))
    return Comparison(DIFFERS, (finding,), (RuleResult("file", RULE, FAIL, violations=1),), found.files)


def _first_difference(reference: Path, product: Path) -> int | None:
    at = 0
    while True:
        theirs, mine = _piece(reference, at, PIECE), _piece(product, at, PIECE)
        if theirs != mine:
            pairs = zip(theirs, mine, strict=False)
            return at + next((i for i, (r, p) in enumerate(pairs) if r != p), min(len(theirs), len(mine)))
        if not theirs:
            return None
        at += len(theirs)


def _piece(path: Path, at: int, size: int) -> bytes:
    descriptor = open_regular(path)
    try:
        return os.pread(descriptor, size, at)
    finally:
        os.close(descriptor)
