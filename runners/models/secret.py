"""Random secrets, kept only as digests: whoever reads the database can use none of them."""

import hashlib
import secrets


def new() -> str:
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Plain SHA-256 is right for 256 random bits: there is nothing to guess, and every call of a node pays for it."""
    return hashlib.sha256(secret.encode()).hexdigest()
