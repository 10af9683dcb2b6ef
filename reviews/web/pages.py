"""Which page of a round a person gets: the editor's, the reviewer's or the reader's; and all that stands on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from adp.report import Report
from registry import queries as registry
from registry.ledger.access import SYSTEM, can
from registry.web.sheets.report import lay_out
from reviews import anchors, queries, talk
from reviews.actions.reports import Written
from reviews.anchors import Anchor
from reviews.carry import carried
from reviews.checklists import CHECKLISTS
from reviews.confidentiality import called, is_blind, redact
from reviews.desk import Desk, version_url
from reviews.difference import difference
from reviews.lifecycle import AssignmentState, Mode, Track, Weight
from reviews.models import Appeal, Assignment, Round
from reviews.suggestions import LOAD, Suggested
from reviews.web import reading, sheet
from reviews.web.forms import Appealing, AppealRuling, Decline, Handle, Invitation, LineUp, Modes, Ruling


@dataclass(frozen=True, slots=True)
class Given:
    """What was posted and refused: it stands in the page again, beside the reason."""

    status: int = 200
    refusal: str = ""
    forms: Mapping[str, Any] = field(default_factory=dict)
    written: Written | None = None
    problems: Mapping[str, str] = field(default_factory=dict)
    anchor: Anchor | None = None
    typed: Mapping[str, str] = field(default_factory=dict)


NOTHING = Given()


def page(
    request: HttpRequest, round_: Round, given: Given = NOTHING, assignment: Assignment | None = None
) -> HttpResponse:
    own = [a for a in queries.assignments(request.user, round_) if a.reviewer_id == request.user.pk]
    if queries.edits(request.user, round_):
        return _render(request, "reviews/editor.html", _editor(request, round_, given), given)
    if own:
        mine = assignment or _chosen(own, request.GET.get("track", ""))
        return _reviewer(request, mine, given)
    context = {**_base(request, round_, given), "talks": talk.talks(request.user, round_)}
    return _render(request, "reviews/round.html", context, given)


def _chosen(own: list[Assignment], track: str) -> Assignment:
    """The one asked for, else the one that waits, else the latest."""
    waiting = [a for a in own if a.state in {AssignmentState.AGREED, AssignmentState.INVITED}]
    return next((a for a in own if a.track == track), (waiting or own[::-1])[0])


def _base(request: HttpRequest, round_: Round, given: Given) -> dict[str, Any]:
    # who declined, or was released, comes here with a refused deed: the round is theirs no longer
    is_theirs = queries.round_(request.user, round_.pk) is not None
    return {
        "round": round_,
        "version": round_.version,
        "named": called(request.user, round_),
        "blind": is_blind(request.user, round_),
        "reports": queries.reports(request.user, round_),
        "decision": getattr(round_, "decision", None) if is_theirs else None,
        "version_url": version_url(round_.version),
        "science_words": Mode(round_.science_mode).label,
        "given": given,
        **_appeal(request, round_, given),
    }


def _appeal(request: HttpRequest, round_: Round, given: Given) -> dict[str, Any]:
    """What was appealed, and what this reader may do about it."""
    if not hasattr(round_, "decision"):
        return {}
    wanted = Appeal(decision=round_.decision)
    return {
        "appeal": queries.appeal(request.user, round_),
        "may_appeal": can(request.user, "appeal.file", wanted),
        "may_rule": can(request.user, "appeal.uphold", wanted),
        "appealing": given.forms.get("appeal") or Appealing(),
        "appeal_ruling": given.forms.get("ruling") or AppealRuling(),
    }


def _reading(request: HttpRequest, round_: Round, given: Given) -> dict[str, Any]:
    """What changed, the files, what was said; and the one file that is open (`?file=`, a comment at `&at=`)."""
    said = talk.talks(request.user, round_)
    if is_blind(request.user, round_):
        return {"talks": said, **_unseen(request, round_)}
    found = difference(round_)
    path, at = request.GET.get("file", ""), request.GET.get("at", "")
    if given.anchor is not None and given.anchor.place in {"line", "file"}:
        path, at = given.anchor.path, str(given.anchor.line or "")
    opened = reading.read(round_, path, said, found, int(at) if at.isdecimal() else None) if path else None
    return {
        "difference": found,
        "talks": said,
        "entries": reading.entries(round_, found, said),
        "source": opened,
        "may_speak": can(request.user, "thread.open", round_),
        "paragraphs": anchors.paragraphs(round_.version.science_case),
        "weights": Weight,
    }


def _unseen(request: HttpRequest, round_: Round) -> dict[str, Any]:
    """A blind reviewer reads neither code nor manifest: both name the authors."""
    return {
        "difference": None,
        "entries": [],
        "source": None,
        "may_speak": can(request.user, "thread.open", round_),
        "paragraphs": anchors.paragraphs(redact(round_.version.science_case, round_)),
        "weights": Weight,
    }


def _material(request: HttpRequest, round_: Round) -> dict[str, Any]:
    """What a judge reads: the report laid out, the science case, the manifest."""
    version = round_.version
    validation = registry.latest_validation(version)
    held = registry.pictures(version, validation, actor=SYSTEM)
    shown = {p.name: reverse("reviews:picture", kwargs={"pk": round_.pk, "picture": p.pk}) for p in held}
    return {
        "report": lay_out(Report.from_dict(validation.report), version.manifest, shown) if validation else None,
        "science_case": version.science_case,
        "manifest_text": version.manifest_text,
    }


def _files(request: HttpRequest, round_: Round) -> list[tuple[str, int, str]]:
    """(name, size, address) of what the registry keeps: read from here, the author's server learns of no reviewer."""
    if is_blind(request.user, round_):
        return []
    version = round_.version
    named = {"owner": version.product.owner_id, "name": version.product.name, "label": version.label}
    found = registry.artefacts(version, actor=request.user)
    return [(a.name, a.size, reverse("api:file", kwargs={**named, "pk": a.pk})) for a in found]


