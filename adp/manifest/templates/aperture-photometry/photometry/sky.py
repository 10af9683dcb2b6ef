"""The level and noise of the sky under a star field."""

import numpy as np


def sky_of(image: np.ndarray, clip: float, rounds: int) -> tuple[float, float]:
    """Median and standard deviation of the pixels within `clip` deviations of the median, found in `rounds` rounds."""
    if not np.isfinite(image).all():
        raise ValueError("the frame has pixels that are not finite")
    kept = image.ravel()
    for _ in range(rounds):
        middle, spread = np.median(kept), kept.std()
        kept = kept[np.abs(kept - middle) <= clip * spread]
    return float(np.median(kept)), float(kept.std())
