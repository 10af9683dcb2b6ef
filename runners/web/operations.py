"""The page of whoever keeps the machines running: what waits for them, and the buttons of the actions."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from registry.ledger.access import require
from registry.web import conflict
from registry.web.actor import person
from runners import operations, queries
from runners.actions import nodes, quarantine
from runners.models import Node, Run
from runners.outlook import why_set_aside
from runners.waiting import waits_for

DEEDS: dict[str, Callable[..., Any]] = {
    "drain": nodes.drain,
    "resume": nodes.resume,
    "retire": nodes.retire,
    "renew": nodes.renew,
}


class Closing(forms.Form):
    why = forms.CharField(max_length=2000, label="Why is it not tried again?", widget=forms.Textarea(attrs={"rows": 3}))


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    require(request.user, "operations.read", None)
    waiting = [(run, waits_for(run, place)) for place, run in enumerate(operations.waiting(), 1)]
    shown = {
        "todo": list(operations.todo()),
        "nodes": operations.nodes(),
        "leases": operations.leases(),
        "quarantine": operations.quarantine(),
        "waiting": waiting,
        "ailing": operations.ailing(),
        "held": operations.held(person(request)),
        "parked": operations.parked(),
    }
    return render(request, "runners/operations.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@conflict.said
def node(request: HttpRequest, name: str, deed: str) -> HttpResponse:
    """Asked once more by GET. A new key is shown once, on the answer to the press of the button."""
    who, found = person(request), Node.objects.filter(name=name).first()
    if found is None or deed not in DEEDS:
        raise Http404("there is no such node, or nothing of that name to do with it")
    require(who, f"node.{deed}", found)
    if request.method != "POST":
        return render(request, "runners/node_deed.html", {"node": found, "deed": deed})
    key = DEEDS[deed](actor=who, node=found)
    if key:
        return render(request, "runners/node_deed.html", {"node": found, "deed": deed, "key": key})
    return redirect("operations:page")


def _run(run_id: uuid.UUID) -> Run:
    run = queries.run(run_id)
    if run is None:
        raise Http404("there is no such run")
    return run


@require_POST
@conflict.said
def release(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    return redirect("runners:run", quarantine.release(actor=person(request), run=_run(run_id)).pk)


@require_http_methods(["GET", "HEAD", "POST"])
@conflict.said
def close(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    who, run = person(request), _run(run_id)
    require(who, "run.close", run)
    form = Closing(request.POST if request.method == "POST" else None)
    if form.is_valid():
        quarantine.close(actor=who, run=run, why=form.cleaned_data["why"])
        messages.success(request, f"{run} is closed.")
        return redirect("operations:page")
    return render(request, "runners/close.html", {"run": run, "form": form, "why": why_set_aside(run)})
