"""Catalogues and light curves whose rows have no key: who is missing, more or double, and by how much places differ."""

import numpy as np
import pytest
from astropy.time import Time

from adp.comparison.compare import compare
from adp.comparison.spec.reader import parse
from adp.finding import Severity
from tests.adp.comparison.making import ecsv, hdus, table, votable

RNG = np.random.default_rng(3)
ROWS = 200
MAS = 1 / 3.6e6
SKY = {"ra": RNG.uniform(359, 361, ROWS) % 360, "dec": RNG.uniform(-1, 1, ROWS), "mag": RNG.normal(20, 1, ROWS)}
UNITS = {"ra": "deg", "dec": "deg", "mag": "mag"}
RULE = {"table": {"match": {"ra": "ra", "dec": "dec", "max": "10 mas"}}}
LIGHT = {"bjd": np.sort(RNG.uniform(2457000, 2457100, ROWS)), "mag": RNG.normal(15, 0.1, ROWS)}
TIMED = {"table": {"match": {"time": "bjd", "max": "1 s"}}}


def fits(columns, units=UNITS, **cards):
    return hdus(table(columns, units=units, **cards))


def outcome(tmp_path, product, reference, spec):
    for name, write in (("p", product), ("r", reference)):
        (tmp_path / name).unlink(missing_ok=True)
        write(tmp_path / name)
    return compare(tmp_path / "r", tmp_path / "p", parse(spec))


def errors(found):
    return sorted(f.code for f in found.findings if f.is_error)


def picked(columns, rows):
    return {name: values[rows] for name, values in columns.items()}


def moved(columns, east, north):
    cos = np.cos(np.radians(columns["dec"]))
    return columns | {"ra": (columns["ra"] + east * MAS / cos) % 360, "dec": columns["dec"] + north * MAS}


def jittered(columns, size=3.0):
    return moved(columns, RNG.uniform(-size, size, ROWS), RNG.uniform(-size, size, ROWS))


@pytest.mark.parametrize("write", [fits, ecsv, votable])
def test_the_same_stars_in_another_order_and_a_little_off_agree(tmp_path, write):
    product = picked(jittered(SKY), RNG.permutation(ROWS))

    found = outcome(tmp_path, write(product, units=UNITS), write(SKY, units=UNITS), RULE)

    assert (found.verdict, found.findings) == ("agrees", ())
    rule = next(r for r in found.rules if r.rule == "match within 10 mas")
    assert 0 < rule.worst < 10
    assert rule.would_pass_at == rule.worst
    assert rule.statistics["pairs"] == ROWS
    assert rule.statistics["separation_mas"]["p50"] <= rule.statistics["separation_mas"]["p95"]
    assert [r.scope for r in found.rules if r.scope.endswith((".ra", ".dec"))] == []


def test_a_catalogue_agrees_with_itself_whatever_it_holds(tmp_path):
    """Doubles, positions that are none, poles."""
    odd = {k: np.concatenate([v, v[:3]]) for k, v in SKY.items()}
    odd["ra"][:2], odd["dec"][5], odd["dec"][7] = np.nan, 90.0, np.nan

    found = outcome(tmp_path, fits(odd), fits(odd), RULE)

    assert (found.verdict, errors(found)) == ("agrees", [])


def test_a_star_missing_a_star_more_and_a_double_are_named_with_their_places(tmp_path):
    rows = np.concatenate([np.arange(1, ROWS), [4]])
    product = picked(SKY, rows)
    product["dec"] = product["dec"] + np.where(np.arange(ROWS) == ROWS - 1, 2 * MAS, 0)
    product["ra"][10] += 1.0
    found = outcome(tmp_path, fits(product), fits(SKY), RULE)

    by_code = {f.code: f for f in found.findings if f.is_error}
    assert errors(found) == ["ROW_DUPLICATE", "ROW_EXTRA", "ROW_MISSING"]
    assert by_code["ROW_MISSING"].evidence["rows"] == [1, 12]
    assert by_code["ROW_MISSING"].where.row == 1
    assert by_code["ROW_MISSING"].where.world.startswith("RA ")
    assert by_code["ROW_EXTRA"].evidence["rows"] == [11]
    assert by_code["ROW_DUPLICATE"].evidence["rows"] == [ROWS]
    assert str(SKY["ra"][0])[:8] in by_code["ROW_MISSING"].message


