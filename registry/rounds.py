"""Work to be done again and again. A desk signs up here; whoever goes round calls all of it, broker or none."""

from collections.abc import Callable

Work = Callable[[], object]
WORK: list[Work] = []


def again(work: Work) -> Work:
    """May run twice, and may be killed anywhere."""
    WORK.append(work)
    return work