def report_of(round_: Round) -> Report | None:
    validation = registry.latest_validation(round_.version)
    return Report.from_dict(validation.report) if validation else None


def _editor(request: HttpRequest, round_: Round, given: Given) -> dict[str, Any]:
    return {
        **_base(request, round_, given),
        **_material(request, round_),
        "assignments": queries.assignments(request.user, round_),
        "may_invite": can(request.user, "assignment.invite", round_),
        "may_decide": can(request.user, "round.decide", round_),
        "invitation": given.forms.get("invite") or Invitation(),
        "ruling": given.forms.get("decide") or Ruling(),
        "tracks": Track,
        **_reading(request, round_, given),
        **_handling(request, round_, given),
    }


def _handling(request: HttpRequest, round_: Round, given: Given) -> dict[str, Any]:
    return {
        "may_handle": can(request.user, "round.line_up", round_),
        "may_set_modes": can(request.user, "round.set_modes", round_),
        "modes": given.forms.get("modes") or Modes(initial={"mode": round_.mode, "science_mode": round_.science_mode}),
        "line": queries.line(request.user, round_),
        "observers": queries.observers(request.user, round_),
        "handing": given.forms.get("hand") or Handle(auto_id="hand_%s"),
        "observing": given.forms.get("observe") or Handle(auto_id="observe_%s"),
        "lining_up": given.forms.get("line_up") or LineUp(auto_id="line_%s"),
        "more_time": given.forms.get("extend"),
    }


def _reviewer(request: HttpRequest, mine: Assignment, given: Given) -> HttpResponse:
    context = {**_base(request, mine.round, given), "assignment": mine}
    if mine.state == AssignmentState.INVITED:
        may = can(request.user, "assignment.agree", mine)
        asked = {"may_agree": may, "decline": given.forms.get("decline") or Decline()}
        context |= {**_material(request, mine.round), **asked, "questions": CHECKLISTS[mine.track]}
        return _render(request, "reviews/invitation.html", context, given)
    if mine.state == AssignmentState.AGREED and mine.round.is_open:
        review = getattr(mine, "review", None)
        read = _reading(request, mine.round, given)
        before = carried(mine, read["difference"])
        written = given.written or sheet.kept(review, before)
        seen = (report_of(mine.round), mine.round.version.manifest)
        laid = sheet.lay(mine, *seen, written, given.problems, before, blind=context["blind"])
        saved_at = review.saved_at if review and not given.written else None
        files = _files(request, mine.round)
        more = {**read, "sheet": laid, "saved_at": saved_at, "files": files}
        context |= {**_material(request, mine.round), **more}
        return _render(request, "reviews/workspace.html", context, given)
    said = talk.talks(request.user, mine.round) if queries.round_(request.user, mine.round_id) else []
    return _render(request, "reviews/sent.html", context | {"kept": given.written, "talks": said}, given)


def desk(request: HttpRequest, laid: Desk) -> HttpResponse:
    return _render(request, "reviews/desk.html", {"desk": laid}, NOTHING)


def suggestions(request: HttpRequest, round_: Round, found: Suggested) -> HttpResponse:
    context = {**_base(request, round_, NOTHING), "suggested": found, "load": LOAD}
    return _render(request, "reviews/suggestions.html", context, NOTHING)


def _render(request: HttpRequest, template: str, context: Mapping[str, Any], given: Given) -> HttpResponse:
    """Never kept by a cache, and no address of it reaches another site."""
    response = render(request, template, dict(context), status=given.status)
    if context.get("blind"):  # what the page leaves out stays out; whatever else names somebody goes, too
        response.content = redact(response.content.decode(), context["round"]).encode()
    add_never_cache_headers(response)
    response["Referrer-Policy"] = "same-origin"  # with no-referrer a browser posts its forms with "Origin: null"
    return response
