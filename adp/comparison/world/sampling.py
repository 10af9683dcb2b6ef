"""The pixels a coordinate description is tried at: the corners and a grid between them."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
MOST = 4096
MANY_AXES = 11  # more axes than corners are tried of


def grid(sizes: Sequence[int], axes: int) -> Floats:
    """(n, axes) pixel coordinates from 1 to `sizes` (NAXIS1 first), centres of pixels, corners included; at most MOST.
    Axes beyond `sizes` stand at 1."""
    long = [i for i, n in enumerate(sizes[:axes]) if n > 1]
    if len(long) > MANY_AXES:
        steps = [np.array([1.0, float(sizes[i])]) for i in long[:MANY_AXES]]
        long = long[:MANY_AXES]
    else:
        each = max(2, int(MOST ** (1 / max(1, len(long))) + 1e-9))
        steps = [np.unique(np.rint(np.linspace(1, sizes[i], min(each, sizes[i])))) for i in long]
    points = np.ones((int(np.prod([len(s) for s in steps])), axes))
    for axis, values in zip(long, np.meshgrid(*steps, indexing="ij"), strict=True):
        points[:, axis] = values.reshape(-1)
    return points
