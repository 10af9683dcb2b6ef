"""The real products that defects are injected into, as plain values: images and tables with units, cards and masks."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "examples"
EMMI = EXAMPLES / "emmi-photometry" / "data"
PIXEL_SCALE = 0.268 / 3600  # degrees; EMMI's red arm
STARS, NIGHTS = 40, 120


@dataclass(frozen=True)
class Column:
    """`mask` marks missing values; strings are numpy's U."""

    values: Any
    unit: str = ""
    mask: Any = None
    null: int | None = None


@dataclass(frozen=True)
class Image:
    """`data` are values; a file may store them scaled: `stored` = (BSCALE, BZERO, BITPIX type)."""

    name: str
    data: Any
    unit: str = ""
    cards: Mapping[str, Any] = field(default_factory=dict)
    version: int = 1
    stored: tuple[float, float, str] | None = None
    blank: int | None = None


@dataclass(frozen=True)
class Table:
    name: str
    columns: Mapping[str, Column]
    cards: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.columns[name].values

    @property
    def rows(self) -> int:
        return len(next(iter(self.columns.values())).values)


@dataclass(frozen=True)
class Product:
    """`how`: what a writer may do in more than one way, as it stands in the harmless differences."""

    parts: tuple[Image | Table, ...]
    cards: Mapping[str, Any] = field(default_factory=dict)
    how: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return next(p for p in self.parts if p.name == name)

    def with_part(self, part: Image | Table) -> "Product":
        return replace(self, parts=tuple(part if p.name == part.name else p for p in self.parts))

    def with_image(self, name: str, data: Any, **more: Any) -> "Product":
        return self.with_part(replace(self[name], data=data, **more))

    def with_cards(self, name: str, gone: str = "", **cards: Any) -> "Product":
        kept = {k: v for k, v in self[name].cards.items() if k not in gone.split()}
        return self.with_part(replace(self[name], cards=kept | cards))

    @property
    def table(self) -> Table:
        return next(p for p in self.parts if isinstance(p, Table))

    def with_columns(self, **columns: Any) -> "Product":
        """Values, or whole columns, by name; None takes the column away."""
        table = self.table
        merged: dict[str, Any] = dict(table.columns)
        for name, new in columns.items():
            merged[name] = new if isinstance(new, Column | None) else Column(new, unit_of(table, name))
        return self.with_part(replace(table, columns={n: c for n, c in merged.items() if c is not None}))

    def with_rows(self, rows: Any) -> "Product":
        table = self.table
        taken = {n: replace(c, values=c.values[rows], mask=None if c.mask is None else c.mask[rows])
                 for n, c in table.columns.items()}  # fmt: skip
        return self.with_part(replace(table, columns=taken))

    def writing(self, **how: Any) -> "Product":
        return replace(self, how={**self.how, **how})


def unit_of(table: Table, name: str) -> str:
    return table.columns[name].unit if name in table.columns else ""


@cache
def cube() -> Product:
    """MUSE: flux and variance of 12 wavelengths × 14 × 16 pixels with their sky, float32, and a map of fields."""
    with fits.open(HERE / "data" / "udf.fits", memmap=False) as file:
        parts = tuple(_image(hdu) for hdu in file[1:])
        return Product(parts, _cards(file[0].header, ("TELESCOP", "INSTRUME", "OBJECT", "EXPTIME", "MJD-OBS")))


@cache
def frame() -> Product:
    """EMMI: 48 × 64 raw counts of a CCD frame of 1992, int16, with a few of its cards."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # log lines among the cards of 1992
        with fits.open(EMMI / "image.fits", do_not_scale_image_data=True, memmap=False) as file:
            cards = _cards(file[0].header, ("OBJECT", "EXPTIME", "MJD-OBS", "OBSERVER", "AIRMASS"))
            counts = np.ascontiguousarray(file[0].data[100:148, 60:124], dtype="i2")
    return Product((Image("SCI", counts, "adu", cards | {"GUIDED": True, "HIERARCH ESO DET TEMPMEAN": 137.6}),))


@cache
def catalogue() -> Product:
    """The SExtractor catalogue of the frame: stars with names, positions, fluxes, errors and flags."""
    raw = np.loadtxt(EMMI / "image.cat")[:STARS]
    x, y = raw[:, 1], raw[:, 2]
    dec = -30.18297 + (y - 128) * PIXEL_SCALE
    ra = 5.64817 - (x - 128) * PIXEL_SCALE / np.cos(np.radians(dec))
    columns = {
        "id": Column(raw[:, 0].astype("i4")),
        "name": Column(np.array([f"EMMI J{a:09.5f}{d:+09.5f}" for a, d in zip(ra, dec, strict=True)])),
        "ra": Column(ra, "deg"),
        "dec": Column(dec, "deg"),
        "x": Column(x, "pix"),
        "flux": Column(raw[:, 12], "mJy"),
        "e_flux": Column(raw[:, 13], "mJy"),
        "radius": Column(raw[:, 18].astype("f4"), "pix"),
        "flags": Column(raw[:, -1].astype("i2")),
    }
    return Product((Table("CAT", columns),))


@cache
def curve() -> Product:
    """MACHO: times, magnitudes and errors of an RR Lyrae star in B."""
    raw = np.loadtxt(EXAMPLES / "rrlyrae-period" / "data" / "lc_1.4652.1527.B.mjd")
    good = raw[(raw[:, 1] > -90) & (raw[:, 2] > 0) & (raw[:, 2] < 0.5)][:NIGHTS]
    columns = {"mjd": Column(good[:, 0], "d"), "mag": Column(good[:, 1], "mag"), "e_mag": Column(good[:, 2], "mag")}
    return Product((Table("LC", columns),))


@cache
def pixels() -> Product:
    """A pixel table, the first step of every MUSE reduction: the voxels of the cube as rows."""
    data, stat = (cube()[n].data[:4, :6, :8] for n in ("DATA", "STAT"))
    z, y, x = (a.ravel() for a in np.indices(data.shape))
    columns = {
        "x": Column(x + 0.5, "pix"),
        "y": Column(y + 0.25, "pix"),
        "lambda": Column(4995.0 + 1.25 * z, "Angstrom"),
        "value": Column(data.ravel()),
        "flag": Column(np.where(np.arange(data.size) % 17, 0, 5).astype("i4")),
        "variance": Column(stat.ravel()),
    }
    return Product((Table("PIXTABLE", columns),))


@cache
def spectrum() -> Product:
    """What a fibre sees: the cube summed over its pixels, with the variance that goes with it."""
    data, stat = (cube()[n].data.astype("f8") for n in ("DATA", "STAT"))
    columns = {
        "wave": Column(4995.0 + 1.25 * np.arange(len(data)), "Angstrom"),
        "flux": Column(data.sum(axis=(1, 2))),
        "var": Column(stat.sum(axis=(1, 2))),
    }
    return Product((Table("SPEC", columns),))


def _cards(header: Any, keys: tuple[str, ...]) -> dict[str, Any]:
    return {k: header[k] for k in keys if k in header}


def _image(hdu: Any) -> Image:
    header = hdu.header
    skip = ("XTENSION", "BITPIX", "NAXIS", "NAXIS1", "NAXIS2", "NAXIS3", "PCOUNT", "GCOUNT", "BUNIT", "EXTNAME")
    cards = {k: header[k] for k in header if k not in skip}
    return Image(hdu.name, np.array(hdu.data, dtype=hdu.data.dtype.newbyteorder("=")), header.get("BUNIT", ""), cards)
