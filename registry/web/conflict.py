"""Too late, or not complete: a page that says so instead of an error of ours."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from adp.errors import PlatformError
from registry.ledger.machine import IllegalMoveError, StaleError

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def said(view: View[P]) -> View[P]:
    """Wraps a view that makes a move: somebody else was first, or the book lacks what the move needs."""

    @wraps(view)
    def answered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (IllegalMoveError, StaleError) as late:
            shown = {"say": str(late), "ours": False}
        except PlatformError as error:
            shown = {"say": str(error), "ours": True}
        return render(request, "registry/conflict.html", shown, status=HTTPStatus.CONFLICT)

    return answered
