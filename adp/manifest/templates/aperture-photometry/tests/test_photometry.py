import numpy as np
import pytest

from photometry.metadata import describe
from photometry.sky import sky_of
from photometry.sources import aperture, measure

SHAPE = (40, 40)


def star(x: float, y: float, flux: float, width: float = 1.5) -> np.ndarray:
    rows, columns = np.indices(SHAPE)
    return flux / (2 * np.pi * width**2) * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * width**2))


def test_the_sky_of_a_flat_frame_is_its_level() -> None:
    level, noise = sky_of(np.full(SHAPE, 100.0), clip=3.0, rounds=3)
    assert (level, noise) == (100.0, 0.0)


def test_stars_do_not_raise_the_sky() -> None:
    noise = np.random.default_rng(1).normal(100.0, 5.0, SHAPE)
    level, spread = sky_of(noise + star(20.0, 20.0, 10000.0), clip=3.0, rounds=5)
    assert level == pytest.approx(100.0, abs=1.0)
    assert spread == pytest.approx(5.0, rel=0.2)


def test_a_frame_with_holes_is_refused() -> None:
    with pytest.raises(ValueError, match="not finite"):
        sky_of(np.full(SHAPE, np.nan), clip=3.0, rounds=1)


def test_an_aperture_has_the_area_of_its_circle() -> None:
    assert aperture(SHAPE, 20.3, 19.8, 7.5).sum() == pytest.approx(np.pi * 7.5**2, rel=0.005)


def test_a_star_without_noise_comes_back_as_it_went_in() -> None:
    table = measure(star(20.3, 18.6, 5000.0), noise=1.0, threshold=5.0, radius=7.5)
    assert len(table) == 1
    assert table["x"][0] == pytest.approx(21.3, abs=0.01)
    assert table["y"][0] == pytest.approx(19.6, abs=0.01)
    assert table["flux"][0] == pytest.approx(5000.0, rel=1e-3)


def test_the_brighter_star_comes_first() -> None:
    table = measure(star(10.0, 10.0, 2000.0) + star(28.0, 28.0, 4000.0), noise=1.0, threshold=5.0, radius=7.5)
    assert list(table["id"]) == [1, 2]
    assert table["flux"][0] > table["flux"][1]


def test_a_frame_without_stars_gives_an_empty_catalogue() -> None:
    assert len(measure(np.zeros(SHAPE), noise=1.0, threshold=5.0, radius=7.5)) == 0


def test_a_product_names_method_software_version_and_parameters() -> None:
    assert set(describe("sums", {"radius": 7.5})) == {"METHOD", "SOFTWARE", "VERSION", "PARAMS"}
