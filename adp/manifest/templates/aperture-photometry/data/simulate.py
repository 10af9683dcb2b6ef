"""Makes frame.fits and truth.ecsv beside this file: known stars, integrated over pixels analytically, with noise.

It shares no code with the package, so that the package can be checked against it: python data/simulate.py"""

from math import erf, pi, sqrt
from pathlib import Path

import numpy as np
from astropy.io import fits
from astropy.table import Table

SIZE, WIDTH = 96, 1.5  # pixels; WIDTH is the standard deviation of a star's image
SKY, READ_NOISE = 100.0, 3.0  # electrons
RADIUS = 7.5  # pixels: an aperture this wide holds all but 4e-6 of a star's light
STARS = (  # x, y (pixels, the centre of the first is 1), electrons
    (17.31, 16.74, 50000.0),
    (47.85, 15.10, 5000.0),
    (79.40, 17.95, 12000.0),
    (15.62, 48.28, 8000.0),
    (48.97, 47.55, 30000.0),
    (81.15, 49.70, 6500.0),
    (16.90, 80.05, 18000.0),
    (49.42, 78.66, 10000.0),
    (78.08, 81.31, 22000.0),
)


def across(centre: float) -> np.ndarray:
    """The part of a star's light in each column (or row): the integral of the Gaussian over the pixel."""
    edges = [erf((edge + 0.5 - centre) / (WIDTH * sqrt(2))) for edge in range(SIZE + 1)]
    return np.diff(edges) / 2


def main() -> None:
    here = Path(__file__).parent
    light = np.full((SIZE, SIZE), SKY)
    for x, y, flux in STARS:
        light += flux * np.outer(across(y), across(x))
    random = np.random.default_rng(20240229)
    counts = random.poisson(light) + random.normal(0.0, READ_NOISE, light.shape)
    frame = fits.PrimaryHDU(np.rint(counts).astype(np.int16))
    frame.header.update({"OBJECT": "simulated field", "BUNIT": "electron", "RDNOISE": READ_NOISE, "SEED": 20240229})
    frame.writeto(here / "frame.fits", overwrite=True)

    brightest_first = np.array(sorted(STARS, key=lambda star: -star[2]))
    truth = Table(brightest_first, names=("x", "y", "flux"), units=("pix", "pix", "electron"))
    truth.add_column(np.arange(1, len(STARS) + 1), index=0, name="id")
    truth["flux_error"] = np.sqrt(truth["flux"].value + pi * RADIUS**2 * (SKY + READ_NOISE**2))
    truth["flux_error"].unit = "electron"
    truth.write(here / "truth.ecsv", format="ascii.ecsv", overwrite=True)


if __name__ == "__main__":
    main()
