"""One product: its public versions, and those on their way as far as the reader may know of them."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from registry import queries
from registry.actions import products
from registry.ledger.access import can
from registry.web.actor import person
from registry.web.found import or_404
from registry.web.sheets import product as sheets


@require_safe
def page(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    product = or_404(queries.product, owner, name, actor=request.user)
    shown = {
        "product": product,
        "sheet": sheets.lay_out(product),
        "owns": can(request.user, "product.open", product).ok,
        "trail": [("Products", reverse("registry:products")), (owner, ""), (name, "")],
    }
    return render(request, "registry/product.html", shown)


@login_required
@require_POST
def set_open(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    product = or_404(queries.product, owner, name, actor=request.user)
    products.set_open(actor=person(request), product=product, is_open=request.POST.get("open") == "yes")
    return redirect("registry:product", owner, name)
