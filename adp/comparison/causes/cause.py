"""A likely cause, and how many values it takes to believe one."""

from typing import NamedTuple

ENOUGH = 8  # different values that follow a pattern; fewer may follow it by chance
FEW = 2  # enough where the pattern is one that people know: a factor of units, a scale of time


class Cause(NamedTuple):
    """`code` is "" when the finding it explains already names the defect."""

    code: str
    sentence: str
