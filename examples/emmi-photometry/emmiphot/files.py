"""The frame, the maps and the catalogue on disk; what made them goes into them."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits
from astropy.table import Table
from numpy.typing import NDArray

from emmiphot import __version__

SOFTWARE = "emmi-photometry"


def read_frame(path: Path) -> NDArray[np.float64]:
    """The frame in counts, BSCALE and BZERO applied. The cards of 1992 that no standard knows are left unread."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return fits.getdata(path).astype(np.float64)


def provenance(method: str, settings: dict[str, Any]) -> dict[str, str]:
    used = " ".join(f"{k}={v}" for k, v in sorted(settings.items()))
    return {"METHOD": method, "SOFTWARE": SOFTWARE, "SOFTVERS": __version__, "CONFIG": used}


def write_map(values: NDArray[np.float32], path: Path, method: str, settings: dict[str, Any]) -> None:
    hdu = fits.PrimaryHDU(values)
    hdu.header["BUNIT"] = "ct"
    hdu.header.update(provenance(method, settings))
    hdu.writeto(path, overwrite=True)


def write_catalogue(table: Table, path: Path, method: str, settings: dict[str, Any]) -> None:
    table.meta.clear()
    table.meta |= provenance(method, settings)
    table.write(path, format="ascii.ecsv", overwrite=True)
