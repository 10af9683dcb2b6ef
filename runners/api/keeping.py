"""What a node asks about environments: which layers it may not throw away, and which the registry has yet to get."""

import io
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from registry import environments
from runners.api.node import NodeView


class LayersView(NodeView):
    @extend_schema(responses=dict[str, Any])
    def get(self, request: Request) -> Response:
        """`needed`: of versions that are, or may become, public. `wanted`: those of them the registry does not keep."""
        return Response({"needed": sorted(environments.needed()), "wanted": sorted(environments.wanted())})


class LayerView(NodeView):
    parser_classes = ()

    def largest(self) -> int:
        return environments.LARGEST

    @extend_schema(request=bytes, responses=dict[str, Any])
    def put(self, request: Request, digest: str) -> Response:
        """One layer, whose sha256 is in the address."""
        try:
            kept = environments.keep(digest=digest, stream=request.stream or io.BytesIO())
        except environments.NotWantedError as error:
            raise NotFound(str(error)) from error
        return Response({"sha256": kept.sha256, "size": kept.size}, status=201)
