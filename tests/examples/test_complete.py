"""What a stranger looks for in an example is there, and says what it should."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from adp.manifest.load import load
from adp.manifest.model import Manifest
from tests.examples.conftest import EXAMPLES, NAMES

EMBEDDED = {"METHOD", "SOFTWARE", "SOFTVERS", "CONFIG"}
PAGE = 1800  # characters
SECTIONS = ("The question", "The method", "What it was checked against", "Limits of use")


@pytest.fixture(params=NAMES)
def example(request: pytest.FixtureRequest) -> Path:
    return EXAMPLES / request.param


@pytest.fixture
def manifest(example: Path) -> Manifest:
    found, findings = load(example / "adp.toml")
    assert findings == ()
    assert found is not None
    return found


def test_these_are_all_of_them() -> None:
    assert sorted(p.parent.name for p in EXAMPLES.glob("*/adp.toml")) == sorted(NAMES)


def test_the_science_case_is_a_page_with_its_limits_of_use(example: Path) -> None:
    text = (example / "SCIENCE.md").read_text("utf-8")
    assert tuple(re.findall(r"^## (.+)$", text, re.MULTILINE)) == SECTIONS
    assert len(text) >= PAGE
    assert len(text.rpartition("## Limits of use")[2]) > 200


def test_the_citation_is_cff_1_2(example: Path, manifest: Manifest) -> None:
    cff: dict[str, Any] = yaml.safe_load((example / "CITATION.cff").read_text("utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= set(cff)  # what CFF 1.2.0 requires
    assert cff["cff-version"] == "1.2.0"
    assert cff["type"] in {"software", "dataset"}
    assert cff["authors"]
    assert all(isinstance(a, dict) and (a.get("name") or a.get("family-names")) for a in cff["authors"])
    assert (cff["title"], cff["license"]) == (manifest.product.title, manifest.product.license)
    assert str(cff["version"]) == manifest.product.version
    for reference in cff.get("references", ()):
        assert {"type", "title", "authors"} <= set(reference)


def test_the_data_say_where_they_come_from(example: Path) -> None:
    readme = (example / "data" / "README.md").read_text("utf-8")
    for file in (example / "data").iterdir():
        assert file.name == "README.md" or file.name in readme, f"{file.name} has no line in data/README.md"


def test_no_file_of_an_example_is_large(example: Path) -> None:
    assert max(p.stat().st_size for p in example.rglob("*") if p.is_file()) < 2 << 20


def test_every_product_embeds_method_software_version_and_parameters(manifest: Manifest) -> None:
    assert all(set(p.requires_keywords) >= EMBEDDED for p in manifest.products)


def test_it_is_held_against_something_independent(manifest: Manifest) -> None:
    assert any(t.kind == "independent" for t in manifest.tests.data)


def test_it_is_tested_for_version_and_determinism(manifest: Manifest) -> None:
    assert manifest.tests.version
    assert manifest.tests.deterministic


def test_it_has_unit_tests_of_its_own(example: Path) -> None:
    text = "".join(p.read_text("utf-8") for p in (example / "tests").glob("test_*.py"))
    assert len(re.findall(r"^\s*def test_", text, re.MULTILINE)) >= 4


def test_it_reads_its_configuration_by_schema(manifest: Manifest) -> None:
    assert manifest.parameters.file
    assert manifest.parameters.schema
