"""The products on disk. Numbers are rounded far below their errors: what two runs differ in is not science."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from astropy.table import Table

from stellarkin import __version__
from stellarkin.kinematics import Motion
from stellarkin.population import Population

SOFTWARE = "ppxf-kinematics"
DECIMALS = {"velocity": 3, "dispersion": 3, "h3": 5, "h4": 5, "redshift": 8, "chi2": 5}


def kinematics(motions: Sequence[Motion]) -> Table:
    """One row per fit: velocity and dispersion in km/s, h3, h4 and redshift without unit, each with its error."""
    table = Table({"galaxy": [m.galaxy for m in motions]})
    names = ("velocity", "dispersion", "h3", "h4")
    for place, name in enumerate(names):
        table[name] = [round(getattr(m, name), DECIMALS[name]) for m in motions]
        table[f"{name}_err"] = [round(m.errors[place], DECIMALS[name]) for m in motions]
    table["redshift"] = [round(m.redshift, DECIMALS["redshift"]) for m in motions]
    table["redshift_err"] = [round(m.redshift_error, DECIMALS["redshift"]) for m in motions]
    table["chi2"] = [round(m.chi2, DECIMALS["chi2"]) for m in motions]
    for name in ("velocity", "velocity_err", "dispersion", "dispersion_err"):
        table[name].unit = "km / s"
    return table


def population(found: Population) -> Table:
    """Means weighted by V light: lg of the age in years, [M/H] in dex, and M/L in r."""
    table = Table(
        {
            "galaxy": [found.motion.galaxy],
            "lg_age": [round(found.lg_age, 4)],
            "metallicity": [round(found.metallicity, 4)],
            "mass_to_light": [round(found.mass_to_light, 3)],
        }
    )
    table["lg_age"].unit, table["metallicity"].unit, table["mass_to_light"].unit = "dex(yr)", "dex", "solMass / solLum"
    return table


def history(found: Population) -> Table:
    """The fraction of the V light from stars up to each age: single weights are degenerate, their sum is not."""
    table = Table({"lg_age": found.ages.round(4), "light_up_to": found.cumulative.round(5)})
    table["lg_age"].unit = "dex(yr)"
    return table


def write(table: Table, path: Path, method: str, settings: dict[str, Any]) -> None:
    used = " ".join(f"{k}={v}" for k, v in sorted(settings.items()))
    table.meta |= {"METHOD": method, "SOFTWARE": SOFTWARE, "SOFTVERS": __version__, "CONFIG": used}
    table.write(path, format="ascii.ecsv", overwrite=True)
