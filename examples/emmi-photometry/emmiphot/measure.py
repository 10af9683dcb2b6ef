"""From a frame to its background and its sources. Positions are 0-based pixels: (0, 0) is the first pixel's centre."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import sep
from astropy import units as u
from astropy.table import Table
from numpy.typing import NDArray

COUNT = u.ct


@dataclass(frozen=True)
class Background:
    """`level` and `rms`: float32 maps in counts, the shape of the frame; `global_rms` in counts."""

    level: NDArray[np.float32]
    rms: NDArray[np.float32]
    global_rms: float


def background(frame: NDArray[np.float64], settings: dict[str, Any]) -> Background:
    """Median-filtered mesh of clipped modes (Bertin & Arnouts 1996, A&AS 117, 393, §3), interpolated by splines."""
    mesh = sep.Background(
        frame,
        bw=settings["box_width"],
        bh=settings["box_height"],
        fw=settings["filter_width"],
        fh=settings["filter_height"],
    )
    return Background(mesh.back(dtype=np.float32), mesh.rms(dtype=np.float32), float(mesh.globalrms))


def catalogue(
    frame: NDArray[np.float64], sky: Background, detection: dict[str, Any], photometry: dict[str, Any]
) -> Table:
    """One row a source, ordered by y, then x. Fluxes in counts above the background, errors from the global rms.

    A source whose Kron radius cannot be measured has flux_auto 0, as SExtractor gives it.
    """
    clean = frame - sky.level
    found = sep.extract(
        clean,
        detection["threshold"] * sky.global_rms,
        minarea=detection["minimum_area"],
        deblend_cont=detection["deblend_contrast"],
    )
    found = found[np.lexsort((found["x"], found["y"]))]
    shape = [found[name] for name in ("x", "y", "a", "b", "theta")]
    aper, aper_error, _ = sep.sum_circle(clean, found["x"], found["y"], photometry["aperture"], err=sky.global_rms)
    kron, _ = sep.kron_radius(clean, *shape, photometry["kron_search"])
    auto, auto_error, _ = sep.sum_ellipse(clean, *shape, photometry["kron_factor"] * kron, err=sky.global_rms, subpix=1)

    table = Table()
    table["number"] = np.arange(1, len(found) + 1, dtype=np.int32)
    table["x"], table["y"] = found["x"] * u.pix, found["y"] * u.pix
    table["a"] = found["a"] * u.pix
    for name, values in (("aper", aper), ("auto", auto)):
        table[f"flux_{name}"] = values * COUNT
    table["fluxerr_aper"] = aper_error * COUNT
    table["fluxerr_auto"] = auto_error * COUNT
    return Table(table)
