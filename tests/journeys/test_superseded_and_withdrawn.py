"""What becomes of a published version: a newer one supersedes it, or its authors withdraw it and say why."""

from types import SimpleNamespace

import pytest

from tests.factories.journeys import moved, patient
from tests.journeys.cast import version_in
from tests.journeys.deeds import accepted, reviewed
from tests.journeys.wire import ask

pytestmark = pytest.mark.sandbox
OTHER = "products/ada/star-magnitudes/"


@pytest.fixture(scope="module")
def withdrawn(cast, git_host):
    """Another product: 1.0.0 is published, 1.1.0 supersedes it and is then withdrawn."""
    seen = SimpleNamespace(states=[])
    for label in ("1.0.0", "1.1.0"):
        patient(git_host.folder / "star-magnitudes", label)
        given = {"url": git_host.url_of("star-magnitudes"), "ref": f"v{label}"}
        version = cast.ada.do("versions/", given)
        version_in(cast.ada, f"{OTHER}versions/{label}/", "in_review")
        accepted(cast, reviewed(cast, version))
        version_in(cast.anybody, f"{OTHER}versions/{label}/", "published")
    seen.superseded = cast.anybody.read(f"{OTHER}versions/1.0.0/")
    seen.archive = cast.anybody.get(f"{OTHER}versions/1.1.0/archive/")
    seen.without_reason = cast.ada.post(f"{OTHER}versions/1.1.0/withdraw/", {})
    seen.by_a_stranger = cast.dan.post(f"{OTHER}versions/1.1.0/withdraw/", {"reason": "I do not like it."})
    seen.answer = cast.ada.do(f"{OTHER}versions/1.1.0/withdraw/", {"reason": "The zero point is wrong."})
    seen.label_again = cast.ada.post("versions/", given | {"ref": moved(git_host.folder / "star-magnitudes", "1.1.0")})
    return seen


def test_a_newer_version_supersedes_and_the_older_stays(cast, withdrawn):
    assert withdrawn.superseded["state"] == "superseded"
    assert cast.anybody.get(f"{OTHER}versions/1.0.0/archive/").status == 200


def test_withdrawing_takes_a_reason_and_an_author(withdrawn):
    assert withdrawn.archive.status == 200
    assert withdrawn.without_reason.status == 400
    assert "say why" in withdrawn.without_reason.json()["errors"]["reason"][0]
    assert withdrawn.by_a_stranger.status == 403


def test_what_was_withdrawn_leaves_a_tombstone(cast, site, withdrawn):
    seen = cast.anybody.read(f"{OTHER}versions/1.1.0/")
    assert (seen["state"], seen["reason"]) == ("withdrawn", "The zero point is wrong.")
    assert cast.anybody.get(f"{OTHER}versions/1.1.0/archive/").status == 404
    page = ask(f"{site.url}/{OTHER}versions/1.1.0/")
    assert page.status == 410
    assert "The zero point is wrong." in page.text


def test_the_label_of_a_withdrawn_version_is_never_used_again(withdrawn):
    assert withdrawn.label_again.status == 422
    assert withdrawn.label_again.json()["findings"][0]["code"] == "LABEL_TAKEN"
