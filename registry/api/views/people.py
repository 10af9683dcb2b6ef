"""People, centres, tokens, oneself, and the public part of the ledger."""

from datetime import timedelta
from typing import Any

from django.contrib.auth import authenticate
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from registry import queries
from registry.actions import tokens
from registry.api.access import Anyone, Door, SignedIn, SignedRequest, reader
from registry.api.paging import NewestEventFirst, NewestFirst
from registry.api.serializers import (
    CentreOut,
    ContributionOut,
    EventOut,
    IssuedTokenOut,
    PersonOut,
    TokenIn,
    TokenOut,
)
from registry.people import Person


class PeopleView(ListAPIView[Any]):
    """Whose deeds are public."""

    permission_classes = (Anyone,)
    serializer_class = PersonOut
    pagination_class = NewestFirst

    def get_queryset(self) -> Any:
        return queries.people()


class PersonView(APIView):
    permission_classes = (Anyone,)

    @extend_schema(responses=OpenApiTypes.OBJECT, description="A person by handle or ORCID iD, with public credit.")
    def get(self, request: Request, who: str) -> Response:
        person = queries.person(who)
        credit = queries.contributions(actor=reader(request), person=person)
        return Response({**PersonOut(person).data, "contributions": ContributionOut(credit, many=True).data})


class CentresView(ListAPIView[Any]):
    permission_classes = (Anyone,)
    serializer_class = CentreOut
    pagination_class = NewestFirst

    def get_queryset(self) -> Any:
        return queries.centres()


class EventList(ListAPIView[Any]):
    """One page of the ledger, its sentences with names."""

    permission_classes = (Anyone,)
    serializer_class = EventOut
    pagination_class: type[CursorPagination] = NewestEventFirst

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        subjects = queries.subjects(args[0]) if args else {}  # a page; the schema asks without one
        return EventOut(*args, **{"context": {**self.get_serializer_context(), "subjects": subjects}, **kwargs})


class EventsView(EventList):
    """What the reader may read of the ledger, newest first."""

    def get_queryset(self) -> Any:
        return queries.events(actor=reader(self.request))


class MeView(APIView):
    permission_classes = (SignedIn,)

    @extend_schema(responses=OpenApiTypes.OBJECT, description="Who asks: account, roles, centres.")
    def get(self, request: SignedRequest) -> Response:
        me = request.user
        memberships = queries.memberships(me)
        return Response(
            {
                **PersonOut(me).data,
                "email": me.email,
                "is_editor": me.is_editor,
                "memberships": [{"centre": m.centre.handle, "role": m.role} for m in memberships],
            }
        )


class TokensView(APIView):
    """Made with handle and password; from then on the key speaks for them."""

    throttle_scope = "sign-in"

    def get_permissions(self) -> Any:
        return [Door() if self.request.method == "POST" else SignedIn()]

    def get_authenticators(self) -> Any:
        """Signing in asks nobody who they are: no session, hence no CSRF token."""
        is_sign_in = getattr(getattr(self, "request", None), "method", "") == "POST"  # the schema has no request
        return [] if is_sign_in else super().get_authenticators()

    def get_authenticate_header(self, request: Request) -> str:
        """A refused sign-in is a 401, whoever asked."""
        return 'Bearer realm="Pharos"'

    def get_throttles(self) -> Any:
        return [ScopedRateThrottle()] if self.request.method == "POST" else super().get_throttles()

    @extend_schema(responses=TokenOut(many=True), operation_id="v1_tokens_list")
    def get(self, request: SignedRequest) -> Response:
        return Response(TokenOut(request.user.tokens.all(), many=True).data)

    @extend_schema(request=TokenIn, responses={201: IssuedTokenOut}, auth=[])
    def post(self, request: Request) -> Response:
        given = TokenIn(data=request.data)
        given.is_valid(raise_exception=True)
        wish = given.validated_data
        person = authenticate(username=wish["username"], password=wish["password"])
        if not isinstance(person, Person):
            raise AuthenticationFailed("handle or password is wrong")
        lifetime = timedelta(days=wish["days"])
        issued = tokens.issue(actor=person, name=wish["name"], scopes=wish["scopes"], lifetime=lifetime)
        return Response({**TokenOut(issued.token).data, "token": issued.key}, status=201)


class TokenView(APIView):
    permission_classes = (SignedIn,)
    scope = "edit"

    @extend_schema(responses={204: None})
    def delete(self, request: SignedRequest, pk: str) -> Response:
        tokens.revoke(actor=request.user, token=request.user.tokens.get(pk=pk))
        return Response(status=204)
