"""The language of Advanced Data Products: read one, run one, compare, report. No Django here."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from adp.comparison.compare import compare as compare

__version__ = "0.1.0"
__all__ = ["__version__", "compare"]


def __getattr__(name: str) -> Any:
    """`adp.compare`, imported when it is asked for: numpy and astropy are no part of `adp --help`."""
    if name == "compare":
        return import_module("adp.comparison.compare").compare
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
