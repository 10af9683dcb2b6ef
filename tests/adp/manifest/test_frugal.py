from typing import Any

import pytest

from adp.manifest import frugal


@pytest.mark.parametrize(
    ("pattern", "tame"),
    [
        ("^[a-z]+$", True),
        ("^(?:a|b)-[0-9]{1,3}$", True),
        ("(a+)+$", False),
        ("(a|a)*$", False),
        (".*.*.*x", False),
        (r"(a)\1", False),
        ("(", False),
        ("a" * 300, False),
    ],
)
def test_only_patterns_that_end_soon_are_matched(pattern: str, tame: bool) -> None:
    assert frugal.is_tame(pattern) is tame


@pytest.mark.parametrize(
    "schema",
    [
        {"pattern": "(a+)+$"},
        {"properties": {"x": {"patternProperties": {"(a+)+$": True}}}},
        {"$schema": "http://json-schema.org/draft-07/schema#"},
        {"properties": {"x": {"$schema": "http://json-schema.org/draft-07/schema#"}}},
        {"enum": list(range(1000))},
        {"$ref": "file:///etc/passwd"},
        {"$dynamicRef": "#nowhere"},
    ],
    ids=str,
)
def test_a_schema_that_asks_for_too_much_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(frugal.SchemaError):
        frugal.errors(schema, {"x": "a" * 40})


def test_a_long_text_is_not_matched_at_all() -> None:
    with pytest.raises(frugal.SchemaError, match="too much work"):
        frugal.errors({"pattern": "^a*b$"}, "a" * 10_000)


def test_a_long_list_is_not_compared_pair_by_pair() -> None:
    mixed = [n if n % 2 else str(n) for n in range(10_000)]
    with pytest.raises(frugal.SchemaError, match="too much work"):
        frugal.errors({"uniqueItems": True}, mixed)


def test_an_ordinary_schema_says_what_is_wrong_and_where() -> None:
    schema = {"properties": {"a": {"items": {"$ref": "#/$defs/n"}}}, "$defs": {"n": {"type": "number"}}}
    assert frugal.errors(schema, {"a": [1, "x"]}) == [(("a", 1), "'x' is not of type 'number'")]
