"""Compiles the comparer's kernels in the judge's sandbox, for every type they take, and packs what numba kept of it.

    python3 -m adp.judging.compiling /out/kernels.zip

It reads no file but those it writes: what judges load later was made where no stranger's bytes were."""

import os
import sys
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from adp.comparison.compare import compare
from adp.comparison.formats.limits import LIMITS
from adp.comparison.kernels.lanes import BITS
from adp.comparison.spec.reader import parse

BLOCK, CARD, SIDE = 2880, 80, 64  # bytes, bytes, pixels


def main(argv: list[str]) -> int:
    """NUMBA_CACHE_DIR names an empty folder, which becomes the archive; 1 when nothing was compiled."""
    spec, limits = parse({"data": {"rel": 1e-6}}), replace(LIMITS, compiled=0)
    with tempfile.TemporaryDirectory() as folder:
        for number, stored in enumerate(BITS):
            path = Path(folder, f"{number}.fits")
            path.write_bytes(_image(np.dtype(stored)))
            compare(path, path, spec, limits=limits)
    return 0 if pack(Path(os.environ["NUMBA_CACHE_DIR"]), Path(argv[0])) else 1


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
    cards = {"SIMPLE": "T", "BITPIX": bits, "NAXIS": 2, "NAXIS1": SIDE, "NAXIS2": SIDE}
    header = "".join(f"{key:8}= {value:>20}".ljust(CARD) for key, value in cards.items()) + "END"
    size = SIDE * SIDE * kind.itemsize
    return header.ljust(BLOCK).encode() + bytes(size + -size % BLOCK)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
