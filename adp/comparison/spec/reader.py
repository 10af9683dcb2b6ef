"""Reads a comparison spec (DESIGN §6), from TOML or a mapping, strictly: what it does not understand is a finding."""

import difflib
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from adp.comparison.spec.terms import (
    WHOLE_RULE,
    Amount,
    HeaderRule,
    IntegrityRule,
    RelationRule,
    Scope,
    Sigma,
    Spec,
    ValueRule,
)
from adp.errors import AuthorError
from adp.finding import NOWHERE, Finding, Reason, Where

AMOUNT = re.compile(r"\s*([0-9.]+(?:[eE][+-]?[0-9]+)?)\s+(\S.*?)\s*")
POSITION = re.compile(r"\(at line (\d+), column (\d+)\)")
UNSUPPORTED = {
    "wcs": ("max", "frame"),
    "statistics": (
        "mean_bias_sigma", "binned_bias_sigma", "pull_std", "total_rel", "outliers", "chi2_p", "covariance",
    ),
}  # fmt: skip
LARGEST, LARGEST_WHOLE = sys.float_info.max, (1 << 63) - 1  # what numpy counts with
TABLE_KEYS = ("key", "match", "extra")
INTEGRITY_KEYS = ("checksum", "trailing_bytes", "variance_positive")
HDU_KEYS = ("header", "data", "column", "table", *UNSUPPORTED)
TOP_KEYS = ("match", *HDU_KEYS, "hdu", "relation", "integrity")
EXPRESSION_LENGTH = 1000


def parse(
    source: Mapping[str, Any] | str | bytes, *, file: str | None = None, data: Mapping[str, Any] | None = None
) -> Spec:
    """The spec in `source`: TOML text, or a mapping as TOML gives it; `data` replaces keys of its [data]. Raises
    AuthorError with every finding."""
    raw = _table(source, file) if isinstance(source, str | bytes) else expanded(source)
    if data and isinstance(raw.get("data", {}), Mapping):
        raw["data"] = {**raw.get("data", {}), **data}
    reader = _Reader(file)
    spec = reader.spec(raw)
    if reader.findings:
        raise AuthorError(*reader.findings)
    return spec


def expanded(raw: Mapping[str, Any]) -> dict[str, Any]:
    """`{"column.x.abs": 1}` as `{"column": {"x": {"abs": 1}}}`: the shorthand of TOML, where JSON lost it."""
    result: dict[str, Any] = {}
    for dotted, value in raw.items():
        *path, last = dotted.split(".")
        place = result
        for name in path:
            below = place.setdefault(name, {})
            place[name] = place = dict(below) if isinstance(below, Mapping) else {}
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


