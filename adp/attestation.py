"""What a node signs about a run: an in-toto Statement v1 in a DSSE envelope, verifiable with its public key alone.

in-toto attestation framework v1, Statement: https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md;
DSSE 1.0: https://github.com/secure-systems-lab/dsse/blob/master/protocol.md; ed25519: RFC 8032."""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from adp.report import Report

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "urn:pharos-adp:attestation:run:v1"
PAYLOAD = "application/vnd.in-toto+json"
LARGEST = 4 << 20


class AttestationError(Exception):
    """No attestation, or not signed with this key; the sentence says which."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What the registry knows of a run beside its report. `agreement` ("" where nothing was replicated) and `first`,
    the digest of the first run's report, are those of a replication."""

    run: str
    purpose: str
    product: str
    url: str
    node: str
    centre: str
    agreement: str = ""
    first: str = ""


def statement(report: Report, ran: Ran) -> dict[str, Any]:
    """Its subjects are the product files and the commit they were made from."""
    source = {"name": f"git+{ran.url}", "digest": {"gitCommit": report.commit, "gitTree": report.tree}}
    files = [{"name": p.path, "digest": {"sha256": p.sha256}} for p in report.products]
    told = report.environment
    environment = {name: told[name] for name in ("name", "digest", "machine") if name in told}
    said = {
        "run": ran.run,
        "purpose": ran.purpose,
        "product": ran.product,
        "version": report.version,
        "verdict": report.verdict.value,
        "reportDigest": {"sha256": report.digest},
        "node": ran.node,
        "centre": ran.centre,
        "engine": report.engine,
        "environment": environment,
        "startedOn": report.started_at,
        "finishedOn": report.finished_at,
    }
    if ran.agreement:
        said |= {"agreement": ran.agreement, "firstReportDigest": {"sha256": ran.first}}
    return {"_type": STATEMENT, "subject": [*files, source], "predicateType": PREDICATE, "predicate": said}


def seal(said: Mapping[str, Any], sign: Callable[[bytes], bytes], public: str) -> dict[str, Any]:
    """The envelope. `sign` gives the 64 bytes of an ed25519 signature; `public` is that key's public half in hex."""
    payload = json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
    signature = {"keyid": key_id(public), "sig": _text(sign(signed_bytes(payload)))}
    return {"payloadType": PAYLOAD, "payload": _text(payload), "signatures": [signature]}


def unseal(envelope: Any, public: str) -> dict[str, Any]:
    """The statement, once its signature by the key `public` (hex of the 32 bytes) is proved; AttestationError else."""
    payload = _payload(envelope)
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
    except ValueError as error:
        raise AttestationError("the public key is not the 64 hexadecimal digits of an ed25519 key") from error
    for each in envelope["signatures"]:
        try:
            key.verify(_bytes(each["sig"]), signed_bytes(payload))
        except InvalidSignature:
            continue
        except (KeyError, TypeError) as error:
            raise AttestationError("a signature is no object with keyid and sig") from error
        return _statement(payload)
    raise AttestationError(f"no signature is by the key {key_id(public)[:16]}…")


def key_id(public: str) -> str:
    """sha256 of the 32 bytes, in hex."""
    return hashlib.sha256(bytes.fromhex(public)).hexdigest()


def signed_bytes(payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding: what is signed is the type, too."""
    kind = PAYLOAD.encode()
    return b" ".join((b"DSSEv1", str(len(kind)).encode(), kind, str(len(payload)).encode(), payload))


def _payload(envelope: Any) -> bytes:
    if not isinstance(envelope, Mapping) or envelope.get("payloadType") != PAYLOAD:
        raise AttestationError(f"this is no DSSE envelope of the type {PAYLOAD}")
    if not isinstance(envelope.get("signatures"), list) or not 1 <= len(envelope["signatures"]) <= 16:  # noqa: PLR2004
        raise AttestationError("an envelope has between one and sixteen signatures")
    return _bytes(envelope.get("payload"))


def _statement(payload: bytes) -> dict[str, Any]:
    try:
        said = json.loads(payload)
        if (said["_type"], said["predicateType"]) != (STATEMENT, PREDICATE):
            raise AttestationError(f"this is no in-toto Statement v1 about a {PREDICATE}")
        subjects = [(str(s["name"]), dict(s["digest"])) for s in said["subject"]]
        if not subjects or not isinstance(said["predicate"], dict):
            raise AttestationError("it speaks of nothing")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise AttestationError("what is signed is no in-toto Statement v1") from error
    else:
        found: dict[str, Any] = said
        return found


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _bytes(text: Any) -> bytes:
    """Standard or URL-safe base64, as DSSE allows."""
    if not isinstance(text, str) or len(text) > LARGEST:
        raise AttestationError(f"payload and signatures are base64 text of at most {LARGEST} characters")
    try:
        return base64.b64decode(text.translate(str.maketrans("-_", "+/")), validate=True)
    except (binascii.Error, ValueError) as error:
        raise AttestationError("payload and signatures are base64 text") from error
