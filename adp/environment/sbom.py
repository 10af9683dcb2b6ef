"""What an environment is made of, as a CycloneDX 1.6 document: the same environment, the same bytes.

Every Debian package and every Python package with its version and licence, the interpreter, the digests of the layers.
Nothing random and no clock: number and date of the document follow from the environment's own digest."""

import importlib.metadata
import json
import platform
import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense, LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.utils import canonicalize_name

from adp.environment import licences, oci
from adp.environment.layer import EPOCH
from adp.environment.licences import Licence
from adp.environment.tree import Root

NAMESPACE = uuid.UUID("b3a5cf2c-2f0f-5d3a-9f5e-70aa7b0c1d11")  # ours, for numbers that follow from a digest
HANDED_ON = "pharos:may-be-handed-on"
LARGEST_TEXT = 256 << 10
LICENCE_LINE = re.compile(r"^License:[ \t]*(\S.{0,80})$", re.MULTILINE)
FIELD = re.compile(r"^(Package|Version|Status|Architecture|Source): (.+)$", re.MULTILINE)
DISTRO = re.compile(r'^VERSION_CODENAME="?(\w+)', re.MULTILINE)


def document(root: Root, image: oci.Image) -> bytes:
    """Of a root that is a tree."""
    whole = Component(
        name=root.name,
        version=root.digest[:12],
        type=ComponentType.CONTAINER,
        bom_ref=f"environment:{image.digest}",
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=image.digest)],
        properties=[Property(name=f"pharos:layer:{e.at}", value=f"sha256:{e.digest}") for e in image.layers],
    )
    bom = Bom(
        components=list(_components(root)),
        serial_number=uuid.uuid5(NAMESPACE, image.digest),
        metadata=BomMetaData(component=whole, timestamp=datetime.fromtimestamp(EPOCH, UTC)),
    )
    bom.register_dependency(whole, bom.components)
    return oci.canonical(json.loads(JsonV1Dot6(bom).output_as_string()))


def held_back(text: bytes) -> tuple[str, ...]:
    """The components of a document that may not be handed on to others, each with what it calls its licence. Raises
    ValueError for what is no such document."""
    found = json.loads(text)
    if not isinstance(found, dict) or found.get("bomFormat") != "CycloneDX":
        raise ValueError("not a CycloneDX document")
    return tuple(_named(each) for each in found.get("components", ()) if not _may(each))


def _may(component: dict[str, Any]) -> bool:
    return any(p.get("name") == HANDED_ON and p.get("value") == "true" for p in component.get("properties", ()))


def _named(component: dict[str, Any]) -> str:
    said = [c.get("expression") or c.get("license", {}).get("name") for c in component.get("licenses", ())]
    return f"{component['name']} {component.get('version', '')} ({', '.join(filter(None, said)) or 'not stated'})"


def _components(root: Root) -> Iterator[Component]:
    if root.tree is not None:
        yield from _debian(root.tree)
        yield _interpreter(root)
    if root.packages is not None:
        for distribution in importlib.metadata.distributions(path=[str(root.packages)]):
            yield _python(distribution, root.packages)


def _debian(tree: Path) -> Iterator[Component]:
    """By dpkg's own list. Only Debian's `main` is in a tree of ours, and all of it may be handed on (its guidelines,
    §1); the short names are those of the machine-readable copyright files."""
    codename = DISTRO.search(_text(tree / "usr/lib/os-release"))
    for paragraph in _text(tree / "var/lib/dpkg/status", largest=64 << 20).split("\n\n"):
        told = dict(FIELD.findall(paragraph))
        if not told.get("Status", "").endswith(" installed"):
            continue
        named = LICENCE_LINE.findall(_text(tree / "usr/share/doc" / told["Package"] / "copyright"))
        arch = {"arch": told.get("Architecture", "all"), "distro": codename[1] if codename else ""}
        purl = PackageURL("deb", "debian", told["Package"], told["Version"], {k: v for k, v in arch.items() if v})
        licence = Licence(name=" AND ".join(sorted(set(named)))[:500], may_be_handed_on=True)
        yield _component(told["Package"], told["Version"], purl, licence, [])


def _interpreter(root: Root) -> Component:
    version = next((v for n, v in sorted(root.contents.items()) if re.fullmatch(r"debian/python3\.\d+", n)), "")
    return Component(
        name="CPython",
        version=version.partition("-")[0],
        type=ComponentType.PLATFORM,
        bom_ref="interpreter",
        licenses=[LicenseExpression("PSF-2.0")],
        properties=[Property(name=HANDED_ON, value="true"), Property(name="pharos:machine", value=platform.machine())],
    )


def _python(distribution: Distribution, packages: Path) -> Component:
    """Its hash is that of its RECORD, which holds the hash of each of its files."""
    name, version = canonicalize_name(str(distribution.metadata["Name"])), str(distribution.version)
    record = (distribution.read_text("RECORD") or "").encode()
    licence = licences.of_package(distribution.metadata, _texts(distribution, packages))  # type: ignore[arg-type]  # a Message
    hashes = [HashType(alg=HashAlgorithm.SHA_256, content=oci.sha256(record))]
    return _component(name, version, PackageURL("pypi", None, name, version), licence, hashes)


def _texts(distribution: Distribution, packages: Path) -> Iterator[str]:
    for file in distribution.files or ():
        if file.name.upper().startswith(("LICENSE", "LICENCE", "COPYING")):
            path = packages / str(file)
            if path.resolve().is_relative_to(packages.resolve()):
                yield _text(path)


def _component(name: str, version: str, purl: PackageURL, licence: Licence, hashes: list[HashType]) -> Component:
    named: list[LicenseExpression | DisjunctiveLicense] = []
    if licence.expression:
        named = [LicenseExpression(licence.expression)]
    elif licence.name:
        named = [DisjunctiveLicense(name=licence.name)]
    return Component(
        name=name,
        version=version,
        type=ComponentType.LIBRARY,
        bom_ref=str(purl),
        purl=purl,
        licenses=named,
        hashes=hashes,
        properties=[Property(name=HANDED_ON, value=str(licence.may_be_handed_on).lower())],
    )


def _text(path: Path, largest: int = LARGEST_TEXT) -> str:
    """The beginning of a file of a tree or a set; "" where there is none, or a link leads."""
    if path.is_symlink() or not path.is_file():
        return ""
    with path.open("rb") as stream:
        return stream.read(largest).decode("utf-8", errors="replace")
