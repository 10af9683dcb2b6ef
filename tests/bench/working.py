"""One side of one goal in a process of its own: does the work some times and prints what each took, as JSON."""

import json
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

REL = 1e-5
HEAD = 2880  # bytes of a header in our bare files
CHUNK = 1 << 20  # rows that polars sees at once


def adp(reference: str, product: str, rel: str) -> Callable[[], bool]:
    from adp.comparison.public import compare

    spec = {"data": {"rel": float(rel)}} if float(rel) else {}
    return lambda: compare(reference, product, spec).verdict == "agrees"


def careful(reference: str, product: str, rel: str) -> Callable[[], bool]:
    """By numpy alone."""
    from dataclasses import replace

    from adp.comparison.compare import compare
    from adp.comparison.formats.limits import LIMITS
    from adp.comparison.spec.reader import parse

    limits, spec = replace(LIMITS, compiled=1 << 62), parse({"data": {"rel": float(rel)}})
    return lambda: compare(Path(reference), Path(product), spec, limits=limits).verdict == "agrees"


def fitsdiff(reference: str, product: str, rel: str) -> Callable[[], bool]:
    from astropy.io.fits import FITSDiff

    return lambda: bool(FITSDiff(reference, product, rtol=float(rel), atol=0.0).identical)


def mapped(reference: str, product: str, _: str) -> Callable[[], bool]:
    """The limit: both files mapped anew and summed, by a thread each."""

    def one(path: str) -> None:
        words = np.memmap(path, dtype="<u4", mode="r", offset=HEAD, shape=((Path(path).stat().st_size - HEAD) // 4,))
        words.sum()

    def both() -> bool:
        threads = [threading.Thread(target=one, args=(path,)) for path in (reference, product)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return True

    return both


def polars(reference: str, product: str, rel: str) -> Callable[[], bool]:
    """Verdict, count, largest difference and bias of every column of bare tables."""
    from astropy.io import fits

    with fits.open(reference) as file:
        kind, rows, at = file[1].columns.dtype.newbyteorder(">"), file[1].header["NAXIS2"], file[1]._data_offset

    def whole() -> bool:
        sides = [np.memmap(path, kind, "r", at, shape=(rows,)) for path in (reference, product)]
        return all(_polars_agrees(*(s[i : i + CHUNK] for s in sides), float(rel)) for i in range(0, rows, CHUNK))

    return whole


def _polars_agrees(reference: Any, product: Any, rel: float) -> bool:
    import polars as pl

    native = {}
    for side, rows in (("r", reference), ("p", product)):
        for name in rows.dtype.names:
            native[f"{side}_{name}"] = rows[name].astype(rows.dtype[name].newbyteorder("="))
    asked = []
    for name in reference.dtype.names:
        p, r = pl.col(f"p_{name}").cast(pl.Float64), pl.col(f"r_{name}").cast(pl.Float64)
        d = p - r
        asked += [(d.abs() > rel * r.abs()).sum().alias(f"bad_{name}")]
        asked += [d.abs().max().alias(f"max_{name}"), d.mean().alias(f"bias_{name}")]
    found = pl.DataFrame(native).lazy().select(asked).collect()
    return not any(found[f"bad_{name}"][0] for name in reference.dtype.names)


def decoded(reference: str, product: str, _: str) -> Callable[[], bool]:
    """Both tile-compressed images, by astropy."""
    from astropy.io import fits

    def both() -> bool:
        for path in (reference, product):
            with fits.open(path) as file:
                assert file[1].data.size
        return True

    return both


def _positions(path: str) -> list[Any]:
    """(ra, dec) of the reference, then of the product, in degrees."""
    with np.load(path) as held:
        return [held[name] for name in ("ra", "dec", "ra2", "dec2")]


def sphere(reference: str, _: str, radius: str) -> Callable[[], bool]:
    from adp.comparison.matching.sphere import match

    ra, dec, ra2, dec2 = _positions(reference)
    return lambda: match(ra2, dec2, ra, dec, float(radius)) is not None


def catalogue(reference: str, _: str, radius: str) -> Callable[[], bool]:
    """astropy's matcher; its tree is built anew each time."""
    from astropy import units
    from astropy.coordinates import SkyCoord

    ra, dec, ra2, dec2 = _positions(reference)

    def match() -> bool:
        theirs, mine = SkyCoord(ra, dec, unit=units.deg), SkyCoord(ra2, dec2, unit=units.deg)
        return bool((mine.match_to_catalog_sky(theirs)[1] < float(radius) * units.deg).any())

    return match


def starting(reference: str, product: str, rel: str) -> Callable[[], bool]:
    """Nothing: what is measured is the process."""
    return lambda: True


WORKS = {f.__name__: f for f in (adp, careful, fitsdiff, mapped, polars, decoded, sphere, catalogue, starting)}


def main(work: str, times: str, *paths: str) -> int:
    """The first time is not told: it loads what later ones have. Once means: that one is told."""
    do = WORKS[work](*paths)
    took, used = [], []
    for _ in range(int(times)):
        began, busy = time.perf_counter(), time.process_time()
        if not do():
            return 1
        took.append(time.perf_counter() - began)
        used.append(time.process_time() - busy)
    told = {"first": took[0], "seconds": took[1:] or took, "cpu": used[1:] or used}
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
