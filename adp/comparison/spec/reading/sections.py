"""The whole spec: its sections for the file and for single HDUs, [relation] and [integrity]."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from adp.comparison.spec.reading.places import spectrum, table, wcs
from adp.comparison.spec.reading.statistics import derived, distribution, statistics
from adp.comparison.spec.reading.values import KEYS, values
from adp.comparison.spec.reading.words import TEXT_LENGTH, Words
from adp.comparison.spec.terms import WHOLE_RULE, HeaderRule, IntegrityRule, RelationRule, Scope, Spec

INTEGRITY_KEYS = ("checksum", "trailing_bytes", "variance_positive")
HDU_KEYS = ("header", "wcs", "data", "column", "table", "statistics", "derived", "spectrum")
TOP_KEYS = ("match", *HDU_KEYS, "hdu", "relation", "integrity")
Term = TypeVar("Term")


def spec_of(read: Words, raw: Mapping[str, Any]) -> Spec:
    read.keys("the spec", raw, TOP_KEYS)
    match = read.choice("match", raw.get("match", "name"), ("name", "index"))
    hdus = read.section("[hdu]", raw.get("hdu", {}))
    alone = [key for key in ("wcs", "statistics", "derived", "spectrum") if key in raw and "relation" in raw]
    if alone:
        hint = "a relation is judged by itself; write a second spec for the other questions"
        read.wrong("SPEC_CONFLICT", f"[relation] and [{alone[0]}] cannot hold at once", hint)
    return Spec(
        match=match,
        general=_scope(read, "", raw),
        hdus={hdu_name(n): _scope(read, f"hdu.{n}.", _hdu(read, n, below)) for n, below in hdus.items()},
        relation=_relation(read, raw["relation"]) if "relation" in raw else None,
        integrity=_integrity(read, raw.get("integrity", {})),
    )


def hdu_name(name: str) -> str:
    return ",".join(part.strip() for part in name.upper().split(","))


def _hdu(read: Words, name: str, raw: Any) -> Mapping[str, Any]:
    below = read.section(f"[hdu.{name}]", raw)
    read.keys(f"[hdu.{name}]", below, HDU_KEYS)
    return below


def _scope(read: Words, prefix: str, raw: Mapping[str, Any]) -> Scope:
    """The sections at one level; `prefix` names it in messages."""
    columns = read.section(f"[{prefix}column]", raw.get("column", {}))
    parted = {c: read.section(f"[{prefix}column.{c}]", keys) for c, keys in columns.items()}
    data = read.section(f"[{prefix}data]", raw.get("data", {}))
    read.keys(f"[{prefix}data]", data, KEYS)
    return Scope(
        data=values(read, f"{prefix}data", data),
        columns={c: _column(read, f"{prefix}column.{c}", keys) for c, keys in parted.items()},
        header=_header(read, f"{prefix}header", raw.get("header", {})),
        table=table(read, f"{prefix}table", raw.get("table", {})),
        wcs=wcs(read, f"{prefix}wcs", raw["wcs"]) if "wcs" in raw else None,
        statistics=statistics(read, f"{prefix}statistics", raw["statistics"]) if "statistics" in raw else {},
        column_statistics=_inner(read, prefix, parted, "statistics", statistics),
        distributions=_inner(read, prefix, parted, "distribution", distribution),
        derived={
            n: derived(read, f"{prefix}derived.{n}", keys)
            for n, keys in read.section(f"[{prefix}derived]", raw.get("derived", {})).items()
        },
        spectrum=spectrum(read, f"{prefix}spectrum", raw["spectrum"]) if "spectrum" in raw else None,
    )


def _inner(
    read: Words,
    prefix: str,
    columns: Mapping[str, Mapping[str, Any]],
    key: str,
    reader: Callable[[Words, str, Any], Term],
) -> dict[str, Term]:
    """The sections `key` of columns."""
    return {c: reader(read, f"{prefix}column.{c}.{key}", keys[key]) for c, keys in columns.items() if key in keys}


def _column(read: Words, name: str, section: Mapping[str, Any]) -> dict[str, Any]:
    read.keys(f"[{name}]", section, (*KEYS, "statistics", "distribution"))
    if "distribution" in section and (WHOLE_RULE | {"statistics"}) & section.keys():
        hint = "a distribution is judged instead of single values; write a second spec for the other question"
        read.wrong("SPEC_CONFLICT", f"[{name}]: distribution and rules for single values cannot hold at once", hint)
    return values(read, name, {k: v for k, v in section.items() if k in KEYS})


def _header(read: Words, name: str, raw: Any) -> dict[str, Any]:
    section = read.section(f"[{name}]", raw)
    read.keys(f"[{name}]", section, HeaderRule.__dataclass_fields__)
    found: dict[str, Any] = {}
    for key in ("ignore", "exact", "exists"):
        if key in section:
            found[key] = tuple(k.upper() for k in read.words(f"{name}.{key}", section[key]))
    if "rel" in section:
        found["rel"] = read.number(f"{name}.rel", section["rel"])
    return found


def _relation(read: Words, raw: Any) -> RelationRule:
    section = read.section("[relation]", raw)
    read.keys("[relation]", section, ("invariant", "transform"))
    transform = read.section("[relation.transform]", section.get("transform", {}))
    for name, text in transform.items():
        if not isinstance(text, str) or len(text) > TEXT_LENGTH:
            read.wrong("SPEC_VALUE", f"relation.transform.{name} must be an expression such as 'x - 20.5'")
    return RelationRule(read.words("relation.invariant", section.get("invariant", [])), dict(transform))


def _integrity(read: Words, raw: Any) -> IntegrityRule:
    section = read.section("[integrity]", raw)
    read.keys("[integrity]", section, INTEGRITY_KEYS)
    found = {k: read.truth(f"integrity.{k}", v) for k, v in section.items() if k in INTEGRITY_KEYS}
    return IntegrityRule(**found)
