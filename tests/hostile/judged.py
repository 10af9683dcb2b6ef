"""Products made to hurt whoever reads them: regular files all, products of one proposal, read by the judge alone."""

import base64
import pickle
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from adp.finding import Reason
from tests.adp.comparison.hostile import FILES, raw
from tests.adp.comparison.hostile_more import MORE
from tests.hostile.case import Case, Door

FORMATS = ("HDF5", "ASDF", "Parquet", "VOTable", "ECSV", "CSV")
NO_FILES = {"a folder", "a pipe nobody writes to", "nothing at all"}  # the collector's affair
# (ten to seventy megabytes each: read in tests/adp/comparison)
LARGE = {"FITS: a header without end", "FITS: ten thousand HDUs", "ASDF: no end of the tree", "CSV: a line without end"}


@dataclass(frozen=True, slots=True)
class Bad:
    """`content` is the product, `path` where it is due, `code` what its reader says."""

    content: bytes
    path: str
    format: str
    code: str


class Runs:
    """What a pickle does when it is loaded."""

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str, str]]:
        return exec, ("open('/out/0.json', 'w').write('{}')",)  # type: ignore[return-value] # a builtin is callable


def _npz() -> bytes:
    with BytesIO() as whole, zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.npy", bytes(64 << 20))
        packed.close()
        return whole.getvalue()


TAKE_OVER = b"import json, os\nfor n in range(99): open(f'/out/{n}.json', 'w').write('{}')\nos._exit(0)\n"
OWN = {
    "a pickle": (pickle.dumps(Runs()), "p.fits", "FORMAT"),
    "a zip bomb": (_npz(), "z.fits", "FORMAT"),
    "an HTML page": (b"<html><script>fetch('//localhost')</script></html>", "x.html", "FORMAT"),
    "a program": (b"#!/bin/sh\ntouch /out/owned\n", "run.sh", "FORMAT"),
    "a module the judge's Python loads first": (TAKE_OVER, "sitecustomize.py", "FORMAT"),
    "a module the judge imports": (TAKE_OVER, "json.py", "FORMAT"),
    "a package the judge reads with": (TAKE_OVER, "astropy/__init__.py", "FORMAT"),
    "the judge itself": (TAKE_OVER, "adp/__init__.py", "FORMAT"),
    "a path file of Python": (b"import os; os._exit(0)\n", "x.pth", "FORMAT"),
    "a name that is an option": (base64.b64encode(b"--help"), "--help", "FORMAT"),
}


def _made(make: Callable[[Path], object], folder: Path) -> bytes:
    place = folder / "made"
    make(place)
    content = place.read_bytes()
    place.unlink()
    return content


def _case(name: str, make: Callable[[Path], object], path: str, code: str) -> Case:
    word = name.split(":", maxsplit=1)[0]
    known = word.lower() if word in FORMATS else "fits"
    attack = (make, path, known, code)
    return Case(f"read: {name}", f"hands the judge {name}", Door.VERDICT, Reason.OUTPUT_INVALID, attack, code=code)


def built(case: Case, folder: Path) -> Bad:
    """The file itself, made in `folder`."""
    make, path, known, code = case.attack
    return Bad(_made(make, folder), path, known, code)


TABLE = {n: row for n, row in {**FILES, **MORE}.items() if n not in NO_FILES | LARGE and row[1] != "UNSUPPORTED"}
CASES = (
    *(_case(name, make, f"f{n}", code) for n, (name, (make, code)) in enumerate(TABLE.items())),
    *(_case(name, raw(content), path, code) for name, (content, path, code) in OWN.items()),
)
