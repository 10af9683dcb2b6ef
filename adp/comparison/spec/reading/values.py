"""[data] and [column.NAME]: how the values of one field are held against the reference's."""

from collections.abc import Callable, Mapping
from typing import Any

from adp.comparison.spec.reading.words import Words
from adp.comparison.spec.terms import WHOLE_RULE, Bitmask, Sigma, TimeColumn, ValueRule

SCALES = ("utc", "tai", "tt", "tdb", "tcb", "tcg")  # UT1 needs measurements of how the Earth turns
FORMATS = ("mjd", "jd", "isot", "iso", "fits", "unix", "gps", "cxcsec", "jyear", "byear")
WIDEST = (1 << 64) - 1  # the flags of an unsigned 64-bit integer
KEYS = tuple(ValueRule.__dataclass_fields__)


def values(read: Words, name: str, section: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of one section as terms; keys that are not about values must have been taken out."""
    readers: dict[str, Callable[[str, Any], Any]] = {
        "abs": read.amount,
        "rel": read.number,
        "ulp": read.count,
        "sigma": lambda n, v: _sigma(read, n, v),
        "bitmask": lambda n, v: _bitmask(read, n, v),
        "time": lambda n, v: _time(read, n, v),
        "exact": read.truth,
        "bits": read.truth,
        "nan": lambda n, v: read.choice(n, v, ("equal", "ignore", "fail")),
        "units": lambda n, v: read.choice(n, v, ("convert", "exact")),
        "dtype": lambda n, v: read.choice(n, v, ("widening", "exact")),
    }
    _conflict(read, name, section)
    return {k: readers[k](f"{name}.{k}", v) for k, v in section.items() if k in readers}


def _conflict(read: Words, name: str, section: Mapping[str, Any]) -> None:
    kinds = {"abs" if k == "rel" else k for k in WHOLE_RULE & section.keys() if section[k] is not False}
    if len(kinds) > 1:
        keys = " and ".join(k for k in section if k in WHOLE_RULE)
        read.wrong("SPEC_CONFLICT", f"[{name}]: {keys} cannot hold at once", "keep one; abs and rel go together")


def _sigma(read: Words, name: str, value: Any) -> Sigma:
    section = read.section(name, value)
    read.keys(name, section, Sigma.__dataclass_fields__)
    if "max" not in section or ("variance" in section) == ("error" in section):
        example = 'e.g. { max = 3, variance = "STAT" }'
        read.wrong("SPEC_VALUE", f"{name} needs max, and either variance or error", example)
        return Sigma(0.0)
    most = read.number(f"{name}.max", section["max"])
    return Sigma(most, **{k: read.text(f"{name}.{k}", section[k]) for k in ("variance", "error") if k in section})


def _bitmask(read: Words, name: str, value: Any) -> Bitmask | None:
    if isinstance(value, bool):
        return Bitmask() if value else None
    section = read.section(name, value)
    read.keys(name, section, Bitmask.__dataclass_fields__)
    ignored = section.get("ignore", [])
    if not isinstance(ignored, list | tuple):
        read.wrong("SPEC_VALUE", f"{name}.ignore must be a list of flag values", 'e.g. ignore = [4, "0x10"]')
        ignored = ()
    mask = 0
    for flag in ignored:
        mask |= _flag(read, f"{name}.ignore", flag)
    names = read.section(f"{name}.names", section.get("names", {}))
    named = {_flag(read, f"{name}.names", k, single=True): read.text(f"{name}.names.{k}", v) for k, v in names.items()}
    return Bitmask(mask, named)


def _flag(read: Words, name: str, value: Any, *, single: bool = False) -> int:
    """A flag by its value, as tables of flags give it: 16, "16", "0x10" or "0b10000"; `single`: of one bit."""
    try:
        flag = int(value, 0) if isinstance(value, str) else value
    except ValueError:
        flag = 0
    fits = isinstance(flag, int) and not isinstance(flag, bool) and 0 < flag <= WIDEST
    if not fits or (single and flag & (flag - 1)):
        what = "the value of one bit: 1, 2, 4, 8 …" if single else "a positive whole number, or text such as '0x10'"
        read.wrong("SPEC_VALUE", f"{name}: a flag is given by its value, {what}; not {str(value)[:40]!r}")
        return 0
    return int(flag)


def _time(read: Words, name: str, value: Any) -> TimeColumn:
    section = read.section(name, value)
    read.keys(name, section, TimeColumn.__dataclass_fields__)
    if "scale" not in section:
        read.wrong("SPEC_VALUE", f"{name} needs scale", 'e.g. { scale = "utc", format = "mjd" }')
        return TimeColumn("utc")
    scale = read.choice(f"{name}.scale", section["scale"], SCALES)
    return TimeColumn(scale, read.choice(f"{name}.format", section.get("format", "mjd"), FORMATS))
