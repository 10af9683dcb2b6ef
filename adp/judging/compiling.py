"""Compiles the comparer's kernels in the judge's sandbox, for every type they take, and packs what numba kept of it.

    python3 -m adp.judging.compiling /out/kernels.zip

It reads no file but those it writes: what judges load later was made where no stranger's bytes were."""

import os
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from adp.comparison.compare import compare
from adp.comparison.compiled import cached
from adp.comparison.formats.fits_rice import Quantized, decode
from adp.comparison.formats.limits import LIMITS
from adp.comparison.kernels.rows import BITS
from adp.comparison.spec.reader import parse

BLOCK, CARD, SIDE = 2880, 80, 64  # bytes, bytes, pixels


def main(argv: list[str]) -> int:
    """NUMBA_CACHE_DIR names an empty folder, which becomes the archive; 1 when nothing was compiled."""
    spec, limits = parse({"data": {"rel": 1e-6}}), replace(LIMITS, compiled=0)
    with tempfile.TemporaryDirectory() as folder:
        for number, content in enumerate([*(_image(np.dtype(stored)) for stored in BITS), _table()]):
            path = Path(folder, f"{number}.fits")
            path.write_bytes(content)
            compare(path, path, spec, limits=limits)
    _decoders()
    return 0 if pack(Path(os.environ["NUMBA_CACHE_DIR"]), Path(argv[0])) else 1


def _decoders() -> None:
    """Of RICE_1, for which no tile is enough; and the loop that sums what is read of large files."""
    cached.load("adp.comparison.kernels.blocks").words(np.zeros(0, "<u4"))
    nothing = np.zeros(0)
    for kind in ("u1", "i2", "i4"):
        decode([], np.dtype(kind).itemsize, 1, 1, np.zeros(0, kind), None)
    for kind in ("f4", "f8"):
        decode([], 4, 1, 1, np.zeros(0, kind), Quantized(nothing, nothing, 1, 0, None))


def pack(folder: Path, archive: Path) -> int:
    """How many files went from `folder` into `archive`."""
    files = [p for p in sorted(folder.rglob("*")) if p.is_file()]
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in files:
            packed.write(file, file.relative_to(folder))
    return len(files)


def unpack(archive: Path, folder: Path) -> None:
    """numba refuses a cache folder it cannot write to, so each judge has a copy of its own."""
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)


def _image(kind: np.dtype[np.generic]) -> bytes:
    """A FITS file of one image of zeros, of the type as it is stored."""
    bits = 8 * kind.itemsize * (-1 if kind.kind == "f" else 1)
    cards: dict[str, int | str] = {"SIMPLE": "T", "BITPIX": bits, "NAXIS": 2, "NAXIS1": SIDE, "NAXIS2": SIDE}
    return _hdu(cards, SIDE * SIDE * kind.itemsize)


def _table() -> bytes:
    """The same of a table whose columns are judged together (kernels/sheets.py)."""
    axes = {
        "BITPIX": 8,
        "NAXIS": 2,
        "NAXIS1": 8,
        "NAXIS2": SIDE,
        "PCOUNT": 0,
        "GCOUNT": 1,
        "TFIELDS": 2,
    }
    columns = {"TTYPE1": "'A'", "TFORM1": "'E'", "TTYPE2": "'B'", "TFORM2": "'J'"}
    primary = _hdu({"SIMPLE": "T", "BITPIX": 8, "NAXIS": 0}, 0)
    return primary + _hdu({"XTENSION": "'BINTABLE'", **axes, **columns}, 8 * SIDE)


def _hdu(cards: Mapping[str, int | str], size: int) -> bytes:
    header = "".join(f"{key:8}= {value:>20}".ljust(CARD) for key, value in cards.items()) + "END"
    return header.ljust(-(-len(header) // BLOCK) * BLOCK).encode() + bytes(size + -size % BLOCK)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
