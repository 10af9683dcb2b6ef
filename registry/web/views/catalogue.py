"""The first page and the catalogue."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from registry.web.sheets import catalogue

NEWEST = 10


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "registry/home.html", {"rows": catalogue.latest(NEWEST)})


@require_safe
def products(request: HttpRequest) -> HttpResponse:
    return render(request, "registry/products.html", {"sheet": catalogue.lay_out(request.GET)})
