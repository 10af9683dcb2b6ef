"""Every page, every role: what is not yours to see is not there."""

import pytest

from tests.registry.web import shelf
from tests.registry.web.conftest import address

PUBLIC = ["/", "/products/", "/people/", "/centres/", "/centres/muse-gto/", "/people/alice/", "/login/", "/register/"]
OWN = ["/submit/", "/account/"]
ROLES = ["", "alice", "bob", "carol", "oscar", "dan"]

# which version, which part of its page: what (the public, an author, an editor, somebody else) is answered
SEEN = {
    ("published", ""): (200, 200, 200, 200),
    ("published", "report/"): (200, 200, 200, 200),
    ("superseded", ""): (200, 200, 200, 200),
    ("failed", ""): (404, 200, 200, 404),
    ("failed", "report/"): (404, 200, 200, 404),
    ("submitted", ""): (404, 200, 200, 404),
    ("submitted", "report/"): (404, 404, 404, 404),
    ("in_review", ""): (404, 200, 200, 404),
    ("in_review", "report/"): (404, 200, 200, 404),
    ("rejected", ""): (404, 200, 200, 404),
    ("open", "report/"): (404, 404, 404, 404),
}


@pytest.mark.parametrize("who", ROLES)
def test_public_pages_are_open_to_everybody(browse, book, who):
    found = {path: browse(who).get(path).status_code for path in PUBLIC}
    assert found == dict.fromkeys(PUBLIC, 200) | ({"/login/": 302} if who else {})


@pytest.mark.parametrize("path", OWN)
def test_what_is_ones_own_asks_to_sign_in(browse, path):
    answer = browse().get(path)
    assert (answer.status_code, answer["Location"]) == (302, f"/login/?next={path}")
    assert browse("dan").get(path).status_code == 200


def test_a_version_is_shown_to_whom_it_concerns(browse, book):
    clients = [browse(who) for who in ("", "alice", "carol", "dan")]
    found = {
        (state, part): tuple(c.get(address(getattr(book, state), part)).status_code for c in clients)
        for state, part in SEEN
    }
    assert found == SEEN


def test_an_open_version_shows_its_name_and_state_only(browse, book):
    shown = browse().get(address(book.open)).content.decode()
    assert "open-thing" in shown
    assert "submitted" in shown
    for secret in (book.open.manifest["product"]["title"], book.open.commit[:7], "Alice Author", book.open.url):
        assert secret not in shown


def test_a_withdrawn_version_is_a_tombstone_for_everybody(browse, book):
    for who in ("", "alice", "carol", "dan"):
        answer = browse(who).get(address(book.withdrawn))
        assert answer.status_code == 410
        assert b"The dark current was subtracted twice." in answer.content


def test_a_stranger_sees_no_product_in_the_dark(browse, book):
    assert browse("dan").get("/products/alice/quiet-thing/").status_code == 404
    assert browse("alice").get("/products/alice/quiet-thing/").status_code == 200
    assert browse().get("/products/amy/open-thing/").status_code == 200


def test_a_product_in_the_open_keeps_its_title_to_itself(browse, book):
    assert book.open.product.title.encode() not in browse().get("/products/amy/open-thing/").content


def test_the_product_page_hides_versions_on_their_way(browse, book):
    assert b"1.0.0" not in browse().get("/products/alice/muse-pixtable/").content
    assert b"1.0.0" in browse("alice").get("/products/alice/muse-pixtable/").content


@pytest.mark.parametrize("path", ["/products/a/b/", "/products/a/b/versions/1/", "/people/nobody/", "/centres/none/"])
def test_what_is_not_there_is_a_page_that_says_so(browse, db, path):
    answer = browse().get(path)
    assert answer.status_code == 404
    assert b"There is no page at this address, or it is not yours to see." in answer.content


def test_a_stranger_withdraws_nothing_and_is_told_why(browse, book):
    answer = browse("dan").post(address(book.published, "withdraw/"), {"reason": "because"})
    assert answer.status_code == 403
    assert b"Only the authors of this version may do this" in answer.content
    book.published.refresh_from_db()
    assert book.published.state == "published"


def test_an_author_does_not_publish_by_hand(browse, cast):
    version = shelf.accept(shelf.check(shelf.propose(cast.alice)), cast.carol)
    answer = browse("alice").post(address(version, "publish/"))
    assert answer.status_code == 403
    assert b"Only an editor of the registry may do this" in answer.content


def test_the_second_of_two_is_told(browse, book):
    answer = browse("carol").post(address(book.published, "publish/"))
    assert answer.status_code == 409
    assert b"version.publish is not possible while published" in answer.content
