"""The doors of who handles a round: take, hand on, line up, look on, more time; and appeals."""

import uuid

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from registry import queries as registry
from registry.api.access import SignedIn, SignedRequest
from reviews import queries
from reviews.actions import appeals, assignments, editors
from reviews.api import shapes
from reviews.api.doors import Private, assignment, given, whole
from reviews.api.doors import round_ as seen
from reviews.models import Appeal

CREATED = 201


class Door(Private):
    permission_classes = (SignedIn,)


class Take(Door):
    @extend_schema(request=shapes.NothingIn, responses=shapes.RoundWhole)
    def post(self, request: SignedRequest, pk: uuid.UUID) -> Response:
        """Handle this round from now on."""
        given(shapes.NothingIn, request)
        editors.take(actor=request.user, round_=seen(request, pk))
        return whole(request, seen(request, pk))


class Hand(Door):
    @extend_schema(request=shapes.HandleIn, responses=shapes.RoundWhole)
    def post(self, request: SignedRequest, pk: uuid.UUID) -> Response:
        """Give the round to another editor, by handle."""
        found, asked = seen(request, pk), given(shapes.HandleIn, request)
        editors.hand(actor=request.user, round_=found, editor=registry.person(asked["handle"]))
        return whole(request, seen(request, pk))


class SetModes(Door):
    @extend_schema(request=shapes.ModesIn, responses=shapes.RoundWhole)
    def post(self, request: SignedRequest, pk: uuid.UUID) -> Response:
        """Say who learns whose name, before anybody is asked."""
        editors.set_modes(actor=request.user, round_=seen(request, pk), **given(shapes.ModesIn, request))
        return whole(request, seen(request, pk))


class LineUp(Door):
    @extend_schema(request=shapes.LineUpIn, responses=shapes.AlternateOut(many=True))
    def post(self, request: SignedRequest, pk: uuid.UUID) -> Response:
        """Name whom the registry asks when somebody of a track declines or stays silent."""
        found, asked = seen(request, pk), given(shapes.LineUpIn, request)
        people = [registry.person(handle) for handle in asked["handles"]]
        line = editors.line_up(actor=request.user, round_=found, track=asked["track"], reviewers=people)
        return Response(shapes.AlternateOut(line, many=True).data)


class Observe(Door):
    @extend_schema(request=shapes.HandleIn, responses={CREATED: shapes.ObserverOut})
    def post(self, request: SignedRequest, pk: uuid.UUID) -> Response:
        """Let somebody read the round without a part in it."""
        found, asked = seen(request, pk), given(shapes.HandleIn, request)
        person = registry.person(asked["handle"])
        made = editors.admit_observer(actor=request.user, round_=found, person=person)
        return Response(shapes.ObserverOut(made).data, status=CREATED)


class Unobserve(Door):
    @extend_schema(request=shapes.HandleIn, responses=shapes.NothingIn)
    def post(self, request: SignedRequest, pk: uuid.UUID) -> Response:
        found, asked = seen(request, pk), given(shapes.HandleIn, request)
        observer = queries.observer(request.user, found, asked["handle"])
        if observer is None:
            raise Http404
        editors.dismiss_observer(actor=request.user, observer=observer)
        return Response({})


class Extend(Door):
    @extend_schema(request=shapes.ExtendIn, responses=shapes.AssignmentOut)
    def post(self, request: SignedRequest, pk: uuid.UUID) -> Response:
        """Give a reviewer more time."""
        found = assignment(request, pk)
        assignments.extend(actor=request.user, assignment=found, **given(shapes.ExtendIn, request))
        return Response(shapes.AssignmentOut(found, context={"actor": request.user}).data)


class File(Door):
    @extend_schema(request=shapes.AppealIn, responses={CREATED: shapes.AppealOut})
    def post(self, request: SignedRequest, pk: uuid.UUID) -> Response:
        """Appeal the decision of this round: another editor looks at it."""
        found = seen(request, pk)
        if not hasattr(found, "decision"):
            raise Http404
        made = appeals.appeal(actor=request.user, decision=found.decision, **given(shapes.AppealIn, request))
        return Response(shapes.AppealOut(made).data, status=CREATED)


class Uphold(Door):
    @extend_schema(request=shapes.RulingIn, responses=shapes.RoundOut)
    def post(self, request: SignedRequest, pk: uuid.UUID) -> Response:
        """The version goes back into review; answers with the new round."""
        made = appeals.uphold(actor=request.user, appeal=_appeal(request, pk), **given(shapes.RulingIn, request))
        return Response(shapes.RoundOut(made, context={"actor": request.user}).data)


class Dismiss(Door):
    @extend_schema(request=shapes.RulingIn, responses=shapes.AppealOut)
    def post(self, request: SignedRequest, pk: uuid.UUID) -> Response:
        """The decision stands."""
        found = _appeal(request, pk)
        appeals.dismiss(actor=request.user, appeal=found, **given(shapes.RulingIn, request))
        return Response(shapes.AppealOut(found).data)


def _appeal(request: SignedRequest, pk: uuid.UUID) -> Appeal:
    found = Appeal.objects.visible_to(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
