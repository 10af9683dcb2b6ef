"""All cases, in one table."""

from tests.hostile import calls, environments, fetching, floods, judged, outputs, places, survivors, verdicts
from tests.hostile.case import Case

CASES: tuple[Case, ...] = (
    *calls.CASES,
    *places.CASES,
    *floods.CASES,
    *survivors.CASES,
    *outputs.CASES,
    *verdicts.CASES,
    *judged.CASES,
    *fetching.CASES,
    *environments.CASES,
)
