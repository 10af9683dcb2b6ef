"""An environment as an OCI image layout, written by ourselves so that it is the same bytes on every machine.

OCI image-spec 1.1: image-layout.md, manifest.md, config.md. Podman, Skopeo and `docker load` read it; so will whoever
wants to run it in ten years. A layer that many environments share is one file."""

import hashlib
import json
import platform
import re
import tarfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from adp.environment import layer
from adp.environment.layer import EPOCH, MEDIA, Layer, Sink
from adp.environment.recipe import UID
from adp.environment.tree import PACKAGES_AT, Root
from adp.errors import PlatformError, UsageError

CREATED = "1980-01-01T00:00:00Z"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
LAYOUT = b'{"imageLayoutVersion":"1.0.0"}'
NAME = "org.opencontainers.image.ref.name"
TREE, PACKAGES, WHICH = "org.pharos.tree", "org.pharos.packages", "org.pharos.environment"
DIGEST = re.compile(r"[0-9a-f]{64}")
MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}
ENV = (
    f"PATH={PACKAGES_AT}/bin:/usr/local/bin:/usr/bin:/bin",
    f"PYTHONPATH={PACKAGES_AT}",
    "PYTHONDONTWRITEBYTECODE=1",
    "PYTHONHASHSEED=0",
    "HOME=/tmp",
    "LANG=C.UTF-8",
    "LC_ALL=C.UTF-8",
    "TZ=UTC",
)
Content = Callable[[Sink], object]
ALONE: Mapping[str, Any] = {}  # what an image of a tree alone sets: nothing, it is only built upon
WHOLE: Mapping[str, Any] = {"Env": list(ENV), "User": f"{UID}:{UID}", "WorkingDir": "/source", "Cmd": ["python"]}


@dataclass(frozen=True, slots=True)
class Image:
    """`config` and `manifest` are their exact bytes; `layers` from the bottom up."""

    name: str
    config: bytes
    manifest: bytes
    layers: tuple[Layer, ...]

    @property
    def digest(self) -> str:
        """Of the manifest, and so of everything."""
        return sha256(self.manifest)

    @property
    def identity(self) -> str:
        """What an engine calls it: the digest of its configuration."""
        return f"sha256:{sha256(self.config)}"

    def to_dict(self) -> dict[str, Any]:
        """For a report: what is needed to put the image together again from blobs kept by content."""
        return {
            "digest": self.digest,
            "manifest": self.manifest.decode(),
            "config": self.config.decode(),
            "layers": [{"digest": each.digest, "size": each.size, "at": each.at} for each in self.layers],
        }

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any], name: str) -> "Image":
        """Raises KeyError, TypeError or ValueError for what is no image, or not the one its digest says."""
        layers = tuple(Layer(str(e["digest"]), int(e["size"]), str(e["at"])) for e in raw["layers"])
        found = cls(name, str(raw["config"]).encode(), str(raw["manifest"]).encode(), layers)
        listed = [str(e["digest"]) for e in json.loads(found.manifest)["layers"]]
        if found.digest != raw["digest"] or listed != [f"sha256:{e.digest}" for e in layers]:
            raise ValueError("the image is not the one its digest names")
        if not all(DIGEST.fullmatch(each.digest) for each in layers):
            raise ValueError("a layer is not named by a sha256")
        return found


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def parts(root: Root) -> tuple[tuple[Path, str], ...]:
    """The folders a root is made of, from the bottom up, and where each is shown."""
    if root.tree is None:
        raise PlatformError(f"{root.name} is an image of an engine, not a tree")
    return ((root.tree, "/"), *(((root.packages, PACKAGES_AT),) if root.packages else ()))


def image_of(root: Root) -> Image:
    """The image that shows what a sandbox of `root` shows."""
    folders = parts(root)
    labels = {TREE: folders[0][0].name, WHICH: root.digest}
    labels |= {PACKAGES: folders[1][0].name} if root.packages else {}
    settings = WHOLE if root.packages else ALONE
    return image(root.name, [layer.of(folder, at) for folder, at in folders], {**settings, "Labels": labels})


