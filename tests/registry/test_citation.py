"""Citations survive the names people have."""

import json
from dataclasses import replace

import pytest

from registry.citation import Author, Facts, forms

PLAIN = Facts(
    title="Pixel tables",
    label="1.0.0",
    path="muse-gto/pixtable",
    authors=(Author("Ada"),),
    licence="MIT",
    year=2026,
    date="2026-11-22",
    url="https://pharos.example/x/",
    repository="https://git.example/x",
    commit="a" * 40,
)


@pytest.mark.parametrize("name", ["Zoë & Søn", "100% {Team}", r"A\B_C", "王小明", "O'Neil, Jr."])
def test_any_name_can_be_cited(name):
    cited = forms(replace(PLAIN, authors=(Author(name, "0000-0002-1825-0097"),), title=name))
    assert json.loads(cited["cff"])["authors"][0]["name"] == name
    assert name in cited["text"]
    assert cited["bibtex"].count("{") == cited["bibtex"].count("}")


def test_bibtex_keeps_special_signs_from_latex():
    cited = forms(replace(PLAIN, title="50% of #1 & more_"))
    assert r"50\% of \#1 \& more\_" in cited["bibtex"]
