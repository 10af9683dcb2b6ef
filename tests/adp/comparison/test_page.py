"""The report of a comparison as pages: sound, complete, without a script, and with nothing in it that a file wrote."""

import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from adp.cli.main import main
from adp.comparison.page.html import el, table
from tests.adp.comparison.making import IMAGE, changed, hdus, image

VOID = {"meta", "img", "source", "br", "link"}


class Sound(HTMLParser):
    """Every element is closed, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def sound(page: str) -> Sound:
    parser = Sound()
    parser.feed(page)
    assert parser.open == []
    assert "script" not in parser.tags
    assert not any(name.startswith("on") or name == "style" for name, _ in parser.attributes)
    return parser


@pytest.fixture
def report(tmp_path: Path) -> str:
    hdus(image())(tmp_path / "r.fits")
    hdus(image(changed(IMAGE, (3, 4), 500.0)))(tmp_path / "p.fits")
    (tmp_path / "spec.toml").write_text("[data]\nabs = 1  # </pre><script>")
    given = ["compare", str(tmp_path / "r.fits"), str(tmp_path / "p.fits"), "--spec", str(tmp_path / "spec.toml")]
    assert main([*given, "--report", str(tmp_path / "report")]) == 1
    return (tmp_path / "report" / "report.html").read_text()


def test_the_page_says_verdict_reason_evidence_and_how_to_repeat_it(report: str) -> None:
    sound(report)
    order = ["differs", "SCI differs: 1 of 768 values breaks its rule", "Allowed: 1", "Findings", "Where, and how much",
             "Every rule that was judged", "Statistics of the differences", "Files", "Repeat it"]  # fmt: skip

    assert sorted(order, key=report.index) == order
    assert "--spec" in report
    assert "&lt;/pre&gt;&lt;script&gt;" in report


def test_every_picture_is_there_with_words_and_a_table(report: str, tmp_path: Path) -> None:
    images = re.findall(r'<img src="([^"]+)" alt="([^"]+)"', report)

    assert len(images) == 2
    for file, alt in images:
        assert (tmp_path / "report" / file).read_bytes().startswith(b"\x89PNG")
        assert (tmp_path / "report" / file).with_suffix(".svg").exists()
        assert len(alt) > 60
    assert report.count("The numbers as a table") == 2
    assert report.count("<h1>") == 1


def test_two_folders_are_an_index_and_a_page_for_each_file(tmp_path: Path) -> None:
    for side, amount in (("r", 0), ("p", 1)):
        (tmp_path / side).mkdir()
        hdus(image())(tmp_path / side / "same.fits")
        hdus(image(IMAGE + np.float32(amount)))(tmp_path / side / "<i>moved.fits")

    assert main(["compare", str(tmp_path / "r"), str(tmp_path / "p"), "--report", str(tmp_path / "report")]) == 1
    index = (tmp_path / "report" / "report.html").read_text()
    sound(index)
    pages = re.findall(r'<a href="(files/[^"]+)">([^<]+)</a>', index)
    assert [name for _, name in pages] == ["&lt;i&gt;moved.fits", "same.fits"]
    for file, _ in pages:
        page = (tmp_path / "report" / file).read_text()
        sound(page)
        assert 'href="../report.html"' in page
        assert all((tmp_path / "report" / "files" / src).exists() for src in re.findall(r'<img src="([^"]+)"', page))


def test_a_comparison_that_could_not_be_judged_has_a_page(tmp_path: Path) -> None:
    hdus(image())(tmp_path / "p.fits")
    (tmp_path / "r.fits").write_bytes(b"SIMPLE  =                    T")

    given = ["compare", str(tmp_path / "r.fits"), str(tmp_path / "p.fits"), "--report", str(tmp_path / "report")]
    assert main(given) == 2
    page = (tmp_path / "report" / "report.html").read_text()
    sound(page)
    assert "could not be judged" in page


def test_what_is_not_markup_is_escaped() -> None:
    assert el("p", "<b>&\u202e", title='"') == '<p title="&quot;">&lt;b&gt;&amp;&lt;U+202E&gt;</p>'
    assert "<i>" not in table(("<i>",), [("<i>",)], caption="<i>")