def image(name: str, layers: Sequence[Layer], settings: Mapping[str, Any]) -> Image:
    """`settings` is the `config` of an image configuration (config.md)."""
    described = {
        "architecture": MACHINES.get(platform.machine(), platform.machine()),
        "os": "linux",
        "created": CREATED,
        "config": dict(settings),
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{each.digest}" for each in layers]},
        "history": [{"created": CREATED, "created_by": f"pharos: {each.at}"} for each in layers],
    }
    config = canonical(described)
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {"mediaType": CONFIG, "digest": f"sha256:{sha256(config)}", "size": len(config)},
        "layers": [{"mediaType": MEDIA, "digest": f"sha256:{e.digest}", "size": e.size} for e in layers],
    }
    return Image(name, config, canonical(manifest), tuple(layers))


def contents(root: Root, made: Image) -> dict[str, Content]:
    """What writes each layer of the image of `root`, from the folders themselves."""
    pairs = zip(parts(root), made.layers, strict=True)
    return {each.digest: partial(layer.write, folder, at) for (folder, at), each in pairs}


def save(root: Root, folder: Path) -> Image:
    """Add `root` to the image layout in `folder`, which is made when it is not there; blobs that are there stay."""
    made = image_of(root)
    for (source, at), each in zip(parts(root), made.layers, strict=True):
        _put(folder, each.digest, source, at)
    describe(made, folder)
    return made


def describe(made: Image, folder: Path) -> None:
    """The small files of a layout whose layers lie in it already."""
    for small in (made.config, made.manifest):
        _settle(blob(folder, sha256(small)), small)
    entry = {"mediaType": MANIFEST, "digest": f"sha256:{made.digest}", "size": len(made.manifest)}
    known = [e for e in index(folder) if e["digest"] != entry["digest"]] if (folder / "index.json").is_file() else []
    entries = sorted([*known, entry | {"annotations": {NAME: made.name}}], key=lambda e: str(e["digest"]))
    _settle(folder / "index.json", canonical({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries}))
    _settle(folder / "oci-layout", LAYOUT)


def index(folder: Path) -> list[dict[str, Any]]:
    """The images of a layout. Raises UsageError when `folder` is none."""
    try:
        found = json.loads((folder / "index.json").read_bytes())["manifests"]
        return [dict(each) for each in found]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{folder} is no OCI image layout: {error}", hint="a folder with oci-layout and index.json"
        ) from error


def blob(folder: Path, digest: str) -> Path:
    return folder / "blobs" / "sha256" / digest.removeprefix("sha256:")


def archive(made: Image, contents: Mapping[str, Content], sink: Sink, tag: str) -> None:
    """One tar that both old and new engines load: an image layout with the `manifest.json` of `docker save` in it.
    `contents`: the digest of a layer → what writes it."""
    blobs = "blobs/sha256/"
    names = {
        "Config": blobs + sha256(made.config),
        "RepoTags": [tag],
        "Layers": [blobs + each.digest for each in made.layers],
    }
    entry = {"mediaType": MANIFEST, "digest": f"sha256:{made.digest}", "size": len(made.manifest)}
    small = {
        blobs + sha256(made.config): made.config,
        blobs + made.digest: made.manifest,
        "index.json": canonical({"schemaVersion": 2, "mediaType": INDEX, "manifests": [entry]}),
        "manifest.json": canonical([names]),
        "oci-layout": LAYOUT,
    }
    for each in made.layers:
        sink.write(_header(blobs + each.digest, each.size))
        contents[each.digest](sink)
        sink.write(bytes(-each.size % tarfile.BLOCKSIZE))
    for name, content in sorted(small.items()):
        sink.write(_header(name, len(content)) + content + bytes(-len(content) % tarfile.BLOCKSIZE))
    sink.write(bytes(2 * tarfile.BLOCKSIZE))


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _header(name: str, size: int) -> bytes:
    member = tarfile.TarInfo(name)
    member.size, member.mtime = size, EPOCH
    return member.tobuf(format=tarfile.GNU_FORMAT)  # it can say more than 8 GiB


def _put(folder: Path, digest: str, source: Path, at: str) -> None:
    target = blob(folder, digest)
    if target.is_file():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{digest}.new")
    with unfinished.open("wb") as stream:
        found = layer.write(source, at, stream)
    if found.digest != digest:
        unfinished.unlink()
        raise PlatformError(
            f"{source} is no longer what it was when it was made: its layer is {found.digest[:12]}, not {digest[:12]}",
            hint="somebody changed it; remove the folder, and it is made anew",
        )
    unfinished.rename(target)


def _settle(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.new")
    unfinished.write_bytes(content)
    unfinished.rename(path)
