"""The two lists, whole: every defect and every harmless difference, and what is still waited for."""

from tests.defects.defects_files import FILES
from tests.defects.defects_headers import HEADERS
from tests.defects.defects_images import IMAGE_DEFECTS
from tests.defects.defects_tables import TABLE_DEFECTS
from tests.defects.harmless_files import HARMLESS_FILES
from tests.defects.harmless_values import HARMLESS_VALUES
from tests.defects.rows import Row

DEFECTS = (*IMAGE_DEFECTS, *TABLE_DEFECTS, *HEADERS, *FILES)
HARMLESS = (*HARMLESS_VALUES, *HARMLESS_FILES)
PENDING: frozenset[str] = frozenset(
    {
        "NaN filled with 0",
        "NaN filled with -999",
        "NaN filled with -32768",
        "the sign is flipped",
        "values in mJy under the unit Jy",
        "the unit's label alone changed",
        "a bias of a hundredth of a count",
        "flipped left and right",
        "flipped up and down",
        "turned by 180 degrees",
        "turned by 90 degrees",
        "moved by (9, 12)",
        "moved by a third of a pixel",
        "one wavelength off",
        "two planes exchanged",
        "through float16",
        "rounded to whole numbers",
        "BSCALE and BZERO applied twice",
        "BSCALE and BZERO not applied",
        "a bad column filled with 0",
        "a standard deviation for a variance",
        "a variance for a standard deviation",
        "a variance too small by the gain",
        "a logarithm for the value",
        "a flux is NaN",
        "unmeasured radii filled with 0",
        "unmeasured radii filled with -999",
        "a star is there twice",
        "all rows slid by one",
        "one column slid by one row",
        "rows sorted by flux",
        "right ascension and declination exchanged",
        "flux and its error exchanged",
        "identifiers through a double",
        "printed with three decimals",
        "degrees became radians",
        "degrees became hours",
        "mJy labelled Jy",
        "fluxes in Jy under mJy",
        "wavelengths in air",
        "TAI labelled UTC",
        "TT labelled UTC",
        "magnitudes for fluxes",
        "a standard error squared",
        "the magnitude's sign",
        "truth values inverted",
        "complex conjugates",
    }
)
PENDING_FORMATS: frozenset[str] = frozenset({"parquet"})


def waiting(row: Row, form: str) -> bool:
    """Whether a part of the judge that this case needs is still being built."""
    return row.name in PENDING or not PENDING_FORMATS.isdisjoint(form.split(">"))
