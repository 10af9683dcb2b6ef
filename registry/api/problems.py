"""Every refusal as application/problem+json (RFC 9457): a code for programs, a sentence for people, the findings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import structlog
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, RequestDataTooBig, ValidationError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from adp.errors import AuthorError, PlatformError
from registry.ledger.machine import IllegalMoveError, StaleError
from registry.ledger.models import ImmutableError

CONTENT_TYPE = "application/problem+json"
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Problem:
    """`more` are the members beside RFC 9457's own: findings, errors, hint."""

    status: HTTPStatus
    code: str
    detail: str
    more: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        body = {
            "type": f"urn:pharos:problem:{self.code}",
            "title": self.status.phrase,
            "status": self.status.value,
            "code": self.code,
            "detail": self.detail,
            **self.more,
        }
        found = Response(body, status=self.status.value, content_type=CONTENT_TYPE, headers=dict(self.headers))
        found.exception = True
        return found


def answer(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler. What it does not know is our fault, and goes up as it is."""
    problem = _author(error) or _platform(error) or _book(error) or _drf(error)
    if problem is None:
        return None
    set_rollback()
    return problem.response()


def _author(error: Exception) -> Problem | None:
    if isinstance(error, AuthorError):
        more = {"findings": [f.to_dict() for f in error.findings], "hint": error.hint}
        return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "refused", str(error), more)
    return None


def _platform(error: Exception) -> Problem | None:
    if isinstance(error, PlatformError):
        log.error("api.platform_error", exc_info=error)
        hint = {"hint": error.hint or "try again in a minute; if it stays, tell the operators of this registry"}
        return Problem(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", str(error), hint, {"Retry-After": "60"})
    return None


def _book(error: Exception) -> Problem | None:
    if isinstance(error, StaleError | IllegalMoveError | ImmutableError):
        return Problem(HTTPStatus.CONFLICT, "conflict", str(error), {"hint": "read it again, then decide again"})
    if isinstance(error, Http404 | ObjectDoesNotExist | exceptions.NotFound):
        return Problem(HTTPStatus.NOT_FOUND, "not-found", "there is no such thing here, or it is not yours to see")
    if isinstance(error, RequestDataTooBig):
        return Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", "the body of this request is too large")
    if isinstance(error, PermissionDenied):
        return Problem(HTTPStatus.FORBIDDEN, "forbidden", str(error) or "this is not yours to do")
    if isinstance(error, ValidationError):
        errors = error.message_dict if hasattr(error, "error_dict") else {"request": error.messages}
        return Problem(HTTPStatus.BAD_REQUEST, "invalid", _first(errors), {"errors": errors})
    return None


def _drf(error: Exception) -> Problem | None:
    if not isinstance(error, exceptions.APIException):
        return None
    status, headers = HTTPStatus(error.status_code), _headers(error)
    if isinstance(error, exceptions.ValidationError):
        errors = error.detail if isinstance(error.detail, dict) else {"request": error.detail}
        return Problem(status, "invalid", _first(errors), {"errors": errors}, headers)
    return Problem(status, str(error.default_code).replace("_", "-"), str(error.detail), headers=headers)


def _headers(error: exceptions.APIException) -> dict[str, str]:
    found = {}
    if wait := getattr(error, "wait", None):
        found["Retry-After"] = str(int(wait) + 1)
    if challenge := getattr(error, "auth_header", None):
        found["WWW-Authenticate"] = challenge
    return found


def _first(errors: Mapping[str, Any]) -> str:
    name, sentences = next(iter(errors.items()))
    first = sentences[0] if isinstance(sentences, list) and sentences else sentences
    return f"{name}: {first}"
