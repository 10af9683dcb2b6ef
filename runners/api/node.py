"""The doors of the nodes (DESIGN §7). Every call but the claim carries the token of its attempt."""

import io
import time
import uuid
from collections.abc import Callable
from typing import Any, cast

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from registry import storage
from runners import bell
from runners.actions.claim import Claim, claim
from runners.actions.disputes import dispute
from runners.actions.finish import fail_infra, finish, hand_back
from runners.actions.nodes import register
from runners.actions.replicate import first_product
from runners.actions.seen import seen
from runners.actions.tell import append_log, heartbeat
from runners.actions.upload import upload_artefact
from runners.api import shapes
from runners.api.access import IsNode, NodeAuthentication
from runners.api.refusals import TooLargeError, refusal
from runners.api.report import parse, parse_replication
from runners.conf import conf
from runners.models import Node


class NodeView(APIView):
    """What all doors of a node share: its key, a bound on what it sends, and refusals with a status of their own."""

    authentication_classes = (NodeAuthentication,)
    permission_classes = (IsNode,)
    throttle_classes = ()  # a node is known by its key; its pace is set by the long poll

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if int(request.META.get("CONTENT_LENGTH") or 0) > self.largest():
            raise TooLargeError(f"at most {self.largest()} bytes")

    def largest(self) -> int:
        return 2 << 20

    def handle_exception(self, exc: Exception) -> Response:
        return super().handle_exception(refusal(exc))

    @staticmethod
    def token(request: Request) -> str:
        return request.headers.get("X-Run-Token", "")


def _valid(shape: type[Any], data: Any) -> dict[str, Any]:
    given = shape(data=data)
    given.is_valid(raise_exception=True)
    return cast("dict[str, Any]", given.validated_data)


class RegisterView(NodeView):
    @extend_schema(request=shapes.RegisterIn, responses=dict[str, Any])
    def post(self, request: Request) -> Response:
        """A node says, with its key, which key it signs with; and learns who it is."""
        node = register(node=cast("Node", request.user), **_valid(shapes.RegisterIn, request.data))
        return Response({"name": node.name, "centre": node.centre.name if node.centre else "", "tier": node.tier})


class ClaimView(NodeView):
    @extend_schema(request=shapes.ClaimIn, responses={200: dict[str, Any], 204: None})
    def post(self, request: Request) -> Response:
        told = _valid(shapes.ClaimIn, request.data)
        wait = min(told.pop("wait"), conf().poll)
        node = cast("Node", request.user)
        busy, held = told.pop("busy"), told.pop("held", None)
        seen(node=node, told=told, held=held)
        taken = _wait_for(lambda: claim(node=node, busy=busy), wait)
        return Response(shapes.order(taken)) if taken else Response(status=204)


def _wait_for(look: Callable[[], Claim | None], seconds: float) -> Claim | None:
    """Look again when the bell is rung here, and now and then; outside any transaction."""
    until = time.monotonic() + seconds
    rung = bell.HERE.count()
    while (taken := look()) is None and (left := until - time.monotonic()) > 0:
        bell.HERE.wait(rung, min(conf().poll_step, left))
        rung = bell.HERE.count()
    return taken


class HeartbeatView(NodeView):
    @extend_schema(request=shapes.HeartbeatIn, responses=dict[str, Any])
    def post(self, request: Request, run_id: uuid.UUID) -> Response:
        given = _valid(shapes.HeartbeatIn, request.data)
        answer = heartbeat(run_id=run_id, token=self.token(request), **given)
        return Response({"lease_until": answer.lease_until, "cancel": answer.cancel})


class LogView(NodeView):
    @extend_schema(request=shapes.LogIn, responses=dict[str, Any])
    def post(self, request: Request, run_id: uuid.UUID) -> Response:
        given = _valid(shapes.LogIn, request.data)
        return Response({"next": append_log(run_id=run_id, token=self.token(request), **given)})


class ArtefactView(NodeView):
    parser_classes = ()

    def largest(self) -> int:
        return conf().artefact

    @extend_schema(request=bytes, responses=dict[str, Any])
    def put(self, request: Request, run_id: uuid.UUID, name: str) -> Response:
        about = {"sha256": request.headers.get("X-Content-SHA256"), "kind": request.headers.get("X-Artefact-Kind")}
        given = _valid(shapes.ArtefactIn, {"name": name, **about})
        kept = upload_artefact(run_id=run_id, token=self.token(request), stream=request.stream or io.BytesIO(), **given)
        return Response({"name": kept.name, "sha256": kept.sha256, "size": kept.size}, status=201)


class FirstView(NodeView):
    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, run_id: uuid.UUID, sha256: str) -> FileResponse:
        """A product of the run that a replication is held against."""
        if not first_product(run_id=run_id, token=self.token(request), sha256=sha256):
            raise NotFound("the first run made no such product")
        return FileResponse(storage.fetch(sha256), content_type="application/octet-stream")


class FinishView(NodeView):
    def largest(self) -> int:
        return conf().report

    @extend_schema(request=shapes.FinishIn, responses={204: None})
    def post(self, request: Request, run_id: uuid.UUID) -> Response:
        if not isinstance(request.data, dict):
            raise ValidationError("an object with report or infra")
        given = _valid(shapes.FinishIn, request.data)
        own: dict[str, Any] = {"run_id": run_id, "token": self.token(request)}
        if "report" in given:
            seen = parse_replication(given.get("replication"))
            finish(**own, report=parse(given["report"]), replication=seen, attestation=given.get("attestation"))
        elif given.get("reference"):
            dispute(**own, why=given["infra"], findings=given["reference"])
        elif given["handed_back"]:
            hand_back(**own, reason=given["infra"])
        else:
            fail_infra(**own, reason=given["infra"])
        return Response(status=204)
