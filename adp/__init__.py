"""The language of Advanced Data Products: read one, run one, compare, report. No Django here."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from adp.comparison.public import compare as compare
    from adp.comparison.result import Comparison as Comparison

__version__ = "0.1.0"
__all__ = ["Comparison", "__version__", "compare"]

HOMES = {"compare": "adp.comparison.public", "Comparison": "adp.comparison.result"}


def __getattr__(name: str) -> Any:
    """Imported when it is asked for: numpy and astropy are no part of `adp --help`."""
    if name in HOMES:
        return getattr(import_module(HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
