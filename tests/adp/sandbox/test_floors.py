"""Which engines are too old for strangers' code, and why."""

from typing import Any

import pytest

from adp.sandbox import floors

DOCKER = {
    "Version": "20.10.24+dfsg1",
    "Components": [{"Name": "Engine", "Version": "20.10.24+dfsg1"}, {"Name": "runc", "Version": "1.1.5+ds1"}],
}
PODMAN = {
    "Version": "4.3.1",
    "Components": [
        {"Name": "Podman Engine", "Version": "4.3.1"},
        {"Name": "OCI Runtime (/usr/bin/crun)", "Version": "crun version 1.8.1\ncommit: f8a096be"},
    ],
}


@pytest.mark.parametrize(("name", "said", "found"), [
    ("docker", DOCKER, {"docker": "20.10.24+dfsg1", "runc": "1.1.5+ds1"}),
    ("podman", PODMAN, {"podman": "4.3.1", "crun": "1.8.1"}),
])  # fmt: skip
def test_an_engine_says_its_parts(name: str, said: dict[str, Any], found: dict[str, str]) -> None:
    parts = floors.parts(name, said)
    assert {part: ".".join(map(str, floors.version(text))) for part, text in parts.items()} == {
        part: ".".join(map(str, floors.version(text))) for part, text in found.items()
    }
    assert floors.fault(name, said) is None


@pytest.mark.parametrize(("name", "said", "why"), [
    ("docker", {"Version": "19.03.15"}, "docker 19.03.15 is too old, it takes 20.10 or newer: older ones copy files"),
    ("docker", {**DOCKER, "Components": [{"Name": "runc", "Version": "1.0.0-rc10"}]}, "runc 1.0.0-rc10 is too old"),
    ("podman", {"Version": "4.2"}, "podman 4.2 is too old"),
    ("podman", {"Version": ""}, "podman  is too old"),
])  # fmt: skip
def test_what_is_too_old_is_refused_with_the_hole_it_has(name: str, said: dict[str, Any], why: str) -> None:
    assert (floors.fault(name, said) or "").startswith(why)


def test_what_was_mended_since_is_told() -> None:
    ((what, why),) = floors.mended({"docker": "20.10.24", "runc": "1.1.5+ds1"}).items()
    assert what == "runc 1.2.8 (here 1.1.5+ds1)"
    assert "CVE-2025-31133" in why
    assert floors.mended({"runc": "1.2.8"}) == {}
