"""Centres of expertise: what they answer for, and whom to ask."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from registry import queries
from registry.web.found import or_404
from registry.web.sheets.rows import rows


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "registry/centres.html", {"centres": queries.centres()})


@require_safe
def page(request: HttpRequest, handle: str) -> HttpResponse:
    centre = or_404(queries.centres().get, handle=handle)
    published = queries.published().prefetch_related(None).filter(owner__centre=centre)
    shown = {
        "centre": centre,
        "rows": rows(list(published)),
        "members": queries.members(centre),
        "trail": [("Centres", reverse("registry:centres")), (centre.name, "")],
    }
    return render(request, "registry/centre.html", shown)
