"""Publication: an archive that never changes, credit, a description, a tier, and one published version at a time."""

import gzip
import hashlib
import io
import subprocess
import tarfile

import pytest
from django.core.exceptions import PermissionDenied

from registry import queries, storage
from registry.actions import publish as publishing
from registry.actions.publish import IncompleteError, publish
from registry.ledger.access import SYSTEM
from registry.ledger.machine import IllegalMoveError, StaleError, advance
from registry.models import Artefact, Event, Facet, Product, TierGrant, Version
from registry.tasks import publish_version, sweep
from tests.factories.archives import unpack
from tests.factories.registry import CUBE, proposed, reach_accepted, reach_checked, reach_published, stored


@pytest.fixture
def accepted(cast):
    return reach_accepted(proposed(cast.alice), cast.carol)


@pytest.fixture
def published(cast):
    return reach_published(proposed(cast.alice), cast.carol)


def unpacked(version, tmp_path):
    with storage.fetch(queries.archive(version).sha256) as file, tarfile.open(fileobj=file, mode="r:gz") as tar:
        unpack(tar, tmp_path)
    return tmp_path / "muse-gto-muse-pixtable-1.0.0"


def test_the_archive_holds_all_and_proves_it(published, tmp_path):
    bag = unpacked(published, tmp_path)
    assert sorted(str(p.relative_to(bag)) for p in bag.rglob("*") if p.is_file()) == [
        "bag-info.txt",
        "bagit.txt",
        "data/adp.toml",
        "data/environment.json",
        "data/logs/shift.log",
        "data/products/out/shifted.fits",
        "data/report.json",
        "data/source/source.tar.gz",
        "data/version.json",
        "manifest-sha256.txt",
        "tagmanifest-sha256.txt",
    ]
    assert (bag / "data/products/out/shifted.fits").read_bytes() == CUBE
    for sums in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        subprocess.run(["sha256sum", "--check", "--quiet", "--strict", sums], cwd=bag, check=True)


def test_the_archive_holds_the_pictures_of_its_run(cast, tmp_path):
    version = reach_accepted(proposed(cast.alice), cast.carol)
    run = version.validations.get().run
    stored(version, kind="picture", name="01-map.png", content=b"pixels", run=run)
    stored(version, kind="picture", name="02-map.png", content=b"older", run="an earlier run")
    publish(actor=SYSTEM, version=version)
    pictures = unpacked(version, tmp_path) / "data" / "pictures"
    assert [(p.name, p.read_bytes()) for p in pictures.iterdir()] == [("01-map.png", b"pixels")]


def test_the_archive_is_the_same_bytes_every_time(accepted):
    validation = publishing._validation(accepted)
    first = publishing._archive(accepted, validation)
    assert publishing._archive(accepted, validation) == first
    with storage.fetch(first.sha256) as file:
        raw = file.read()
    assert raw[4:8] == b"\0\0\0\0"  # gzip's own time
    names = tarfile.open(fileobj=io.BytesIO(gzip.decompress(raw))).getmembers()  # noqa: SIM115 - bytes in memory
    assert {m.mtime for m in names} == {1_700_000_000}
    assert {(m.uid, m.gid, m.mode) for m in names} == {(0, 0, 0o644)}


def test_stored_bytes_that_changed_stop_the_publication(accepted, files):
    digest = hashlib.sha256(CUBE).hexdigest()
    path = files / storage.key(digest)
    path.chmod(0o600)
    path.write_bytes(CUBE[:-1] + b"F")
    with pytest.raises(ValueError, match="are not those of sha256"):
        publish(actor=SYSTEM, version=accepted)
    accepted.refresh_from_db()
    assert accepted.state == "accepted"


@pytest.mark.parametrize("kind", ["source", "product"])
def test_without_its_files_nothing_is_published(accepted, kind, monkeypatch):
    left = Artefact.objects.exclude(kind=kind)
    monkeypatch.setattr(type(accepted.artefacts), "filter", lambda _, **given: left.filter(**given))
    with pytest.raises(IncompleteError, match="not handed in"):
        publish(actor=SYSTEM, version=accepted)
    accepted.refresh_from_db()
    assert accepted.state == "accepted"
    assert not TierGrant.objects.exists()


def test_publication_tells_the_catalogue_and_grants_tier_n(published):
    product = Product.objects.with_tier().get()
    assert (product.current_tier, product.title) == ("N", "Pixel tables of MUSE")
    assert product.described_at is not None
    assert {(f.kind, f.value) for f in Facet.objects.all()} == {
        ("keyword", "Galaxy kinematics"),
        ("waveband", "Optical"),
        ("observatory", "ESO"),
        ("telescope", "VLT"),
        ("instrument", "MUSE"),
    }
    assert TierGrant.objects.get().reason


def test_authors_are_credited_in_order_with_their_roles(cast, published):
    rows = [(c.position, c.name, c.role, c.person) for c in queries.contributions(actor=None, version=published)]
    assert rows == [
        (1, "Alice", "Methodology", cast.alice),
        (1, "Alice", "Software", cast.alice),
        (2, "Zoe Unknown", "Reference data", None),
    ]


def test_the_next_version_supersedes_and_redescribes(cast, published):
    newer = reach_published(proposed(cast.alice, version="1.1.0", title="Better pixel tables"), cast.carol)
    published.refresh_from_db()
    assert (published.state, newer.state) == ("superseded", "published")
    assert published.published_at is not None
    assert Product.objects.get().title == "Better pixel tables"
    assert TierGrant.objects.count() == 1


def test_an_unpublished_version_does_not_speak_through_its_product(cast, published):
    proposed(cast.alice, version="1.1.0", title="A secret change of plan")
    assert Product.objects.get().title == "Pixel tables of MUSE"


def test_acceptance_is_followed_by_publication(cast, django_capture_on_commit_callbacks):
    version = reach_checked(proposed(cast.alice))
    with django_capture_on_commit_callbacks(execute=True):
        advance(version, "version.review", actor=SYSTEM)
        advance(version, "version.accept", actor=cast.carol, statement="fine")
    version.refresh_from_db()
    assert version.state == "published"


def test_the_sweeper_publishes_what_was_forgotten(accepted):
    assert sweep.run() >= 1
    accepted.refresh_from_db()
    assert accepted.state == "published"
    publish_version.run(version_id=str(accepted.pk))  # once more is harmless


def test_one_versions_trouble_does_not_keep_the_next_from_publication(cast, accepted, monkeypatch):
    other = reach_accepted(proposed(cast.alice, name="another"), cast.carol)
    real = publishing._entries

    def broken(version, validation):
        if version.pk == accepted.pk:
            raise IncompleteError("lost")
        return real(version, validation)

    monkeypatch.setattr(publishing, "_entries", broken)
    sweep.run()
    accepted.refresh_from_db()
    other.refresh_from_db()
    assert (accepted.state, other.state) == ("accepted", "published")


def test_only_what_was_accepted_is_published(cast):
    version = reach_checked(proposed(cast.alice))
    with pytest.raises(IllegalMoveError):
        publish(actor=SYSTEM, version=version)


def test_an_author_cannot_publish(cast, accepted):
    with pytest.raises(PermissionDenied, match="editor"):
        publish(actor=cast.alice, version=accepted)


def test_of_two_publications_the_second_loses(accepted):
    other = Version.objects.get(pk=accepted.pk)
    publish(actor=SYSTEM, version=accepted)
    before = Event.objects.count()
    with pytest.raises(StaleError):
        publish(actor=SYSTEM, version=other)
    assert Event.objects.count() == before
    assert Artefact.objects.filter(kind="archive").count() == 1
