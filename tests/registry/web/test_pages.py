"""What the pages say."""

import pytest

from registry.actions import tokens
from registry.models import Token
from tests.registry.web import shelf
from tests.registry.web.conftest import address


def test_the_catalogue_lists_what_is_published(browse, book):
    shown = browse().get("/products/").content.decode()
    assert "1 product<" in shown
    assert "Pixel tables that keep their values" in shown
    assert "VLT · MUSE" in shown
    assert "independent result" in shown
    assert "quiet-thing" not in shown
    assert "dark-field" not in shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=muse", 1),
        ("q=MUSE+alice", 1),
        ("q=nothing", 0),
        ("tier=N", 1),
        ("tier=1", 0),
        ("type=cube&waveband=Optical", 1),
        ("facility=VLT&facility=NTT", 1),
        ("instrument=KMOS", 0),
        ("sort=name", 1),
        ("sort='%3B--&page=x", 1),
    ],
)
def test_the_catalogue_is_narrowed_by_its_address(browse, book, query, found):
    shown = browse().get(f"/products/?{query}").content.decode()
    assert f"{found} product" in shown


def test_nothing_found_leads_on(browse, book):
    shown = browse().get("/products/?q=xyz&type=cube").content.decode()
    assert "Nothing matches “xyz” with these filters" in shown
    assert 'href="?q=xyz"' in shown


def test_an_empty_registry_says_so(browse, db):
    assert b"Nothing is published yet" in browse().get("/").content


def test_the_version_page_says_what_it_rests_on(browse, book):
    shown = browse().get(address(book.published)).content.decode()
    for said in (
        "adp check https://git.example.org/muse/pixtable.git --ref v1.0.2",
        "reproduces the printed table",
        "a data test against an independent reference",
        "lambda, value, flag, variance: bit-identical over this stretch",
        "[Advanced Data Product]",
        "Limits of use",
        "52\xa0MiB of 2\xa0GiB asked",
        "Carol accepted muse-pixtable 1.0.2",
    ):
        assert said in shown, said
    assert "/archive/" in shown


def test_a_contributor_with_a_proved_orcid_is_linked(browse, book):
    assert 'href="/people/0000-0002-1825-0097/"' in browse().get(address(book.published)).content.decode()
    assert browse().get("/people/0000-0002-1825-0097/", follow=True).redirect_chain == [("/people/alice/", 302)]


def test_a_superseded_version_leads_to_the_newer_one(browse, book):
    assert b"Go to 1.0.2" in browse().get(address(book.superseded)).content


def test_a_failed_report_gives_sentence_evidence_and_the_command(browse, book):
    shown = browse("alice").get(address(book.failed, "report/")).content.decode()
    for said in (
        "value changed: row 3, column flag: 0 → a0",
        "failed: not reproduced as declared",
        "1 error, 1 note",
        "INVARIANT",
        "step shift, row 3, column flag",
        "<mark>a0</mark>",
        "adp check https://git.example.org/muse/pixtable.git --ref v1.0.0",
        "1 of 8",
    ):
        assert said in shown, said
    assert shown.index("value changed") < shown.index("the reference has no uncertainties")


def test_a_passed_report_says_what_was_compared(browse, book):
    shown = browse().get(address(book.published, "report/")).content.decode()
    assert "Every stage passed, and the one comparison agrees." in shown
    assert "Compared with: independent result." in shown
    assert "10⁻⁹\xa0pix" in shown
    assert "67\u202f000×" in shown


def test_credit_names_deeds_and_no_sum_of_them(browse, book, cast):
    shown = browse().get("/people/alice/").content.decode()
    assert "Software" in shown
    assert "muse-pixtable 1.0.2" in shown
    assert address(book.published) in shown
    assert "total" not in shown.lower()


def test_an_author_withdraws_and_says_why(browse, book):
    path = address(book.published, "withdraw/")
    assert browse("alice").post(path, {"reason": " "}).status_code == 422
    assert browse("alice").post(path, {"reason": "wrong by 3 %"}).status_code == 302
    assert b"wrong by 3 %" in browse().get(address(book.published)).content


def test_an_editor_publishes_what_was_accepted(browse, cast):
    version = shelf.accept(shelf.check(shelf.propose(cast.alice)), cast.carol)
    assert b">Publish<" in browse("carol").get(address(version)).content
    assert browse("carol").post(address(version, "publish/")).status_code == 302
    version.refresh_from_db()
    assert version.state == "published"


def test_the_owner_shows_the_development(browse, book):
    path = "/products/alice/quiet-thing/"
    assert browse("dan").post(f"{path}open/", {"open": "yes"}).status_code == 404
    assert browse("alice").post(f"{path}open/", {"open": "yes"}).status_code == 302
    assert browse().get(path).status_code == 200


def test_registering_signs_in_and_keeps_what_was_typed(browse, db):
    visitor = browse()
    typed = {"handle": "eve", "name": "Eve", "email": "eve@example.org", "orcid": "", "password": "short"}
    refused = visitor.post("/register/", typed)
    assert refused.status_code == 422
    assert b'value="eve@example.org"' in refused.content
    assert b"short" not in refused.content.replace(b"too short", b"")
    assert visitor.post("/register/", typed | {"password": "a long enough phrase"}).status_code == 302
    assert visitor.get("/account/").status_code == 200


def test_a_taken_handle_is_said_beside_the_field(browse, cast):
    typed = {"handle": "muse-gto", "name": "M", "email": "m@example.org", "password": "a long enough phrase"}
    shown = browse().post("/register/", typed).content.decode()
    assert '<div class="err" id="id_handle_error">this handle is taken' in shown
    assert 'aria-describedby="id_handle_helptext id_handle_error"' in shown


def test_a_token_is_shown_once(browse, cast):
    alice = browse("alice")
    shown = alice.post("/account/", {"name": "laptop", "scopes": ["read"], "lifetime": "30"}).content.decode()
    token = Token.objects.get(person=cast.alice)
    key = shown.split('aria-label="API token">')[1].split("<")[0]
    assert tokens.recognise(key) == token
    assert key not in alice.get("/account/").content.decode()


def test_a_token_is_revoked_by_its_holder_alone(browse, cast):
    token = tokens.issue(actor=cast.alice, name="laptop").token
    assert browse("dan").post(f"/account/tokens/{token.pk}/revoke/").status_code == 404
    assert browse("alice").post(f"/account/tokens/{token.pk}/revoke/").status_code == 302
    assert not Token.objects.usable().exists()


def test_signing_out_takes_a_button(browse, cast):
    alice = browse("alice")
    assert alice.get("/logout/").status_code == 405
    assert alice.post("/logout/").status_code == 302
    assert alice.get("/account/").status_code == 302


def test_a_foreign_page_cannot_be_the_next_one(browse, cast):
    typed = {"username": "alice", "password": "correct horse battery staple", "next": "https://evil.example/"}
    assert browse().post("/login/", typed)["Location"] == "/"
