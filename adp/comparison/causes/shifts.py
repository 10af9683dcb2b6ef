"""By how many pixels an image or cube was moved: found by phase correlation, believed only when it explains all."""

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from adp.comparison.causes.cause import ENOUGH, Cause
from adp.comparison.causes.likeness import equal
from adp.comparison.model import Array
from adp.comparison.values.sums import Floats

WINDOW = 512  # pixels along each axis that the correlation sees, around the middle
PEAKS = 4  # of the correlation, that are tried
OVERLAP = 0.25  # of the pixels must remain to be compared
WHOLE, HALF = 0.3, 0.5  # of the difference's rms may remain after a shift by parts of a pixel
AGREE = 0.3  # of the shift, by which that of any half of the image may be another
STRUCTURED = 16  # pixels along each axis: in fewer, a source more looks like a move
LEAST = 0.02  # pixels
Shift = tuple[int, ...]


def moved(p: Array, r: Array) -> Iterator[Cause]:
    """`p` and `r` are (plane, y, x) of one shape, and differ."""
    middle = tuple(slice(max(0, (n - WINDOW) // 2), (n + WINDOW) // 2) for n in p.shape)
    mine, theirs = (_filled(v[middle]) for v in (p, r))
    found = next((s for s in _peaks(mine, theirs) if _explains(p, r, s)), None)
    if found:
        yield Cause("SHIFTED", f"the image is the reference moved by {_words(found)}")
    elif part := _fraction(mine, theirs):
        yield Cause(
            "", f"the image looks like the reference moved by about {part[0]:.2g} pixels in x and {part[1]:.2g} in y"
        )


def _words(shift: Shift) -> str:
    z, y, x = shift
    planes = f"{z} planes" if z else ""
    pixels = f"{x} pixels in x and {y} in y" if x or y else ""
    return " and ".join(filter(None, (planes, pixels)))


def _filled(values: Array) -> Floats:
    """Finite everywhere, with mean 0."""
    with np.errstate(invalid="ignore"):
        data = values.astype(np.float64)
    finite = np.isfinite(data)
    middle = float(np.median(data[finite])) if finite.any() else 0.0
    with np.errstate(over="ignore", invalid="ignore"):
        found: Floats = np.where(finite, data - middle, 0.0)
    return found if np.isfinite(np.square(found).sum()) else np.zeros_like(found)


def _peaks(p: Floats, r: Floats) -> Iterator[Shift]:
    """Shifts (z, y, x) in the order of the phase correlation's peaks, with either sign of every wrapped axis."""
    cross = np.fft.rfftn(p) * np.conj(np.fft.rfftn(r))
    size = np.abs(cross)
    if not size.any():
        return
    correlation = np.fft.irfftn(cross / np.maximum(size, 1e-12 * size.max()), s=p.shape, axes=(0, 1, 2)).ravel()
    best = np.argpartition(correlation, -min(PEAKS, correlation.size))[-PEAKS:]
    for at in best[np.argsort(correlation[best])[::-1]]:
        wrapped = np.unravel_index(int(at), p.shape)
        shift = tuple(int(k) - n * (2 * k > n) for k, n in zip(wrapped, p.shape, strict=True))
        if any(shift):
            yield shift


def _explains(p: Array, r: Array, shift: Shift) -> bool:
    """Whether p[z, y, x] = r[z - dz, y - dy, x - dx] wherever both are, and the unmoved images differ there."""
    inner, outer = (tuple(_cut(n, k * sign) for n, k in zip(p.shape, shift, strict=True)) for sign in (1, -1))
    mine, theirs = p[inner], r[outer]
    if mine.size < OVERLAP * p.size:
        return False
    if not equal(mine, theirs):
        return False
    here = r[inner]
    numbers = p.dtype.kind == "f" and r.dtype.kind == "f"
    unlike = np.count_nonzero((mine != here) & ~(np.isnan(mine) & np.isnan(here)) if numbers else mine != here)
    return bool(unlike >= ENOUGH)


def _cut(size: int, by: int) -> slice:
    return slice(max(by, 0), size + min(by, 0))


def _fraction(p: Floats, r: Floats) -> tuple[float, float] | None:
    """(dx, dy) below a pixel: least squares on the gradient, believed when it takes most of the difference away, and
    every half of the image says the same."""
    if min(p.shape[1:]) < STRUCTURED:
        return None
    dx, dy = (np.gradient(r, axis=axis) for axis in (2, 1))
    height, width = (n // 2 for n in p.shape[1:])
    whole = _fitted(dx, dy, p - r, np.s_[:, 2:-2, 2:-2], WHOLE)
    halves = (np.s_[:, 2:-2, 2:width], np.s_[:, 2:-2, width:-2], np.s_[:, 2:height, 2:-2], np.s_[:, height:-2, 2:-2])
    found = [_fitted(dx, dy, p - r, at, HALF) for at in halves] if whole else []
    if whole is None or any(f is None or math.dist(f, whole) > AGREE * math.hypot(*whole) for f in found):
        return None
    return round(whole[0], 2) + 0.0, round(whole[1], 2) + 0.0


def _fitted(dx: Floats, dy: Floats, residual: Floats, at: tuple[slice, ...], rest: float) -> tuple[float, float] | None:
    gx, gy, difference = dx[at].ravel(), dy[at].ravel(), residual[at].ravel()
    if not _is_full(difference):
        return None
    matrix: npt.NDArray[np.float64] = np.array([[gx @ gx, gx @ gy], [gx @ gy, gy @ gy]])
    if np.linalg.det(matrix) <= 1e-9 * np.trace(matrix) ** 2:
        return None
    x, y = np.linalg.solve(matrix, -np.array([gx @ difference, gy @ difference]))
    unexplained = difference + x * gx + y * gy
    if unexplained.std() > rest * difference.std() or not LEAST < math.hypot(x, y) < 1:
        return None
    return float(x), float(y)


def _is_full(difference: Floats) -> bool:
    """Differences all over the image: a few pixels are no shift."""
    return bool(np.count_nonzero(difference) > difference.size / 2)
