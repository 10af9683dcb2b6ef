"""Spectra on another grid with what they hold kept: each new sample is the mean over its bin (Carnall 2017)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
SAME = 1e-6  # of a bin: grids nearer than that are one grid
FEW = 2


def edges(centres: Floats) -> Floats:
    """The borders of bins around rising `centres`: halfway to the neighbours, and as far out at the ends as in."""
    middle = (centres[1:] + centres[:-1]) / 2
    return np.concatenate([[2 * centres[0] - middle[0]], middle, [2 * centres[-1] - middle[-1]]])


@dataclass(frozen=True)
class Overlap:
    """How the bins of a spectrum cover new ones: `share` is the part of new bin `new` that old bin `old` makes up.
    `covered`: which new bins lie within the spectrum's ends."""

    new: Numbers
    old: Numbers
    share: Floats
    covered: npt.NDArray[np.bool_]

    def mean(self, values: Floats) -> Floats:
        """Flux densities (per wavelength) in the new bins: the flux in each is what it was. NaN where one is in it."""
        found: Floats = np.bincount(self.new, self.share * values[self.old], len(self.covered)).astype(np.float64)
        return found

    def variance(self, values: Floats) -> Floats:
        """Of independent samples: the squares of the shares. New samples that share an old one are not independent."""
        found: Floats = np.bincount(self.new, self.share**2 * values[self.old], len(self.covered)).astype(np.float64)
        return found

    def touches(self, marked: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """New bins that a marked old one is part of."""
        found: npt.NDArray[np.bool_] = np.bincount(self.new, marked[self.old], len(self.covered)) > 0
        return found


def overlap(old: Floats, new: Floats) -> Overlap:
    """Of two grids of rising centres, two samples each at least; work and memory grow with the sum of both."""
    if len(old) == len(new) and np.abs(old - new).max() <= SAME * np.diff(new).min():
        every = np.arange(len(new))
        return Overlap(every, every, np.ones(len(new)), np.ones(len(new), dtype=np.bool_))
    borders, fresh = edges(old), edges(new)
    cuts = np.union1d(borders, fresh)
    cuts = cuts[(cuts >= max(borders[0], fresh[0])) & (cuts <= min(borders[-1], fresh[-1]))]
    middle, width = (cuts[1:] + cuts[:-1]) / 2, np.diff(cuts)
    into = np.clip(np.searchsorted(fresh, middle, "right") - 1, 0, len(new) - 1)
    out_of = np.clip(np.searchsorted(borders, middle, "right") - 1, 0, len(old) - 1)
    slack = SAME * np.diff(fresh)
    covered = (fresh[:-1] >= borders[0] - slack) & (fresh[1:] <= borders[-1] + slack)
    total = np.bincount(into, width, len(new))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = width / total[into]
    return Overlap(into, out_of, share, covered)
