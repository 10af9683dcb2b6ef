"""Finding stars in a sky-subtracted frame and summing their light in circular apertures."""

import numpy as np
from astropy.table import Table

FINER = 5  # a pixel on the rim of an aperture is judged on FINER x FINER points
ROUNDS = 10  # of centring, in half the aperture: its rim has little light but much noise
UNITS = {"x": "pix", "y": "pix", "flux": "electron", "flux_error": "electron"}


def measure(image: np.ndarray, noise: float, threshold: float, radius: float) -> Table:
    """Every star with its aperture wholly on the frame, brightest first; positions are FITS pixels (first centre 1)."""
    found = [_star(image, noise, x, y, radius) for x, y in _peaks(image, threshold * noise, radius)]
    found.sort(key=lambda star: -star[2])
    table = Table(np.array(found).reshape(-1, len(UNITS)), names=list(UNITS), units=UNITS)
    table["x"] += 1
    table["y"] += 1
    table.add_column(np.arange(1, len(found) + 1), index=0, name="id")
    return table


def _peaks(image: np.ndarray, least: float, radius: float) -> list[tuple[int, int]]:
    """Pixels brighter than `least` and than every other within `radius`."""
    reach = int(np.ceil(radius))
    height, width = image.shape
    found = []
    for y, x in np.argwhere(image > least):
        if not (reach <= x < width - reach and reach <= y < height - reach):
            continue
        near = image[y - reach : y + reach + 1, x - reach : x + reach + 1]
        if image[y, x] >= near.max():
            found.append((int(x), int(y)))
    return found


def _star(image: np.ndarray, noise: float, x: float, y: float, radius: float) -> tuple[float, float, float, float]:
    rows, columns = np.indices(image.shape)
    for _ in range(ROUNDS):
        weights = aperture(image.shape, x, y, radius / 2) * image
        x, y = float((weights * columns).sum() / weights.sum()), float((weights * rows).sum() / weights.sum())
    inside = aperture(image.shape, x, y, radius)
    flux = float((inside * image).sum())
    return x, y, flux, float(np.sqrt(max(flux, 0.0) + inside.sum() * noise**2))


def aperture(shape: tuple[int, ...], x: float, y: float, radius: float) -> np.ndarray:
    """The part of every pixel that lies within `radius` of (x, y); pixel centres are whole numbers."""
    offsets = (np.arange(FINER) + 0.5) / FINER - 0.5
    rows = np.add.outer(np.arange(shape[0]), offsets).ravel()
    columns = np.add.outer(np.arange(shape[1]), offsets).ravel()
    within = (columns[None, :] - x) ** 2 + (rows[:, None] - y) ** 2 <= radius**2
    parts: np.ndarray = within.reshape(shape[0], FINER, shape[1], FINER).mean(axis=(1, 3))
    return parts
