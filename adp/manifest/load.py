"""`adp.toml` to a Manifest, or to every finding that stands in the way, each with its line and column."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path as FilePath

from adp.finding import Finding, Reason, Where
from adp.manifest import rules, toml, tree
from adp.manifest.fault import Fault
from adp.manifest.keys import MANIFEST
from adp.manifest.model import Manifest
from adp.manifest.positions import Place, Positions

NAME = "adp.toml"
MOST = 200  # findings: who has more has another problem
MOST_COUNTED = 1000
CORE = "adp-core"

Loaded = tuple[Manifest | None, tuple[Finding, ...]]


def load(path: FilePath) -> Loaded:
    """Reads a regular file and nothing else; a missing one is a finding."""
    try:
        with tree.opened(path.parent, path.name) as stream:
            text = stream.read(toml.LIMIT + 1)
    except (tree.FileError, OSError):
        return None, (_missing(path.name),)
    return loads(text, path.name)


def loads(text: bytes, file: str = NAME) -> Loaded:
    """Never raises, whatever `text` is. The Manifest is None exactly when a finding is an error."""
    try:
        document = toml.read(text)
    except toml.TomlError as e:
        return None, (finding(file, e.place, e.code, str(e), e.hint),)
    all_faults = chain(MANIFEST.faults(document.values, ()), rules.faults(document.values))
    faults = list(islice(all_faults, MOST_COUNTED))
    if faults:
        return None, _findings(file, faults, document.positions)
    return _complete(MANIFEST.build(document.values)), ()


def _complete(manifest: Manifest) -> Manifest:
    """What follows from elsewhere in the file: the type of each product, the profile everyone is held to."""
    product = manifest.product
    if CORE not in product.profiles:
        product = replace(product, profiles=(CORE, *product.profiles))
    files = tuple(replace(p, type=p.type or product.type) for p in manifest.products)
    return replace(manifest, product=product, products=files)


def finding(file: str, place: Place, code: str, message: str, hint: str = "") -> Finding:
    where = Where(file=file, line=place.line, column=place.column)
    return Finding(Reason.MANIFEST_INVALID, code, message, where=where, hint=hint)


def _findings(file: str, faults: Iterable[Fault], positions: Positions) -> tuple[Finding, ...]:
    placed = [(positions.key(f.path) if f.at_key else positions.value(f.path), f) for f in faults]
    placed.sort(key=lambda pair: pair[0])
    found = [finding(file, place, f.code, f.message, f.hint) for place, f in placed[:MOST]]
    if len(placed) > MOST:
        more = f"and {len(placed) - MOST}{' or' if len(placed) == MOST_COUNTED else ''} more"
        found.append(finding(file, placed[MOST][0], "TOO_MANY", more, "correct those above first"))
    return tuple(found)


def _missing(name: str) -> Finding:
    hint = "`adp init` writes a complete one to start from"
    return finding(name, Place(), "NO_MANIFEST", f"there is no {NAME} at the top of the repository", hint)
