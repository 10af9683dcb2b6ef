"""What other centres said of a version, and what nodes signed about its runs."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from registry import confirmations, queries
from registry.api.access import Anyone, reader
from registry.api.confirming import AttestationOut, ReplicationOut


class ReplicationsView(APIView):
    permission_classes = (Anyone,)

    @extend_schema(responses=ReplicationOut(many=True))
    def get(self, request: Request, owner: str, name: str, label: str) -> Response:
        """Runs at other centres, each with the table of what was compared with the first run."""
        actor = reader(request)
        version = queries.whole_version(owner, name, label, actor=actor)
        found = confirmations.replications(version, actor=actor)
        return Response({"results": ReplicationOut(found, many=True).data})


class AttestationsView(APIView):
    permission_classes = (Anyone,)

    @extend_schema(responses=AttestationOut(many=True))
    def get(self, request: Request, owner: str, name: str, label: str) -> Response:
        """What nodes signed about their runs of this version: DSSE envelopes, each with the key that proves it."""
        actor = reader(request)
        version = queries.whole_version(owner, name, label, actor=actor)
        found = confirmations.attestations(version, actor=actor)
        return Response({"results": AttestationOut(found, many=True).data})
