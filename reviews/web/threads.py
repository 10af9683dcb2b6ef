"""Parse, act, show: comments on places of a version."""

import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from registry.ledger.machine import IllegalMoveError, StaleError
from registry.web.actor import person
from reviews.actions import threads
from reviews.anchors import Anchor
from reviews.models import Comment, Place, Round, Thread
from reviews.web import pages
from reviews.web.deeds import CONFLICT, FORBIDDEN, UNFIT, seen_round
from reviews.web.pages import Given

TOO_LONG = 9  # digits of a line's number


@require_POST
@login_required
def open_thread(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    round_, given = seen_round(request, pk), request.POST
    anchor = _place(given)

    def deed() -> Any:
        return threads.open_thread(
            actor=person(request),
            round_=round_,
            anchor=anchor,
            text=clean(given.get("text", "")),
            weight=given.get("weight", "minor"),
            suggestion=clean(given.get("suggestion", "")),
        )

    return _do(request, round_, deed, "The comment is kept.", anchor)


@require_POST
@login_required
def reply(request: HttpRequest, pk: uuid.UUID, thread: uuid.UUID) -> HttpResponse:
    found = _thread(request, pk, thread)
    text = clean(request.POST.get("text", ""))
    deed = lambda: threads.reply(actor=person(request), thread=found, text=text)  # noqa: E731 - a deed to be tried
    return _do(request, found.round, deed, "The answer is kept.", _anchor(found))


@require_POST
@login_required
def settle(request: HttpRequest, pk: uuid.UUID, thread: uuid.UUID, deed: str) -> HttpResponse:
    found = _thread(request, pk, thread)
    act = {"resolve": threads.resolve, "reopen": threads.reopen}[deed]
    said = {"resolve": "Resolved.", "reopen": "Taken up again."}[deed]
    return _do(request, found.round, lambda: act(actor=person(request), thread=found), said, _anchor(found))


@require_POST
@login_required
def comment(request: HttpRequest, pk: uuid.UUID, comment: uuid.UUID, deed: str) -> HttpResponse:
    seen = Comment.objects.visible_to(request.user).select_related("thread__round__version__product__owner")
    found = seen.filter(pk=comment, thread__round=pk).first()
    if found is None:
        raise Http404
    anchor = _anchor(found.thread)
    act = {"accept": threads.accept, "discard": threads.discard}[deed]
    said = {"accept": "Accepted: put it into your next version.", "discard": "The draft is gone."}[deed]
    return _do(request, found.thread.round, lambda: act(actor=person(request), comment=found), said, anchor)


def _place(given: QueryDict) -> Anchor:
    """From the form under a line, or from the list of other places: `spot` is place|path or place|path|number."""
    place, path, line = given.get("place", ""), given.get("path", ""), given.get("line", "")
    if spot := given.get("spot", ""):
        place, _, path = spot.partition("|")
        if place == Place.PARAGRAPH:
            path, _, line = path.partition("|")
    return Anchor(place, clean(path)[:512], int(line) if line.isdecimal() and len(line) < TOO_LONG else None)


def _thread(request: HttpRequest, pk: uuid.UUID, thread: uuid.UUID) -> Thread:
    seen = Thread.objects.visible_to(request.user).select_related("round__version__product__owner")
    found = seen.filter(pk=thread, round=pk).first()
    if found is None:
        raise Http404
    return found


def _anchor(thread: Thread) -> Anchor:
    return Anchor(thread.place, thread.path, thread.line)


def _do(request: HttpRequest, round_: Round, deed: Callable[[], Any], said: str, anchor: Anchor) -> HttpResponse:
    typed = {name: request.POST.get(name, "") for name in ("text", "suggestion", "weight")}

    def refused(status: int, why: str) -> HttpResponse:
        return pages.page(request, round_, Given(status, why, anchor=anchor, typed=typed))

    try:
        deed()
    except PermissionDenied as error:
        return refused(FORBIDDEN, str(error))
    except (IllegalMoveError, StaleError) as error:
        return refused(CONFLICT, f"{error}. Nothing was changed.")
    except ValidationError as error:
        return refused(UNFIT, " ".join(sentence for found in error.message_dict.values() for sentence in found))
    messages.success(request, said)
    return redirect(address(round_, anchor))


def address(round_: Round, anchor: Anchor) -> str:
    """The page on which the place is shown, at the place."""
    page = reverse("reviews:round", args=[round_.pk])
    if anchor.place in {"line", "file"}:
        return f"{page}?{urlencode({'file': anchor.path})}#{f'L{anchor.line}' if anchor.line else 'part-source'}"
    return f"{page}#part-threads"


def clean(text: str) -> str:
    return text.replace("\0", "␀")  # PostgreSQL keeps no null byte
