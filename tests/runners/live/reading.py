"""Server-sent events as a browser reads them."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    kind: str
    place: str
    data: Any


def events(lines: Iterable[str]) -> Iterator[Event]:
    """By the standard: a blank line sends off what stands before it, if it has data; the id stays."""
    kind, place, data = "message", "", list[str]()
    for line in lines:
        field, _, value = line.removesuffix("\n").partition(": ")
        if field == "event":
            kind = value
        elif field == "id":
            place = value
        elif field == "data":
            data.append(value)
        elif not field:
            if data:
                yield Event(kind, place, json.loads("\n".join(data)))
            kind, data = "message", []


def told(answer: Any) -> list[Event]:
    """Everything in one answer of Django's test client."""
    return list(events(b"".join(answer.streaming_content).decode().split("\n")))


def printed(found: Iterable[Event]) -> str:
    return "".join(e.data["text"] for e in found if e.kind == "log")
