"""[statistics], distributions and derived quantities: what is asked of all differences together."""

from collections.abc import Callable, Mapping
from typing import Any

from adp.comparison.spec import expression
from adp.comparison.spec.reading.values import KEYS, values
from adp.comparison.spec.reading.words import LARGEST, Words
from adp.comparison.spec.statistical import DerivedRule, DistributionRule, Outliers, StatisticsRule

DERIVED = ("expression", "unit", "statistics", *KEYS)
RANGE = 2  # ends of an interval


def statistics(read: Words, name: str, raw: Any) -> dict[str, Any]:
    section = read.section(f"[{name}]", raw)
    read.keys(f"[{name}]", section, StatisticsRule.__dataclass_fields__)
    readers: dict[str, Callable[[str, Any], Any]] = {
        "mean_bias_sigma": read.number,
        "binned_bias_sigma": read.number,
        "pull_std": lambda n, v: _range(read, n, v),
        "total_rel": read.number,
        "outliers": lambda n, v: _outliers(read, n, v),
        "chi2_p": lambda n, v: read.number(n, v, 0.0, 1.0),
        "covariance": lambda n, v: read.text(n, v).upper(),
        "correlation": lambda n, v: read.number(n, v, 1.0),
        "variance": read.text,
        "error": read.text,
        "noise": lambda n, v: read.choice(n, v, ("reference", "product", "sum")),
    }
    for one, other in (("variance", "error"), ("covariance", "correlation")):
        if one in section and other in section:
            read.wrong("SPEC_CONFLICT", f"[{name}]: {one} and {other} cannot hold at once", "keep one of them")
    return {k: readers[k](f"{name}.{k}", v) for k, v in section.items() if k in readers}


def distribution(read: Words, name: str, raw: Any) -> DistributionRule:
    section = read.section(f"[{name}]", raw)
    read.keys(f"[{name}]", section, DistributionRule.__dataclass_fields__)
    test = read.choice(f"{name}.test", section.get("test", "ks"), ("ks", "anderson"))
    return DistributionRule(test, read.number(f"{name}.p", section.get("p", DistributionRule().p), 0.0, 1.0))


def derived(read: Words, name: str, raw: Any) -> DerivedRule:
    section = read.section(f"[{name}]", raw)
    read.keys(f"[{name}]", section, DERIVED)
    text = read.text(f"{name}.expression", section.get("expression"))
    try:
        if text and not expression.names(expression.parse(text)):
            read.wrong("SPEC_EXPRESSION", f"{name}.expression names no column: '{text[:80]}'")
    except expression.ExpressionError as error:
        read.wrong("SPEC_EXPRESSION", f"{name}.expression: {error} in '{text[:80]}'")
    unit = read.text(f"{name}.unit", section["unit"]) if "unit" in section else ""
    keys = values(read, name, {k: v for k, v in section.items() if k in KEYS})
    judged = statistics(read, f"{name}.statistics", section["statistics"]) if "statistics" in section else {}
    return DerivedRule(text, unit, keys, judged)


def _range(read: Words, name: str, value: Any) -> tuple[float, float]:
    if not isinstance(value, list | tuple) or len(value) != RANGE:
        read.wrong("SPEC_VALUE", f"{name} must be a list of two numbers", "e.g. [0.95, 1.05]")
        return 0.0, LARGEST
    low, high = (read.number(name, v) for v in value)
    if low > high:
        read.wrong("SPEC_VALUE", f"{name}: the first number is larger than the second")
    return low, high


def _outliers(read: Words, name: str, value: Any) -> Outliers:
    section: Mapping[str, Any] = read.section(name, value)
    read.keys(name, section, Outliers.__dataclass_fields__)
    if "fraction" not in section or "max_sigma" not in section:
        read.wrong("SPEC_VALUE", f"{name} needs fraction and max_sigma", "e.g. { fraction = 0.001, max_sigma = 5 }")
        return Outliers(0.0, 0.0)
    fraction = read.number(f"{name}.fraction", section["fraction"], 0.0, 1.0)
    return Outliers(fraction, read.number(f"{name}.max_sigma", section["max_sigma"]))
