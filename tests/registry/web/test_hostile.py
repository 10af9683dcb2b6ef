"""Strangers' words stay words: in titles, names, addresses, findings, logs and the science case."""

from dataclasses import replace

import pytest

from adp.finding import Finding, Reason, Where
from registry.web.present import prose
from tests.registry.web import shelf
from tests.registry.web.conftest import address
from tests.registry.web.markup import Page

EVIL = "<script>alert(1)</script>"
BIDI = "invoice\u202etxt.exe"
CASE = """# <img src=x onerror=alert(1)>

<script>alert(1)</script> <a href="javascript:alert(1)">x</a> <form action="https://evil.example"><input></form>

![spy](https://evil.example/pixel.png) [out](http://evil.example) [on](//evil.example/a) [in](/account/)
[js](javascript:alert(1)) [data](data:text/html;base64,PHNjcmlwdD4=) [fine](https://example.org/a?b=c) <mailto:a@b.org>
[back](\\\\\\\\evil.example) <style>*{display:none}</style> {% now "Y" %} {{ settings.SECRET_KEY }}
"""


@pytest.fixture
def evil(cast):
    """Published and failed versions whose every free text is hostile."""
    facility = shelf.loads(shelf.MANIFEST)[0].product.facilities[0]
    words = {"title": EVIL, "summary": f"{EVIL} {BIDI}", "keywords": (EVIL,), "links": {EVIL: f"javascript:{EVIL}"}}
    words |= {"facilities": (replace(facility, telescope=EVIL),), "waveband": (EVIL,)}
    out = shelf.put_out(shelf.propose(cast.alice, name="evil-out", label="1.0.0", science=CASE, **words), cast.carol)
    finding = Finding(
        Reason.CRASH,
        EVIL,
        f"{EVIL} {BIDI}",
        where=Where(file=EVIL, column=EVIL),
        hint=EVIL,
        evidence={EVIL: EVIL, "log": f"\x1b]0;owned\x07\x1b[2J{EVIL}\x01", "rows": [{EVIL: EVIL}], "repeat": EVIL},
    )
    bad = shelf.propose(cast.alice, name="evil-bad", label="1.0.0", url=f"https://x.example/{EVIL}", **words)
    return out, shelf.check(bad, finding, log=f"{EVIL}\x1b[31m{BIDI}")


def test_no_page_lets_a_strangers_markup_through(browse, evil):
    alice = browse("alice")
    pages = [address(v, part) for v in evil for part in ("", "report/")]
    pages += ["/", "/products/", f"/products/?q={EVIL}&type={EVIL}&keyword={EVIL}", "/people/alice/"]
    pages += ["/products/alice/evil-out/", "/products/alice/evil-bad/", f"/nope/{EVIL}"]
    for path in pages:
        shown = alice.get(path).content.decode()
        assert "<script>alert" not in shown, path
        assert "\u202e" not in shown, path
        assert "\x1b" not in shown, path
        found = Page(shown)
        assert not found.wrong, path
        assert not [link for link in found.links if not link.startswith(("/", "#", "?", "https:", "mailto:"))], path


def test_hostile_words_are_still_shown(browse, evil):
    shown = browse("alice").get(address(evil[1], "report/")).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "&lt;U+202E&gt;" in shown


def test_the_repeating_command_is_one_shell_word_each(browse, evil):
    shown = browse("alice").get(address(evil[1], "report/")).content.decode()
    assert "adp check &#x27;https://x.example/&lt;script&gt;alert(1)&lt;/script&gt;&#x27; --ref v1.0.0" in shown


def test_the_science_case_can_only_be_read():
    shown = prose.render(CASE)
    found = Page(shown)
    assert {tag for tag, _ in found.tags} <= prose.TAGS
    assert found.links == ["https://example.org/a?b=c", "mailto:a@b.org"]
    assert all(attrs.get("rel") == "noreferrer nofollow" for _, attrs in found.tags if "href" in attrs)
    assert not found.wrong
    assert not found.assets
    assert "{% now" in shown


def test_headings_of_a_science_case_stand_below_the_pages_own():
    assert prose.render("# One\n\n## Two") == "<h3>One</h3>\n<h4>Two</h4>\n"


@pytest.mark.parametrize("source", ["", "[" * 5000, "> " * 5000 + "x", "*" * 100_000, "| a |\n|-|\n" + "|" * 10_000])
def test_no_science_case_stops_the_page(source):
    assert len(prose.render(source)) < 2_000_000
