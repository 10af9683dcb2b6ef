"""A run, as everybody who may follow it sees it."""

import json
import uuid
from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from registry.api.access import Anyone
from registry.ledger.access import can
from runners import queries
from runners.api.shapes import RunOut
from runners.cost import points_of
from runners.live import sse
from runners.live.follow import Follower
from runners.live.place import Place
from runners.models import Run

LONGEST_OFFSET = 15  # digits: a petabyte


def _run(request: Request, run_id: uuid.UUID) -> Run:
    """A run one may not follow does not exist."""
    run = queries.run(run_id)
    if run is None or not can(request.user, "run.follow", run):
        raise NotFound("there is no such run, or it is not yours to see")
    return run


class RunView(APIView):
    permission_classes = (Anyone,)  # the table of permissions decides, run by run

    @extend_schema(responses=RunOut)
    def get(self, request: Request, run_id: uuid.UUID) -> Response:
        return Response(RunOut(_run(request, run_id)).data)


class RunsView(APIView):
    permission_classes = (Anyone,)  # likewise

    @extend_schema(
        parameters=[OpenApiParameter("version", OpenApiTypes.UUID, required=True, description="id of the version")],
        responses=RunOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """The runs of one version, newest first."""
        try:
            version_id = uuid.UUID(request.query_params.get("version", ""))
        except ValueError as error:
            raise ValidationError({"version": "the id of a version is needed"}) from error
        found = [run for run in queries.runs_of(version_id) if can(request.user, "run.follow", run)]
        return Response({"results": RunOut(found, many=True).data})


class PlainText(BaseRenderer):
    """Named for content negotiation alone; the view writes its own bytes."""

    media_type, format, charset = "text/plain", "txt", "utf-8"

    def render(self, data: Any, *_: Any, **__: Any) -> bytes:
        """A refusal, to a program that asked for text or a stream."""
        return json.dumps(data, default=str).encode()


class EventStream(PlainText):
    media_type, format = sse.KIND, "events"


class RunLogView(APIView):
    permission_classes = (Anyone,)  # likewise
    renderer_classes = (JSONRenderer, PlainText, EventStream)

    @extend_schema(
        parameters=[
            OpenApiParameter("offset", OpenApiTypes.INT, description="go on at this byte"),
            OpenApiParameter(
                "Last-Event-ID", OpenApiTypes.STR, OpenApiParameter.HEADER, description="go on after this event"
            ),
        ],
        responses={(200, "text/plain"): OpenApiTypes.STR, (200, sse.KIND): OpenApiTypes.STR},
    )
    def get(self, request: Request, run_id: uuid.UUID) -> StreamingHttpResponse | Response:
        """The log as text; `X-Log-End` is the offset with which to go on. With `Accept: text/event-stream` the run as
        it happens: events `log` {text}, `attempt` {attempt} (a log of its own begins), `part` {name: run or usage, is},
        and `end` {why}."""
        run = _run(request, run_id)
        allowed = can(request.user, "run.read", run)
        if not allowed:
            raise PermissionDenied(allowed.why)
        offset = request.query_params.get("offset", "0")
        if not offset.isascii() or not offset.isdigit() or len(offset) > LONGEST_OFFSET:
            raise ValidationError({"offset": "a number of bytes, 0 or more"})
        if sse.wanted(request):
            return _stream(request, run, int(offset))
        return as_text(run, int(offset))


def _stream(request: Request, run: Run, offset: int) -> StreamingHttpResponse:
    told = Place.read(request.headers.get("Last-Event-ID", ""))
    return sse.answer(request._request, Follower(run.pk, request.user, told or Place(run.attempt, offset), _tell))  # noqa: SLF001 - DRF names it so, and documents it


def _tell(run: Run, _actor: Any, _reads: bool) -> dict[str, Any]:
    seen = json.loads(JSONRenderer().render(RunOut(run).data))
    return {"run": seen, "usage": [point.row() for point in points_of(run)]}


def as_text(run: Run, offset: int = 0) -> StreamingHttpResponse:
    end = queries.log_end(run)
    body = queries.log(run, offset=offset, end=end)
    kind = "text/plain; charset=utf-8"
    return StreamingHttpResponse(body, content_type=kind, headers={"X-Log-End": str(max(offset, end))})
