"""What the store of this machine holds and has room for, as its node tells the registry: all of it when it changed."""

import time
from operator import attrgetter
from typing import Any

from adp.reference.store import Held, Store

AGAIN = 600.0  # seconds, after which it is told though nothing changed: the book may be one of yesterday
MOST = 10_000  # files that are told of
BITS = 5  # of the room: it is told again only when it changed by a few per cent


class Holdings:
    """`store` None: a node of a test, which holds nothing."""

    def __init__(self, store: Store | None = None) -> None:
        self.store = store
        self._known: list[Held] | None = None
        self._said: list[Held] | None = None
        self._at = 0.0

    def news(self) -> dict[str, Any]:
        """{"room": bytes}, with "held" when the registry does not know it yet."""
        if self.store is None:
            return {}
        held = sorted(self.store.held()[-MOST:], key=attrgetter("sha256"))
        told: dict[str, Any] = {"room": _rounded(self.store.room)}
        self._said = None
        if held != self._known or time.monotonic() - self._at > AGAIN:
            self._said, told["held"] = held, [_row(each) for each in held]
        return told

    def heard(self) -> None:
        """The registry has what `news` said last."""
        if self._said is not None:
            self._known, self._at = self._said, time.monotonic()


def _row(held: Held) -> dict[str, Any]:
    return {"sha256": held.sha256, "size": held.size, "title": held.title, "private": held.is_private}


def _rounded(size: int) -> int:
    shift = max(0, size.bit_length() - BITS)
    return size >> shift << shift
