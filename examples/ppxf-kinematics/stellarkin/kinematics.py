"""Mean velocity, dispersion and the Gauss-Hermite moments h3, h4 of a galaxy's stars (Cappellari 2017, 2023)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from ppxf import ppxf_util
from ppxf.ppxf import ppxf

from stellarkin import library
from stellarkin.spectra import C, Spectrum, air_factor

START = 200.0  # km/s, the dispersion a fit starts from


@dataclass(frozen=True)
class Motion:
    """`velocity` c ln(1 + z) in km/s on the wavelengths as they were given, `redshift` on those in air, as the
    templates are. Errors are formal ones, for a fit of χ²/dof = 1."""

    galaxy: str
    velocity: float
    dispersion: float
    h3: float
    h4: float
    errors: tuple[float, float, float, float]
    redshift: float
    redshift_error: float
    chi2: float


def fit(spectrum: Spectrum, settings: dict[str, Any]) -> Motion:
    between = tuple(settings["templates"]) if "templates" in settings else library.around(spectrum)
    finer = settings.get("finer", 1)
    templates = library.templates(spectrum, between, finer)
    ends = templates.wavelength[[0, -1]]
    found = ppxf(
        templates.spectra,
        spectrum.flux,
        spectrum.noise,
        spectrum.velscale,
        [C * np.log(1 + spectrum.redshift), START],
        goodpixels=ppxf_util.determine_goodpixels(np.log(spectrum.wavelength), ends, spectrum.redshift),
        moments=4,
        degree=settings["degree"],
        trig=settings.get("trigonometric", False),
        velscale_ratio=finer,
        lam=spectrum.wavelength,
        lam_temp=templates.wavelength,
        quiet=True,
    )
    return motion(spectrum, found.sol, found.error * np.sqrt(found.chi2), found.chi2)


def motion(spectrum: Spectrum, solution: Any, errors: Any, chi2: float) -> Motion:
    """`solution` and `errors` are V, sigma, h3, h4. Redshift by equations 5 of Cappellari (2023, MNRAS 526, 3273)."""
    velocity, dispersion, h3, h4 = (float(v) for v in solution[:4])
    in_air = air_factor(spectrum.wavelength) if spectrum.in_vacuum else 1.0
    redshift = (1 + spectrum.removed) * np.exp(velocity / C) * in_air - 1
    return Motion(
        galaxy=spectrum.galaxy,
        velocity=velocity,
        dispersion=dispersion,
        h3=h3,
        h4=h4,
        errors=tuple(float(e) for e in errors[:4]),
        redshift=float(redshift),
        redshift_error=float((1 + redshift) * errors[0] / C),
        chi2=float(chi2),
    )
