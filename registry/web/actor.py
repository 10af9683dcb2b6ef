"""Who asks."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from registry.people import Person


def person(request: HttpRequest) -> Person:
    """The one who signed in; whoever did not is refused."""
    if isinstance(request.user, AnonymousUser):
        raise PermissionDenied("sign in first")
    return request.user
