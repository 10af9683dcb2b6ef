"""Defects that no single value shows: bias, patterns, totals, pulls, samples, bits, and what is made of columns."""
# ruff: noqa: E501 (one row of the table is one line)

from typing import Any

import numpy as np

from tests.defects.products import Product, catalogue, cube, curve, frame
from tests.defects.rows import TABLES, Row, plain

OTHERS = {n: {"data": {"exact": True}} for n in ("STAT", "FIELDMAP")}


def within(statistics: Any, sigma: float = 5) -> Any:
    """The cube's values within so many sigma, and these statistics of their differences."""
    data = {"data": {"sigma": {"max": sigma, "variance": "STAT"}}, "statistics": statistics}
    return {"hdu": {"DATA": data, **OTHERS}}


def noisy(width: float, mean: float = 0.0) -> Any:
    """Another exposure of the same field: noise of `width` standard errors, and a bias in them."""

    def deed(base: Product) -> Product:
        error = np.sqrt(base["STAT"].data.astype("f8"))
        noise = np.random.default_rng(11).standard_normal(error.shape) * width + mean
        return base.with_image("DATA", (base["DATA"].data + noise * error).astype("f4"))

    return plain(deed)


def ramp(base: Product) -> Product:
    """A gradient over the field, of no mean, far below the noise of a pixel; and a little noise of its own."""
    error = np.sqrt(base["STAT"].data.astype("f8"))
    slope = np.linspace(-0.5, 0.5, error.shape[2])
    noise = np.random.default_rng(12).standard_normal(error.shape) * 0.2
    return base.with_image("DATA", (base["DATA"].data + error * (slope + noise)).astype("f4"))


def one_plane(base: Product) -> Product:
    error = np.sqrt(base["STAT"].data.astype("f8"))
    noise = np.random.default_rng(13).standard_normal(error.shape) * 0.2
    noise[5] += 0.4
    return base.with_image("DATA", (base["DATA"].data + error * noise).astype("f4"))


def bit(value: int, at: Any = (3, 4)) -> Any:
    def deed(base: Product) -> Product:
        flags = base["FIELDMAP"].data.copy()
        flags[at] ^= value
        return base.with_image("FIELDMAP", flags)

    return plain(deed)


def flags(value: int) -> Any:
    return plain(
        lambda b: b.with_columns(flags=b.table["flags"] ^ np.where(np.arange(40) == 11, value, 0).astype("i2"))
    )


def dimmed(factor: float) -> Any:
    return plain(lambda b: b.with_columns(flux=b.table["flux"] * factor))


BITS = {"hdu": {"FIELDMAP": {"data": {"bitmask": {"names": {"2": "SATURATED"}}}}}}
FLAGS = {"column": {"flags": {"bitmask": {"ignore": [16], "names": {"4": "SATURATED"}}}}}
LOSS = {"data": {"rel": 0.02}, "statistics": {"total_rel": 1e-4}}
STATISTICS = (
    Row("a bias of a fifth of a sigma", cube, noisy(0.1, 0.2), "fits tiles", "BIAS", within({"mean_bias_sigma": 5})),
    Row("a bias of a table's magnitudes", curve, plain(lambda b: b.with_columns(mag=b.table["mag"] + 0.004 + 0.002 * np.sin(np.arange(120)))), TABLES, "BIAS", {"column": {"mag": {"abs": 0.01, "statistics": {"mean_bias_sigma": 5}}}}),
    Row("a ramp over the field", cube, plain(ramp), "fits tiles", "PATTERN", within({"binned_bias_sigma": 5})),
    Row("one plane brighter", cube, plain(one_plane), "fits", "PATTERN", within({"binned_bias_sigma": 5})),
    Row("one percent of the flux lost", frame, plain(lambda b: b.with_image("SCI", np.rint(b["SCI"].data * 0.99).astype("i2"))), "fits tiles", "TOTAL", LOSS),
    Row("one percent of a catalogue's flux lost", catalogue, dimmed(0.99), TABLES, "TOTAL", {"column": {"flux": {"rel": 0.02, "statistics": {"total_rel": 1e-4}}}}),
    Row("errors too small by a third", cube, noisy(1.5), "fits tiles", "PULL", within({"pull_std": [0.9, 1.1]}, 9)),
    Row("errors too large", cube, noisy(0.5), "fits", "PULL", within({"pull_std": [0.9, 1.1]}, 9)),
    Row("chi-square of errors too small", cube, noisy(1.5), "fits", "CHI2", within({"chi2_p": 1e-4}, 9)),
    Row("more outliers than allowed", cube, noisy(1.0), "fits", "VALUE", within({"outliers": {"fraction": 0.001, "max_sigma": 6}}, 2)),
    Row("a flag of a field", cube, bit(2), "fits tiles hdf5", "FLAG", BITS, cause="SATURATED"),
    Row("a star is no longer saturated", catalogue, flags(4), TABLES, "FLAG", FLAGS, cause="SATURATED"),
    Row("a sample of another width", curve, plain(lambda b: b.with_columns(mag=b.table["mag"].mean() + 5 * (b.table["mag"] - b.table["mag"].mean()))), TABLES, "DISTRIBUTION", {"column": {"mag": {"distribution": {"test": "ks", "p": 1e-3}}}}),
    Row("a ratio of columns", catalogue, dimmed(1.005), TABLES, "VALUE", {"column": {"flux": {"rel": 0.01}}, "derived": {"snr": {"expression": "flux / e_flux", "rel": 1e-3}}}),
    Row("an independent noise under a rule for the same data", cube, noisy(1.0), "fits", "VALUE", within({}, 0.1)),
)  # fmt: skip
