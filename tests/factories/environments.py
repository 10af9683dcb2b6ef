"""Environments as real ones, but for their size."""

from pathlib import Path
from typing import Any

from adp.environment import oci, place, sbom
from adp.environment.tree import Root

STATUS = """Package: base-files
Status: install ok installed
Architecture: amd64
Version: 12.4+deb12u1

Package: gone
Status: deinstall ok config-files
Version: 1
"""
METADATA = "Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\nLicense: {licence}\n"
FORBIDS = "Other/Proprietary License"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def package(folder: Path, name: str, licence: str) -> None:
    info = folder / f"{name}-1.0.dist-info"
    write(info / "METADATA", METADATA.format(name=name, licence=licence))
    write(info / "RECORD", f"{name}.py,sha256=abc,1\n")
    write(folder / f"{name}.py", f"NAME = {name!r}\n")


def a_root(name: str = "def", **packages: str) -> Root:
    """On the shelves of this machine (PHAROS_TREES): a tree, and a set of `packages` with their licences."""
    tree, chosen = place.trees() / "astro-1-abc", place.packages() / name
    write(tree / "var/lib/dpkg/status", STATUS)
    write(tree / "usr/lib/os-release", 'ID=debian\nVERSION_CODENAME="bookworm"\n')
    write(tree / "usr/share/doc/base-files/copyright", "License: GPL-2+\n the text\n\nLicense: MIT\n")
    if not (tree / "lib").is_symlink():
        (tree / "lib").symlink_to("usr/lib")
    chosen.mkdir(parents=True, exist_ok=True)
    for each, licence in packages.items():
        package(chosen, each, licence)
    contents = {"debian/base-files": "12.4+deb12u1"} | {f"python/{each}": "1.0" for each in packages}
    return Root("astro-1", "d" * 64, tree, chosen, contents=contents)


def told(root: Root) -> dict[str, Any]:
    """As a report tells of it."""
    image = oci.image_of(root).to_dict()
    return {"name": root.name, "digest": root.digest, "contents": dict(root.contents), "image": image}


def listed(root: Root) -> bytes:
    return sbom.document(root, oci.image_of(root))
