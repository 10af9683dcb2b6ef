"""Galaxy spectra as pPXF wants them: on a grid even in ln(wavelength), of median one, with noise and resolution."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits
from numpy.typing import NDArray
from ppxf import ppxf_util

C = 299792.458  # km/s
SIGMA_TO_FWHM = 2.355
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Spectrum:
    """`wavelength` in Å as the telescope gave it, `fwhm` the resolution in Å (one, or one per pixel), `velscale` the
    step of a pixel in km/s, `redshift` the guess a fit starts from, `removed` the redshift already taken out."""

    galaxy: str
    wavelength: Floats
    flux: Floats
    noise: Floats
    fwhm: Floats
    velscale: float
    redshift: float
    in_vacuum: bool
    removed: float = 0.0


def sauron(path: Path, settings: dict[str, Any]) -> Spectrum:
    """A linear SAURON spectrum in air, rebinned to even steps in ln(wavelength). With `placed_at` it is first put at
    that redshift, and brought back by the guess `removed`: how a distant galaxy is fitted (Cappellari 2017, §2.4)."""
    with fits.open(path) as hdus:
        header, flux = hdus[0].header, hdus[0].data.astype(np.float64)
    ends = header["CRVAL1"] + np.array([0.0, header["CDELT1"] * (header["NAXIS1"] - 1)])
    stretch = (1 + settings.get("placed_at", 0.0)) / (1 + settings.get("removed", 0.0))
    flux, ln_wavelength, velscale = ppxf_util.log_rebin(ends * stretch, flux)
    fwhm = np.array([settings["fwhm"] * stretch])
    return _spectrum(settings, np.exp(ln_wavelength), flux, fwhm, float(velscale), vacuum=False)


def sdss(path: Path, settings: dict[str, Any]) -> Spectrum:
    """A coadd of SDSS, in vacuum and even in lg(wavelength) already; its resolution stands beside each pixel."""
    with fits.open(path) as hdus:
        table = hdus["COADD"].data
        flux, log_wavelength = table["flux"].astype(np.float64), table["loglam"].astype(np.float64)
        dispersion = table["wdisp"].astype(np.float64)
    wavelength = 10**log_wavelength
    step = (log_wavelength[-1] - log_wavelength[0]) * np.log(10) / (log_wavelength.size - 1)
    width = np.diff(wavelength, append=2 * wavelength[-1] - wavelength[-2])
    return _spectrum(settings, wavelength, flux, SIGMA_TO_FWHM * dispersion * width, C * step, vacuum=True)


def sdss_table(path: Path, settings: dict[str, Any]) -> Spectrum:
    """The older form of an SDSS spectrum: columns flux and wavelength, one resolution for all."""
    with fits.open(path) as hdus:
        table = hdus[1].data
        flux, wavelength = table["flux"].astype(np.float64), table["wavelength"].astype(np.float64)
    velscale = C * np.log(wavelength[1] / wavelength[0])
    return _spectrum(settings, wavelength, flux, np.array([settings["fwhm"]]), velscale, vacuum=True)


def air_factor(wavelength: Floats) -> float:
    """What vacuum wavelengths are multiplied with to be those in air: over the optical range it is nearly constant."""
    return float(np.median(ppxf_util.vac_to_air(wavelength) / wavelength))


def _spectrum(
    settings: dict[str, Any], wavelength: Floats, flux: Floats, fwhm: Floats, velscale: float, *, vacuum: bool
) -> Spectrum:
    return Spectrum(
        galaxy=settings["galaxy"],
        wavelength=wavelength,
        flux=flux / np.median(flux),
        noise=np.full(flux.size, settings["noise"]),
        fwhm=fwhm,
        velscale=velscale,
        redshift=settings["redshift"],
        in_vacuum=vacuum,
        removed=settings.get("removed", 0.0),
    )


READERS = {"sauron": sauron, "sdss": sdss, "sdss_table": sdss_table}
