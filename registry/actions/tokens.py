"""Keys to the API: made, used, revoked."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from registry.ledger.access import require
from registry.ledger.record import record
from registry.models import Person, Token
from registry.models.token import SCOPES

PREFIX = "adp_"
PREFIX_LENGTH = 12
SEEN_EVERY = timedelta(minutes=5)
LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """`key` is shown to its owner now and never again."""

    token: Token
    key: str


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


@transaction.atomic
def issue(
    *,
    actor: Person,
    person: Person | None = None,
    name: str = "",
    scopes: Sequence[str] = SCOPES,
    lifetime: timedelta = timedelta(days=90),
) -> IssuedToken:
    """A key of `actor`. Raises ValidationError for an unknown scope or a lifetime over a year."""
    holder = person or actor
    require(actor, "token.issue", holder)
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        raise ValidationError({"scopes": [f"choose from {', '.join(SCOPES)}; not known: {', '.join(unknown) or '–'}"]})
    if not timedelta() < lifetime <= LONGEST:
        raise ValidationError({"lifetime": [f"a token lives between 1 and {LONGEST.days} days"]})
    key = PREFIX + secrets.token_urlsafe(32)
    token = Token.objects.create(
        person=holder,
        name=name or "API token",
        prefix=key[:PREFIX_LENGTH],
        digest=_digest(key),
        scopes=sorted(set(scopes)),
        expires_at=timezone.now() + lifetime,
    )
    record("token.issue", token, actor=actor, scopes=token.scopes)
    return IssuedToken(token, key)


@transaction.atomic
def revoke(*, actor: Person, token: Token) -> None:
    require(actor, "token.revoke", token)
    if Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
        record("token.revoke", token, actor=actor)


def recognise(key: str) -> Token | None:
    """Whose key this is, if it may still be used. Notes the use, not more often than every few minutes."""
    token = Token.objects.usable().select_related("person").filter(prefix=key[:PREFIX_LENGTH]).first()
    if token is None or not hmac.compare_digest(token.digest, _digest(key)):
        return None
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > SEEN_EVERY:
        Token.objects.filter(pk=token.pk).update(last_used_at=now)
    return token
