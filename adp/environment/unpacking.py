"""An environment back out of an image layout: checked byte by byte, unpacked, ready to run in."""

import hashlib
import json
import os
import posixpath
import shutil
import tarfile
from pathlib import Path
from typing import Any

from adp.environment import debian, layer, oci, packages, place, uses
from adp.environment.tree import PACKAGES_AT, Root
from adp.errors import UsageError

Labels = dict[str, str]
HINT = "the layout is damaged, or it was not written by Pharos; load any other image with `docker load`"


def load(folder: Path, digest: str = "") -> Root:
    """The root kept in the layout `folder` as the image `digest` (of its manifest; "" where there is only one).

    What this machine has already, under the same name and with the same bytes, is not unpacked again. Raises UsageError
    when the layout is damaged or holds no environment of ours."""
    manifest = _manifest(folder, digest)
    config = json.loads(_blob(folder, manifest["config"]["digest"]))
    labels: Labels = config.get("config", {}).get("Labels") or {}
    names = [labels.get(key, "") for key in (oci.TREE, oci.PACKAGES)]
    layers = [str(entry["digest"]) for entry in manifest["layers"]]
    if not names[0] or len(layers) != len([n for n in names if n]):
        raise UsageError(f"{folder} holds an image that is no environment of a tree", hint=HINT)
    tree = _folder(folder, layers[0], place.trees(), names[0])
    chosen = _folder(folder, layers[1], place.packages(), names[1], tree) if names[1] else None
    return Root(
        name=names[0].rpartition("-")[0],
        digest=labels[oci.WHICH],
        tree=tree,
        packages=chosen,
        contents=debian.contents(tree) | (packages.contents(chosen) if chosen else {}),
    )


def _manifest(folder: Path, digest: str) -> dict[str, Any]:
    held = [str(entry["digest"]) for entry in oci.index(folder)]
    chosen = [each for each in held if each.removeprefix("sha256:").startswith(digest.removeprefix("sha256:"))]
    if len(chosen) != 1:
        raise UsageError(f"{folder} holds {len(chosen)} images of that digest", hint="one of: " + ", ".join(held))
    found: dict[str, Any] = json.loads(_blob(folder, chosen[0]))
    return found


def _blob(folder: Path, digest: str) -> bytes:
    content = _path(folder, digest).read_bytes()
    if oci.sha256(content) != digest.removeprefix("sha256:"):
        raise UsageError(f"the blob {digest} is not what its name says", hint=HINT)
    return content


def _path(folder: Path, digest: str) -> Path:
    name = digest.removeprefix("sha256:")
    path = oci.blob(folder, name)
    if len(name) != hashlib.sha256().digest_size * 2 or not name.isalnum() or not path.is_file():
        raise UsageError(f"the blob {digest} is missing", hint=HINT)
    return path


def _folder(layout: Path, digest: str, shelf: Path, name: str, tree: Path | None = None) -> Path:
    """The unpacked layer: under the name it had, or beside it where this machine has other bytes under that name."""
    if Path(name).name != name or name.startswith("."):
        raise UsageError(f"{name!r} is no name of a tree or package set", hint=HINT)
    hexadecimal = digest.removeprefix("sha256:")
    at = PACKAGES_AT if tree else "/"
    for done in (shelf / name, shelf / f"{name}+{hexadecimal[:12]}"):
        uses.use(done)
        with place.lock(f"packages-{done.name}" if tree else done.name):
            if done.is_dir() and layer.of(done, at).digest == hexadecimal:
                return done
            if not done.is_dir():
                return _unpacked(_path(layout, digest), hexadecimal, done, at, tree)
    raise UsageError(f"{shelf / name} and its neighbour hold other bytes", hint="remove them, and try again")


def _unpacked(blob: Path, digest: str, done: Path, at: str, tree: Path | None) -> Path:
    with blob.open("rb") as stream:
        if hashlib.file_digest(stream, "sha256").hexdigest() != digest:
            raise UsageError(f"the blob {digest} is not what its name says", hint=HINT)
    unfinished = done.with_name(f".{done.name}")
    place.remove(unfinished)
    unfinished.mkdir()
    unfinished.chmod(place.LISTED)
    target = unfinished / "set"
    target.mkdir(mode=place.LISTED)
    try:
        with tarfile.open(blob, mode="r:") as archive:
            made = {"."}
            for entry in archive:
                _one(archive, entry, target, at.strip("/"), made)
        _dated(target)
        if tree:
            packages.compiled(tree, target)
        target.rename(done)
    except (FileExistsError, tarfile.TarError) as error:
        raise UsageError(f"the layer holds something twice, or is no tar: {error}", hint=HINT) from error
    finally:
        place.remove(unfinished)
    return done


def _one(archive: tarfile.TarFile, entry: tarfile.TarInfo, target: Path, prefix: str, made: set[str]) -> None:
    """Folders, files and links as `layer.write` put them there; nothing else, nothing twice, nothing through a link:
    what is not a folder in `made` has no children."""
    name = entry.name
    if prefix:
        if f"{prefix}/".startswith(f"{name}/"):
            return
        name = name.removeprefix(f"{prefix}/")
    top, last = posixpath.split(name)
    if (top or ".") not in made or last in {"", ".", ".."} or name in made:
        raise UsageError(f"the layer holds {entry.name!r}, which belongs nowhere", hint=HINT)
    path = target / name
    if entry.isdir():
        path.mkdir()
        made.add(name)
    elif entry.issym():
        path.symlink_to(entry.linkname)
        return
    elif entry.isreg() and (content := archive.extractfile(entry)):
        with path.open("xb") as file:
            shutil.copyfileobj(content, file, 1 << 20)
    else:
        raise UsageError(f"the layer holds {entry.name!r}, which is no file, folder or link", hint=HINT)
    path.chmod(entry.mode & layer.RIGHTS)


def _dated(target: Path) -> None:
    for path in (*target.rglob("*"), target):
        os.utime(path, (layer.EPOCH, layer.EPOCH), follow_symlinks=False)
