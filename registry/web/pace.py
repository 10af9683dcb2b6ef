"""Pages that guess passwords or fetch repositories keep the pace of the API: one budget, whichever door is used."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.throttling import ScopedRateThrottle

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class _Door:
    """What the throttle asks of an API's view."""

    throttle_scope: str


def paced(scope: str) -> Callable[[View], View]:
    """At most so many posts as settings.REST_FRAMEWORK says of `scope`: by account, or else by address."""

    def wrap(view: View) -> View:
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            throttle: Any = ScopedRateThrottle()
            if request.method != "POST" or throttle.allow_request(request, _Door(scope)):
                return view(request, *args, **kwargs)
            wait = int(throttle.wait() or 0) + 1
            said = f"Too many attempts; nothing was done. Try again in {wait} seconds.\n"
            headers = {"Retry-After": str(wait)}
            return HttpResponse(said, "text/plain; charset=utf-8", HTTPStatus.TOO_MANY_REQUESTS, headers=headers)

        return answered

    return wrap
