"""Who may come in at all; what they may do there is the table of permissions' business."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from registry.models import Token
from registry.people import Person

if TYPE_CHECKING:
    from rest_framework.views import APIView  # it reads the settings that name this module


class SignedRequest(Request):
    """A request whose user is known to be signed in (the view asks for SignedIn)."""

    user: Person


def reader(request: Request) -> Person | None:
    """Who asks; None is the public."""
    return request.user if isinstance(request.user, Person) else None


class Closed(BasePermission):
    """The default: a view that does not say who may come in lets nobody in."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return False


class _Scoped(BasePermission):
    """A token opens only what its scopes name; a browser session all its person may do."""

    message = "this token lacks the scope for it"

    def has_scope(self, request: Request, view: APIView) -> bool:
        if not isinstance(request.auth, Token):
            return True
        wanted: Any = "read" if request.method in SAFE_METHODS else getattr(view, "scope", "edit")
        return wanted in request.auth.scopes


class Anyone(_Scoped):
    """The public may read; queries show to each what is theirs to see. Whoever writes is signed in."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        is_open = request.method in SAFE_METHODS or reader(request) is not None
        return is_open and self.has_scope(request, view)


class SignedIn(_Scoped):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return reader(request) is not None and self.has_scope(request, view)


class Door(BasePermission):
    """Whoever has no key yet: signing in, throttled by the view."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return True
