"""The JSON Schema of `adp.toml`, generated from the table of keys. Rules between tables only the loader knows."""

from typing import Any

from adp.manifest.keys import MANIFEST


def json_schema() -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:pharos:adp-manifest:1",
        "title": "adp.toml, schema version 1",
    } | MANIFEST.json()
