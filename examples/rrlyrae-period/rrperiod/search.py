"""From a light curve to a period. Times in days (MJD), magnitudes and errors in mag (instrumental)."""

from dataclasses import dataclass

import numpy as np
from astropy.timeseries import LombScargle
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LightCurve:
    time: Floats
    mag: Floats
    error: Floats

    def __len__(self) -> int:
        return len(self.time)


@dataclass(frozen=True)
class Period:
    """`days` and its formal error; `amplitude`: semi-amplitude of the first harmonic in mag; `points` used."""

    days: float
    error: float
    amplitude: float
    points: int


def select(curve: LightCurve, largest_error: float, faintest: float) -> LightCurve:
    """What can be a measurement: an error within (0, largest_error), a magnitude above the survey's sentinels."""
    good = (curve.error > 0) & (curve.error < largest_error) & (curve.mag > faintest)
    return LightCurve(curve.time[good], curve.mag[good], curve.error[good])


def find(curve: LightCurve, shortest_period: float, longest_period: float, samples_per_peak: int, terms: int) -> Period:
    """Floating-mean Lomb-Scargle (Zechmeister & Kürster 2009, A&A 496, 577) finds the peak; a finer grid with `terms`
    harmonics places it. The error is formal, for white noise (Montgomery & O'Donoghue 1999, DSSN 13, 28)."""
    coarse, power = LombScargle(curve.time, curve.mag, curve.error).autopower(
        minimum_frequency=1 / longest_period, maximum_frequency=1 / shortest_period, samples_per_peak=samples_per_peak
    )
    spacing = coarse[1] - coarse[0]
    model = LombScargle(curve.time, curve.mag, curve.error, nterms=terms)
    fine = coarse[power.argmax()] + spacing * np.linspace(-1, 1, 801)
    best = float(fine[model.power(fine, method="chi2").argmax()])
    _, sine, cosine, *_ = model.model_parameters(best)
    amplitude = float(np.hypot(sine, cosine))
    scatter = float(np.std(curve.mag - model.model(curve.time, best)))
    baseline = float(np.ptp(curve.time))
    frequency_error = np.sqrt(6 / len(curve)) * scatter / (np.pi * baseline * amplitude)
    return Period(1 / best, float(frequency_error / best**2), amplitude, len(curve))


def fold(curve: LightCurve, period: float) -> Floats:
    """Phases within [0, 1), zero at the brightest point, of the shape of the light curve."""
    brightest = curve.time[curve.mag.argmin()]
    return ((curve.time - brightest) / period) % 1.0
