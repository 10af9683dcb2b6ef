"""A spec is read strictly: what is not understood is told, and what is not supported is never skipped."""

from pathlib import Path
from typing import Any

import pytest

from adp.comparison.compare import compare
from adp.comparison.spec.amounts import Amount
from adp.comparison.spec.reader import parse
from adp.comparison.spec.terms import ValueRule
from adp.errors import AuthorError
from tests.adp.comparison.making import hdus, image

WRONG = [
    ({"dta": {}}, "SPEC_UNKNOWN_KEY", "did you mean 'data'?"),
    ({"data": {"ab": 1}}, "SPEC_UNKNOWN_KEY", "did you mean 'abs'?"),
    ({"column": {"x": {"rell": 1}}}, "SPEC_UNKNOWN_KEY", "did you mean 'rel'?"),
    ({"data": {"abs": -1}}, "SPEC_VALUE", ""),
    ({"data": {"abs": True}}, "SPEC_VALUE", ""),
    ({"data": {"abs": "1mJy!"}}, "SPEC_VALUE", ""),
    ({"data": {"abs": float("nan")}}, "SPEC_VALUE", ""),
    ({"data": {"abs": 10**400}}, "SPEC_VALUE", ""),
    ({"data": {"abs": f"1{'0' * 400} Jy"}}, "SPEC_VALUE", ""),
    ({"data": {"ulp": 10**400}}, "SPEC_VALUE", ""),
    ({"data": {"rel": "1e-3"}}, "SPEC_VALUE", ""),
    ({"data": {"ulp": 1.5}}, "SPEC_VALUE", ""),
    ({"data": {"nan": "maybe"}}, "SPEC_VALUE", ""),
    ({"data": {"sigma": {"max": 3}}}, "SPEC_VALUE", 'e.g. { max = 3, variance = "STAT" }'),
    ({"data": {"exact": True, "abs": 1}}, "SPEC_CONFLICT", "keep one; abs and rel go together"),
    ({"data": 3}, "SPEC_VALUE", ""),
    ({"table": {"key": "id"}}, "SPEC_VALUE", ""),
    ({"header": {"ignore": [1]}}, "SPEC_VALUE", ""),
    ({"match": "both"}, "SPEC_VALUE", ""),
    ({"relation": {"transform": {"x": 3}}}, "SPEC_VALUE", ""),
    ({"integrity": {"checksum": "yes"}}, "SPEC_VALUE", ""),
]


@pytest.mark.parametrize(("raw", "code", "hint"), WRONG, ids=[str(w[0]) for w in WRONG])
def test_a_wrong_spec_is_refused(raw: dict[str, Any], code: str, hint: str) -> None:
    with pytest.raises(AuthorError) as caught:
        parse(raw)

    found = caught.value.findings[0]
    assert (found.reason, found.code, found.hint) == ("MANIFEST_INVALID", code, hint)


def test_broken_toml_has_a_line_and_a_column() -> None:
    with pytest.raises(AuthorError) as caught:
        parse("[data]\nabs = = 1\n", file="tolerance.toml")

    where = caught.value.findings[0].where
    assert (where.file, where.line, where.column) == ("tolerance.toml", 2, 7)


def test_sections_about_nothing_are_told(tmp_path: Path) -> None:
    hdus(image())(tmp_path / "a")

    found = compare(tmp_path / "a", tmp_path / "a", parse("[hdu.SKI.data]\nabs = 1\n[column.flx]\nrel = 1\n"))

    assert found.verdict == "error"
    assert [f.code for f in found.findings] == ["SPEC_UNKNOWN_HDU", "SPEC_UNKNOWN_COLUMN"]


SPEC = """
[data]
abs = "1e-6 Jy"
nan = "ignore"
[hdu.SCI.data]
rel = 1e-4
[hdu."SCI,2".data]
bits = true
[column.flux]
exact = true
dtype = "exact"
[hdu.CAT.column.flux]
ulp = 4
"""
RESOLVED = [
    (("#0", "PRIMARY", "PRIMARY,1"), "", ValueRule(abs=Amount(1e-6, "Jy"), nan="ignore")),
    (("#1", "SCI", "SCI,1"), "", ValueRule(rel=1e-4, nan="ignore")),
    (("#2", "SCI", "SCI,2"), "", ValueRule(bits=True, nan="ignore")),
    (("#3", "LIST", "LIST,1"), "flux", ValueRule(exact=True, nan="ignore", dtype="exact")),
    (("#4", "CAT", "CAT,1"), "flux", ValueRule(ulp=4, nan="ignore", dtype="exact")),
    (("#4", "CAT", "CAT,1"), "mag", ValueRule(abs=Amount(1e-6, "Jy"), nan="ignore")),
]


@pytest.mark.parametrize(("names", "column", "rule"), RESOLVED)
def test_the_most_specific_section_says_how_values_compare(
    names: tuple[str, ...], column: str, rule: ValueRule
) -> None:
    assert parse(SPEC).values(names, column) == rule


def test_the_dotted_shorthand_means_the_same_as_tables() -> None:
    assert parse({"column.x.abs": 1e-9, "column.y.abs": 1e-9}) == parse("column.x.abs = 1e-9\n[column.y]\nabs = 1e-9\n")
