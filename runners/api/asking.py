"""Who wants a version run again asks here: at another centre, or in its own environment today."""

from collections.abc import Callable

from django.core.exceptions import ObjectDoesNotExist
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle, UserRateThrottle
from rest_framework.views import APIView

from registry import queries as book
from registry.api.access import SignedIn, SignedRequest
from runners.actions.age import revalidate
from runners.actions.replicate import replicate
from runners.api.shapes import RunOut
from runners.models import Run


class _AskView(APIView):
    """A person asks for a run of a version that one may know of."""

    permission_classes = (SignedIn,)
    scope = "submit"
    throttle_classes = (UserRateThrottle, ScopedRateThrottle)
    throttle_scope = "submit"

    def ask(self, request: SignedRequest, owner: str, name: str, label: str, action: Callable[..., Run]) -> Response:
        try:
            version = book.version_of(owner, name, label, actor=request.user)
        except ObjectDoesNotExist as error:
            raise NotFound("there is no such version, or it is not yours to see") from error
        return Response(RunOut(action(actor=request.user, version=version)).data, status=201)


class ReplicateView(_AskView):
    @extend_schema(request=None, responses={201: RunOut})
    def post(self, request: SignedRequest, owner: str, name: str, label: str) -> Response:
        """Run it at another centre and hold it against the first run."""
        return self.ask(request, owner, name, label, replicate)


class RevalidateView(_AskView):
    @extend_schema(request=None, responses={201: RunOut})
    def post(self, request: SignedRequest, owner: str, name: str, label: str) -> Response:
        """Run a published version again in its own environment."""
        return self.ask(request, owner, name, label, revalidate)
