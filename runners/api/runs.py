"""A run, as everybody who may follow it sees it."""

import uuid

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from registry.api.access import Anyone
from registry.ledger.access import can
from runners import queries
from runners.api.shapes import RunOut
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


class RunLogView(APIView):
    permission_classes = (Anyone,)  # likewise

    @extend_schema(
        parameters=[OpenApiParameter("offset", OpenApiTypes.INT, description="go on at this byte")],
        responses={(200, "text/plain"): OpenApiTypes.STR},
    )
    def get(self, request: Request, run_id: uuid.UUID) -> StreamingHttpResponse:
        """The log as text. `X-Log-End` is the offset with which to go on."""
        run = _run(request, run_id)
        allowed = can(request.user, "run.read", run)
        if not allowed:
            raise PermissionDenied(allowed.why)
        offset = request.query_params.get("offset", "0")
        if not offset.isascii() or not offset.isdigit() or len(offset) > LONGEST_OFFSET:
            raise ValidationError({"offset": "a number of bytes, 0 or more"})
        return as_text(run, int(offset))


def as_text(run: Run, offset: int = 0) -> StreamingHttpResponse:
    end = queries.log_end(run)
    body = queries.log(run, offset=offset, end=end)
    kind = "text/plain; charset=utf-8"
    return StreamingHttpResponse(body, content_type=kind, headers={"X-Log-End": str(max(offset, end))})
