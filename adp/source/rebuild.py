"""Frozen values back from JSON, believing nothing: every field must have the type the model says."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")


def rebuild(kind: type[T], raw: Any) -> T:
    """The inverse of dataclasses.asdict after JSON. TypeError or KeyError when `raw` is something else."""
    hints = get_type_hints(kind)
    table = _checked(dict, raw)
    names = {f.name for f in fields(kind)}  # type: ignore[arg-type] # only called with dataclasses
    if unknown := table.keys() - names:
        raise TypeError(f"{kind.__name__} has no {sorted(unknown)}")
    return kind(**{name: _value(hints[name], table[name]) for name in names})


def _value(hint: Any, raw: Any) -> Any:
    if hint is Any:
        return raw
    if is_dataclass(hint) and isinstance(hint, type):
        return rebuild(hint, raw)
    kind, inside = get_origin(hint), get_args(hint)
    if kind is tuple:
        return tuple(_value(inside[0], item) for item in _checked(list, raw))
    if kind is Mapping:
        return {_checked(str, key): _value(inside[1], item) for key, item in _checked(dict, raw).items()}
    if kind is UnionType:
        return None if raw is None else _value(inside[0], raw)
    return float(raw) if hint is float and type(raw) is int else _checked(hint, raw)


def _checked(kind: type[T], raw: Any) -> T:
    if type(raw) is not kind:
        raise TypeError(f"{type(raw).__name__} where {kind.__name__} is due")
    return raw