class _Reader:
    """Walks one spec and keeps what is wrong with it in `findings`."""

    def __init__(self, file: str | None) -> None:
        self.findings: list[Finding] = []
        self.unsupported: list[Finding] = []
        self._where = Where(file=file) if file else NOWHERE

    def wrong(self, code: str, message: str, hint: str = "") -> None:
        self.findings.append(Finding(Reason.MANIFEST_INVALID, code, message, where=self._where, hint=hint))

    def missing(self, section: str) -> None:
        message = f"{section} is not supported by this version"
        hint = "leave it out, or compare with a version that supports it; a rule is never skipped silently"
        found = Finding(Reason.MANIFEST_INVALID, "SPEC_UNSUPPORTED", message, where=self._where, hint=hint)
        self.unsupported.append(found)

    def spec(self, raw: Mapping[str, Any]) -> Spec:
        self.keys("the spec", raw, TOP_KEYS)
        match = self.choice("match", raw.get("match", "name"), ("name", "index"))
        hdus = self.section("[hdu]", raw.get("hdu", {}))
        return Spec(
            match=match,
            general=self.scope("", raw),
            hdus={
                self.hdu(name): self.scope(f"hdu.{name}.", self.hdu_keys(name, below)) for name, below in hdus.items()
            },
            relation=self.relation(raw["relation"]) if "relation" in raw else None,
            integrity=self.integrity(raw.get("integrity", {})),
            unsupported=tuple(self.unsupported),
        )

    def hdu(self, name: str) -> str:
        return ",".join(part.strip() for part in name.upper().split(","))

    def hdu_keys(self, name: str, raw: Any) -> Mapping[str, Any]:
        below = self.section(f"[hdu.{name}]", raw)
        self.keys(f"[hdu.{name}]", below, HDU_KEYS)
        return below

    def scope(self, prefix: str, raw: Mapping[str, Any]) -> Scope:
        for name, known in UNSUPPORTED.items():
            if name in raw:
                self.keys(f"[{prefix}{name}]", self.section(f"[{prefix}{name}]", raw[name]), known)
                self.missing(f"section [{prefix}{name}]")
        columns = self.section(f"[{prefix}column]", raw.get("column", {}))
        return Scope(
            data=self.values(f"{prefix}data", raw.get("data", {})),
            columns={c: self.values(f"{prefix}column.{c}", keys) for c, keys in columns.items()},
            header=self.header(f"{prefix}header", raw.get("header", {})),
            table=self.table(f"{prefix}table", raw.get("table", {})),
        )

    def values(self, name: str, raw: Any) -> dict[str, Any]:
        section = self.section(f"[{name}]", raw)
        if "statistics" in section:
            section = {k: v for k, v in section.items() if k != "statistics"}
            self.missing(f"section [{name}.statistics]")
        self.keys(f"[{name}]", section, ValueRule.__dataclass_fields__)
        readers: dict[str, Callable[[str, Any], Any]] = {
            "abs": self.amount,
            "rel": self.number,
            "ulp": self.count,
            "sigma": self.sigma,
            "exact": self.truth,
            "bits": self.truth,
            "nan": lambda n, v: self.choice(n, v, ("equal", "ignore", "fail")),
            "units": lambda n, v: self.choice(n, v, ("convert", "exact")),
            "dtype": lambda n, v: self.choice(n, v, ("widening", "exact")),
        }
        self.conflict(name, section)
        return {k: readers[k](f"{name}.{k}", v) for k, v in section.items() if k in readers}

    def conflict(self, name: str, section: Mapping[str, Any]) -> None:
        kinds = {"abs" if k == "rel" else k for k in WHOLE_RULE & section.keys() if section[k] is not False}
        if len(kinds) > 1:
            keys = " and ".join(k for k in section if k in WHOLE_RULE)
            self.wrong("SPEC_CONFLICT", f"[{name}]: {keys} cannot hold at once", "keep one; abs and rel go together")

    def header(self, name: str, raw: Any) -> dict[str, Any]:
        section = self.section(f"[{name}]", raw)
        self.keys(f"[{name}]", section, HeaderRule.__dataclass_fields__)
        found: dict[str, Any] = {}
        for key in ("ignore", "exact", "exists"):
            if key in section:
                found[key] = tuple(k.upper() for k in self.words(f"{name}.{key}", section[key]))
        if "rel" in section:
            found["rel"] = self.number(f"{name}.rel", section["rel"])
        return found

    def table(self, name: str, raw: Any) -> dict[str, Any]:
        section = self.section(f"[{name}]", raw)
        self.keys(f"[{name}]", section, TABLE_KEYS)
        if "match" in section:
            self.missing(f"{name}.match (rows by position on the sky)")
        found: dict[str, Any] = {}
        if "key" in section:
            found["key"] = self.words(f"{name}.key", section["key"])
        if "extra" in section:
            found["extra"] = self.choice(f"{name}.extra", section["extra"], ("fail", "ignore"))
        return found

    def relation(self, raw: Any) -> RelationRule:
        section = self.section("[relation]", raw)
        self.keys("[relation]", section, ("invariant", "transform"))
        transform = self.section("[relation.transform]", section.get("transform", {}))
        for name, text in transform.items():
            if not isinstance(text, str) or len(text) > EXPRESSION_LENGTH:
                self.wrong("SPEC_VALUE", f"relation.transform.{name} must be an expression such as 'x - 20.5'")
        return RelationRule(self.words("relation.invariant", section.get("invariant", [])), dict(transform))

    def integrity(self, raw: Any) -> IntegrityRule:
        section = self.section("[integrity]", raw)
        self.keys("[integrity]", section, INTEGRITY_KEYS)
        read = {k: self.truth(f"integrity.{k}", v) for k, v in section.items() if k in INTEGRITY_KEYS}
        if read.pop("variance_positive", False):
            self.missing("integrity.variance_positive")
        return IntegrityRule(**read)

    def section(self, name: str, raw: Any) -> Mapping[str, Any]:
        if isinstance(raw, Mapping):
            return raw
        self.wrong("SPEC_VALUE", f"{name} must be a table")
        return {}

    def keys(self, name: str, raw: Mapping[str, Any], known: Iterable[str]) -> None:
        for key in raw.keys() - set(known):
            near = difflib.get_close_matches(key, list(known), 1)
            hint = f"did you mean '{near[0]}'?" if near else f"known keys: {', '.join(known)}"
            self.wrong("SPEC_UNKNOWN_KEY", f"{name} has no key '{key}'", hint)

    def choice(self, name: str, value: Any, known: tuple[str, ...]) -> str:
        if value not in known:
            self.wrong("SPEC_VALUE", f"{name} must be one of: {', '.join(known)}")
            return known[0]
        return str(value)

    def truth(self, name: str, value: Any) -> bool:
        if not isinstance(value, bool):
            self.wrong("SPEC_VALUE", f"{name} must be true or false")
        return value is True

    def count(self, name: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST_WHOLE:
            self.wrong("SPEC_VALUE", f"{name} must be a whole number, 0 or more")
            return 0
        return value

    def number(self, name: str, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LARGEST:
            self.wrong("SPEC_VALUE", f"{name} must be a finite number, 0 or more")
            return 0.0
        return float(value)

    def amount(self, name: str, value: Any) -> Amount:
        found = AMOUNT.fullmatch(value) if isinstance(value, str) else None
        if found:
            try:
                return Amount(self.number(name, float(found[1])), found[2])
            except ValueError:
                found = None
        if isinstance(value, str):
            self.wrong("SPEC_VALUE", f"{name} must be a number, or a number and a unit such as '1 mJy'")
            return Amount(0.0)
        return Amount(self.number(name, value))

    def sigma(self, name: str, value: Any) -> Sigma:
        section = self.section(name, value)
        self.keys(name, section, Sigma.__dataclass_fields__)
        if "max" not in section or ("variance" in section) == ("error" in section):
            self.wrong(
                "SPEC_VALUE", f"{name} needs max, and either variance or error", 'e.g. { max = 3, variance = "STAT" }'
            )
            return Sigma(0.0)
        return Sigma(
            self.number(f"{name}.max", section["max"]), *(str(section.get(k, "")) for k in ("variance", "error"))
        )

    def words(self, name: str, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
            self.wrong("SPEC_VALUE", f"{name} must be a list of names")
            return ()
        return tuple(value)
