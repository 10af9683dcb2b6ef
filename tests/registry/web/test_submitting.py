"""Submit looks first and stores only when asked; repositories are real and served on loopback."""

import pytest

from adp.source.policy import Policy
from registry.models import Version
from tests.factories.repositories import make_repository, serving
from tests.registry.web import shelf

FILES = {
    "adp.toml": shelf.MANIFEST.replace(b"dd49158ddb93ea0bf3ea4f0033c96182b44f8f88fbe92e1a41d154ab327456d5", b"%LEVEL0%")
    .replace(b"16e64b91ec9ba89e6319b049a5f6adc0e32243ddfac9d81906b15c9705e24376", b"%PRINTED%")
    .replace(b"%LEVEL0%", shelf.sha("level0").encode())
    .replace(b"%PRINTED%", shelf.sha("printed").encode()),
    "SCIENCE.md": shelf.SCIENCE,
    "LICENSE": "BSD 3-Clause",
    "data/level0.ecsv": "level0",
    "data/level1.ecsv": "printed",
}


@pytest.fixture
def repositories(tmp_path, settings):
    folder = tmp_path / "served"
    folder.mkdir()
    make_repository(folder / "good", FILES, tag="v1.0.1")
    wrong = FILES["adp.toml"].replace(b"license =", b"licence =")
    make_repository(folder / "bad", FILES | {"adp.toml": wrong}, tag="v1.0.1")
    make_repository(
        folder / "foreign",
        FILES | {"adp.toml": FILES["adp.toml"].replace(b"[product]\n", b'[product]\nowner = "muse-gto"\n')},
        tag="v1.0.1",
    )
    with serving(folder) as host:
        settings.PHAROS_SOURCE_POLICY = Policy.loopback(host.port)
        yield host


def test_looking_stores_nothing_and_names_the_tag(browse, cast, repositories):
    shown = browse("alice").post("/submit/", {"url": repositories.url_of("good"), "ref": "v1.0.1", "do": "look"})
    text = shown.content.decode()
    assert shown.status_code == 200, text
    assert ">Check v1.0.1</button>" in text
    assert "alice/muse-pixtable 1.0.1, new here" in text
    assert not Version.objects.exists()


def test_the_button_stores_it(browse, cast, repositories):
    sent = {"url": repositories.url_of("good"), "ref": "v1.0.1", "do": "submit"}
    answer = browse("alice").post("/submit/", sent)
    assert answer["Location"] == "/products/alice/muse-pixtable/versions/1.0.1/"
    assert Version.objects.get().state == "submitted"


def test_a_wrong_key_is_shown_with_line_and_column(browse, cast, repositories):
    url = repositories.url_of("bad")
    answer = browse("alice").post("/submit/", {"url": url, "ref": "v1.0.1", "do": "submit"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "adp.toml, line 8, column 1" in text
    assert "licence" in text
    assert f'value="{url}"' in text
    assert not Version.objects.exists()


def test_somebody_elses_product_is_refused_with_the_reason(browse, cast, repositories):
    sent = {"url": repositories.url_of("foreign"), "ref": "v1.0.1"}
    looked = browse("dan").post("/submit/", sent | {"do": "look"}).content.decode()
    assert "only the owner of the product" in looked
    assert "disabled>Check it</button>" in looked
    assert browse("dan").post("/submit/", sent | {"do": "submit"}).status_code == 422
    assert not Version.objects.exists()


@pytest.mark.parametrize("url", ["ssh://git.example.org/x", "https://user:word@git.example.org/x", "not an address"])
def test_a_refused_address_keeps_what_was_typed(browse, cast, url):
    answer = browse("alice").post("/submit/", {"url": url, "ref": "v1", "do": "look"})
    assert answer.status_code == 422
    assert b'value="v1"' in answer.content
    assert b"Nothing was stored" in answer.content.replace(b"nothing was", b"Nothing was")


def test_an_empty_form_says_what_is_missing(browse, cast):
    shown = browse("alice").post("/submit/", {"url": "", "ref": ""}).content.decode()
    assert "2 things are wrong" in shown
