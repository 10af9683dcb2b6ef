"""A person's own account: API tokens made, shown once, revoked."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from registry.actions import people, tokens
from registry.models import Token
from registry.web.actor import person
from registry.web.forms import Mail, NewToken, take


@never_cache
@login_required(login_url="registry:login")
def page(request: HttpRequest) -> HttpResponse:
    """A key that was just made is in this one answer and nowhere else: no redirect carries it, no session keeps it."""
    form, issued = NewToken(request.POST or None), ""
    if form.is_valid():
        try:
            issued = tokens.issue(actor=person(request), **form.cleaned_data).key
            form = NewToken()
        except ValidationError as error:
            take(form, error)
    mine = Token.objects.filter(person=person(request))
    wanted = Mail(initial={"letters_wanted": person(request).letters_wanted})
    shown = {"form": form, "tokens": mine, "issued": issued, "now": timezone.now(), "mail": wanted}
    return render(request, "registry/account.html", shown, status=422 if form.errors else 200)


@login_required(login_url="registry:login")
@require_POST
def revoke(request: HttpRequest, pk: str) -> HttpResponse:
    token = get_object_or_404(Token, pk=pk, person=person(request))
    tokens.revoke(actor=person(request), token=token)
    return redirect("registry:account")


@login_required(login_url="registry:login")
@require_POST
def mail(request: HttpRequest) -> HttpResponse:
    form = Mail(request.POST)
    if form.is_valid():
        people.want_letters(actor=person(request), person=person(request), **form.cleaned_data)
        messages.success(request, "Mail comes as you chose.")
    else:
        messages.error(request, "Choose one of the three ways.")
    return redirect("registry:account")