def test_a_value_that_differs_is_told_at_the_reference_s_own_row(tmp_path):
    product = picked(SKY, np.arange(ROWS)[::-1])
    product["mag"] = product["mag"].copy()
    product["mag"][ROWS - 1 - 30] += 1
    product = picked(product, np.delete(np.arange(ROWS), ROWS - 1 - 3))  # row 4 of the reference is missing

    found = outcome(tmp_path, fits(product), fits(SKY), RULE)

    assert errors(found) == ["ROW_MISSING", "VALUE"]
    assert next(f for f in found.findings if f.code == "VALUE").where.row == 31


def test_a_catalogue_moved_as_a_whole_is_told_by_how_much_and_still_compared(tmp_path):
    product = moved(jittered(SKY, 1.0), 50.0, -20.0)

    found = outcome(tmp_path, fits(picked(product, RNG.permutation(ROWS))), fits(SKY), RULE)

    finding = found.findings[0]
    assert errors(found) == ["POSITION"]
    assert finding.evidence["east_mas"] == pytest.approx(50, abs=1)
    assert finding.evidence["north_mas"] == pytest.approx(-20, abs=1)
    assert finding.evidence["matched"] == ROWS


def test_an_offset_within_the_rule_is_a_statistic(tmp_path):
    found = outcome(tmp_path, fits(moved(SKY, 4.0, 3.0)), fits(SKY), RULE)

    rule = next(r for r in found.rules if r.rule.startswith("match"))
    assert found.verdict == "agrees"
    assert rule.worst == pytest.approx(5, rel=1e-3)
    assert rule.statistics["offset_mas"]["ra_cos_dec"] == pytest.approx(4, rel=1e-3)
    assert rule.statistics["offset_mas"]["dec"] == pytest.approx(3, rel=1e-3)


def test_a_field_that_is_turned_has_a_rotation(tmp_path):
    middle, turn = np.mean(np.where(SKY["ra"] > 180, SKY["ra"] - 360, SKY["ra"])), 3e-9
    x = ((SKY["ra"] - middle + 180) % 360 - 180) * np.cos(np.radians(SKY["dec"]))
    product = moved(SKY, -turn * SKY["dec"] / MAS, turn * x / MAS)

    found = outcome(tmp_path, fits(product), fits(SKY), RULE)

    rule = next(r for r in found.rules if r.rule.startswith("match"))
    assert rule.statistics["rotation_mas_per_deg"] == pytest.approx(turn * 3.6e6, rel=0.01)


def test_a_column_of_positions_with_a_rule_of_its_own_is_judged_by_it_too(tmp_path):
    found = outcome(tmp_path, fits(jittered(SKY)), fits(SKY), RULE | {"column": {"dec": {"exact": True}}})

    assert errors(found) == ["VALUE"]


def test_positions_in_radians_are_the_same_positions(tmp_path):
    product = SKY | {"ra": np.radians(SKY["ra"]), "dec": np.radians(SKY["dec"])}

    found = outcome(tmp_path, fits(product, units=UNITS | {"ra": "rad", "dec": "rad"}), fits(SKY), RULE)

    assert [c for c in errors(found) if c != "UNIT"] == []


