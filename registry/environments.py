"""The environments versions were judged in: what they are made of, what of them is kept, what may be handed on.

A layer is kept once by its content, however many versions need it, and is never served: only lock and list are. Nodes
bring the layers and ask what they may not throw away (runners/api/keeping.py); `manage.py environment` takes a whole
environment out again as an OCI image layout."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfileobj
from typing import Any

from adp.environment import oci, sbom
from adp.environment.layer import Layer
from registry import storage
from registry.lifecycle import ENDED, State
from registry.models import Artefact, Validation, Version

LARGEST = 16 << 30  # of one layer
CHUNK = 1 << 20


class NotKeptError(Exception):
    """Not all layers of this environment are in the store."""


class NotWantedError(Exception):
    """No version needs this layer, or the store has it."""


@dataclass(frozen=True, slots=True)
class Environment:
    """Of one version. `image` is None where it was an engine's own image. `held_back`: components whose licence keeps
    the whole from being handed on; `sbom` and `lock` are what is served instead."""

    name: str
    digest: str
    packages: int
    image: oci.Image | None
    missing: tuple[Layer, ...]
    held_back: tuple[str, ...]
    sbom: Artefact | None
    lock: Artefact | None

    @property
    def is_kept(self) -> bool:
        return self.image is not None and not self.missing


def of(validation: Validation) -> Environment | None:
    """None when the check ended before there was an environment."""
    told = validation.report.get("environment") or {}
    if "digest" not in told:
        return None
    image = _image(told)
    files = {a.kind: a for a in validation.version.artefacts.filter(run=validation.run, kind__in=("sbom", "lock"))}
    listed = files.get("sbom")
    return Environment(
        name=str(told.get("name", "")),
        digest=str(told["digest"]),
        packages=len(told.get("contents") or {}),
        image=image,
        missing=tuple(e for e in image.layers if not storage.has(e.digest)) if image else (),
        held_back=_held_back(listed) if listed else (),
        sbom=listed,
        lock=files.get("lock"),
    )


def needed() -> frozenset[str]:
    """The digests of the layers that a version which is, or may become, public was judged in. No node may lose its last
    copy of one that the store does not have."""
    alive = Version.objects.exclude(state__in=[*ENDED, State.FAILED])
    told = Validation.objects.filter(version__in=alive, verdict="passed")
    lists = told.values_list("report__environment__image__layers", flat=True).distinct()
    return frozenset(digest for layers in lists for digest in _digests(layers))


def wanted() -> frozenset[str]:
    return frozenset(digest for digest in needed() if not storage.has(digest))


def keep(*, digest: str, stream: storage.Readable) -> storage.Blob:
    """Take one layer in. Raises NotWantedError, storage.WrongDigestError or TooLargeError."""
    if digest not in wanted():
        raise NotWantedError(f"no version needs a layer {digest[:12]}…, or it is kept already")
    return storage.keep(stream, sha256=digest, limit=LARGEST)


def export(environment: Environment, folder: Path) -> oci.Image:
    """Write it as an OCI image layout with its list and lock beside. Raises NotKeptError."""
    if environment.image is None or environment.missing:
        lost = ", ".join(e.digest[:12] for e in environment.missing) or "it was an image of a container engine"
        raise NotKeptError(f"the environment {environment.name} is not kept whole: {lost}")
    for each in environment.image.layers:
        _copy(each.digest, oci.blob(folder, each.digest))
    oci.describe(environment.image, folder)
    for artefact in filter(None, (environment.sbom, environment.lock)):
        _copy(artefact.sha256, folder / artefact.name)
    return environment.image


def _copy(digest: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with storage.fetch(digest) as source, target.open("wb") as file:
        copyfileobj(source, file, CHUNK)


def _image(told: dict[str, Any]) -> oci.Image | None:
    """A report is what a node said: one that makes no sense is none."""
    try:
        return oci.Image.from_dict(told["image"], str(told.get("name", "")))
    except (KeyError, TypeError, ValueError):
        return None


def _held_back(listed: Artefact) -> tuple[str, ...]:
    with storage.fetch(listed.sha256) as stream:
        try:
            return sbom.held_back(stream.read())
        except (ValueError, KeyError, TypeError, AttributeError):
            return ("a list of components that cannot be read",)


def _digests(layers: Any) -> Iterator[str]:
    if isinstance(layers, list):
        yield from (
            str(e["digest"]) for e in layers if isinstance(e, dict) and oci.DIGEST.fullmatch(str(e.get("digest")))
        )
