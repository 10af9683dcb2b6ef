"""The place of a pixel or of a table's row on the sky, in the spectrum and in time, in words."""

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from adp.comparison.model import Card, Field, Part, Rows, Values
from adp.comparison.world.keywords import alternates
from adp.comparison.world.solution import LATITUDE, LINEAR, LONGITUDE, SPECTRAL, TIME, Solution, solve
from adp.finding import Finding

Floats = npt.NDArray[np.float64]
LENGTHS = ((1e-6, 1e10, "Å"), (1e-4, 1e6, "µm"), (1e-1, 1e3, "mm"), (np.inf, 1.0, "m"))
FREQUENCIES = ((1e3, 1.0, "Hz"), (1e6, 1e-3, "kHz"), (1e9, 1e-6, "MHz"), (1e15, 1e-9, "GHz"), (np.inf, 1.0, "Hz"))
LONGITUDES = {"GLON": ("l", "b"), "ELON": ("λ", "β"), "SLON": ("SGL", "SGB")}
RA = re.compile(r"(?:_?raj2000|ra|ra_?deg|ra_?icrs|alpha_?j2000|right_?ascension|_ra)", re.IGNORECASE)
DEC = re.compile(r"(?:_?de(?:c)?j2000|dec|dec_?deg|de_?icrs|delta_?j2000|declination|_dec?)", re.IGNORECASE)
WHEN = re.compile(r"(?:bjd|hjd|jd|mjd|bmjd|time|obs_?time)(?:_\w+)?", re.IGNORECASE)
DEGREES = {"", "deg", "degree", "degrees"}


def world_of(part: Part, index: Sequence[int]) -> str | None:
    """Where element `index` (0-based, Python's order) of an image lies, or row `index[0]` of a table. None where the
    part does not say, or says it wrongly: never raises for what a file holds."""
    try:
        return _of_row(part, int(index[0])) if part.kind == "table" else _of_pixel(part, index)
    except Exception:  # noqa: BLE001 (a place in words is a courtesy; the finding it belongs to must not fall with it)
        return None


def located(findings: Iterable[Finding], part: Part) -> Iterator[Finding]:
    """The findings with the world coordinates of their places, where `part` tells them."""
    for finding in findings:
        where = finding.where
        wanted = where.index is not None and where.world is None and (where.pixel or where.row)
        world = world_of(part, where.index) if wanted and where.index is not None else None
        yield replace(finding, where=replace(where, world=world)) if world else finding


def _of_pixel(part: Part, index: Sequence[int]) -> str | None:
    solution = _solved(part.shape, part.cards)
    if solution is None:
        return None
    pixel = np.ones(len(solution.axes))
    near = [i + 1.0 for i in reversed(index)][: len(pixel)]
    pixel[: len(near)] = near
    return in_words(solution, pixel)


@functools.lru_cache(maxsize=16)
def _solved(shape: tuple[int, ...], cards: tuple[Card, ...]) -> Solution | None:
    if "" not in alternates(c.key for c in cards):
        return None
    return solve(Part("image", 0, _Nothing(), shape=shape, cards=cards))


class _Nothing:
    """A place needs no values."""

    def read(self, rows: Rows) -> Any:
        raise KeyError(rows)


def in_words(solution: Solution, pixel: Floats) -> str | None:
    """'RA 53.16241°, Dec −27.78512° (ICRS), 4861.3 Å'; None when the pixel is nowhere."""
    world = solution.world(pixel[None, :])[0]
    if not np.isfinite(world).all():
        return None
    said = []
    lon, lat = solution.at(LONGITUDE), solution.at(LATITUDE)
    if lon is not None and lat is not None:
        names = LONGITUDES.get(solution.axes[lon].name, ("RA", "Dec"))
        said.append(sky(float(world[lon]), float(world[lat]), names, str(solution.frame or "")))
    for axis, value in zip(solution.axes, world.tolist(), strict=True):
        if axis.kind == SPECTRAL:
            said.append(_spectral(value, axis.unit))
        elif axis.kind == TIME or (axis.kind == LINEAR and axis.name):
            said.append(f"{axis.name} {value:.10g} {axis.unit}".rstrip())
    return ", ".join(said) or None


def sky(lon: float, lat: float, names: tuple[str, str] = ("RA", "Dec"), frame: str = "") -> str:
    """Degrees with five decimals (36 mas) and a true minus."""
    text = f"{names[0]} {lon % 360:.5f}°, {names[1]} {lat:.5f}°".replace("-", "−")
    return f"{text} ({frame})" if frame else text


def _spectral(value: float, unit: str) -> str:
    table = {"m": LENGTHS, "Hz": FREQUENCIES}.get(unit)
    if table is None:
        return f"{value / 1e3:.2f} km/s" if unit == "m/s" else f"{value:.8g} {unit}".rstrip()
    _, size, name = next(row for row in table if abs(value) < row[0])
    return f"{value * size:.8g} {name}"


def _of_row(part: Part, row: int) -> str | None:
    said = []
    lon, lat = _column(part, RA, "pos.eq.ra"), _column(part, DEC, "pos.eq.dec")
    get = part.source.read(slice(row, row + 1))
    if lon is not None and lat is not None:
        values = [_single(get(f.name)) for f in (lon, lat)]
        if None not in values and {lon.unit, lat.unit} <= DEGREES:
            said.append(sky(float(values[0] or 0.0), float(values[1] or 0.0)))
    when = _column(part, WHEN, "time.epoch")
    value = _single(get(when.name)) if when is not None else None
    if when is not None and value is not None:
        said.append(f"{when.name} {value:.12g}" + (f" {when.unit}" if when.unit else ""))
    return ", ".join(said) or None


def _column(part: Part, name: re.Pattern[str], ucd: str) -> Field | None:
    """A scalar number column by its UCD, where the header gives one (TUCDn), else by its name."""
    numbers = [f for f in part.fields if f.kind in {"int", "float"} and not f.cell and not f.ragged]
    types = {c.key.removeprefix("TTYPE"): str(c.value).strip() for c in part.cards if c.key.startswith("TTYPE")}
    told = [types.get(c.key.removeprefix("TUCD")) for c in part.cards
            if c.key.startswith("TUCD") and str(c.value).strip().lower().startswith(ucd)]  # fmt: skip
    by_ucd = [f for f in numbers if f.name in told]
    return next(iter(by_ucd), None) or next((f for f in numbers if name.fullmatch(f.name)), None)


def _single(values: Values) -> float | None:
    if len(values.data) != 1 or (values.mask is not None and values.mask[0]):
        return None
    value = float(values.data[0])
    return value if np.isfinite(value) else None