def test_stars_that_have_moved_since_another_epoch_are_brought_together(tmp_path):
    """Barnard's star moves 10 arc seconds a year."""
    star = {"ra": np.array([269.45, 10.0]), "dec": np.array([4.69, 80.0]), "pmra": np.array([-801.6, 500.0]),
            "pmdec": np.array([10362.4, 0.0]), "epoch": np.array([2000.0, 2000.0])}  # fmt: skip
    years = 16.0
    later = star | {
        "ra": star["ra"] + years * star["pmra"] * MAS / np.cos(np.radians(star["dec"])),
        "dec": star["dec"] + years * star["pmdec"] * MAS, "epoch": star["epoch"] + years,
    }  # fmt: skip
    units = {"ra": "deg", "dec": "deg", "pmra": "mas/yr", "pmdec": "mas/yr", "epoch": "yr"}
    rule = {"ra": "ra", "dec": "dec", "max": "20 mas", "pmra": "pmra", "pmdec": "pmdec", "at": "epoch", "epoch": 2000.0}
    loose = {"column": {"epoch": {"abs": 100}}}

    together = outcome(tmp_path, fits(later, units=units), fits(star, units=units), loose | {"table": {"match": rule}})
    apart = outcome(
        tmp_path,
        fits(later, units=units),
        fits(star, units=units),
        {"table": {"match": {k: rule[k] for k in ("ra", "dec", "max")}}},
    )

    assert errors(together) == []
    assert "ROW_MISSING" in errors(apart)


@pytest.mark.parametrize(("columns", "code"), [
    ({"ra": SKY["ra"], "mag": SKY["mag"]}, "COLUMN_MISSING"),
    (SKY | {"dec": np.array([str(d) for d in SKY["dec"]])}, "UNIT"),
])  # fmt: skip
def test_a_match_without_its_columns_differs(tmp_path, columns, code):
    found = outcome(tmp_path, fits(columns), fits(SKY), RULE)

    assert found.verdict == "differs"
    assert code in errors(found)


def test_a_crowd_that_cannot_be_told_apart_differs_with_a_sentence(tmp_path):
    crowd = {"ra": np.full(80_000, 10.0), "dec": np.zeros(80_000)}

    assert errors(outcome(tmp_path, fits(crowd), fits(crowd), RULE)) == ["ROW_DUPLICATE"]


def test_more_rows_than_memory_holds_are_refused_with_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr("adp.comparison.matching.pairing.MOST", ROWS - 1)

    found = outcome(tmp_path, fits(SKY), fits(SKY), RULE)

    assert (found.verdict, errors(found)) == ("error", ["UNSUPPORTED"])


@pytest.mark.parametrize(
    "spec", [RULE, {"table": {"match": {"time": "mag", "max": "1 s"}}}, {"table": {"key": ["ra", "dec"]}}]
)
@pytest.mark.parametrize("rows", [(0, 0), (0, 5), (5, 0), (1, 1)])
def test_empty_tables_are_matched_too(tmp_path, spec, rows):
    product, reference = (picked(SKY, np.arange(n)) for n in rows)

    found = outcome(tmp_path, fits(product), fits(reference), spec)

    assert errors(found) == ([] if rows[0] == rows[1] else ["ROW_EXTRA" if rows[0] else "ROW_MISSING"])


def test_light_curves_are_matched_in_time(tmp_path):
    late = LIGHT | {"bjd": LIGHT["bjd"] + RNG.uniform(-0.9, 0.9, ROWS) / 86400}

    found = outcome(tmp_path, fits(picked(late, RNG.permutation(ROWS)), {"bjd": "d"}), fits(LIGHT, {"bjd": "d"}), TIMED)

    assert (found.verdict, errors(found)) == ("agrees", [])
    assert next(r for r in found.rules if r.rule == "match within 1 s").worst == pytest.approx(0.9, abs=0.05)


def test_points_of_a_light_curve_that_are_missing_or_more_are_named(tmp_path):
    product = picked(LIGHT, np.delete(np.arange(ROWS), 17))
    product["bjd"] = product["bjd"].copy()
    product["bjd"][100] += 10

    found = outcome(tmp_path, fits(product, {"bjd": "d"}), fits(LIGHT, {"bjd": "d"}), TIMED)

    assert errors(found) == ["ROW_EXTRA", "ROW_MISSING"]
    assert {f.code: f.evidence["rows"] for f in found.findings} == {"ROW_EXTRA": [101], "ROW_MISSING": [18, 102]}


