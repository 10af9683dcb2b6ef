"""The two lists, whole: every defect and every harmless difference."""

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

DEFECTS = (*IMAGE_DEFECTS, *TABLE_DEFECTS, *HEADERS, *SKY_DEFECTS, *STATISTICS, *PHYSICS, *FILES)
HARMLESS = (*HARMLESS_VALUES, *HARMLESS_SKY, *HARMLESS_PHYSICS, *HARMLESS_FILES)
