"""What many cases share is done once per engine, and failing is done once as well."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Found = TypeVar("Found")


class Batch(Generic[Key, Found]):
    """`do` of a key, the first time somebody asks for it."""

    def __init__(self, do: Callable[[Key], Found]) -> None:
        self._do = do
        self._found: dict[Key, Found] = {}
        self._failed: dict[Key, Exception] = {}

    def of(self, key: Key) -> Found:
        if key in self._failed:
            raise AssertionError("it failed before, in another case") from self._failed[key]
        if key not in self._found:
            try:
                self._found[key] = self._do(key)
            except Exception as error:
                self._failed[key] = error
                raise
        return self._found[key]
