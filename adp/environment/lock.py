"""Read a requirements lock of an author: pinned, hashed, from the index only, or a finding with its line."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import InvalidMarker, Marker, UndefinedEnvironmentName

from adp.errors import AuthorError
from adp.finding import Finding, Reason, Where

LARGEST = 1 << 20
NAME = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(\[[A-Za-z0-9._,\s-]*\])?\s*")
PINNED = re.compile(r"^===?\s*[A-Za-z0-9.!+_-]+$")
HASH = re.compile(r"(?:^|\s)--hash[=\s]\s*(\S+)")
DIGEST = re.compile(r"(sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})")
HINT = "make the lock with: uv pip compile --generate-hashes --python-version 3.11 requirements.in -o requirements.lock"


@dataclass(frozen=True, slots=True)
class Entry:
    """One logical line of the lock; `line` is where it starts."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Pin:
    """One package of a checked lock; `hashes` as `sha256:…`, `text` the whole line."""

    name: str
    version: str
    hashes: frozenset[str]
    text: str
    line: int


def read(source: Path, name: str) -> bytes:
    """The bytes of the lock `name` below `source`, checked. Raises AuthorError BUILD_FAIL with file and line."""
    text = _bytes(source, name)
    findings = check(text, name)
    if findings:
        raise AuthorError(*findings)
    return text


def check(text: bytes, name: str) -> tuple[Finding, ...]:
    try:
        found = [finding for entry in entries(text.decode("utf-8")) for finding in _faults(entry, name)]
    except UnicodeDecodeError:
        found = [_finding("LOCK_ENCODING", f"{name} is not UTF-8 text", name, 1)]
    return tuple(found)


def entries(text: str) -> list[Entry]:
    """Logical lines as pip reads them: a backslash joins, `#` after a space comments out."""
    found: list[Entry] = []
    start, parts = 0, list[str]()
    for number, raw in enumerate(text.splitlines(), start=1):
        line = re.sub(r"(^|\s)#.*$", "", raw).rstrip()
        start = start or number
        parts.append(line.removesuffix("\\").strip())
        if not line.endswith("\\"):
            found.append(Entry(start, " ".join(p for p in parts if p)))
            start, parts = 0, []
    if parts:
        found.append(Entry(start, " ".join(p for p in parts if p)))
    return [e for e in found if e.text]


def pins(text: str, environment: Mapping[str, str]) -> tuple[Pin, ...]:
    """The packages of a lock that `check` let pass, as far as their markers hold in `environment`."""
    return tuple(pin for entry in entries(text) if (pin := _pin(entry, environment)))


def _pin(entry: Entry, environment: Mapping[str, str]) -> Pin | None:
    requirement, _, marker = HASH.sub("", entry.text).partition(";")
    named = NAME.match(requirement.strip())
    if named is None or (marker.strip() and not _holds(marker, environment)):
        return None
    version = requirement.strip()[named.end() :].lstrip("= ")
    return Pin(named[1], version, frozenset(HASH.findall(entry.text)), entry.text, entry.line)


def _holds(marker: str, environment: Mapping[str, str]) -> bool:
    """A marker nobody understands keeps its line: uv says what is wrong with it."""
    try:
        return Marker(marker.strip()).evaluate(dict(environment))
    except (InvalidMarker, UndefinedEnvironmentName):
        return True


def _faults(entry: Entry, name: str) -> list[Finding]:
    fault = _option(entry.text) or _requirement(entry.text)
    return [_finding(fault[0], f"{name}, line {entry.line}: {fault[1]}", name, entry.line)] if fault else []


def _option(text: str) -> tuple[str, str] | None:
    if text.startswith("-"):
        option = text.split(maxsplit=1)[0].split("=", maxsplit=1)[0]
        return "LOCK_OPTION", f"the option {option[:40]} is not allowed; a lock only lists packages with their hashes"
    return None


def _requirement(text: str) -> tuple[str, str] | None:
    hashes = HASH.findall(text)
    requirement = HASH.sub("", text).split(";")[0].strip()
    named = NAME.match(requirement)
    package = named[1] if named else requirement[:60]
    pin = requirement[named.end() :] if named else ""
    if (
        "://" in requirement
        or pin.startswith("@")
        or named is None
        or requirement.endswith((".whl", ".tar.gz", ".zip"))
    ):
        return "LOCK_ADDRESS", f"{package!r} comes from an address or a file; packages come from the index by name"
    if " --" in f" {HASH.sub('', text)}":
        return "LOCK_OPTION", f"{package} carries an option other than --hash"
    if not PINNED.match(pin):
        return "LOCK_UNPINNED", f"{package} is not pinned to one version with =="
    if not hashes or not all(DIGEST.fullmatch(h) for h in hashes):
        return "LOCK_HASH", f"{package} has no sha256 (or sha384, sha512) hash"
    return None


def _bytes(source: Path, name: str) -> bytes:
    path = source / name
    inside = Path(os.path.realpath(path)).is_relative_to(os.path.realpath(source))
    if not inside or path.is_symlink() or not path.is_file():
        raise AuthorError(_finding("LOCK_MISSING", f"{name} is not a regular file of the repository", name, None))
    if path.stat().st_size > LARGEST:
        raise AuthorError(_finding("LOCK_TOO_LARGE", f"{name} is larger than {LARGEST >> 20} MiB", name, None))
    return path.read_bytes()


def _finding(code: str, message: str, name: str, line: int | None) -> Finding:
    return Finding(Reason.BUILD_FAIL, code, message, where=Where(file=name, line=line), hint=HINT)
