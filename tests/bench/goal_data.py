"""Files for the goals, written in pieces: a cube, a table, compressed images, many small files, positions."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from astropy.io import fits

SEED = 20261124
NOISE = 3e-7  # relative; a few ulp of a float32
MISSING = 0.02  # of the pixels of a cube, and of the numbers of a pixel table
PLANE = 512
COLUMNS = ("x", "y", "lambda", "value", "variance")
ARCSEC = 1 / 3600


class Sizes(NamedTuple):
    """`full` needs about 5 GB of disk and, for FITSDiff, 12 GB of memory."""

    cube: int = 1 << 30  # bytes
    rows: int = 50_000_000
    tiles: int = 256 << 20  # bytes, decoded
    files: int = 1000
    sources: int = 1_000_000


QUICK = Sizes(32 << 20, 1_000_000, 16 << 20, 50, 50_000)


def cubes(folder: Path, size: int) -> tuple[Path, Path, Path]:
    """Reference, the same within NOISE, and the same to the bit."""
    planes = max(1, size // (4 * PLANE * PLANE))
    paths = tuple(folder / f"cube-{name}.fits" for name in ("reference", "near", "same"))
    header = fits.PrimaryHDU(np.zeros((1, 1, 1), "f4")).header
    header["NAXIS1"], header["NAXIS2"], header["NAXIS3"] = PLANE, PLANE, planes
    for path, noise in zip(paths, (0.0, NOISE, 0.0), strict=True):
        _write(path, header, planes, 8, lambda at, count, noise=noise: _planes(at, count, noise))
    return paths  # type: ignore[return-value]


def _planes(at: int, count: int, noise: float) -> Any:
    rng = np.random.default_rng((SEED, at))
    values = rng.normal(100, 10, (count, PLANE, PLANE)).astype("f4")
    values[rng.random(values.shape, "f4") < MISSING] = np.nan
    return (values * (1 + noise * rng.standard_normal(values.shape, "f4"))).astype(">f4")


def tables(folder: Path, rows: int, missing: float) -> tuple[Path, Path]:
    """`missing`: the share of NaN among the numbers, at the same places in both."""
    kind = np.dtype([*((name, ">f4") for name in COLUMNS), ("flag", ">i4")])
    header = fits.BinTableHDU(np.zeros(1, kind)).header
    header["NAXIS2"] = rows
    paths = (folder / f"table-{missing:g}-reference.fits", folder / f"table-{missing:g}-near.fits")
    for path, noise in zip(paths, (0.0, NOISE), strict=True):
        lead = fits.PrimaryHDU().header.tostring().encode()
        make = partial(_rows, kind, noise, missing)
        _write(path, header, rows, 1 << 20, make, lead)
    return paths


def _rows(kind: Any, noise: float, missing: float, at: int, count: int) -> Any:
    rng = np.random.default_rng((SEED, at))
    made = np.zeros(count, kind)
    made["flag"] = rng.integers(0, 9, count)
    values = {name: rng.normal(100, 10, count).astype("f4") for name in COLUMNS}
    for each in values.values():
        each[rng.random(count, "f4") < missing] = np.nan
    for name in COLUMNS:
        made[name] = values[name] * (1 + noise * rng.standard_normal(count, "f4"))
    return made


def _write(path: Path, header: Any, total: int, step: int, make: Callable[[int, int], Any], lead: bytes = b"") -> None:
    with path.open("wb") as file:
        file.write(lead + header.tostring().encode())
        at = file.tell()
        for start in range(0, total, step):
            file.write(make(start, min(step, total - start)).tobytes())
        file.write(b"\0" * (-(file.tell() - at) % 2880))


def tiles(folder: Path, size: int, how: str, level: float, kind: str) -> Path:
    """A tile-compressed image; `level` as astropy's quantize_level."""
    planes = max(1, size // (np.dtype(kind).itemsize * PLANE * PLANE))
    values = np.nan_to_num(_planes(0, planes, 0.0)).astype(kind)
    path = folder / f"{how}-{kind}.fits"
    packed = fits.CompImageHDU(values, compression_type=how, quantize_level=level)
    fits.HDUList([fits.PrimaryHDU(), packed]).writeto(path)
    return path


def many(folder: Path, count: int) -> tuple[Path, Path]:
    """Two folders of small images."""
    sides = folder / "many-reference", folder / "many-near"
    for side, noise in zip(sides, (0.0, NOISE), strict=True):
        side.mkdir()
        for number in range(count):
            values = _planes(number, 1, noise)[0, :64, :64]
            fits.ImageHDU(values, name="SCI").writeto(side / f"{number:04}.fits")
    return sides


def positions(folder: Path, count: int) -> Path:
    """A crowded field, shuffled, 3.6 mas of noise, 0.1 % missing."""
    rng = np.random.default_rng(SEED)
    ra, dec = rng.uniform(150, 152, count), rng.uniform(1, 3, count)
    kept = rng.permutation(count)[: count - count // 1000]
    ra2, dec2 = (v[kept] + rng.normal(0, 0.0036 * ARCSEC, len(kept)) for v in (ra, dec))
    path = folder / "positions.npz"
    np.savez(path, ra=ra, dec=dec, ra2=ra2, dec2=dec2)
    return path
