"""Pictures of a comparison: where and how much, in words too; small, the same every time, and never a verdict."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import adp
from adp.comparison.picture import Picture
from adp.comparison.pictures import draw as drawing
from adp.comparison.pictures import ink, separation
from adp.comparison.pictures.draw import MOST, draw
from adp.comparison.pictures.sketch import Sketch
from adp.comparison.spec.reader import parse
from tests.adp.comparison.making import COLUMNS, CUBE, IMAGE, changed, ecsv, hdus, image, table

RNG = np.random.default_rng(3)


@pytest.fixture
def pair(tmp_path: Path) -> Any:
    """Writes both sides and draws them."""

    def make(reference: Any, product: Any, spec: str = "", **how: Any) -> drawing.Drawn:
        for name, write in (("r.fits", reference), ("p.fits", product)):
            (tmp_path / name).unlink(missing_ok=True)
            write(tmp_path / name)
        return draw(tmp_path / "r.fits", tmp_path / "p.fits", parse(spec), **how)

    return make


def kinds(drawn: drawing.Drawn) -> list[str]:
    return [p.name.split("-", 2)[2] for p in drawn.pictures]


def bright(data: Any = IMAGE, amount: float = 50.0) -> Any:
    return changed(data, (..., slice(4, 8), slice(10, 13)), data[..., 4:8, 10:13] + amount)


def test_an_image_has_a_map_and_a_histogram_and_its_alt_text_states_the_numbers(pair: Any) -> None:
    drawn = pair(hdus(image()), hdus(image(bright())), "[data]\nabs = 10")

    assert drawn.notes == ()
    assert kinds(drawn) == ["residual-map", "differences"]
    words = drawn.pictures[0].alt
    assert "12 of 768 pixels are beyond what is allowed (1.6" in words
    assert "+50" in words
    assert "x 11–13, y 5–8" in words
    assert ("beyond the allowed", "12") in drawn.pictures[0].rows


def test_a_cube_tells_its_worst_plane(pair: Any) -> None:
    broken = changed(CUBE, (3, 2, 7), 99)
    drawn = pair(hdus(image(CUBE)), hdus(image(broken)), "[data]\nabs = 1")

    assert kinds(drawn)[:2] == ["worst-plane", "planes"]
    assert "plane 4" in drawn.pictures[0].alt
    assert drawn.pictures[1].rows[0][0] == "4"
    assert "pixel (8, 3, 4)" in drawn.pictures[0].alt


def test_a_large_image_is_cut_out_around_its_worst_pixel(pair: Any) -> None:
    sky = RNG.normal(0, 1, (300, 200)).astype("f4")
    drawn = pair(hdus(image(sky)), hdus(image(changed(sky, (250, 20), 99))), "[data]\nabs = 1")

    cut = next(p for p in drawn.pictures if p.name.endswith("cutout"))
    assert ("product there", "99") in cut.rows
    assert "x 1–41, y 231–271" in cut.alt


def test_a_number_on_one_side_only_is_in_the_map(pair: Any) -> None:
    drawn = pair(hdus(image()), hdus(image(changed(IMAGE, (slice(0, 4), slice(0, 4)), np.nan))), "[data]\nabs = 1")

    assert ("a number on one side only", "16") in drawn.pictures[0].rows


def test_a_catalogue_is_shown_column_by_column_and_row_by_row(pair: Any) -> None:
    moved = COLUMNS | {"flux": changed(COLUMNS["flux"], 7, 99.0), "mag": COLUMNS["mag"] + np.float32(1e-3)}
    drawn = pair(hdus(table()), hdus(table(moved)), "[data]\nrel = 0.01")

    assert kinds(drawn)[0] == "columns"
    assert "Beyond what is allowed: flux" in drawn.pictures[0].alt
    rows = next(p for p in drawn.pictures if p.name.endswith("flux-rows"))
    assert "at row 8" in rows.alt


@pytest.mark.parametrize(("axis", "kind"), [("wavelength", "spectrum"), ("mjd", "light-curve")])
def test_a_curve_is_overlaid_with_its_errors(pair: Any, axis: str, kind: str) -> None:
    x = np.linspace(1, 2, 50)
    columns = {axis: x, "flux": np.sin(x), "error": np.full(50, 0.1)}
    spec = '[column.flux]\nsigma = { max = 3, error = "error" }'
    drawn = pair(hdus(table(columns, {})), hdus(table(columns | {"flux": np.sin(x) + 0.05}, {})), spec)

    assert kinds(drawn)[0].endswith(kind)
    assert any(k.endswith("pulls") for k in kinds(drawn))
    assert "None of 50 points" in drawn.pictures[0].alt


def test_an_image_of_one_dimension_is_a_spectrum_on_its_own_axis(pair: Any) -> None:
    cards = {"CTYPE1": "WAVE", "CRVAL1": 5000.0, "CRPIX1": 1.0, "CDELT1": 2.0, "CUNIT1": "Angstrom"}
    flux = RNG.normal(10, 1, 80)
    drawn = pair(hdus(image(flux, cards=cards)), hdus(image(changed(flux, 30, 99.0), cards=cards)), "[data]\nabs = 1")

    assert kinds(drawn)[0] == "spectrum"
    assert "wave 5060 Å" in drawn.pictures[0].alt


@pytest.mark.parametrize("offset", [1e-3, 1.0, 1e30])
def test_a_constant_offset_is_drawn(pair: Any, offset: float) -> None:
    sky = RNG.normal(0, 1, (30, 40))
    drawn = pair(hdus(image(sky)), hdus(image(sky + offset)))

    assert drawn.notes == ()
    assert kinds(drawn) == ["residual-map", "differences"]


def test_flags_are_shown_by_how_many_bits_differ(pair: Any) -> None:
    flags = RNG.integers(0, 8, (20, 20)).astype("i2")
    drawn = pair(hdus(image(flags)), hdus(image(flags ^ 7)), "[data]\nbitmask = { ignore = [4] }")

    assert kinds(drawn) == ["residual-map"]
    assert ("worst difference", "+2") in drawn.pictures[0].rows


def test_the_worst_pixel_is_told_on_the_sky(pair: Any) -> None:
    cards = {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 150.0, "CRVAL2": 2.0, "CRPIX1": 5.0, "CRPIX2": 4.0,
             "CDELT1": -1e-4, "CDELT2": 1e-4, "RADESYS": "ICRS"}  # fmt: skip
    drawn = pair(hdus(image(cards=cards)), hdus(image(changed(IMAGE, (3, 4), 500.0), cards=cards)), "[data]\nabs = 1")

    assert "pixel (5, 4), RA 150.00000" in drawn.pictures[0].alt


def test_what_is_equal_needs_no_picture(pair: Any) -> None:
    assert pair(hdus(image(), table()), hdus(image(), table())) == drawing.Drawn()


def test_a_passing_comparison_shows_its_margin(pair: Any) -> None:
    drawn = pair(hdus(image()), hdus(image(IMAGE + np.float32(0.01))), "[data]\nabs = 1")

    assert kinds(drawn) == ["residual-map", "differences"]
    assert "None of 768 pixels is beyond what is allowed" in drawn.pictures[0].alt


def test_pictures_are_small_and_the_same_every_time(pair: Any) -> None:
    sky = RNG.normal(100, 10, (320, 300)).astype("f4")
    product = hdus(image(sky + RNG.normal(0, 1, sky.shape).astype("f4")))
    first, second = (pair(hdus(image(sky)), product, "[data]\nabs = 0.5", svg=True) for _ in range(2))

    assert first == second
    for picture in first.pictures:
        assert len(picture.png) < 48 << 10
        assert b"tIME" not in picture.png
        assert b"Software" not in picture.png
        with Image.open(io.BytesIO(picture.png)) as seen:
            assert seen.size == picture.size == (ink.WIDTH, seen.size[1])
        assert picture.svg.startswith(b"<?xml")


def test_there_are_never_more_than_a_dozen_worst_first(pair: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sketch, "picture", lambda sketch, number, **_: Picture(f"{number:02d}-{sketch.scope}", "", ""))
    many = [image(IMAGE, name=f"P{i}") for i in range(9)]
    moved = [image(IMAGE + np.float32(i), name=f"P{i}") for i in range(9)]
    drawn = pair(hdus(*many), hdus(*moved), "[data]\nabs = 0.1")

    assert len(drawn.pictures) == MOST
    assert [p.name for p in drawn.pictures[:3]] == ["01-P8", "02-P8", "03-P7"]


def test_a_drawing_that_fails_is_a_note_and_the_others_are_drawn(pair: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise ValueError("no ink")

    monkeypatch.setattr("adp.comparison.pictures.maps._map", broken)
    drawn = pair(hdus(image()), hdus(image(bright())), "[data]\nabs = 1")

    assert kinds(drawn) == ["differences"]
    assert len(drawn.notes) == 1
    assert "no ink" in drawn.notes[0]
    assert "the verdict does not depend on it" in drawn.notes[0]


def test_a_file_that_cannot_be_read_is_a_note(tmp_path: Path) -> None:
    (tmp_path / "r.fits").write_bytes(b"SIMPLE")
    (tmp_path / "p.fits").write_bytes(b"")

    assert draw(tmp_path / "r.fits", tmp_path / "p.fits").notes == ("no pictures: one of the files cannot be read",)


def test_the_verdict_is_the_same_with_and_without_pictures(tmp_path: Path) -> None:
    hdus(image())(tmp_path / "r.fits")
    hdus(image(bright()))(tmp_path / "p.fits")
    plain, shown = (adp.compare(tmp_path / "r.fits", tmp_path / "p.fits", abs=1, pictures=p) for p in (False, True))

    assert plain.pictures == ()
    assert len(shown.pictures) == 2
    assert (plain.verdict, plain.findings, plain.rules) == (shown.verdict, shown.findings, shown.rules)
    read = [Picture.from_dict(p) for p in shown.to_dict()["pictures"]]
    assert [p.file for p in read] == [p.file for p in shown.pictures]
    assert read[0].png == b""


def test_a_catalogue_matched_on_the_sky_shows_its_offsets(pair: Any) -> None:
    ra, dec = RNG.uniform(150, 150.1, 60), RNG.uniform(2, 2.1, 60)
    sky = {"ra": ra, "dec": dec, "flux": RNG.normal(50, 5, 60)}
    order = RNG.permutation(60)
    moved = {name: values[order] for name, values in sky.items()}
    moved["dec"] = moved["dec"] + 20 / 3.6e6
    spec = '[table]\nmatch = { ra = "ra", dec = "dec", max = "100 mas" }\n[column.flux]\nrel = 1e-3'
    drawn = pair(hdus(table(sky, {"ra": "deg", "dec": "deg"})), hdus(table(moved, {"ra": "deg", "dec": "deg"})), spec)

    assert kinds(drawn) == ["separation"]
    assert "60 matched sources" in drawn.pictures[0].alt
    assert "+20 mas north" in drawn.pictures[0].alt


def test_spectra_on_different_grids_are_shown_where_they_were_compared(pair: Any) -> None:
    def spectrum(wave: Any) -> Any:
        return table({"wave": wave, "flux": np.sin(wave / 50) + 2}, {"wave": "nm", "flux": "mJy"})

    coarse, fine = np.linspace(400, 900, 101), np.linspace(390, 910, 521)
    spec = '[spectrum]\ngrid = "resample"\naxis = "wave"\nflux = "flux"\n[column.flux]\nrel = 1e-3'
    drawn = pair(hdus(spectrum(coarse)), hdus(spectrum(fine)), spec)

    assert drawn.notes == ()
    assert kinds(drawn)[0] == "flux-spectrum"
    assert "101 points" in drawn.pictures[0].alt


def test_samples_without_identity_are_shown_as_distributions(pair: Any) -> None:
    mock, other = {"mass": RNG.normal(10, 1, 400)}, {"mass": RNG.normal(10.5, 1, 300)}
    drawn = pair(hdus(table(mock, {})), hdus(table(other, {})), '[table]\nmatch = "distribution"')

    assert kinds(drawn) == ["mass-distribution"]
    assert "300 of the product" in drawn.pictures[0].alt
    assert drawn.pictures[0].heads == ("", "reference", "product")


def test_what_takes_too_long_is_a_note(pair: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "PATIENCE", -1.0)

    drawn = pair(hdus(image(), table()), hdus(image(bright()), table(COLUMNS | {"flux": COLUMNS["flux"] + 1})))
    assert drawn.pictures == ()
    assert [("too long" in note) for note in drawn.notes] == [True, True]


@pytest.mark.parametrize("name", ["$\\frac\\sum$", "$x$", "\u661f\u306e\u660e\u308b\u3055", "a\u202eb", "n" * 300])
def test_a_name_is_never_a_formula(pair: Any, name: str, tmp_path: Path) -> None:
    columns = {"mjd": np.arange(20.0), name: RNG.normal(0, 1, 20), "other": RNG.normal(0, 1, 20)}
    moved = columns | {name: columns[name] + 1, "other": columns["other"] + 1}
    drawn = pair(ecsv(columns, {}), ecsv(moved, {}), "[data]\nabs = 0.1")

    assert drawn.notes == ()
    assert len(drawn.pictures) >= 3


@pytest.mark.parametrize("name", ["../evil", "a/b", "", ".png", "a" * 99, "A", "x\n"])
def test_a_name_that_is_no_name_is_refused(name: str) -> None:
    raw = Picture("fine", "", "").to_dict() | {"name": name}

    with pytest.raises(ValueError, match="name"):
        Picture.from_dict(raw)


def test_separations_are_measured_across_midnight_and_towards_the_pole() -> None:
    north = np.array([0.0, 60.0])
    sketch = separation.sketch(
        "CAT", (np.array([359.99999, 10.00001]), north), (np.array([0.00001, 10.0]), north), 100.0
    )

    assert sketch is not None
    east, up = separation.offsets((np.array([359.99999]), north[:1]), (np.array([0.00001]), north[:1]))
    assert east == pytest.approx(-72.0, rel=1e-4)
    assert up == pytest.approx(0)
    assert "farthest is 72" in sketch.alt
    assert sketch.picture(1, svg=False).size[0] == ink.WIDTH
