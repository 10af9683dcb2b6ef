"""The two lists, whole: every defect and every harmless difference, and what is still waited for."""

from tests.defects.defects_files import FILES
from tests.defects.defects_headers import HEADERS
from tests.defects.defects_images import IMAGE_DEFECTS
from tests.defects.defects_physics import HARMLESS_PHYSICS, PHYSICS
from tests.defects.defects_sky import SKY_DEFECTS
from tests.defects.defects_statistics import STATISTICS
from tests.defects.defects_tables import TABLE_DEFECTS
from tests.defects.harmless_files import HARMLESS_FILES
from tests.defects.harmless_sky import HARMLESS_SKY
from tests.defects.harmless_values import HARMLESS_VALUES
from tests.defects.rows import Row

DEFECTS = (*IMAGE_DEFECTS, *TABLE_DEFECTS, *HEADERS, *SKY_DEFECTS, *STATISTICS, *PHYSICS, *FILES)
HARMLESS = (*HARMLESS_VALUES, *HARMLESS_SKY, *HARMLESS_PHYSICS, *HARMLESS_FILES)
PENDING: frozenset[str] = frozenset()
PENDING_FORMATS: frozenset[str] = frozenset()


def waiting(row: Row, form: str) -> bool:
    """Whether a part of the judge that this case needs is still being built."""
    return row.name in PENDING or not PENDING_FORMATS.isdisjoint(form.split(">"))
