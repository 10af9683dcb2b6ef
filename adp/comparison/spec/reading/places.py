"""[wcs], the matching of rows and [spectrum]: where things are, and which belongs to which."""

from collections.abc import Mapping
from typing import Any

from adp.comparison.spec.amounts import Amount
from adp.comparison.spec.places import RowMatch, SkyMatch, SpectrumRule, TimeMatch
from adp.comparison.spec.reading.words import LARGEST, Words

ANGLES = ("mas", "arcsec", "arcmin", "deg", "uas")
LENGTHS = ("Angstrom", "nm", "um", "mm", "cm", "m")
TIMES = ("s", "ms", "us", "ns", "min", "h", "d", "yr")
WCS_UNITS = ("pix", *ANGLES, *LENGTHS, "km/s", "m/s", "Hz", "kHz", "MHz", "GHz", "eV", "keV", *TIMES)
TABLE_KEYS = ("key", "match", "extra")
SKY_KEYS = tuple(SkyMatch.__dataclass_fields__)
TIME_KEYS = tuple(TimeMatch.__dataclass_fields__)


def wcs(read: Words, name: str, raw: Any) -> dict[str, Any]:
    section = read.section(f"[{name}]", raw)
    read.keys(f"[{name}]", section, ("max", "frame"))
    found: dict[str, Any] = {}
    if "max" in section:
        limits = section["max"] if isinstance(section["max"], list | tuple) else [section["max"]]
        found["max"] = tuple(read.quantity(f"{name}.max", v, WCS_UNITS) for v in limits)
        if len({a.unit for a in found["max"]}) < len(limits):
            read.wrong("SPEC_CONFLICT", f"{name}.max has two limits in one unit", "keep the smaller")
    if "frame" in section:
        found["frame"] = read.choice(f"{name}.frame", section["frame"], ("equivalent", "exact"))
    return found


def table(read: Words, name: str, raw: Any) -> dict[str, Any]:
    section = read.section(f"[{name}]", raw)
    read.keys(f"[{name}]", section, TABLE_KEYS)
    found: dict[str, Any] = {}
    if "key" in section:
        found["key"] = read.words(f"{name}.key", section["key"])
    if "match" in section:
        found["match"] = _match(read, f"{name}.match", section["match"])
    if "extra" in section:
        found["extra"] = read.choice(f"{name}.extra", section["extra"], ("fail", "ignore"))
    if "key" in section and "match" in section:
        read.wrong("SPEC_CONFLICT", f"[{name}]: key and match cannot hold at once", "keep one of them")
    return found


def spectrum(read: Words, name: str, raw: Any) -> dict[str, Any]:
    section = read.section(f"[{name}]", raw)
    read.keys(f"[{name}]", section, SpectrumRule.__dataclass_fields__)
    found: dict[str, Any] = {k: read.text(f"{name}.{k}", v) for k, v in section.items() if k in _columns(SpectrumRule)}
    if "grid" in section:
        found["grid"] = read.choice(f"{name}.grid", section["grid"], ("common", "resample"))
    return found


def _columns(rule: type) -> tuple[str, ...]:
    return tuple(k for k in rule.__dataclass_fields__ if k not in {"grid", "max", "epoch"})  # type: ignore[attr-defined]  # a dataclass


def _match(read: Words, name: str, value: Any) -> RowMatch:
    """How rows find each other where no column tells: on the sky, in time, or only as a crowd."""
    if isinstance(value, str):
        return read.choice(name, value, ("distribution",))
    section = read.section(name, value)
    if "time" in section:
        return _time_match(read, name, section)
    read.keys(name, section, SKY_KEYS)
    gone = [k for k in ("ra", "dec", "max") if k not in section]
    if gone or ("pmra" in section) != ("pmdec" in section):
        what = ", ".join(gone) or "pmra and pmdec together"
        read.wrong("SPEC_VALUE", f"{name} needs {what}", 'e.g. { ra = "ra", dec = "dec", max = "10 mas" }')
        return SkyMatch("", "", Amount(0.0, "mas"))
    texts = {k: read.text(f"{name}.{k}", v) for k, v in section.items() if k in _columns(SkyMatch)}
    most = read.quantity(f"{name}.max", section["max"], ANGLES)
    epoch = read.number(f"{name}.epoch", section["epoch"], -LARGEST) if "epoch" in section else None
    return SkyMatch(**texts, max=most, epoch=epoch)


def _time_match(read: Words, name: str, section: Mapping[str, Any]) -> TimeMatch:
    read.keys(name, section, TIME_KEYS)
    if "max" not in section:
        read.wrong("SPEC_VALUE", f"{name} needs max", 'e.g. { time = "bjd", max = "1 s" }')
        return TimeMatch("", Amount(0.0, "s"))
    return TimeMatch(read.text(f"{name}.time", section["time"]), read.quantity(f"{name}.max", section["max"], TIMES))
