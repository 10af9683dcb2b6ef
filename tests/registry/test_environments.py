"""The environment a version was judged in: kept whole, listed for everybody, handed on to nobody it may not be."""

import io
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command

from adp.environment import layer, oci, unpacking
from registry import environments, storage
from registry.actions import validate
from tests.factories.environments import FORBIDS, a_root, listed, told
from tests.factories.registry import handed_in, proposed, reach_failed, report, stored

HERE = "/api/v1/products/muse-gto/muse-pixtable/versions/1.0.0/"
PAGE = "/products/muse-gto/muse-pixtable/versions/1.0.0/"


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("PHAROS_TREES", str(tmp_path / "machine"))
    return a_root(one="MIT", ppxf=FORBIDS)


@pytest.fixture
def version(cast, root):
    """Judged in `root`; nothing of that is kept but list and lock."""
    found = proposed(cast.alice)
    validate.begin(version=found)
    files = handed_in(found)
    files.append(stored(found, kind="sbom", name="sbom.cdx.json", content=listed(root)))
    files.append(stored(found, kind="lock", name="requirements.lock", content=b"one==1.0\n"))
    judged = replace(report(found), environment=told(root))
    validate.conclude(version=found, report=judged, artefacts=files, run="run-1")
    return found


def bring(root):
    """What a node does."""
    for (folder, at), each in zip(oci.parts(root), oci.image_of(root).layers, strict=True):
        stream = io.BytesIO()
        layer.write(folder, at, stream)
        stream.seek(0)
        environments.keep(digest=each.digest, stream=stream)


def test_its_layers_are_needed_and_wanted_until_they_are_kept(version, root):
    digests = {e.digest for e in oci.image_of(root).layers}
    assert environments.needed() == environments.wanted() == digests
    bring(root)
    assert environments.needed() == digests
    assert environments.wanted() == frozenset()


def test_a_layer_nobody_needs_is_not_taken_in(version, root):
    with pytest.raises(environments.NotWantedError):
        environments.keep(digest="0" * 64, stream=io.BytesIO(b"x"))
    with pytest.raises(storage.WrongDigestError):
        environments.keep(digest=oci.image_of(root).layers[0].digest, stream=io.BytesIO(b"x"))
    bring(root)
    with pytest.raises(environments.NotWantedError):
        environments.keep(digest=oci.image_of(root).layers[0].digest, stream=io.BytesIO(b"x"))


def test_a_version_that_failed_needs_none(cast):
    reach_failed(proposed(cast.alice))
    assert environments.needed() == frozenset()


@pytest.mark.parametrize("lie", [
    {"image": {"digest": "1" * 64, "manifest": "{}", "config": "{}", "layers": []}},
    {"image": {"layers": [{"digest": "../../etc/passwd", "size": 1, "at": "/"}]}},
    {"image": "none"},
    {"image": {"layers": "none"}},
])  # fmt: skip
def test_a_report_that_lies_about_its_image_names_no_file(cast, root, lie):
    found = proposed(cast.alice)
    validate.begin(version=found)
    judged = replace(report(found), environment=told(root) | lie)
    validation = validate.conclude(version=found, report=judged, artefacts=handed_in(found), run="run-1")
    assert environments.needed() == frozenset()
    made_in = environments.of(validation)
    assert made_in is not None
    assert (made_in.image, made_in.is_kept) == (None, False)


def test_it_is_written_out_and_run_again_on_another_machine(version, root, tmp_path, monkeypatch, capsys):
    name = f"{version.product.path}@{version.label}"
    with pytest.raises(CommandError, match="is not kept whole"):
        call_command("environment", name, tmp_path / "layout")
    bring(root)
    call_command("environment", name, tmp_path / "layout")
    said = capsys.readouterr().out
    assert "not to be handed on: ppxf 1.0 (Other/Proprietary License)" in said
    assert (tmp_path / "layout/requirements.lock").read_bytes() == b"one==1.0\n"
    monkeypatch.setenv("PHAROS_TREES", str(tmp_path / "later"))
    found = unpacking.load(tmp_path / "layout")
    assert oci.image_of(found) == oci.image_of(root)
    assert found.packages is not None
    assert (found.packages / "one.py").read_text("utf-8") == "NAME = 'one'\n"


def test_who_may_read_the_version_learns_what_it_was_made_in(version, root, cast, api):
    answer = api(cast.alice).get(f"{HERE}environment/")
    assert answer.status_code == 200
    body = answer.json()
    assert body["image"] == f"sha256:{oci.image_of(root).digest}"
    assert (body["is_kept"], body["may_be_handed_on"]) == (False, False)
    assert body["held_back"] == ["ppxf 1.0 (Other/Proprietary License)"]
    assert body["lock"] == "requirements.lock"
    served = api(cast.alice).get(f"{HERE}sbom/")
    assert b"".join(served.streaming_content) == listed(root)
    for nobody in (api(), api(cast.dan)):
        assert nobody.get(f"{HERE}environment/").status_code == 404
        assert nobody.get(f"{HERE}sbom/").status_code == 404


def test_the_layers_themselves_are_served_to_nobody(version, root, cast, api):
    bring(root)
    files = api(cast.alice).get(HERE).json()["files"]
    digests = {e.digest for e in oci.image_of(root).layers}
    assert digests.isdisjoint(f["sha256"] for f in files)


def test_the_page_says_what_it_was_made_in(version, cast, client):
    client.force_login(cast.alice)
    page = client.get(PAGE).content.decode()
    assert "Made in" in page
    assert f"{HERE}sbom/" in page
    assert "ppxf 1.0 (Other/Proprietary License)" in page
