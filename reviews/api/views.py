"""Parse, act, show."""

import uuid
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from registry import queries as registry
from registry.api.access import Anyone, SignedIn, SignedRequest, reader
from registry.api.paging import NewestFirst
from reviews import queries
from reviews.actions import assignments, reports
from reviews.actions.decide import decide
from reviews.api import shapes
from reviews.api.doors import Private, assignment, given, whole
from reviews.api.doors import round_ as seen
from reviews.checklists import CHECKLISTS
from reviews.models import Assignment, Round

CREATED = 201


class NewestRoundFirst(NewestFirst):
    ordering = ("-opened_at", "-id")


class NewestInvitationFirst(NewestFirst):
    ordering = ("-invited_at", "-id")


class Rounds(Private, ListAPIView[Round]):
    """Rounds you may see: as editor, reviewer or author; decided ones of published versions for everybody."""

    permission_classes = (Anyone,)
    serializer_class = shapes.RoundOut
    pagination_class = NewestRoundFirst

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "actor": reader(self.request)}

    def get_queryset(self) -> Any:
        return Round.objects.visible_to(reader(self.request)).select_related("version__product")


class OneRound(Private):
    permission_classes = (Anyone,)

    @extend_schema(responses=shapes.RoundWhole)
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        return whole(request, seen(request, pk))


class Assignments(Private):
    permission_classes = (SignedIn,)

    @extend_schema(request=shapes.InviteIn, responses={CREATED: shapes.AssignmentOut})
    def post(self, request: SignedRequest, pk: uuid.UUID) -> Response:
        """Invite somebody, by handle, to judge one track."""
        round_, asked = seen(request, pk), given(shapes.InviteIn, request)
        reviewer = registry.person(asked["handle"])
        made = assignments.invite(actor=request.user, round_=round_, reviewer=reviewer, track=asked["track"])
        return Response(shapes.AssignmentOut(made, context={"actor": request.user}).data, status=CREATED)


class Decide(Private):
    permission_classes = (SignedIn,)

    @extend_schema(request=shapes.DecideIn, responses=shapes.RoundWhole)
    def post(self, request: SignedRequest, pk: uuid.UUID) -> Response:
        round_ = seen(request, pk)
        decide(actor=request.user, round_=round_, **given(shapes.DecideIn, request))
        return whole(request, seen(request, pk))


class Agree(Private):
    permission_classes = (SignedIn,)

    @extend_schema(request=shapes.NothingIn, responses=shapes.AssignmentOut)
    def post(self, request: SignedRequest, pk: uuid.UUID) -> Response:
        mine = assignment(request, pk)
        given(shapes.NothingIn, request)
        assignments.agree(actor=request.user, assignment=mine)
        return Response(shapes.AssignmentOut(mine, context={"actor": request.user}).data)


class Decline(Private):
    permission_classes = (SignedIn,)

    @extend_schema(request=shapes.DeclineIn, responses=shapes.AssignmentOut)
    def post(self, request: SignedRequest, pk: uuid.UUID) -> Response:
        mine = assignment(request, pk)
        assignments.decline(actor=request.user, assignment=mine, **given(shapes.DeclineIn, request))
        return Response(shapes.AssignmentOut(mine, context={"actor": request.user}).data)


class Withdraw(Private):
    permission_classes = (SignedIn,)

    @extend_schema(request=shapes.NothingIn, responses=shapes.AssignmentOut)
    def post(self, request: SignedRequest, pk: uuid.UUID) -> Response:
        found = assignment(request, pk)
        given(shapes.NothingIn, request)
        assignments.withdraw(actor=request.user, assignment=found)
        return Response(shapes.AssignmentOut(found, context={"actor": request.user}).data)


class Report(Private):
    permission_classes = (SignedIn,)

    @extend_schema(request=shapes.ReportIn, responses=shapes.AssignmentOut)
    def post(self, request: SignedRequest, pk: uuid.UUID) -> Response:
        """Send the report, or keep it as a draft."""
        mine, sent = assignment(request, pk), given(shapes.ReportIn, request)
        act = reports.save_draft if sent.pop("draft") else reports.report
        act(actor=request.user, assignment=mine, written=reports.Written(**sent))
        return Response(shapes.AssignmentOut(mine, context={"actor": request.user}).data)


class Reviews(Private, ListAPIView[Assignment]):
    """Your own assignments, newest first."""

    permission_classes = (SignedIn,)
    serializer_class = shapes.AssignmentOut
    pagination_class = NewestInvitationFirst
    request: SignedRequest

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "actor": self.request.user}

    def get_queryset(self) -> Any:
        return queries.mine(self.request.user)


class Checklist(APIView):
    """The questions of one track; `answers` of a report has their ids as keys."""

    permission_classes = (Anyone,)

    @extend_schema(responses=shapes.ItemOut(many=True))
    def get(self, request: Request, track: str) -> Response:
        if track not in CHECKLISTS:
            raise Http404
        return Response(shapes.ItemOut(CHECKLISTS[track], many=True).data)
