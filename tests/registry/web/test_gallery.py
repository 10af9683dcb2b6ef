"""Pictures beside their comparison: with words and a table, seen by whom the report is seen, and only what was kept."""

import re

import pytest

from adp.comparison.picture import Picture
from registry.web.sheets.gallery import MOST, gallery, notes
from tests.registry.web import shelf
from tests.registry.web.conftest import address
from tests.registry.web.markup import Page


def images(text):
    return [found for tag, found in Page(text).tags if tag == "img"]


@pytest.mark.parametrize("part", ["", "report/"])
def test_a_picture_stands_beside_its_comparison(browse, book, part):
    text = browse().get(address(book.published, part)).content.decode()
    (image,) = images(text)
    assert image["alt"] == shelf.PICTURE.alt
    assert (image["width"], image["height"], image["loading"]) == ("800", "459", "lazy")
    assert "<figcaption><b>x: row by row.</b>" in text
    assert "Product minus reference of &lt;x&gt; along" in text
    assert '<th scope="row">worst difference</th>' in text
    assert "&lt;b&gt;+1.4" in text
    assert "never-handed-in" not in text


def test_what_was_not_drawn_is_said(browse, book):
    text = browse().get(address(book.published, "report/")).content.decode()
    assert "the picture &#x27;&lt;i&gt;pulls&#x27; could not be drawn" in text


def test_a_picture_is_served_as_what_it_is_and_runs_nothing(browse, book):
    (image,) = images(browse().get(address(book.published, "report/")).content.decode())
    answer = browse().get(image["src"])
    assert answer.status_code == 200
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content) == shelf.PICTURE.file.encode()


def test_who_may_not_see_the_report_may_not_see_its_pictures(browse, book):
    (image,) = images(browse("alice").get(address(book.failed, "report/")).content.decode())
    found = {}
    for who in ("", "alice", "carol", "dan"):
        answer = browse(who).get(image["src"])
        found[who] = answer.status_code
        assert not answer.streaming or b"".join(answer.streaming_content)  # read to its end, it is closed
    assert found == {"": 404, "alice": 200, "carol": 200, "dan": 404}


def test_pictures_are_no_files_in_the_list_of_files(browse, book):
    text = browse().get(address(book.published)).content.decode()
    assert "source.tar.gz" in text
    assert not re.search(r"<a[^>]*>\s*01-01-x-rows", text)


ADDRESSES = {shelf.PICTURE.file: "/served/"}
WRONG = [
    {},
    {"pictures": "many"},
    {"pictures": [{}]},
    {"pictures": [None]},
    {"pictures": [shelf.PICTURE.to_dict() | {"name": "../x"}]},
    {"pictures": [shelf.PICTURE.to_dict() | {"rows": [3]}]},
    {"pictures": [shelf.PICTURE.to_dict() | {"width": "wide"}]},
    {"pictures": [Picture("01-x", "", "").to_dict()], "notes": 3},
]


@pytest.mark.parametrize("raw", WRONG)
def test_a_report_that_says_it_wrongly_shows_nothing(raw):
    assert gallery(raw, ADDRESSES) == ()
    assert notes(raw) == ()


def test_a_report_cannot_flood_a_page():
    raw = {"pictures": [shelf.PICTURE.to_dict()] * 100, "notes": ["x" * 9999] * 100}
    assert len(gallery(raw, ADDRESSES)) == len(notes(raw)) == MOST
    assert max(map(len, notes(raw))) < 500