CLOCK = {"column": {"time": {"time": {"scale": "tdb", "format": "mjd"}, "abs": "1 ms"}}}
MJD = np.linspace(57754, 58000, 50) + 0.123456789
CLOCKS = {
    "UTC against TDB": (Time(MJD, format="mjd", scale="tdb").utc.mjd, "UTC"),
    "TAI against TDB": (Time(MJD, format="mjd", scale="tdb").tai.mjd, "TAI"),
    "TT against TDB": (Time(MJD, format="mjd", scale="tdb").tt.mjd, "TT"),
}


@pytest.mark.parametrize(("times", "scale"), CLOCKS.values(), ids=list(CLOCKS))
def test_times_in_another_scale_are_converted_and_it_is_said(tmp_path, times, scale):
    product = fits({"time": times}, {"time": "d"}, TIMESYS=scale)
    reference = fits({"time": MJD}, {"time": "d"}, TIMESYS="TDB")

    found = outcome(tmp_path, product, reference, CLOCK)

    assert (found.verdict, errors(found)) == ("agrees", [])
    assert {(f.code, f.severity) for f in found.findings} == {("TIME_SCALE", Severity.INFO)}


def test_equal_times_under_another_scale_are_the_defect(tmp_path):
    product, reference = (fits({"time": MJD}, {"time": "d"}, TIMESYS=scale) for scale in ("UTC", "TDB"))

    found = outcome(tmp_path, product, reference, CLOCK)

    assert errors(found) == ["TIME_SCALE", "VALUE"]
    assert next(r for r in found.rules if r.scope == "CAT.time").worst == pytest.approx(69.18 / 86400, rel=1e-3)


FORMATS = {
    "Julian dates": ({"time": MJD + 2400000.5}, {"time": "d"}, {}),
    "days since MJDREF": ({"time": MJD - 57754}, {"time": "d"}, {"MJDREFI": 57754, "MJDREFF": 0.0}),
    "seconds since MJDREF": ({"time": (MJD - 57754) * 86400}, {"time": "s"}, {"MJDREF": 57754.0}),
    "days since BJDREF": ({"time": MJD - 56999.5}, {"time": "d"}, {"BJDREFI": 2457000}),
    "ISO 8601": ({"time": Time(MJD, format="mjd").isot}, {}, {}),
}


@pytest.mark.parametrize(("columns", "units", "cards"), FORMATS.values(), ids=list(FORMATS))
def test_times_in_another_format_are_converted(tmp_path, columns, units, cards):
    reference = fits({"time": MJD}, {"time": "d"}, TIMESYS="TDB")

    found = outcome(tmp_path, fits(columns, units, TIMESYS="TDB", **cards), reference, CLOCK)

    assert (found.verdict, [f.message for f in found.findings if f.is_error]) == ("agrees", [])


def test_light_curves_in_two_scales_are_matched_after_conversion(tmp_path):
    times = Time(MJD, format="mjd", scale="tdb").utc.mjd
    rule = CLOCK | {"table": {"match": {"time": "time", "max": "1 ms"}}}
    order = RNG.permutation(50)

    found = outcome(
        tmp_path,
        fits({"time": times[order], "mag": MJD[order]}, TIMESYS="UTC"),
        fits({"time": MJD, "mag": MJD}, TIMESYS="TDB"),
        rule,
    )

    assert (found.verdict, errors(found)) == ("agrees", [])


def test_a_scale_that_cannot_be_converted_differs_with_a_sentence(tmp_path):
    product, reference = (fits({"time": MJD}, {"time": "d"}, TIMESYS=scale) for scale in ("UT1", "TDB"))

    assert "TIME_SCALE" in errors(outcome(tmp_path, product, reference, CLOCK))
