"""Refusals: one sentence, a code for programs, the next step. And texts made safe to show."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from adp.errors import AuthorError
from adp.finding import NOWHERE, Finding, Reason, Where

SECRET = re.compile(r"://[^/@\s]+@")
INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


def shown(text: str, most: int = 300) -> str:
    """For logs and pages: no control, format or bidi characters, no credentials, no novel."""
    text = SECRET.sub("://***@", text[: 4 * most])
    safe = "".join(c if unicodedata.category(c) not in INVISIBLE else f"\\x{ord(c):02x}" for c in text)
    return safe if len(safe) <= most else safe[: most - 1] + "…"


def refusal(
    code: str,
    message: str,
    hint: str,
    *,
    reason: Reason = Reason.POLICY,
    file: str | None = None,
    evidence: Mapping[str, Any] | None = None,
) -> Finding:
    where = NOWHERE if file is None else Where(file=shown(file))
    return Finding(reason, code, message, where=where, hint=hint, evidence=dict(evidence or {}))


def refused(
    code: str, message: str, hint: str, *, reason: Reason = Reason.POLICY, evidence: Mapping[str, Any] | None = None
) -> AuthorError:
    return AuthorError(refusal(code, message, hint, reason=reason, evidence=evidence))
