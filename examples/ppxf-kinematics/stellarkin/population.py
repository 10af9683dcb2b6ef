"""The ages and metallicities of a galaxy's stars: a regularised fit of E-MILES populations and gas emission lines."""

from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

import numpy as np
from ppxf import miles_util, ppxf_util
from ppxf.ppxf import ppxf

from stellarkin.kinematics import Motion, motion
from stellarkin.library import PATTERN
from stellarkin.spectra import C, Floats, Spectrum, air_factor

START = 180.0  # km/s


@dataclass(frozen=True)
class Population:
    """Means weighted by light in the V band; `mass_to_light` in r, solar units. `cumulative` is the fraction of the
    light from stars up to each of `lg_age` (lg of years)."""

    motion: Motion
    lg_age: float
    metallicity: float
    mass_to_light: float
    ages: Floats
    cumulative: Floats


def fit(spectrum: Spectrum, settings: dict[str, Any]) -> Population:
    air = replace(spectrum, wavelength=spectrum.wavelength * air_factor(spectrum.wavelength), in_vacuum=False)
    pattern = str(files("ppxf") / "miles_models" / PATTERN)
    ssp = miles_util.miles(pattern, air.velscale, float(air.fwhm[0]), norm_range=settings["light"])
    stars = ssp.templates.reshape(ssp.templates.shape[0], -1)
    rest = air.wavelength[[0, -1]] / (1 + air.redshift)
    gas, names, _ = ppxf_util.emission_lines(ssp.ln_lam_temp, rest, float(air.fwhm[0]), tie_balmer=False)
    is_forbidden = np.array(["[" in name for name in names])
    component = [*[0] * stars.shape[1], *np.where(is_forbidden, 2, 1)[np.argsort(is_forbidden, kind="stable")]]
    start = [C * np.log(1 + air.redshift), START]
    found = ppxf(
        np.column_stack([stars, gas[:, np.argsort(is_forbidden, kind="stable")]]),
        air.flux,
        air.noise,
        air.velscale,
        [start] * 3,
        moments=[4, 2, 2],
        component=component,
        gas_component=np.array(component) > 0,
        gas_names=np.asarray(names)[np.argsort(is_forbidden, kind="stable")],
        degree=-1,
        mdegree=settings["degree"],
        regul=1 / settings["regularisation"],
        reg_dim=ssp.templates.shape[1:],
        lam=air.wavelength,
        lam_temp=ssp.lam_temp,
        quiet=True,
    )
    light = found.weights[: stars.shape[1]].reshape(ssp.templates.shape[1:])
    return _described(motion(air, found.sol[0], found.error[0] * np.sqrt(found.chi2), found.chi2), light, ssp)


def _described(stars: Motion, light: Floats, ssp: Any) -> Population:
    light = light / light.sum()
    mass = light / ssp.flux
    lg_age, metallicity = ssp.mean_age_metal(light, quiet=True)
    return Population(
        motion=stars,
        lg_age=float(lg_age),
        metallicity=float(metallicity),
        mass_to_light=float(ssp.mass_to_light(mass / mass.sum(), band="r", quiet=True)),
        ages=np.log10(ssp.age_grid[:, 0]) + 9,
        cumulative=np.cumsum(light.sum(axis=1)),
    )
