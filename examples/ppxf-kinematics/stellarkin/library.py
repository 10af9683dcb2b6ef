"""The E-MILES single stellar populations that pPXF brings along, at the resolution and sampling of a spectrum."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from astropy.io import fits
from ppxf import ppxf_util
from scipy import ndimage

from stellarkin.spectra import SIGMA_TO_FWHM, Floats, Spectrum

FWHM = 2.51  # Å, the same at every wavelength (Vazdekis et al. 2016, MNRAS 463, 3409)
PATTERN = "Eun1.30*.fits"
MARGIN = 1.02  # how far templates reach beyond the galaxy's ends, so that a shifted one still covers it


@dataclass(frozen=True)
class Templates:
    """`spectra` (pixels, models), each of median one; `wavelength` in Å, in air."""

    spectra: Floats
    wavelength: Floats


def models() -> list[Path]:
    """In the order of their names: what a fit finds must not depend on the order of a folder."""
    return sorted(Path(str(files("ppxf"))).joinpath("miles_models").glob(PATTERN))


def templates(spectrum: Spectrum, between: tuple[float, float], finer: int) -> Templates:
    """The library between two wavelengths in Å, `finer` times as fine as the galaxy."""
    paths = models()
    _, wavelength = _model(paths[0])
    chosen = (wavelength > between[0]) & (wavelength < between[1])
    wavelength = wavelength[chosen]
    step = wavelength[1] - wavelength[0]
    sigma = _difference(spectrum, wavelength) / SIGMA_TO_FWHM / step
    made = [_rebinned(_model(path)[0][chosen], wavelength, sigma, spectrum.velscale / finer) for path in paths]
    return Templates(np.column_stack([flux for flux, _ in made]), np.exp(made[0][1]))


def around(spectrum: Spectrum) -> tuple[float, float]:
    return float(spectrum.wavelength[0]) / MARGIN, float(spectrum.wavelength[-1]) * MARGIN


def _model(path: Path) -> tuple[Floats, Floats]:
    with fits.open(path) as hdus:
        header, flux = hdus[0].header, hdus[0].data.astype(np.float64)
    return flux, header["CRVAL1"] + header["CDELT1"] * np.arange(header["NAXIS1"])


def _difference(spectrum: Spectrum, wavelength: Floats) -> Floats:
    """FWHM in Å that takes the library's resolution to the galaxy's; zero where the galaxy is the sharper one."""
    wanted = spectrum.fwhm
    if wanted.size > 1:
        wanted = np.interp(wavelength, spectrum.wavelength, wanted)
    return np.sqrt((wanted**2 - FWHM**2).clip(0))


def _rebinned(flux: Floats, wavelength: Floats, sigma: Floats, velscale: float) -> tuple[Floats, Floats]:
    rebinned, ln_wavelength, _ = ppxf_util.log_rebin(wavelength[[0, -1]], _smoothed(flux, sigma), velscale=velscale)
    return rebinned / np.median(rebinned[rebinned > 0]), ln_wavelength


def _smoothed(flux: Floats, sigma: Floats) -> Floats:
    """`sigma` in pixels: one for all, or one per pixel."""
    if sigma.size > 1:
        return ppxf_util.gaussian_filter1d(flux, sigma)
    return ndimage.gaussian_filter1d(flux, float(sigma[0])) if sigma[0] else flux
