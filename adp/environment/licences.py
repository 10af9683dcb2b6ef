"""Which licences let us hand a component on to others: the rule as data, and how a package says its licence.

An environment is kept whole for whoever may run it again. It is given to others only where every component's licence
allows redistribution; where one does not, or nobody knows, its lock and its list of components are."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from importlib.resources import files

from license_expression import ExpressionError, ParseError, get_spdx_licensing

ALLOWED = frozenset(
    line
    for line in files("adp.environment").joinpath("licences.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
)
APPROVED = "License :: OSI Approved"  # the Open Source Definition's first criterion is free redistribution
FREELY = ("License :: Public Domain", "License :: CC0")
SHORT = 100  # longer is the text of a licence, not its name
SPELT = {  # what people write into the old field, where it can mean one licence only
    "apache": "Apache-2.0",
    "apache 2": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache-2": "Apache-2.0",
    "bsd 2-clause": "BSD-2-Clause",
    "bsd 2-clause license": "BSD-2-Clause",
    "bsd 3-clause": "BSD-3-Clause",
    "bsd 3-clause license": "BSD-3-Clause",
    "3-clause bsd": "BSD-3-Clause",
    "new bsd": "BSD-3-Clause",
    "isc license": "ISC",
    "mit license": "MIT",
    "the mit license": "MIT",
    "mpl 2.0": "MPL-2.0",
    "psf": "PSF-2.0",
    "public domain": "Unlicense",
}
TEXTS = {  # how a text begins that allows it, for packages that name no licence at all
    "BSD-3-Clause": "Redistribution and use in source and binary forms, with or without modification, are permitted",
    "MIT": "Permission is hereby granted, free of charge, to any person obtaining a copy",
}
_SPDX = get_spdx_licensing()


@dataclass(frozen=True, slots=True)
class Licence:
    """`expression` is SPDX; where a package has none, `name` is what it calls its licence. `may_be_handed_on` is False
    also where nobody knows."""

    expression: str = ""
    name: str = ""
    may_be_handed_on: bool = False

    @property
    def shown(self) -> str:
        return self.expression or self.name or "not stated"


def of_package(metadata: Message, texts: Iterable[str] = ()) -> Licence:
    """Of an installed Python distribution, by its core metadata; `texts` are its licence files, read when it says
    nothing else. https://packaging.python.org/en/latest/specifications/core-metadata/"""
    said = str(metadata.get("License-Expression") or "")
    field = " ".join(str(metadata.get("License") or "").split())
    classifiers = [c for c in metadata.get_all("Classifier", []) if str(c).startswith("License ::")]
    if said:
        return of_expression(said)
    if field and len(field) <= SHORT and (found := of_expression(SPELT.get(field.lower(), field))).expression:
        return found
    if classifiers:
        return _classified([str(c) for c in classifiers])
    return Licence(name=field) if 0 < len(field) <= SHORT else _read(texts)


def of_expression(text: str) -> Licence:
    """An SPDX expression; anything else is only a name, and allows nothing."""
    try:
        parsed = _SPDX.parse(text)
        unknown = [str(key) for key in _SPDX.unknown_license_keys(parsed)] if parsed is not None else [text]
    except (ExpressionError, ParseError):
        return Licence(name=text[:SHORT])
    if not all(key.startswith("LicenseRef-") for key in unknown):
        return Licence(name=text[:SHORT])
    return Licence(expression=str(parsed), may_be_handed_on=_allows(parsed))


def _allows(part: object) -> bool:
    """AND needs both, OR needs one; an exception (WITH) only ever gives more."""
    kind, parts = type(part).__name__, getattr(part, "args", ())
    if kind == "AND":
        return all(map(_allows, parts))
    if kind == "OR":
        return any(map(_allows, parts))
    plain = getattr(part, "license_symbol", part)
    return str(plain) in ALLOWED


def _classified(classifiers: list[str]) -> Licence:
    name = "; ".join(c.rpartition(" :: ")[2] for c in classifiers)
    return Licence(name=name, may_be_handed_on=all(c.startswith((APPROVED, *FREELY)) for c in classifiers))


def _read(texts: Iterable[str]) -> Licence:
    for text in texts:
        plain = re.sub(r"\s+", " ", text)
        for expression, beginning in TEXTS.items():
            if beginning in plain and "commercial" not in plain.lower():
                return Licence(name=f"by its text like {expression}", may_be_handed_on=True)
    return Licence()
