"""Submit: look first, say what was found, store only when the button is pressed. What was typed stays typed."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from adp.errors import AdpError, AuthorError
from registry.actions import submit
from registry.models import Version
from registry.people import Person
from registry.web.actor import person
from registry.web.addresses import of_version
from registry.web.forms import Submission
from registry.web.pace import paced
from registry.web.sheets import sight as sights
from registry.web.sheets.sight import Sight


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@paced("submit")
def page(request: HttpRequest) -> HttpResponse:
    form, sight = Submission(request.POST or None), None
    if form.is_valid():
        url, ref = form.cleaned_data["url"], form.cleaned_data["ref"]
        found = _try(person(request), url, ref, store=request.POST.get("do") == "submit")
        if isinstance(found, Version):
            return redirect(of_version(found))
        sight = found
    status = 422 if form.errors or (sight is not None and not sight.may) else 200
    return render(request, "registry/submit.html", {"form": form, "sight": sight}, status=status)


def _try(actor: Person, url: str, ref: str, *, store: bool) -> Version | Sight:
    """The stored version, or what we saw instead."""
    try:
        if store:
            return submit.submit(actor=actor, url=url, ref=ref)
        return sights.of(submit.inspect(actor=actor, url=url, ref=ref), actor)
    except AuthorError as error:
        return sights.refused(error)
    except PermissionDenied as denied:
        return sights.forbidden(str(denied))
    except AdpError as error:
        return sights.failed(error)
