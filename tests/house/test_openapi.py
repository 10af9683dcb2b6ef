"""docs/openapi.yaml is what the code says; `make openapi` (manage.py spectacular) writes it anew."""

from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema

FILE = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"
AGAIN = "manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml"


@pytest.fixture
def written(db, tmp_path):
    GENERATOR_STATS.reset()
    call_command("spectacular", file=str(tmp_path / "openapi.yaml"))
    return (tmp_path / "openapi.yaml").read_text("utf-8")


def test_the_committed_schema_is_current(written):
    assert FILE.read_text("utf-8") == written, f"run {AGAIN} and commit the file"


def test_the_schema_is_valid_and_free_of_doubts(written):
    validate_schema(yaml.safe_load(written))
    doubts = [str(text) for cache in (GENERATOR_STATS._warn_cache, GENERATOR_STATS._error_cache) for text in cache]
    assert doubts == []
