"""One version: its page, its report, its tombstone, and the two moves that are made from here."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from adp.report import Report
from registry import environments, queries
from registry.actions import publish as publishing
from registry.actions import submit
from registry.ledger.access import can
from registry.lifecycle import PUBLIC, State
from registry.models import Validation, Version
from registry.web import conflict
from registry.web.actor import person
from registry.web.addresses import document, of_version, pictures
from registry.web.forms import Withdrawal, take
from registry.web.found import or_404
from registry.web.present.times import day
from registry.web.sheets import history, holding
from registry.web.sheets import version as sheets
from registry.web.sheets.report import lay_out, repeat
from registry.web.sheets.standing import others, standing, successor, verified

MOVING = {State.CHECKING, State.STALLED}


@require_safe
def page(request: HttpRequest, owner: str, name: str, label: str) -> HttpResponse:
    version = _find(request, owner, name, label)
    shown = _shown(version)
    if version.state == State.WITHDRAWN:
        return _gone(request, version, shown)
    if not can(request.user, "version.read", version):
        return render(request, "registry/version_named.html", shown)
    validation = queries.latest_validation(version)
    happened = history.of(version, actor=request.user)
    whole = {
        **shown,
        "validation": validation,
        "sheet": sheets.lay_out(version, validation, verified(version), _pictures(request, version, validation)),
        "holding": holding.lay_out(version, actor=request.user),
        "deeds": queries.deeds(version, actor=request.user),
        "events": happened,
        "note": next((line.said for line in happened if line.after == version.state), ""),
        "files": queries.artefacts(version, actor=request.user).exclude(kind__in=("archive", "picture")),
        "may_withdraw": can(request.user, "version.withdraw", version).ok,
        "can_publish": can(request.user, "version.publish", version).ok,
        "is_moving": version.state in MOVING,
        "others": others(version.product) - (version.state in PUBLIC),
        "successor": successor(version) if version.state == State.SUPERSEDED else None,
        "made_in": environments.of(validation) if validation else None,
        "sbom_address": document(version, "sbom"),
        **standing(version),
    }
    return render(request, "registry/version.html", whole)


@require_safe
def report(request: HttpRequest, owner: str, name: str, label: str) -> HttpResponse:
    version = _find(request, owner, name, label)
    validation = queries.latest_validation(version)
    if validation is None or not can(request.user, "version.read", version):
        raise Http404
    more = {
        "validation": validation,
        "sheet": lay_out(
            Report.from_dict(validation.report), version.manifest, _pictures(request, version, validation)
        ),
        "repeat": repeat(version.url, version.tag or version.ref),
        "json_address": document(version, "report"),
        "run_address": f"/runs/{validation.run}/" if validation.run else "",
    }
    return render(request, "registry/report.html", {**_shown(version, "report"), **more})


@conflict.said
def withdraw(request: HttpRequest, owner: str, name: str, label: str) -> HttpResponse:
    version = _find(request, owner, name, label)
    allowed = can(request.user, "version.withdraw", version)
    form = Withdrawal(request.POST or None)
    if form.is_valid():
        try:
            submit.withdraw(actor=person(request), version=version, **form.cleaned_data)
        except ValidationError as error:
            take(form, error)
        else:
            return redirect(of_version(version))
    shown = {**_shown(version, "withdraw"), "form": form, "allowed": allowed}
    return render(request, "registry/withdraw.html", shown, status=422 if form.errors else 200)


@require_POST
@conflict.said
def publish(request: HttpRequest, owner: str, name: str, label: str) -> HttpResponse:
    version = _find(request, owner, name, label)
    publishing.publish(actor=person(request), version=version)
    return redirect(of_version(version))


def _find(request: HttpRequest, owner: str, name: str, label: str) -> Version:
    return or_404(queries.version_of, owner, name, label, actor=request.user)


def _pictures(request: HttpRequest, version: Version, validation: Validation | None) -> dict[str, str]:
    return pictures(version, queries.pictures(version, validation, actor=request.user))


def _shown(version: Version, part: str = "") -> dict[str, Any]:
    """What every page about a version shows."""
    product = version.product
    here = [("Products", reverse("registry:products")), (product.owner_id, "")]
    here += [(product.name, reverse("registry:product", args=[product.owner_id, product.name]))]
    here += [(version.label, of_version(version)), (part, "")] if part else [(version.label, "")]
    return {"version": version, "product": product, "trail": here}


def _gone(request: HttpRequest, version: Version, shown: dict[str, Any]) -> HttpResponse:
    last = history.farewell(version)
    facts = [("Published", day(version.published_at) or "never"), ("Withdrawn", day(last.at) if last else "not dated")]
    if version.published_at:
        facts += [("Still kept", "the record, the report, checksums and credit; the files are no longer served")]
    more = {
        "withdrawn_at": last.at if last else None,
        "reason": last.said if last else "",
        "successor": successor(version),
        "facts": facts,
    }
    return render(request, "registry/gone.html", {**shown, **more}, status=HTTPStatus.GONE)
