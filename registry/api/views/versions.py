"""One version and what belongs to it; submitting one, and the doors its people open."""

from typing import Any

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle, UserRateThrottle
from rest_framework.views import APIView

from registry import citation, environments, queries
from registry.actions.publish import publish
from registry.actions.submit import inspect, submit_once, withdraw
from registry.api.access import Anyone, SignedIn, SignedRequest, reader
from registry.api.environments import shown_environment
from registry.api.files import download
from registry.api.serializers import ReasonIn, SubmitIn, VersionName, VersionOut
from registry.api.views.people import EventList
from registry.lifecycle import PUBLIC
from registry.models import Artefact, Validation, Version

BINARY = {(200, "application/octet-stream"): OpenApiTypes.BINARY}


def shown(version: Version, actor: Any) -> dict[str, Any]:
    """Whole, or its name only, as the reader may see it."""
    if not queries.is_readable(version, actor=actor):
        return dict(VersionName(version, context={"reason": queries.tombstone(version)}).data)
    context = {
        "reason": queries.tombstone(version),
        "validation": queries.latest_validation(version),
        "artefacts": queries.artefacts(version, actor=actor),
        "contributions": queries.contributions(actor=actor, version=version),
    }
    return dict(VersionOut(version, context=context).data)


class VersionsView(APIView):
    permission_classes = (SignedIn,)
    scope = "submit"
    throttle_classes = (UserRateThrottle, ScopedRateThrottle)
    throttle_scope = "submit"

    @extend_schema(
        request=SubmitIn,
        responses={201: VersionOut, 200: OpenApiResponse(VersionOut, description="the same proposal was here before")},
        description="Submit one commit of a repository. 422 with findings when the proposal is at fault.",
    )
    def post(self, request: SignedRequest) -> Response:
        given = SubmitIn(data=request.data)
        given.is_valid(raise_exception=True)
        version, is_new = submit_once(actor=request.user, **given.validated_data)
        version.refresh_from_db(fields=["state"])
        return Response(shown(version, request.user), status=201 if is_new else 200)


class InspectView(APIView):
    permission_classes = (SignedIn,)
    scope = "submit"
    throttle_classes = (UserRateThrottle, ScopedRateThrottle)
    throttle_scope = "submit"

    @extend_schema(
        request=SubmitIn,
        responses=OpenApiTypes.OBJECT,
        description="What a submission would find: commit, manifest, findings. Nothing is stored.",
    )
    def post(self, request: SignedRequest) -> Response:
        given = SubmitIn(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(inspect(actor=request.user, **given.validated_data).to_dict())


class VersionView(APIView):
    permission_classes = (Anyone,)

    @extend_schema(responses=VersionOut)
    def get(self, request: Request, owner: str, name: str, label: str) -> Response:
        actor = reader(request)
        return Response(shown(queries.version_of(owner, name, label, actor=actor), actor))


class ReportView(APIView):
    permission_classes = (Anyone,)

    @extend_schema(responses=OpenApiTypes.OBJECT, description="The report that counts (adp-report/1).")
    def get(self, request: Request, owner: str, name: str, label: str) -> Response:
        return Response(queries.report(owner, name, label, actor=reader(request)))


class ProvenanceView(APIView):
    permission_classes = (Anyone,)

    @extend_schema(responses=OpenApiTypes.OBJECT, description="From what, by which steps, in which environment.")
    def get(self, request: Request, owner: str, name: str, label: str) -> Response:
        return Response(queries.provenance(owner, name, label, actor=reader(request)))


def _environment(version: Version) -> environments.Environment:
    """Of the report that counts. Raises DoesNotExist where there is none."""
    validation = queries.latest_validation(version)
    found = environments.of(validation) if validation else None
    if found is None:
        raise Validation.DoesNotExist
    return found


class EnvironmentView(APIView):
    permission_classes = (Anyone,)

    @extend_schema(
        responses=OpenApiTypes.OBJECT,
        description="What it was judged in: digests, layers, whether they are kept, where list and lock are.",
    )
    def get(self, request: Request, owner: str, name: str, label: str) -> Response:
        version = queries.whole_version(owner, name, label, actor=reader(request))
        return Response(shown_environment(_environment(version)))


class SbomView(APIView):
    permission_classes = (Anyone,)

    @extend_schema(responses=OpenApiTypes.OBJECT, description="All that environment is made of (CycloneDX 1.6).")
    def get(self, request: Request, owner: str, name: str, label: str) -> FileResponse:
        version = queries.whole_version(owner, name, label, actor=reader(request))
        listed = _environment(version).sbom
        if listed is None:
            raise Artefact.DoesNotExist
        return download(listed, is_public=version.state in PUBLIC)


class CitationView(APIView):
    permission_classes = (Anyone,)

    @extend_schema(responses=OpenApiTypes.OBJECT, description="How to cite it: a sentence, BibTeX, CITATION.cff.")
    def get(self, request: Request, owner: str, name: str, label: str) -> Response:
        version = queries.whole_version(owner, name, label, actor=reader(request))
        return Response(citation.forms(citation.facts(version)))


class ArchiveView(APIView):
    permission_classes = (Anyone,)

    @extend_schema(responses=BINARY, description="The immutable archive of a published version (BagIt, tar.gz).")
    def get(self, request: Request, owner: str, name: str, label: str) -> FileResponse:
        version = queries.whole_version(owner, name, label, actor=reader(request))
        return download(queries.archive(version), is_public=version.state in PUBLIC)


class FileView(APIView):
    permission_classes = (Anyone,)

    @extend_schema(responses=BINARY, description="One file of a version.")
    def get(self, request: Request, owner: str, name: str, label: str, pk: str) -> FileResponse:
        version = queries.whole_version(owner, name, label, actor=reader(request))
        return download(version.artefacts.get(pk=pk), is_public=version.state in PUBLIC)


class HistoryView(EventList):
    """What happened to a version, newest first."""

    def get_queryset(self) -> Any:
        actor = reader(self.request)
        return queries.history(queries.version_of(**self.kwargs, actor=actor), actor=actor)


class WithdrawView(APIView):
    """version.withdraw."""

    permission_classes = (SignedIn,)
    scope = "submit"

    @extend_schema(request=ReasonIn, responses=VersionName, description="Take a version back; a public one needs why.")
    def post(self, request: SignedRequest, owner: str, name: str, label: str) -> Response:
        given = ReasonIn(data=request.data)
        given.is_valid(raise_exception=True)
        version = queries.version_of(owner, name, label, actor=request.user)
        withdraw(actor=request.user, version=version, reason=given.validated_data["reason"])
        return Response(VersionName(version, context={"reason": queries.tombstone(version)}).data)


class PublishView(APIView):
    """version.publish: happens by itself after acceptance; this is the hand for when it did not."""

    permission_classes = (SignedIn,)
    scope = "edit"

    @extend_schema(request=None, responses=VersionOut)
    def post(self, request: SignedRequest, owner: str, name: str, label: str) -> Response:
        version = queries.version_of(owner, name, label, actor=request.user)
        publish(actor=request.user, version=version)
        return Response(shown(version, request.user))
