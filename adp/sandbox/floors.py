"""The oldest versions we run strangers' code on, each with the hole that a newer one closed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Floor:
    """`least` is refused below; `why` is a sentence for the operator."""

    least: tuple[int, ...]
    why: str

    @property
    def text(self) -> str:
        return ".".join(map(str, self.least))


FLOORS = {
    "bubblewrap": Floor(
        (0, 8), "older ones cannot forbid new user namespaces inside (--disable-userns), the door to kernel faults"
    ),
    "docker": Floor(
        (20, 10), "older ones copy files through a container's own links (CVE-2018-15664) and know no private cgroupns"
    ),
    "podman": Floor((4, 3), "older ones follow links of a container at its mounts (CVE-2022-1227, CVE-2022-2989)"),
    "runc": Floor(
        (1, 1, 5), "older ones mount over links of a container (CVE-2021-30465, CVE-2023-27561, CVE-2023-28642)"
    ),
    "crun": Floor((1, 8), "older ones give exec'd processes capabilities they keep (CVE-2022-27650)"),
    "kernel": Floor((5, 10), "older ones lack openat2, pidfds and limits of user namespaces"),
}
MENDED = {
    "runc": Floor(
        (1, 2, 8),
        "masked paths and consoles can be raced (CVE-2025-31133, CVE-2025-52565, CVE-2025-52881), and before 1.1.12 a "
        "working directory may be a descriptor of the host (CVE-2024-21626); your distribution may have mended that",
    ),
}


def version(text: str) -> tuple[int, ...]:
    """The numbers at the start: 1.1.5+ds1 -> (1, 1, 5)"""
    found = re.search(r"\d+(?:\.\d+)*", text)
    return tuple(map(int, found[0].split("."))) if found else ()


def too_old(name: str, text: str) -> str | None:
    floor = FLOORS.get(name)
    if floor is None or version(text) >= floor.least:
        return None
    return f"{name} {text} is too old, it takes {floor.text} or newer: {floor.why}"


def fault(name: str, said: Mapping[str, Any]) -> str | None:
    """Of an engine and of what it runs containers with, from its answer to `version`."""
    faults = (too_old(part, text) for part, text in parts(name, said).items())
    return next((each for each in faults if each), None)


def mended(found: Mapping[str, str]) -> dict[str, str]:
    """What a newer part would bring. Nothing is refused for it: distributions mend old numbers too."""
    old = {name: text for name, text in found.items() if name in MENDED and version(text) < MENDED[name].least}
    return {f"{name} {MENDED[name].text} (here {text})": MENDED[name].why for name, text in old.items()}


def parts(name: str, said: Mapping[str, Any]) -> dict[str, str]:
    """The engine, and the runtimes it names."""
    found = {name: str(said.get("Version", ""))}
    for part in said.get("Components") or ():
        label = str(part.get("Name", "")).lower()
        for runtime in ("runc", "crun"):
            if runtime in label:
                found[runtime] = str(part.get("Version", ""))
            elif "oci runtime" in label and runtime in str(part.get("Version", "")):
                found[runtime] = str(part.get("Version", "")).partition(runtime)[2]
    return found
