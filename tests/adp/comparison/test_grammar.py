"""Every section of a comparison spec is read into its term, and what is wrong in it is told."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adp.comparison.spec.amounts import Amount
from adp.comparison.spec.places import SkyMatch, SpectrumRule, TimeMatch, WcsRule
from adp.comparison.spec.reader import parse
from adp.comparison.spec.statistical import DerivedRule, DistributionRule, Outliers, StatisticsRule
from adp.comparison.spec.terms import Bitmask, TableRule, TimeColumn, ValueRule
from adp.errors import AuthorError

SPEC = parse("""
[wcs]
max = ["0.01 pix", "5 mas"]
[data]
rel = 1e-5
[statistics]
mean_bias_sigma = 5
variance = "STAT"
[table]
extra = "ignore"
match = { ra = "ra", dec = "dec", max = "10 mas" }
[derived.colour]
expression = "mag_b - mag_v"
unit = "mag"
abs = 0.01
statistics = { mean_bias_sigma = 3 }
[spectrum]
grid = "resample"
[integrity]
variance_positive = true
[column.t]
time = { scale = "tdb" }
abs = "1 s"
[column.flag]
bitmask = { ignore = [4, "0x10"], names = { 2 = "SATURATED", "0x20" = "COSMIC" } }
[column.flux.statistics]
mean_bias_sigma = 4
pull_std = [0.9, 1.1]
outliers = { fraction = 0.001, max_sigma = 5 }
[column.z.distribution]
test = "anderson"
[hdu.SCI.wcs]
frame = "exact"
[hdu.SCI.statistics]
covariance = "cov"
chi2_p = 1e-4
[hdu.CAT.table]
key = ["id"]
[hdu.LC.table]
match = { time = "bjd", max = "1 s" }
[hdu.MC.table]
match = "distribution"
[hdu.CAT.column.flag]
bitmask = true
[hdu.CAT.derived.colour]
expression = "g - r"
[hdu.CAT.spectrum]
axis = "wave"
""")


def test_every_section_becomes_its_term() -> None:
    assert SPEC.wcs(()) == WcsRule((Amount(0.01, "pix"), Amount(5, "mas")))
    assert SPEC.wcs(("#1", "SCI")) == WcsRule((Amount(0.01, "pix"), Amount(5, "mas")), "exact")
    assert SPEC.table(()) == TableRule((), SkyMatch("ra", "dec", Amount(10, "mas")), "ignore")
    assert SPEC.table(("CAT",)) == TableRule(("id",), None, "ignore")
    assert SPEC.table(("LC",)).match == TimeMatch("bjd", Amount(1, "s"))
    assert SPEC.table(("MC",)).match == "distribution"
    assert SPEC.spectrum(()) == SpectrumRule("resample")
    assert SPEC.spectrum(("CAT",)) == SpectrumRule("resample", axis="wave")
    assert SPEC.distribution((), "z") == DistributionRule("anderson", 1e-3)
    assert SPEC.distribution((), "flux") is None
    assert SPEC.integrity.variance_positive


def test_flags_are_given_by_their_value() -> None:
    rule = SPEC.values((), "flag")

    assert rule.bitmask == Bitmask(0x14, {2: "SATURATED", 32: "COSMIC"})
    assert rule.label == "bitmask but 0x14"
    assert SPEC.values(("CAT",), "flag").bitmask == Bitmask()


def test_a_time_column_keeps_its_time_and_takes_the_tolerance() -> None:
    assert SPEC.values((), "t") == ValueRule(abs=Amount(1, "s"), time=TimeColumn("tdb", "mjd"))


def test_statistics_are_inherited_key_by_key() -> None:
    assert SPEC.statistics(()) == StatisticsRule(mean_bias_sigma=5, variance="STAT")
    assert SPEC.statistics(("#1", "SCI")) == StatisticsRule(
        mean_bias_sigma=5, variance="STAT", covariance="COV", chi2_p=1e-4
    )
    assert SPEC.statistics((), "flux") == StatisticsRule(
        mean_bias_sigma=4, pull_std=(0.9, 1.1), outliers=Outliers(0.001, 5), variance="STAT"
    )
    assert SPEC.asked((), "flux") == {"mean_bias_sigma", "pull_std", "outliers"}
    assert SPEC.asked((), "mag") == frozenset()
    assert SPEC.asked(("#1", "SCI"), "mag") == frozenset()
    assert SPEC.asked(("#1", "SCI")) == {"covariance", "chi2_p"}


def test_a_derived_quantity_has_the_keys_of_a_column() -> None:
    colour = SPEC.derived(())["colour"]

    assert (colour.expression, colour.unit) == ("mag_b - mag_v", "mag")
    assert SPEC.values((), "colour") == ValueRule(abs=Amount(0.01))
    assert SPEC.statistics((), "colour") == StatisticsRule(mean_bias_sigma=3, variance="STAT")
    assert SPEC.asked((), "colour") == {"mean_bias_sigma"}
    assert SPEC.derived(("CAT",)) == {"colour": DerivedRule("g - r")}


WRONG = [
    ({"wcs": {"max": 0.01}}, "SPEC_VALUE"),
    ({"wcs": {"max": "0.01 furlong"}}, "SPEC_VALUE"),
    ({"wcs": {"max": ["1 pix", "2 pix"]}}, "SPEC_CONFLICT"),
    ({"wcs": {"frame": "any"}}, "SPEC_VALUE"),
    ({"data": {"bitmask": {"ignore": 4}}}, "SPEC_VALUE"),
    ({"data": {"bitmask": {"ignore": ["four"]}}}, "SPEC_VALUE"),
    ({"data": {"bitmask": {"ignore": [0]}}}, "SPEC_VALUE"),
    ({"data": {"bitmask": {"names": {"3": "A"}}}}, "SPEC_VALUE"),
    ({"data": {"bitmask": {"names": {"2": 1}}}}, "SPEC_VALUE"),
    ({"data": {"bitmask": {"mask": 1}}}, "SPEC_UNKNOWN_KEY"),
    ({"data": {"bitmask": True, "rel": 1e-3}}, "SPEC_CONFLICT"),
    ({"column": {"t": {"time": {"format": "mjd"}}}}, "SPEC_VALUE"),
    ({"column": {"t": {"time": {"scale": "gmt"}}}}, "SPEC_VALUE"),
    ({"statistics": {"mean_bias": 5}}, "SPEC_UNKNOWN_KEY"),
    ({"statistics": {"mean_bias_sigma": -5}}, "SPEC_VALUE"),
    ({"statistics": {"pull_std": 1.0}}, "SPEC_VALUE"),
    ({"statistics": {"pull_std": [1.1, 0.9]}}, "SPEC_VALUE"),
    ({"statistics": {"outliers": {"fraction": 0.1}}}, "SPEC_VALUE"),
    ({"statistics": {"outliers": {"fraction": 1.1, "max_sigma": 5}}}, "SPEC_VALUE"),
    ({"statistics": {"chi2_p": 2}}, "SPEC_VALUE"),
    ({"statistics": {"correlation": 0.5}}, "SPEC_VALUE"),
    ({"statistics": {"noise": "mine"}}, "SPEC_VALUE"),
    ({"statistics": {"variance": "V", "error": "E"}}, "SPEC_CONFLICT"),
    ({"column": {"z": {"distribution": {"test": "t"}}}}, "SPEC_VALUE"),
    ({"column": {"z": {"distribution": {}, "rel": 1e-3}}}, "SPEC_CONFLICT"),
    ({"derived": {"c": {"unit": "mag"}}}, "SPEC_VALUE"),
    ({"derived": {"c": {"expression": "b -"}}}, "SPEC_EXPRESSION"),
    ({"derived": {"c": {"expression": "__import__('os')"}}}, "SPEC_EXPRESSION"),
    ({"derived": {"c": {"expression": "a", "extra": 1}}}, "SPEC_UNKNOWN_KEY"),
    ({"table": {"match": {"ra": "ra", "dec": "dec"}}}, "SPEC_VALUE"),
    ({"table": {"match": {"ra": "ra", "dec": "dec", "max": "1 s"}}}, "SPEC_VALUE"),
    ({"table": {"match": {"ra": "ra", "dec": "dec", "max": "1 mas", "pmra": "pm"}}}, "SPEC_VALUE"),
    ({"table": {"match": {"time": "t"}}}, "SPEC_VALUE"),
    ({"table": {"match": "sky"}}, "SPEC_VALUE"),
    ({"table": {"match": "distribution", "key": ["id"]}}, "SPEC_CONFLICT"),
    ({"spectrum": {"grid": "mine"}}, "SPEC_VALUE"),
    ({"spectrum": {"wave": "w"}}, "SPEC_UNKNOWN_KEY"),
    ({"hdu": {"SCI": {"integrity": {}}}}, "SPEC_UNKNOWN_KEY"),
    ({"match": "index", "match.abs": 1}, "SPEC_UNKNOWN_KEY"),
    ({"relation": {"invariant": ["x"]}, "statistics": {"total_rel": 0}}, "SPEC_CONFLICT"),
]


@pytest.mark.parametrize(("raw", "code"), WRONG, ids=[str(w[0]) for w in WRONG])
def test_a_wrong_section_is_refused(raw: dict[str, Any], code: str) -> None:
    with pytest.raises(AuthorError) as caught:
        parse(raw)

    assert [f.code for f in caught.value.findings] == [code]


WORDS = st.sampled_from(
    [
        "match",
        "header",
        "wcs",
        "data",
        "column",
        "table",
        "statistics",
        "derived",
        "spectrum",
        "hdu",
        "relation",
        "integrity",
        "abs",
        "rel",
        "sigma",
        "bitmask",
        "time",
        "nan",
        "max",
        "frame",
        "ra",
        "dec",
        "key",
        "names",
        "ignore",
        "expression",
        "unit",
        "distribution",
        "test",
        "p",
        "outliers",
        "pull_std",
        "covariance",
        "variance",
        "SCI",
        "x",
        "data.abs",
        "column.x.sigma",
    ]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | WORDS
TREES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4))


@settings(max_examples=400)
@given(st.dictionaries(WORDS, TREES, max_size=5))
def test_whatever_is_written_is_a_spec_or_findings(raw: dict[str, Any]) -> None:
    try:
        parse(raw)
        told: tuple[Any, ...] = ()
    except AuthorError as error:
        told = error.findings

    assert all(f.code.startswith("SPEC_") and f.reason == "MANIFEST_INVALID" for f in told)


def test_the_shorthand_reaches_every_section() -> None:
    dotted = {"column.x.statistics.mean_bias_sigma": 5, "hdu.SCI.wcs.max": "1 pix", "derived.c.expression": "a - b"}

    assert parse(dotted) == parse(
        '[column.x.statistics]\nmean_bias_sigma = 5\n[hdu.SCI.wcs]\nmax = "1 pix"\n[derived.c]\nexpression = "a - b"\n'
    )
