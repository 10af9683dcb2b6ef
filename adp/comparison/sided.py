"""Whose a part is: its source says so when it cannot be read on."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from adp.comparison.formats.limits import Unreadable
from adp.comparison.model import Getter, Part, Rows, Source, Span, span_of

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


@dataclass
class _Sided:
    """A source that says whose it is when it cannot be read on."""

    side: str
    inner: Source

    def read(self, rows: Rows) -> Getter:
        get = self._ask(self.inner.read, rows)
        return lambda name: self._ask(get, name)

    @property
    def is_free(self) -> bool:
        return bool(getattr(self.inner, "is_free", False))

    def span(self, name: str) -> Span | None:
        found = span_of(self.inner, name)
        return found._replace(side=self.side) if found else None

    def _ask(self, what: Callable[[Asked], Answer], about: Asked) -> Answer:
        try:
            return what(about)
        except Unreadable as error:
            error.side = self.side
            raise


def sided(side: str, part: Part) -> Part:
    return replace(part, source=_Sided(side, part.source))
