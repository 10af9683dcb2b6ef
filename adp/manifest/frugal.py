"""JSON Schema 2020-12 with a stranger's schema: nothing is fetched, no pattern runs away, the work is metered."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator, exceptions, validators
from referencing import Registry
from referencing.exceptions import Unresolvable

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MOST_WORK = 2_000_000  # rules × what each looks at; $ref can double the work at every level
MOST_ERRORS = 50
MOST_ITEMS = 200  # of one list in the schema: the metaschema compares them pair by pair
LONGEST_PATTERN, LONGEST_MATCHED = 200, 256
# Backtracking stays polynomial of low degree: no repeated group, no back reference, two open repeats at most
REPEATED_GROUP = re.compile(r"\)[*+?{]|\\[1-9]|\(\?P=")
OPEN_REPEAT = re.compile(r"[*+]|\{\d*,\d*\}")
MOST_OPEN = 2


class SchemaError(ValueError):
    """The schema cannot be used."""


class _TooMuchError(Exception):
    """The meter ran out."""


def errors(schema: Any, instance: Any) -> list[tuple[tuple[str | int, ...], str]]:
    """Path and sentence of what does not fit, MOST_ERRORS at most. Raises SchemaError."""
    try:
        return list(_errors(_usable(schema), instance))
    except _TooMuchError as e:
        raise SchemaError("it asks for too much work") from e
    except Unresolvable as e:
        raise SchemaError("it refers to something that is not in the file, and nothing is fetched") from e
    except RecursionError as e:
        raise SchemaError("it is nested too deep") from e
    except (ArithmeticError, LookupError, TypeError, re.error) as e:
        raise SchemaError(f"it cannot be applied: {e}") from e


def _errors(schema: Any, instance: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    metered = validators.extend(  # type: ignore[no-untyped-call]  # the stubs leave it untyped
        Draft202012Validator, _Meter().rules()
    )
    found = islice(metered(schema, registry=Registry()).iter_errors(instance), MOST_ERRORS)
    for error in sorted(found, key=lambda e: [str(p) for p in e.absolute_path]):
        yield tuple(error.absolute_path), _short(error.message)


def _short(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:200]}…"  # noqa: PLR2004 - about two lines


class _Meter:
    """Counts what the rules look at, and stops them when it is too much."""

    def __init__(self) -> None:
        self.left = MOST_WORK

    def rules(self) -> dict[str, Any]:
        return {name: self.metered(name, rule) for name, rule in Draft202012Validator.VALIDATORS.items()}

    def metered(self, name: str, rule: Any) -> Any:
        def judge(validator: Any, value: Any, instance: Any, schema: Any) -> Any:
            self.charge(name, value, instance)
            return rule(validator, value, instance, schema)

        return judge

    def charge(self, name: str, value: Any, instance: Any) -> None:
        pairs = instance if name == "uniqueItems" else value
        self.left -= (1 + _size(pairs)) * (1 + _size(instance))
        is_long = name == "pattern" and _size(instance) > LONGEST_MATCHED
        if self.left < 0 or is_long:
            raise _TooMuchError


def _size(value: Any) -> int:
    return len(value) if isinstance(value, (str, list, dict)) else 0


def _usable(schema: Any) -> Any:
    if isinstance(schema, dict):
        if schema.get("$schema", DIALECT) != DIALECT:
            raise SchemaError(f"its $schema must be {DIALECT}")
        schema = {k: v for k, v in schema.items() if k != "$schema"}
    _walk(schema)
    try:
        Draft202012Validator.check_schema(schema)
    except exceptions.SchemaError as e:
        raise SchemaError(_short(e.message)) from e
    return schema


def _walk(schema: Any) -> None:
    waiting = [schema]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            _judge(here)
            waiting += here.values()
        elif isinstance(here, list):
            if len(here) > MOST_ITEMS:
                raise SchemaError(f"one of its lists has more than {MOST_ITEMS} items")
            waiting += here


def _judge(part: dict[str, Any]) -> None:
    if isinstance(part.get("$schema"), str):  # it would change the dialect, and with it the meter
        raise SchemaError("$schema may stand at the top only")
    named = part.get("patternProperties")
    for pattern in (part.get("pattern"), *(named if isinstance(named, dict) else ())):
        if isinstance(pattern, str) and not is_tame(pattern):
            raise SchemaError(f"the pattern {pattern[:60]!r} could run away: repeat no group, and repeat less")


def is_tame(pattern: str) -> bool:
    """Whether matching it against LONGEST_MATCHED characters ends soon, whatever they are."""
    if len(pattern) > LONGEST_PATTERN or REPEATED_GROUP.search(pattern) is not None:
        return False
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return False
    return len(OPEN_REPEAT.findall(pattern)) <= MOST_OPEN
