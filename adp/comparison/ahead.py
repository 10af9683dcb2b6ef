"""Both sides of an image read at the same time and one chunk ahead of the judge, where reading leaves Python to others:
a thread that holds its lock would stop the judge at every step."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack

from adp.comparison.model import Part, Values

FEW = 4  # chunks for which threads do not pay


def chunks(product: Part, reference: Part, size: int) -> Iterator[tuple[slice, Values, Values]]:
    """(rows, values of the product, of the reference), in order. Each side is read by one thread alone. A source
    says by `is_free` that it reads without holding Python up."""
    ranges = [slice(at, min(at + size, reference.rows)) for at in range(0, reference.rows, size)]
    if len(ranges) < FEW or not all(getattr(part.source, "is_free", False) for part in (product, reference)):
        for rows in ranges:
            yield rows, _read(product, rows), _read(reference, rows)
        return
    with ExitStack() as held:
        pools = [held.enter_context(ThreadPoolExecutor(1)) for _ in range(2)]
        waiting: list[tuple[slice, list[Future[Values]]]] = []
        for rows in ranges:
            sides = zip(pools, (product, reference), strict=True)
            waiting.append((rows, [pool.submit(_read, part, rows) for pool, part in sides]))
            if len(waiting) > 1:
                yield _arrived(*waiting.pop(0))
        yield _arrived(*waiting.pop(0))


def _arrived(rows: slice, sides: list[Future[Values]]) -> tuple[slice, Values, Values]:
    product, reference = (side.result() for side in sides)
    return rows, product, reference


def _read(part: Part, rows: slice) -> Values:
    return part.source.read(rows)("")
