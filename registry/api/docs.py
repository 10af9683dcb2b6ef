"""/api/docs/: every operation of the API, read from its own schema; no script, nothing from elsewhere."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator

METHODS = ("get", "post", "put", "patch", "delete")


def operations(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Path by path: method, address, description, parameters, whether a key is needed."""
    return [
        {
            "anchor": found["operationId"],
            "method": method.upper(),
            "path": path,
            "description": found.get("description", ""),
            "parameters": found.get("parameters", []),
            "fields": _fields(schema, found),
            "answers": sorted(found.get("responses", {})),
        }
        for path, methods in schema["paths"].items()
        for method, found in methods.items()
        if method in METHODS
    ]


def _fields(schema: dict[str, Any], operation: dict[str, Any]) -> list[str]:
    content = operation.get("requestBody", {}).get("content", {})
    reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
    component = schema.get("components", {}).get("schemas", {}).get(reference.rpartition("/")[2], {})
    return sorted(component.get("properties", {}))


@cache
def _known() -> list[dict[str, Any]]:
    """The schema does not change while the process lives."""
    return operations(SchemaGenerator().get_schema(request=None, public=True))  # type: ignore[no-untyped-call]  # spectacular is untyped here


def page(request: HttpRequest) -> HttpResponse:
    return render(request, "registry/api_docs.html", {"operations": _known()})
