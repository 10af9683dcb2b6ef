"""The worst-off product lifted by chains of exchanges, each of them within every bound.

The worst product gives one reviewer away for a better one; who loses a reviewer by that is given another and must
stay above the worst; the chain ends at a reviewer with room. Breadth first, so chains are short."""

from collections import deque
from collections.abc import Iterator

from reviews.assignment.pool import UNKNOWN
from reviews.assignment.table import Table

Step = tuple[int, int]  # a product, and the reviewer it gives away
MOST = 20_000  # looks per chain: a chain that long is no exchange any more
LIFTS = 10_000


def lift(table: Table, short: frozenset[int]) -> int:
    """Changes the plan on the table, as often as it can be lifted; how often. Products in `short` (with reviews
    missing) are nobody's measure."""
    done = 0
    while done < LIFTS:
        worst = table.worst(short)
        chain = _chain(table, worst) if worst is not None else None
        if chain is None:
            break
        table.exchange(chain)
        done += 1
    return done


def _chain(table: Table, worst: int) -> list[tuple[Step, int]] | None:
    """[((product, reviewer given away), reviewer gained), …] that lifts `worst` and lets nobody fall to its score."""
    floor = table.score[worst]
    came: dict[Step, tuple[Step, int] | None] = {(worst, lost): None for lost in table.may_lose(worst)}
    queue, looks = deque(came), 0
    while queue and looks < MOST:
        step = queue.popleft()
        looks += 1
        product, lost = step
        for gained in _better(table, product, lost, floor):
            if table.room[gained] > 0:
                chain = _back(came, step, gained)
                if _holds(table, chain):
                    return chain
                continue
            for other in table.products_of(gained):
                onward = (other, gained)
                if other != worst and onward not in came and table.is_free(other, gained):
                    came[onward] = (step, gained)
                    queue.append(onward)
    return None


def _better(table: Table, product: int, lost: int, floor: int) -> Iterator[int]:
    """Reviewers that keep `product` above `floor` in place of `lost`, best first, as the bounds allow them."""
    need = floor - (table.score[product] - table.fit(product, lost))
    for reviewer, fit in table.ranked[product]:
        if fit <= need:
            return
        if reviewer not in table.team[product] and table.fits_in(product, lost, reviewer):
            yield reviewer


def _back(came: dict[Step, tuple[Step, int] | None], step: Step, gained: int) -> list[tuple[Step, int]]:
    chain = [(step, gained)]
    while (before := came[step]) is not None:
        step, gained = before
        chain.append((step, gained))
    return chain


def _holds(table: Table, chain: list[tuple[Step, int]]) -> bool:
    """Whether the exchanges of a chain are allowed together: each product and each reviewer changes once, and no two of
    the new pairs are two people judging each other."""
    products = {step[0] for step, _ in chain}
    gained = {reviewer for _, reviewer in chain}
    if len(products) < len(chain) or len(gained) < len(chain):
        return False
    if table.bounds.reciprocal:
        return True
    new = {(table.author(step[0]), reviewer) for step, reviewer in chain if table.author(step[0]) != UNKNOWN}
    return not any((reviewer, author) in new for author, reviewer in new)
