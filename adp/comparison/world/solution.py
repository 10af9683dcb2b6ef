"""A header's coordinate description made into something that can be asked: pixels to the world and back."""

import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from adp.comparison.formats.limits import Unreadable
from adp.comparison.model import Card, Part
from adp.comparison.values.units import factor
from adp.comparison.world import companions
from adp.comparison.world.frames import Frame, frame_of
from adp.comparison.world.keywords import SCALES, Cards, hostile, of_alternate, text_of, world_cards
from adp.comparison.world.spectral import UNITS, Spectral, spectral_of

Floats = npt.NDArray[np.float64]
LONGITUDE, LATITUDE, SPECTRAL, TIME, LINEAR = "longitude", "latitude", "spectral", "time", "linear"
ROUNDS, ENOUGH = 30, 1e-10  # of the inversion of a distortion, and its accuracy in pixels


class Unsolvable(Exception):  # noqa: N818 (a state of a header, told to people as a sentence)
    """The description cannot be evaluated; the message says why, without a full stop."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A world axis: `kind` is one of the words above, `name` the first four letters of CTYPE."""

    kind: str
    name: str
    unit: str


@dataclass(frozen=True)
class Solution:
    """One description of one part. Pixels count from 1, as FITS has them; world values are in the axes' units (deg and
    SI where wcslib knows the axis)."""

    wcs: Any
    axes: tuple[Axis, ...]
    frame: Frame | None
    spectral: Spectral | None
    sizes: Floats  # of wcslib's unit of each axis in ours: lookup tables keep the unit they are written in

    def at(self, kind: str) -> int | None:
        return next((i for i, a in enumerate(self.axes) if a.kind == kind), None)

    def world(self, pixels: Floats) -> Floats:
        """(n, axes) to (n, axes); NaN where a pixel is nowhere."""
        return self._ask(self.wcs.all_pix2world, pixels) * self.sizes

    def pixels(self, world: Floats, near: Floats) -> Floats:
        """The pixels of world values; with a distortion, the ones reached from `near` by fixed-point iteration."""
        core = self._ask(self.wcs.wcs_world2pix, world / self.sizes)
        if not self.wcs.has_distortion:
            return core
        found = near.astype(np.float64)
        for _ in range(ROUNDS):
            step = core - self._ask(self.wcs.wcs_world2pix, self.world(found) / self.sizes)
            found = found + step
            if not np.nanmax(np.abs(step), initial=0.0) > ENOUGH:
                break
        return found

    def _ask(self, what: Any, points: Floats) -> Floats:
        try:
            with quiet():
                return np.asarray(what(points, 1), dtype=np.float64)
        except Exception as error:  # wcslib's errors have no common base
            raise Unsolvable(_first_line(error)) from error


@contextmanager
def quiet() -> Iterator[None]:
    """astropy repairs headers with warnings and says so in its log; what matters of them is judged here."""
    log = logging.getLogger("astropy")
    before = log.level
    try:
        log.setLevel(logging.CRITICAL)
        with warnings.catch_warnings(action="ignore"):
            yield
    finally:
        log.setLevel(before)


def solve(part: Part, letter: str = "", parts: Sequence[Part] = ()) -> Solution:
    """The description `letter` of `part`; `parts` are the HDUs of its file, for lookup tables. Raises Unsolvable."""
    cards = world_cards(part)
    own = of_alternate(cards, letter)
    why = hostile(own)
    if why:
        raise Unsolvable(why)
    from astropy.io import fits  # noqa: PLC0415 (a second to import; only headers that differ need it)
    from astropy.wcs import WCS  # noqa: PLC0415 (as above)

    try:
        with quiet(), np.errstate(all="ignore"):
            tables = companions.hdulist(own, parts) if companions.needed(own) else None
            wcs = WCS(fits.Header.fromstring(text_of(_chosen(part, own))), tables, key=letter or " ")
            wcs.wcs.set()
            axes, sizes = _in_si(_axes(wcs))
    except Unreadable:
        raise
    except Exception as error:  # a header can break wcslib and astropy in a dozen families of errors
        raise Unsolvable(_first_line(error)) from error
    return Solution(wcs, axes, _frame(axes, own, letter), _spectral(axes, own, letter), sizes)


def _chosen(part: Part, own: Cards) -> list[Card]:
    """The cards of one description, and the size of the image it is about."""
    sizes = [Card(f"NAXIS{i}", n) for i, n in enumerate(reversed(part.shape), 1)]
    return [Card("NAXIS", len(sizes)), *sizes, *(Card(key, v) for key, values in own.items() for v in values)]


def _axes(wcs: Any) -> tuple[Axis, ...]:
    core = wcs.wcs
    kinds = {core.lng: LONGITUDE, core.lat: LATITUDE, core.spec: SPECTRAL}
    found = []
    for i, (ctype, unit) in enumerate(zip(core.ctype, core.cunit, strict=True)):
        name = ctype[:4].rstrip("-").strip().upper()
        other = TIME if name in SCALES else LINEAR
        found.append(Axis(kinds.get(i, other), name, str(unit)))
    return tuple(found)


def _in_si(axes: tuple[Axis, ...]) -> tuple[tuple[Axis, ...], Floats]:
    """Spectral axes in SI, where their unit tells how."""
    sizes = np.ones(len(axes))
    found = list(axes)
    for i, axis in enumerate(axes):
        unit = UNITS.get(axis.name, "") if axis.kind == SPECTRAL else ""
        known = factor(axis.unit, unit) if unit else None
        if known is not None:
            found[i], sizes[i] = Axis(axis.kind, axis.name, unit), known
    return tuple(found), sizes


def _frame(axes: Sequence[Axis], cards: Cards, letter: str) -> Frame | None:
    longitude = next((a.name for a in axes if a.kind == LONGITUDE), None)
    return frame_of(cards, letter, longitude) if longitude else None


def _spectral(axes: Sequence[Axis], cards: Mapping[str, tuple[Any, ...]], letter: str) -> Spectral | None:
    kind = next((a.name for a in axes if a.kind == SPECTRAL), None)
    return spectral_of(cards, letter, kind) if kind else None


def _first_line(error: Exception) -> str:
    """What a library said, on one line and short."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = lines[-1] if lines else type(error).__name__
    return said[:200].rstrip(".")
