"""What a rule about many values at once sees of each chunk, while the values are judged one by one."""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from adp.comparison.result import RuleResult
from adp.comparison.values.tally import Floats, Offsets
from adp.finding import Finding


class Seen(NamedTuple):
    """Pairs of finite values at the offsets `at` (None: all) of a chunk that begins at element `start`. `difference` is
    p - r in the reference's unit, `bad` what the field's own rule says of each; `error` a standard error for each."""

    start: int
    at: Offsets | None
    difference: Floats
    reference: Floats
    bad: npt.NDArray[np.bool_]
    error: Floats | None = None

    @property
    def positions(self) -> npt.NDArray[np.int64]:
        """The elements of the field, counted from 0 in the reference's order."""
        at = np.arange(len(self.difference), dtype=np.int64) if self.at is None else self.at.astype(np.int64)
        return at + self.start


class Watcher(Protocol):
    """Fed in order of the chunks; a field that is watched is judged by numpy."""

    def watch(self, seen: Seen) -> None: ...


class Aside(Protocol):
    """What is judged of a field besides its single values; asked after the pass."""

    @property
    def rules(self) -> Iterable[RuleResult]: ...

    @property
    def findings(self) -> Iterable[Finding]: ...


class Allowance(Protocol):
    """Excuses single values that break their rule, as long as they are few and not far off. `label` is in words."""

    @property
    def label(self) -> str: ...

    @property
    def holds(self) -> bool: ...
