"""What a centre's machines offer, for everybody; for its operators also how they are, and a key for one more."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from registry import queries as book
from registry.disputes import disputes
from registry.ledger.access import can
from registry.people import Centre
from registry.web import conflict
from registry.web.actor import person
from registry.web.found import or_404
from runners import machines
from runners.actions.nodes import enrol


class NewNode(forms.Form):
    name = forms.SlugField(max_length=64, label="Name", help_text="letters, digits and hyphens, such as paranal-1")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@conflict.said
def page(request: HttpRequest, handle: str) -> HttpResponse:
    centre = or_404(book.centres().get, handle=handle)
    form = NewNode(request.POST if request.method == "POST" else None)
    key = _enrolled(request, centre, form) if request.method == "POST" else ""
    made = form.cleaned_data["name"] if key else ""
    operates = machines.operates(request.user, centre)
    shown = {
        "centre": centre,
        "machines": machines.machines(centre, all_of_it=operates),
        "data": machines.data(centre, all_of_it=operates),
        "disputes": disputes(centre) if can(request.user, "disputes.read", centre) else [],
        "operates": operates,
        "form": NewNode() if key else form,
        "key": key,
        "made": made,
        "site": request.build_absolute_uri("/").rstrip("/"),
        "trail": [
            ("Centres", reverse("registry:centres")),
            (centre.name, reverse("registry:centre", args=[centre.handle])),
            ("Machines and data", ""),
        ],
    }
    return render(request, "runners/centre.html", shown)


def _enrolled(request: HttpRequest, centre: Centre, form: Any) -> str:
    """The key, shown on the answer to the press of the button and nowhere else; empty when the name cannot be."""
    if not form.is_valid():
        return ""
    try:
        return enrol(actor=person(request), name=form.cleaned_data["name"], centre=centre)[1]
    except ValidationError as error:
        form.add_error("name", error.messages[0] if error.messages else "this name cannot be")
        return ""
