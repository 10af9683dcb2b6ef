"""A file that is wanted: held, fetched, or refused so that the right one is told."""

import threading

import pytest

from adp.errors import AuthorError, CuratorError, PlatformError
from adp.reference.staging import Shelf
from adp.reference.store import Store
from tests.adp.reference.conftest import BODY, QUICK
from tests.factories.https import sends

LINES = []


def bring(shelf, wanted):
    with shelf.using(wanted, LINES.append) as file:
        return file.read_bytes()


def test_what_is_not_held_is_fetched_once(server, shelf, wanted):
    it = wanted(server.serve("/a.fits", BODY))
    assert bring(shelf, it) == BODY == bring(shelf, it)
    assert len(server.asked) == 1
    assert [h.is_pinned for h in shelf.store.held()] == [False]


def test_a_file_in_the_store_is_closed_to_writing(server, shelf, wanted):
    with shelf.using(wanted(server.serve("/a", BODY)), LINES.append) as file:
        assert file.stat().st_mode & 0o777 == 0o444


def test_two_that_want_the_same_at_once_fetch_it_once(server, shelf, wanted):
    it = wanted(server.serve("/a", BODY))
    both = [threading.Thread(target=bring, args=(shelf, it)) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("served", "changes", "code"),
    [
        (BODY[:-1] + b"!", {}, "REFERENCE_DIGEST"),
        (BODY[:-1] + b"!", {"size": None}, "REFERENCE_DIGEST"),
        (BODY[:-1], {}, "REFERENCE_SIZE"),
        (BODY + b"!", {}, "REFERENCE_SIZE"),
    ],
)
def test_what_is_not_as_agreed_is_quarantined_and_its_curator_told(server, shelf, wanted, served, changes, code):
    it = wanted(server.serve("/a", served), **changes)
    with pytest.raises(CuratorError) as caught:
        bring(shelf, it)
    (finding,) = caught.value.findings
    assert (finding.reason, finding.code) == ("REFERENCE_INVALID", code)
    assert finding.evidence["url"] == it.url
    assert not shelf.store.has(it.sha256)
    (suspect,) = shelf.store.quarantine.suspects()
    assert (suspect.sha256, suspect.url) == (it.sha256, it.url)


def test_a_file_that_is_gone_is_its_curators_to_bring_back(server, shelf, wanted):
    with pytest.raises(CuratorError, match="not served any more"):
        bring(shelf, wanted(server.url("/gone")))


def test_a_server_in_trouble_is_nobodys_fault(server, shelf, wanted):
    server.paths["/a"] = sends(b"", 503)
    with pytest.raises(PlatformError, match="503"):
        bring(shelf, wanted(server.url("/a")))


def test_an_address_we_do_not_go_to_is_the_authors(shelf, wanted):
    with pytest.raises(AuthorError) as caught:
        bring(shelf, wanted("https://127.0.0.1/passwords"))
    assert caught.value.findings[0].code == "URL_REFUSED"


def test_of_unknown_size_no_more_comes_than_there_is_room_for(server, store, shelf, wanted):
    small = Shelf(Store(store.folder, budget=1000, reserve=0), shelf.policy, QUICK, shelf.authorities)
    with pytest.raises(PlatformError, match="larger than this machine takes"):
        bring(small, wanted(server.serve("/a", BODY), size=None))
    with pytest.raises(PlatformError, match="does not fit"):
        bring(small, wanted(server.url("/a")))


def test_without_an_address_only_an_operator_brings_it(tmp_path, shelf, wanted):
    it = wanted("")
    with pytest.raises(PlatformError, match="nobody brought level0") as caught:
        bring(shelf, it)
    assert "data add" in caught.value.hint
    (tmp_path / "mine").write_bytes(BODY)
    shelf.store.add(tmp_path / "mine")
    assert bring(shelf, it) == BODY


def test_a_url_does_not_open_what_a_centre_keeps_to_itself(server, tmp_path, shelf, wanted):
    (tmp_path / "mine").write_bytes(BODY)
    shelf.store.add(tmp_path / "mine", private=True)
    with pytest.raises(CuratorError, match="not served"):
        bring(shelf, wanted(server.url("/made-up")))
    assert bring(shelf, wanted("")) == BODY


def test_a_held_file_of_another_size_than_the_manifest_says_is_not_used(tmp_path, shelf, wanted):
    (tmp_path / "mine").write_bytes(BODY)
    shelf.store.add(tmp_path / "mine")
    with pytest.raises(CuratorError, match="bytes, not 5"):
        bring(shelf, wanted("", size=5))


def test_a_damaged_copy_is_fetched_anew(server, shelf, wanted):
    it = wanted(server.serve("/a", BODY))
    bring(shelf, it)
    damage(shelf.store, it.sha256)
    assert bring(shelf, it) == BODY
    assert len(server.asked) == 2
    assert [s.why for s in shelf.store.quarantine.suspects()] == ["it was damaged in the store"]


def test_an_error_of_whoever_uses_a_file_is_not_swallowed(server, shelf, wanted):
    with pytest.raises(KeyError, match="theirs"), shelf.using(wanted(server.serve("/a", BODY)), LINES.append):
        raise KeyError("theirs")


def damage(store, sha256):
    file = store.folder / sha256 / "data"
    file.chmod(0o644)
    file.write_bytes(b"x" + BODY[1:])
