"""People and what the record says they did."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from registry import queries
from registry.web.found import or_404
from registry.web.sheets import person as sheets

PER_PAGE = 100


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    page = Paginator(queries.people(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "registry/people.html", {"page": page})


@require_safe
def page(request: HttpRequest, who: str) -> HttpResponse:
    """Handle or verified ORCID iD; the iD leads to the handle's page only while the person is known by it."""
    person = or_404(queries.person, who)
    if who != person.username:
        return redirect("registry:person", person.username)
    sheet = sheets.lay_out(person, queries.contributions(actor=request.user, person=person))
    shown = {"person": person, "sheet": sheet, "is_self": request.user == person}
    return render(request, "registry/person.html", shown)
