"""Who a node is when it signs: an ed25519 key made here, whose private half never leaves this machine."""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from adp.errors import UsageError

OTHERS = 0o077
ANEW = "remove it and renew the node's key"


@dataclass(frozen=True, slots=True)
class Identity:
    private: Ed25519PrivateKey

    @property
    def public(self) -> str:
        """Hex of the 32 bytes (RFC 8032)."""
        return self.private.public_key().public_bytes_raw().hex()

    def sign(self, message: bytes) -> bytes:
        """64 bytes."""
        return self.private.sign(message)

    @classmethod
    def at(cls, path: Path) -> Self:
        """The key in `path`, made when there is none. UsageError when it is no such key or others may read it."""
        if not path.exists():
            _make(path)
        if path.stat().st_mode & OTHERS:
            raise UsageError(f"others can read {path}", hint=f"chmod 600 {path}, or remove it and renew the node's key")
        try:
            found = load_pem_private_key(path.read_bytes(), password=None)
        except ValueError as error:
            raise UsageError(f"{path} holds no private key: {error}", hint=ANEW) from error
        if not isinstance(found, Ed25519PrivateKey):
            raise UsageError(f"{path} holds no ed25519 key", hint=ANEW)
        return cls(found)


def beside(key_file: Path) -> Path:
    """Where the key a node signs with lies: beside the key it speaks with."""
    return key_file.with_name(f"{key_file.name}.attest")


def _make(path: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with contextlib.suppress(FileExistsError):  # two at once: the first one made it
        keep(path, pem.decode("ascii"))


def keep(path: Path, text: str) -> None:
    """A new file that nobody else can read, at no moment; FileExistsError when it is there."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(text)
    try:
        os.link(fresh, path)
    finally:
        fresh.unlink()
