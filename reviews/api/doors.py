"""What every door of the desk's API stands on: never cached, shapes strict, and what one may not see does not exist."""

import uuid
from typing import Any

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from registry.api.access import SignedRequest, reader
from reviews import queries
from reviews.api import shapes
from reviews.confidentiality import is_blind
from reviews.models import Assignment, Round


class Private(APIView):
    """Nothing of a review stays in a cache, and nothing of it can be asked for by its hash."""

    scope = "review"

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        done = super().finalize_response(request, response, *args, **kwargs)
        done["Cache-Control"] = "private, no-store"
        return done


def given(shape: type[shapes.Strict], request: Request) -> dict[str, Any]:
    filled = shape(data=request.data)
    filled.is_valid(raise_exception=True)
    return dict(filled.validated_data)


def round_(request: Request, pk: uuid.UUID) -> Round:
    """What one may not see does not exist."""
    found = queries.round_(reader(request), pk)
    if found is None:
        raise Http404
    return found


def assignment(request: SignedRequest, pk: uuid.UUID) -> Assignment:
    found = queries.assignment(request.user, pk)
    if found is None:
        raise Http404
    return found


def whole(request: Request, found: Round) -> Response:
    """One round as this reader may see it."""
    actor = reader(request)
    asked = queries.assignments(actor, found)
    appeal, decision = queries.appeal(actor, found), getattr(found, "decision", None)
    return Response(
        {
            "round": shapes.RoundOut(found, context={"actor": request.user}).data,
            "decision": shapes.DecisionOut(decision).data if decision and not is_blind(actor, found) else None,
            "appeal": shapes.AppealOut(appeal).data if appeal else None,
            "assignments": shapes.AssignmentOut(asked, many=True, context={"actor": actor}).data,
            "reviews": shapes.ReviewOut(queries.reports(actor, found), many=True).data,
        }
    )
