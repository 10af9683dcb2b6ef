"""Parse, act, show: who handles a round, whom to ask next, who looks on, more time; and appeals."""

import datetime as dt
import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from registry import queries as registry
from registry.people import Person
from registry.web.actor import person
from reviews import queries
from reviews.actions import appeals, assignments, editors
from reviews.models import Appeal
from reviews.web.deeds import do, seen_assignment, seen_round, unfit
from reviews.web.forms import Appealing, AppealRuling, Handle, LineUp, Modes, MoreTime

UNKNOWN = "Nobody has this handle. It is the last part of the address of their page."


@require_POST
@login_required
def take(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    round_ = seen_round(request, pk)
    return do(request, round_, lambda: editors.take(actor=person(request), round_=round_), "You handle this round now.")


@require_POST
@login_required
def hand(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    round_, form = seen_round(request, pk), Handle(request.POST)
    editor = _person(form)
    if editor is None:
        return unfit(request, round_, hand=form)

    def deed() -> None:
        editors.hand(actor=person(request), round_=round_, editor=editor)

    return do(request, round_, deed, f"{editor} handles this round now.", forms={"hand": form})


@require_POST
@login_required
def set_modes(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    round_, form = seen_round(request, pk), Modes(request.POST)
    if not form.is_valid():
        return unfit(request, round_, modes=form)

    def deed() -> None:
        editors.set_modes(actor=person(request), round_=round_, **form.cleaned_data)

    return do(request, round_, deed, "Who learns whose name is settled.", forms={"modes": form})


@require_POST
@login_required
def observe(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    round_, form = seen_round(request, pk), Handle(request.POST)
    looker = _person(form)
    if looker is None:
        return unfit(request, round_, observe=form)

    def deed() -> None:
        editors.admit_observer(actor=person(request), round_=round_, person=looker)

    return do(request, round_, deed, f"{looker} may look on.", forms={"observe": form})


@require_POST
@login_required
def unobserve(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    round_ = seen_round(request, pk)
    observer = queries.observer(request.user, round_, request.POST.get("handle", ""))
    if observer is None:
        raise Http404
    to = "reviews:desk" if observer.person_id == request.user.pk else ""

    def deed() -> None:
        editors.dismiss_observer(actor=person(request), observer=observer)

    return do(request, round_, deed, "No longer looking on.", to=to)


@require_POST
@login_required
def line_up(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    round_, form = seen_round(request, pk), LineUp(request.POST)
    if not form.is_valid():
        return unfit(request, round_, line_up=form)
    try:
        people = [registry.person(handle) for handle in form.cleaned_data["handles"]]
    except Person.DoesNotExist:
        form.add_error("handles", UNKNOWN)
        return unfit(request, round_, line_up=form)
    track = form.cleaned_data["track"]

    def deed() -> None:
        editors.line_up(actor=person(request), round_=round_, track=track, reviewers=people)

    return do(request, round_, deed, "The line is kept.", forms={"line_up": form})


@require_POST
@login_required
def extend(request: HttpRequest, pk: uuid.UUID, assignment: uuid.UUID) -> HttpResponse:
    found, form = seen_assignment(request, pk, assignment), MoreTime(request.POST)
    if not form.is_valid():
        return unfit(request, found.round, extend=form)
    due_at = dt.datetime.combine(form.cleaned_data["due_on"], dt.time.max, timezone.get_current_timezone())

    def deed() -> None:
        assignments.extend(actor=person(request), assignment=found, due_at=due_at)

    return do(request, found.round, deed, "The reviewer has more time.", forms={"extend": form})


@require_POST
@login_required
def appeal(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    round_, form = seen_round(request, pk), Appealing(request.POST)
    if not hasattr(round_, "decision"):
        raise Http404
    if not form.is_valid():
        return unfit(request, round_, appeal=form)

    def deed() -> None:
        appeals.appeal(actor=person(request), decision=round_.decision, **form.cleaned_data)

    return do(request, round_, deed, "The appeal is filed; a second editor looks at it.", forms={"appeal": form})


@require_POST
@login_required
def uphold(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found, form = _appeal(request, pk), AppealRuling(request.POST)
    if not form.is_valid():
        return unfit(request, found.decision.round, ruling=form)
    made = []

    def deed() -> None:
        made.append(appeals.uphold(actor=person(request), appeal=found, **form.cleaned_data))

    answer = do(request, found.decision.round, deed, "Upheld: the round is yours.", forms={"ruling": form})
    return redirect("reviews:round", pk=made[0].pk) if made else answer


@require_POST
@login_required
def dismiss(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found, form = _appeal(request, pk), AppealRuling(request.POST)
    if not form.is_valid():
        return unfit(request, found.decision.round, ruling=form)

    def deed() -> None:
        appeals.dismiss(actor=person(request), appeal=found, **form.cleaned_data)

    return do(request, found.decision.round, deed, "Dismissed: the decision stands.", forms={"ruling": form})


def _appeal(request: HttpRequest, pk: uuid.UUID) -> Appeal:
    found = Appeal.objects.visible_to(request.user).select_related("decision__round__version__product__owner")
    appeal = found.filter(decision__round=pk).first()
    if appeal is None:
        raise Http404
    return appeal


def _person(form: Handle) -> Person | None:
    """None, and the form says why."""
    if not form.is_valid():
        return None
    try:
        return registry.person(form.cleaned_data["handle"])
    except Person.DoesNotExist:
        form.add_error("handle", UNKNOWN)
        return None
