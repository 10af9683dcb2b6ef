"""Reads a comparison spec (DESIGN §6), from TOML or a mapping, strictly: what it does not understand is a finding."""

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from adp.comparison.spec.reading.sections import spec_of
from adp.comparison.spec.reading.words import Words
from adp.comparison.spec.terms import Spec
from adp.errors import AuthorError
from adp.finding import Finding, Reason, Where

POSITION = re.compile(r"\(at line (\d+), column (\d+)\)")


def parse(
    source: Mapping[str, Any] | str | bytes, *, file: str | None = None, data: Mapping[str, Any] | None = None
) -> Spec:
    """The spec in `source`: TOML text, or a mapping as TOML gives it; `data` replaces keys of its [data]. Raises
    AuthorError with every finding."""
    raw = _table(source, file) if isinstance(source, str | bytes) else expanded(source)
    if data and isinstance(raw.get("data", {}), Mapping):
        raw["data"] = {**raw.get("data", {}), **data}
    read = Words(file)
    spec = spec_of(read, raw)
    if read.findings:
        raise AuthorError(*read.findings)
    return spec


def expanded(raw: Mapping[str, Any]) -> dict[str, Any]:
    """`{"column.x.abs": 1}` as `{"column": {"x": {"abs": 1}}}`: the shorthand of TOML, where JSON lost it."""
    result: dict[str, Any] = {}
    for dotted, value in raw.items():
        *path, last = dotted.split(".")
        place = result
        for name in path:
            below = place.setdefault(name, {})
            if not isinstance(below, Mapping):
                place, last = result, dotted  # no table: the reader tells
                break
            place[name] = place = dict(below)
        both = isinstance(place.get(last), dict) and isinstance(value, Mapping)
        place[last] = {**place[last], **value} if both else value
    return result


def _table(text: str | bytes, file: str | None) -> dict[str, Any]:
    try:
        return tomllib.loads(text.decode() if isinstance(text, bytes) else text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        found = POSITION.search(str(error))
        line, column = (int(found[1]), int(found[2])) if found else (None, None)
        where = Where(file=file, line=line, column=column)
        message = f"the comparison spec is not valid TOML: {POSITION.sub('', str(error)).strip()}"
        raise AuthorError(Finding(Reason.MANIFEST_INVALID, "SPEC_SYNTAX", message, where=where)) from error
