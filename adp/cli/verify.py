"""adp verify FILE --key KEY: did this node sign this about this run, and are these the files? Needs no network."""

import argparse
import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from adp.attestation import LARGEST, AttestationError, key_id, unseal
from adp.comparison.words.text import named, visible
from adp.errors import UsageError

KEY_CAP = 4096
HEX_KEY = 64


def add(verbs: Any) -> None:
    p = verbs.add_parser("verify", help="prove what a node signed about a run, without a network")
    p.add_argument("file", metavar="FILE", type=Path, help="an attestation, or what …/attestations/ of a version gave")
    p.add_argument("--key", metavar="KEY", required=True, help="the node's public key: 64 hex digits, or a file")
    p.add_argument("--files", metavar="DIR", type=Path, help="the products, to be held against the digests signed")
    p.add_argument("--json", action="store_true", help="print the statements that were proved, as one document")
    p.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """0: every attestation by this key is proved and every file is the one; 1: one is not; 2: nothing to judge."""
    key, faults, proved = _key(args.key), list[str](), list[dict[str, Any]]()
    for envelope in _envelopes(args.file, key):
        try:
            said = unseal(envelope, key)
        except AttestationError as error:
            faults.append(str(error))
            continue
        proved.append(said)
        faults += _wrong_files(said, args.files) if args.files else []
    print(_document(proved, faults) if args.json else _words(proved, faults, key))
    return 1 if faults else 0


def _key(given: str) -> str:
    path = Path(given)
    text = (
        given
        if len(given) == HEX_KEY and not path.exists()
        else _read(path, KEY_CAP).decode("ascii", "replace").strip()
    )
    if text.startswith("-----"):
        return _pem(text)
    try:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(text)).public_bytes_raw().hex()
    except ValueError as error:
        raise UsageError(
            f"{given} is no ed25519 public key", hint="give 64 hexadecimal digits, or a PEM file"
        ) from error


def _pem(text: str) -> str:
    try:
        found = load_pem_public_key(text.encode())
    except ValueError as error:
        raise UsageError("the PEM file holds no public key") from error
    if not isinstance(found, Ed25519PublicKey):
        raise UsageError("the PEM file holds no ed25519 key")
    return found.public_bytes_raw().hex()


def _read(path: Path, cap: int) -> bytes:
    try:
        with path.open("rb") as file:
            text = file.read(cap + 1)
    except OSError as error:
        raise UsageError(f"{named(path)} cannot be read: {error.strerror}") from error
    if len(text) > cap:
        raise UsageError(f"{named(path)} is larger than {cap} bytes")
    return text


def _envelopes(path: Path, key: str) -> Iterator[Any]:
    """One; or of a registry's list those that name this key. A list without any is nothing to judge."""
    try:
        document = json.loads(_read(path, LARGEST))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{named(path)} is no JSON document") from error
    if not isinstance(document, Mapping) or not isinstance(document.get("results"), list):
        yield document.get("envelope", document) if isinstance(document, Mapping) else document
        return
    rows = [row for row in document["results"] if isinstance(row, Mapping) and row.get("key_id") == key_id(key)]
    if not rows:
        raise UsageError(f"{named(path)} has no attestation by the key {key_id(key)[:16]}…")
    for row in rows:
        yield row.get("envelope")


def _wrong_files(said: Mapping[str, Any], folder: Path) -> list[str]:
    """Each subject that is a file, by its path below `folder`."""
    return [why for each in said["subject"] if "sha256" in each["digest"] and (why := _wrong(each, folder))]


def _wrong(subject: Mapping[str, Any], folder: Path) -> str:
    path = Path(str(subject["name"]))
    if path.is_absolute() or ".." in path.parts:
        return f"{visible(str(path))} leads out of the folder"
    try:
        with (folder / path).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return f"{visible(str(path))} cannot be read: {error.strerror}"
    return "" if found == subject["digest"]["sha256"] else f"{visible(str(path))} is another file: sha256 {found}"


def _document(proved: list[dict[str, Any]], faults: list[str]) -> str:
    return json.dumps({"verdict": "differs" if faults else "agrees", "faults": faults, "statements": proved}, indent=1)


def _words(proved: list[dict[str, Any]], faults: list[str], key: str) -> str:
    return "\n".join([*(_line(said, key) for said in proved), *(f"not proved: {why}" for why in faults)])


def _line(said: Mapping[str, Any], key: str) -> str:
    about = {name: visible(str(value)) for name, value in said["predicate"].items()}
    outcome = about.get("agreement") or about.get("verdict", "")
    what = f"{about.get('product')} {about.get('version')}: {about.get('purpose')} {outcome}"
    return (
        f"signed by {key_id(key)[:16]}…: {what}, at {about.get('centre') or about.get('node')}, run {about.get('run')}"
    )
