"""The buttons of a version's page that have it run again."""

import uuid
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from registry import queries as book
from registry.web import conflict
from registry.web.actor import person
from runners.actions import age
from runners.actions import replicate as replication


@require_POST
@conflict.said
def replicate(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    run = replication.replicate(actor=person(request), version=_version(request, version_id))
    return redirect("runners:run", run.pk)


@require_POST
@conflict.said
def revalidate(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    run = age.revalidate(actor=person(request), version=_version(request, version_id))
    return redirect("runners:run", run.pk)


def _version(request: HttpRequest, version_id: uuid.UUID) -> Any:
    try:
        return book.version(version_id, actor=request.user)
    except ObjectDoesNotExist as error:
        raise Http404("there is no such version, or it is not yours to see") from error
