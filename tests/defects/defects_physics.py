"""Defects in what numbers mean: variances, covariance, spectra on other grids, times of other scales, velocities."""
# ruff: noqa: E501 (one row of the table is one line)

from dataclasses import replace
from typing import Any

import numpy as np

from tests.defects.products import Column, Image, Product, Table, catalogue, cube, curve, spectrum
from tests.defects.rows import TABLES, UNITED, Row, both, plain

CLOCK = {"column": {"mjd": {"time": {"scale": "tdb", "format": "mjd"}, "abs": "1 s"}}}
GRID = {
    "spectrum": {"grid": "resample", "axis": "wave", "flux": "flux"},
    "column": {"flux": {"rel": 0.2}, "var": {"rel": 1}},
}
VELOCITIES = np.linspace(-250.5, 410.25, 40)


def said(name: str, make: Any, **scales: tuple[str, str]) -> Any:
    """Times whose header says their scale; the product's says the second."""

    def deed(base: Product) -> tuple[Product, Product]:
        old = base.table.columns[name]
        new = replace(old, values=make(old.values))
        one, other = ({k: v[n] for k, v in scales.items()} for n in (0, 1))
        return base.with_cards("LC", **one), base.with_columns(**{name: new}).with_cards("LC", **other)

    return both(deed)


def velocities(factor: float, unit: str) -> Any:
    """Radial velocities in km/s, and the product's by this factor and in this unit."""

    def deed(base: Product) -> tuple[Product, Product]:
        return base.with_columns(rv=Column(VELOCITIES, "km/s")), base.with_columns(rv=Column(VELOCITIES * factor, unit))

    return both(deed)


def other_grid(product: Any = lambda flux: flux, shift: float = 0.0) -> Any:
    """The product is sampled half as densely, on a grid of its own."""

    def deed(base: Product) -> tuple[Product, Product]:
        wave = 4990.0 + 0.5 * np.arange(48)
        smooth = 1000 + 100 * np.sin(wave / 3)
        coarse = Table(
            "SPEC",
            {"wave": Column(wave[4:-4:2], "Angstrom"), "flux": Column(smooth[4:-4:2]), "var": Column(np.ones(20))},
        )
        fine = Table(
            "SPEC",
            {"wave": Column(wave + shift, "Angstrom"), "flux": Column(product(smooth)), "var": Column(np.ones(48))},
        )
        return Product((coarse,)), Product((fine,))

    return both(deed)


def correlated(width: float, bias: float = 0.0) -> Any:
    """A spectrum whose neighbours share half of their noise, with its covariance beside it."""

    def deed(base: Product) -> tuple[Product, Product]:
        size = 60
        covariance = np.eye(size) + 0.5 * (np.eye(size, k=1) + np.eye(size, k=-1))
        noise = np.linalg.cholesky(covariance) @ np.random.default_rng(21).standard_normal(size)
        flux = 100 + np.linspace(0, 10, size)
        parts = Image("FLUX", flux), Image("COV", covariance)
        return Product(parts), Product((replace(parts[0], data=flux + width * noise + bias), parts[1]))

    return both(deed)


WHITE = {"hdu": {"FLUX": {"data": {"abs": 30}, "statistics": {"chi2_p": 1e-4, "covariance": "COV"}}}}
POSITIVE = {"integrity": {"variance_positive": True}}
PHYSICS = (
    Row("a negative variance", cube, both(lambda b: (b.with_image("STAT", -b["STAT"].data),) * 2), "fits tiles", "VARIANCE", POSITIVE),
    Row("a variance of a spectrum is 0", spectrum, both(lambda b: (b.with_columns(var=b.table["var"] * (np.arange(12) != 4)),) * 2), "fits ecsv", "VARIANCE", {"integrity": {"variance_positive": True}, "column": {"flux": {"sigma": {"max": 3, "variance": "var"}}}}),
    Row("noise larger than its covariance", cube, correlated(2.0), "fits", "CHI2", WHITE),
    Row("times of another scale under the same name", curve, said("mjd", lambda v: v, TIMESYS=("UTC", "TDB")), "fits", "TIME_SCALE VALUE", CLOCK),
    Row("times converted to the wrong side", curve, said("mjd", lambda v: v - 59.184 / 86400, TIMESYS=("UTC", "TT")), "fits", "VALUE", CLOCK),
    Row("a header of another scale, unruled", curve, said("mjd", lambda v: v, TIMESYS=("UTC", "TAI")), "fits", "TIME_SCALE"),
    Row("velocities in m/s under km/s", catalogue, velocities(1000, "km/s"), TABLES, "VALUE", cause="times the reference"),
    Row("velocities relabelled", catalogue, velocities(1, "m/s"), UNITED, "VALUE", cause="only the unit changed"),
    Row("velocities receding for approaching", catalogue, velocities(-1, "km/s"), TABLES, "VALUE", cause="opposite sign"),
    Row("a spectrum on another grid, dimmed", spectrum, other_grid(lambda flux: flux * 0.7), TABLES, "VALUE", GRID),
    Row("a spectrum on another grid, shifted", spectrum, other_grid(shift=6.0), "fits ecsv", "ROW_MISSING VALUE", {**GRID, "column": {"flux": {"rel": 0.02}, "var": {"rel": 1}}}),
)  # fmt: skip
HARMLESS_PHYSICS = (
    Row("variances that are positive", cube, plain(lambda b: b), "fits tiles", spec=POSITIVE),
    Row("noise of its covariance", cube, correlated(1.0), "fits", spec=WHITE),
    Row("UTC converted to TT, and said", curve, said("mjd", lambda v: v + 59.184 / 86400, TIMESYS=("UTC", "TT")), "fits", spec=CLOCK),
    Row("velocities in m/s, and said", catalogue, velocities(1000, "m/s"), UNITED),
    Row("a spectrum on another grid", spectrum, other_grid(), TABLES, spec=GRID),
    Row("a spectrum where both have samples", spectrum, plain(lambda b: b.with_rows(np.arange(3, 12))), TABLES, spec={"spectrum": {"grid": "common", "axis": "wave"}}),
)  # fmt: skip
