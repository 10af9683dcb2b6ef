"""The list of what an environment is made of: complete, valid, and the same bytes every time."""

import json
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from adp.environment import inventory, oci, place, sbom
from adp.environment.build import packaged, root_of
from adp.environment.recipe import ASTRO_1
from adp.environment.tree import Root
from tests.factories.environments import FORBIDS, METADATA, a_root, write


def document(root: Root) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sbom.document(root, oci.image_of(root)))
    return found


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Root:
    monkeypatch.setenv("PHAROS_TREES", str(tmp_path / "machine"))
    made = a_root(One="MIT", ppxf=FORBIDS)
    return replace(made, contents={"debian/python3.11": "3.11.2-6+deb12u6"})


def test_debian_packages_python_packages_and_the_interpreter_are_in_it(root: Root) -> None:
    found = {c["bom-ref"]: c for c in document(root)["components"]}
    base = found["pkg:deb/debian/base-files@12.4%2Bdeb12u1?arch=amd64&distro=bookworm"]
    assert base["licenses"] == [{"license": {"name": "GPL-2+ AND MIT"}}]
    assert found["pkg:pypi/one@1.0"]["licenses"] == [{"expression": "MIT"}]
    assert found["pkg:pypi/one@1.0"]["hashes"][0]["content"] == oci.sha256(b"One.py,sha256=abc,1\n")
    assert found["interpreter"]["version"] == "3.11.2"
    assert len(found) == 4


def test_it_names_the_layers_it_speaks_of(root: Root) -> None:
    image = oci.image_of(root)
    whole = document(root)["metadata"]["component"]
    assert whole["hashes"][0]["content"] == image.digest
    assert {p["value"] for p in whole["properties"]} == {f"sha256:{e.digest}" for e in image.layers}


def test_it_is_the_same_bytes_every_time(root: Root) -> None:
    image = oci.image_of(root)
    assert sbom.document(root, image) == sbom.document(root, image) == inventory.of(root)
    assert (place.layers() / f"{image.digest}.cdx.json").read_bytes() == inventory.of(root)


def test_it_says_what_may_not_be_handed_on(root: Root) -> None:
    assert sbom.held_back(inventory.of(root)) == ("ppxf 1.0 (Other/Proprietary License)",)
    for text in (b"[]", b"{}", b"no"):
        with pytest.raises(ValueError, match=r"CycloneDX|Expecting"):
            sbom.held_back(text)


def test_a_link_in_a_set_is_not_followed(root: Root, tmp_path: Path) -> None:
    assert root.packages is not None
    write(
        tmp_path / "secret",
        "Redistribution and use in source and binary forms, with or without modification, are permitted",
    )
    info = root.packages / "two-1.0.dist-info"
    write(info / "METADATA", METADATA.format(name="two", licence=""))
    write(info / "RECORD", "two-1.0.dist-info/LICENSE,,\n../../secret,,\n")
    (info / "LICENSE").symlink_to(tmp_path / "secret")
    assert "two 1.0 (not stated)" in sbom.held_back(sbom.document(root, oci.image_of(root)))


@pytest.mark.sandbox
def test_the_real_one_is_valid_against_the_schema() -> None:
    root = root_of(ASTRO_1, packaged("astro-1.lock"), lambda _line: None, name="astro-1.lock")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of the validator's own libraries
        fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(inventory.of(root).decode())
    assert fault is None
    assert sbom.held_back(inventory.of(root)) == ()
    names = {c["name"] for c in json.loads(inventory.of(root))["components"]}
    assert {"CPython", "libc6", "python3.11-minimal", "numpy", "astropy", "scipy"} <= names
