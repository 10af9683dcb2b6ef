"""The face keeps its budget and its promises: nothing from elsewhere, nothing inline, one h1, few queries."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.base import ContentFile
from django.template import engines

from tests.registry.web import shelf
from tests.registry.web.conftest import address
from tests.registry.web.markup import Page

STATIC = Path(__file__).parents[3] / "registry/static/pharos"


@pytest.fixture
def pages(browse, book):
    """path -> its text, as its author sees it."""
    version, failed = book.published, book.failed
    paths = ["/", "/products/", "/products/?q=none", "/products/alice/muse-pixtable/", address(version), "/nope/"]
    paths += [address(version, "report/"), address(version, "withdraw/"), address(failed), address(failed, "report/")]
    paths += [address(book.withdrawn), address(book.open), "/people/", "/people/alice/", "/centres/"]
    paths += ["/centres/muse-gto/", "/submit/", "/account/"]
    alice, public = browse("alice"), browse()
    found = {path: alice.get(path) for path in paths} | {p: public.get(p) for p in ("/login/", "/register/")}
    found["/submit/ refused"] = alice.post("/submit/", {"url": "", "ref": ""})
    return found


def test_every_page_is_well_made(pages):
    for path, answer in pages.items():
        text = answer.content.decode()
        page = Page(text)
        assert not page.wrong, (path, page.wrong)
        assert not page.open, (path, page.open)
        assert page.count("h1") == 1, path
        assert page.count("main") == 1, path
        assert len(page.ids) == len(set(page.ids)), path
        assert set(page.inputs) <= page.labels, (path, page.inputs)
        assert "{%" not in text, path
        assert "{{" not in text, path
        assert '<a class="skip" href="#main">' in text, path
        assert text.count("<script") == text.count("<script src="), path


def test_no_page_asks_anybody_else_for_anything(pages):
    for path, answer in pages.items():
        for asset in Page(answer.content.decode()).assets:
            if asset.startswith("/api/v1/products/"):
                continue  # a picture of a comparison, re-encoded when it came in
            assert asset.startswith("/static/"), (path, asset)
            assert finders.find(asset.removeprefix("/static/")), (path, asset)


def test_every_page_carries_the_content_policy(pages):
    for path, answer in pages.items():
        policy = answer["Content-Security-Policy"]
        assert "default-src 'self'" in policy, path
        assert "unsafe-inline" not in policy, path
        assert answer["X-Content-Type-Options"] == "nosniff", path


def test_a_signed_in_page_is_in_nobodys_cache(browse, cast):
    assert "no-store" in browse("alice").get("/account/")["Cache-Control"]
    assert "private" in browse("alice").get("/people/alice/")["Cache-Control"]


def test_the_specimens_of_the_design_are_nowhere(pages):
    for path, answer in pages.items():
        for invented in ("Lindqvist", "Arregui", "pixtab ", "Rhône", "10.5072", "kmos-velocity"):
            assert invented not in answer.content.decode(), (path, invented)


def test_no_template_holds_script_or_style():
    for folder in (Path(__file__).parents[3] / "templates").rglob("*.html"):
        text = folder.read_text()
        assert not re.search(r"<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=|<style", text), folder
        assert not re.search(r'(?:src|href)="(?:https?:)?//(?!orcid\.org/)', text), folder


def test_every_template_can_be_read():
    root = Path(__file__).parents[3] / "templates"
    for path in root.rglob("*.html"):
        engines["django"].get_template(str(path.relative_to(root)))


def test_the_page_of_our_own_fault_needs_nothing():
    assert "This says nothing about your product." in engines["django"].get_template("500.html").render()


def test_the_budget():
    css, js = (STATIC / "pharos.css").read_bytes(), (STATIC / "pharos.js").read_bytes()
    assert len(css) <= 30_000
    assert len(gzip.compress(js)) <= 6_000
    assert sum(f.stat().st_size for f in (STATIC / "fonts").glob("*.woff2")) <= 75_000
    assert (STATIC / "fonts/OFL.txt").exists()


def test_the_fonts_survive_hashed_names(tmp_path, settings):
    store = ManifestStaticFilesStorage(location=tmp_path, base_url="/static/")
    paths = {}
    for found in STATIC.rglob("*"):
        if found.is_file():
            name = f"pharos/{found.relative_to(STATIC)}"
            store.save(name, ContentFile(found.read_bytes()))
            paths[name] = (store, name)
    done = list(store.post_process(paths))
    assert not [error for _, _, error in done if isinstance(error, Exception)]
    css = (tmp_path / store.stored_name("pharos/pharos.css")).read_text()
    assert len(re.findall(r'url\("fonts/[a-z0-9-]+\.[0-9a-f]{12}\.woff2"\)', css)) == 4
    assert "vendor/" not in css


def test_a_page_of_fifty_rows_is_small_and_asks_little(browse, cast, django_assert_max_num_queries):
    """The rows differ in name only; what is measured is the page."""
    for number in range(3):
        shelf.put_out(shelf.propose(cast.alice, name=f"thing-{number}"), cast.carol)
    with django_assert_max_num_queries(12):
        three = browse().get("/products/").content
    for number in range(3, 6):
        shelf.put_out(shelf.propose(cast.alice, name=f"thing-{number}"), cast.carol)
    with django_assert_max_num_queries(12):
        six = browse().get("/products/").content
    assert len(three) + (len(six) - len(three)) / 3 * 47 <= 60_000


def test_pages_ask_a_bounded_number_of_questions(browse, book, django_assert_max_num_queries):
    alice = browse("alice")
    limits = {
        "/": 12,
        "/products/alice/muse-pixtable/": 14,
        address(book.published): 32,
        address(book.published, "report/"): 14,
        "/people/alice/": 10,
        "/centres/muse-gto/": 12,
        "/centres/": 6,
    }
    for path, most in limits.items():
        with django_assert_max_num_queries(most):
            assert alice.get(path).status_code == 200
