"""What every product says of itself: method, software, version, parameters."""

from collections.abc import Mapping
from typing import Any

from photometry import __version__


def describe(method: str, parameters: Mapping[str, Any]) -> dict[str, str]:
    return {
        "METHOD": method,
        "SOFTWARE": "photometry",
        "VERSION": __version__,
        "PARAMS": ", ".join(f"{k}={v}" for k, v in sorted(parameters.items())),
    }
