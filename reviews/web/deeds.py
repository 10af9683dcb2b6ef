"""Try a deed; refused, its page comes back with the reason and with everything that was typed."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from registry.ledger.machine import IllegalMoveError, StaleError
from registry.web.forms import take
from reviews import queries
from reviews.models import Assignment, Round
from reviews.web import pages
from reviews.web.pages import Given

FORBIDDEN, CONFLICT, UNFIT = 403, 409, 422


def do(
    request: HttpRequest,
    round_: Round,
    deed: Callable[[], Any],
    said: str,
    *,
    to: str = "",
    assignment: Assignment | None = None,
    **kept: Any,
) -> HttpResponse:
    try:
        deed()
    except PermissionDenied as error:
        return pages.page(request, round_, Given(FORBIDDEN, str(error), **kept), assignment)
    except (IllegalMoveError, StaleError) as error:
        return pages.page(request, round_, Given(CONFLICT, f"{error}. Nothing was changed.", **kept), assignment)
    except ValidationError as error:
        return pages.page(request, round_, _unfit(error, kept), assignment)
    messages.success(request, said)
    return redirect(to) if to else redirect("reviews:round", pk=round_.pk)


def _unfit(error: ValidationError, kept: dict[str, Any]) -> Given:
    for form in kept.get("forms", {}).values():
        take(form, error)
    problems = {name: " ".join(sentences) for name, sentences in error.message_dict.items()}
    return Given(UNFIT, problems=problems, **kept)


def unfit(request: HttpRequest, round_: Round, **forms: Any) -> HttpResponse:
    return pages.page(request, round_, Given(UNFIT, forms=forms))


def seen_round(request: HttpRequest, pk: uuid.UUID) -> Round:
    """What one may not see does not exist."""
    found = queries.round_(request.user, pk)
    if found is None:
        raise Http404
    return found


def seen_assignment(request: HttpRequest, pk: uuid.UUID, assignment: uuid.UUID) -> Assignment:
    found = queries.assignment(request.user, assignment)
    if found is None or found.round_id != pk:
        raise Http404
    return found
