"""An environment written as an OCI image layout, and brought back years later."""

import json
import os
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO

import pytest

from adp.environment import layer, oci, place, unpacking
from adp.environment.build import packaged, root_of
from adp.environment.recipe import ASTRO_1
from adp.environment.tree import Root
from adp.errors import PlatformError, UsageError
from adp.sandbox import images, sockets
from adp.sandbox.bubblewrap import Bubblewrap
from adp.sandbox.engine import Job
from adp.sandbox.inside import standard_env
from tests.factories.environments import a_root

ASK = ("python", "-c", "import sys, pip; print(sys.version_info[:2], pip.__file__)")
ANSWER = "(3, 11) /opt/packages/pip/__init__.py\n"


def quiet(_: str) -> None:
    """Nobody listens."""


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Another machine: nothing built, nothing fetched, nothing cached."""
    with place.new_job_folder() as folder, monkeypatch.context() as patch:
        patch.setenv("PHAROS_TREES", str(folder))
        yield folder


@pytest.fixture
def small(machine: Path) -> Root:
    return a_root(one="MIT")


def test_every_blob_is_what_its_name_says(small: Root, tmp_path: Path) -> None:
    made = oci.save(small, tmp_path)
    blobs = list((tmp_path / "blobs/sha256").iterdir())
    assert {p.name for p in blobs} == {oci.sha256(p.read_bytes()) for p in blobs}
    assert len(blobs) == 4
    (entry,) = oci.index(tmp_path)
    assert entry["digest"] == f"sha256:{made.digest}"
    assert json.loads((tmp_path / "oci-layout").read_bytes()) == {"imageLayoutVersion": "1.0.0"}
    assert oci.Image.from_dict(made.to_dict(), "astro-1") == made
    for changed in ({"digest": "0" * 64}, {"layers": []}, {"manifest": "{}"}):
        with pytest.raises((ValueError, KeyError)):
            oci.Image.from_dict(made.to_dict() | changed, "astro-1")


def test_a_tree_that_two_environments_share_is_one_blob(small: Root, tmp_path: Path) -> None:
    oci.save(small, tmp_path)
    oci.save(replace(small, packages=None, name="bare"), tmp_path)
    assert len(list((tmp_path / "blobs/sha256").iterdir())) == 6  # a tree, a set, and two small files of each image
    assert len(oci.index(tmp_path)) == 2
    with pytest.raises(UsageError, match="holds 2 images"):
        unpacking.load(tmp_path)


def test_what_this_machine_holds_already_is_not_unpacked_again(small: Root, tmp_path: Path) -> None:
    oci.save(small, tmp_path)
    assert unpacking.load(tmp_path) == small


def test_other_bytes_under_the_same_name_are_left_alone(small: Root, tmp_path: Path) -> None:
    made = oci.save(small, tmp_path)
    assert small.packages is not None
    (small.packages / "one.py").write_text("NAME = 2\n", encoding="utf-8")
    (place.layers() / "def.json").unlink()
    found = unpacking.load(tmp_path)
    assert found.packages == small.packages.with_name(f"def+{made.layers[1].digest[:12]}")
    assert (found.packages / "one.py").read_text("utf-8") == "NAME = 'one'\n"
    assert (small.packages / "one.py").read_text("utf-8") == "NAME = 2\n"


def test_one_changed_byte_is_found(small: Root, tmp_path: Path) -> None:
    made = oci.save(small, tmp_path)
    assert small.packages is not None
    place.remove(small.packages)
    with oci.blob(tmp_path, made.layers[1].digest).open("r+b") as file:
        file.seek(1000)
        file.write(b"!")
    with pytest.raises(UsageError, match="is not what its name says"):
        unpacking.load(tmp_path)
    assert list(place.packages().iterdir()) == []


def test_a_folder_that_changed_since_it_was_made_is_not_written(small: Root, tmp_path: Path) -> None:
    oci.image_of(small)
    assert small.packages is not None
    (small.packages / "one.py").write_text("evil", encoding="utf-8")
    with pytest.raises(PlatformError, match="no longer what it was"):
        oci.save(small, tmp_path)


@pytest.mark.parametrize("name", ["../out", "/out", "lib/x", "etc", "etc/passwd", "etc/passwd/x", "a/../x"])
def test_a_layer_writes_nowhere_but_below_its_folder(small: Root, tmp_path: Path, name: str) -> None:
    """A layout from elsewhere, whose digests are right and whose names are not."""
    assert small.tree is not None
    place.remove(small.tree)
    with (tmp_path / "layer").open("w+b") as stream:
        _write_as(name, stream)
    with (tmp_path / "layer").open("rb") as stream, pytest.raises(UsageError, match="layer holds"):
        _unpack(stream.read(), tmp_path)
    assert not (place.trees() / "out").exists()


def test_a_folder_that_is_no_layout_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no OCI image layout"):
        unpacking.load(tmp_path)


def _write_as(name: str, stream: IO[bytes]) -> None:
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for made, kind in (("lib", tarfile.SYMTYPE), ("etc", tarfile.DIRTYPE), ("etc/passwd", tarfile.REGTYPE)):
            entry = tarfile.TarInfo(made)
            entry.type, entry.linkname, entry.mode = kind, "/usr/lib" if kind == tarfile.SYMTYPE else "", 0o755
            archive.addfile(entry)
        archive.addfile(tarfile.TarInfo(name))


def _unpack(content: bytes, tmp_path: Path) -> None:
    digest = oci.sha256(content)
    made = oci.image("astro-1", [layer.Layer(digest, len(content))], {"Labels": {oci.TREE: "t", oci.WHICH: "d"}})
    layout = tmp_path / "layout"
    oci.describe(made, layout)
    oci.blob(layout, digest).write_bytes(content)
    unpacking.load(layout)


@pytest.fixture(scope="module")
def real() -> Root:
    return root_of(ASTRO_1, packaged("builder.lock"), quiet, name="builder.lock")


@pytest.mark.sandbox
def test_another_machine_gets_the_very_same_environment(
    real: Root, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = oci.save(real, tmp_path)
    with place.new_job_folder() as folder, monkeypatch.context() as patch:
        patch.setenv("PHAROS_TREES", str(folder))
        found = unpacking.load(tmp_path)
        assert (found.name, found.digest, found.contents) == (real.name, real.digest, real.contents)
        assert found.tree is not None
        assert found.tree.is_relative_to(folder)
        assert oci.image_of(found) == made
        assert Bubblewrap().run(found, Job("ask", ASK, env=standard_env(1, 0))).stdout == ANSWER
        built = root_of(ASTRO_1, packaged("builder.lock"), quiet, name="builder.lock")
        assert built == found  # where it would be made, it is found: neither mmdebstrap nor an index is asked


@pytest.mark.docker
def test_a_container_engine_loads_it_under_the_digest_we_gave_it(real: Root, tmp_path: Path) -> None:
    engine = sockets.connect(os.environ.get("PHAROS_TEST_DOCKER_HOST"))
    made = oci.image_of(real)
    with (tmp_path / "image.tar").open("w+b") as packed:
        oci.archive(made, oci.contents(real, made), packed, "pharos-test/whole:1")
        packed.seek(0)
        (image,) = engine.client.images.load(packed)
    said = engine.client.containers.run(image.id, list(ASK), network_mode="none", remove=True)
    engine.client.images.remove("pharos-test/whole:1")
    bare = engine.client.images.get(images.image_for(engine.client, real, quiet))
    engine.client.close()
    assert image.id == made.identity
    assert said.decode() == ANSWER
    assert bare.id == oci.image_of(replace(real, packages=None)).identity
