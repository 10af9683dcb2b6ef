"""Rows find each other by key whatever the key is made of, and rows without one are not lost."""

import numpy as np
import pytest

from adp.comparison.compare import compare
from adp.comparison.spec.reader import parse
from tests.adp.comparison.making import csv, hdus, table

RNG = np.random.default_rng(5)
ROWS = 300
VALUES = RNG.normal(size=ROWS)
KEYS = {
    "whole numbers": {"a": RNG.permutation(ROWS).astype("i4")},
    "large whole numbers": {"a": RNG.permutation(ROWS).astype("i8") + (1 << 60)},
    "floats": {"a": RNG.permutation(ROWS) + 0.25},
    "float32": {"a": (RNG.permutation(ROWS) / 3).astype("f4")},
    "texts": {"a": np.array([f"s{i}" for i in RNG.permutation(ROWS)])},
    "two numbers": {"a": RNG.permutation(ROWS).astype("i4") // 7, "b": np.arange(ROWS, dtype="i4")},
    "a number and a text": {"a": np.arange(ROWS, dtype="i2") % 3, "b": np.array([f"s{i // 3}" for i in range(ROWS)])},
    "two wide numbers": {"a": RNG.permutation(ROWS) * (1 << 53), "b": RNG.permutation(ROWS) * (1 << 50)},
    "a float and a number": {"a": RNG.permutation(ROWS) / 7, "b": np.arange(ROWS) // 2},
}  # fmt: skip


def outcome(tmp_path, product, reference, key):
    for name, write in (("p", product), ("r", reference)):
        (tmp_path / name).unlink(missing_ok=True)
        write(tmp_path / name)
    return compare(tmp_path / "r", tmp_path / "p", parse({"table": {"key": key}}))


def codes(found):
    return sorted(f.code for f in found.findings if f.is_error)


def fits(columns):
    return hdus(table(columns, units={}))


@pytest.mark.parametrize("key", KEYS.values(), ids=list(KEYS))
def test_shuffled_rows_agree_and_a_lost_one_is_named(tmp_path, key):
    reference = key | {"v": VALUES}
    order = RNG.permutation(ROWS)
    product = {k: v[order] for k, v in reference.items()}
    fewer = {k: v[order][order != 42] for k, v in reference.items()}

    assert codes(outcome(tmp_path, fits(product), fits(reference), list(key))) == []
    found = outcome(tmp_path, fits(fewer), fits(reference), list(key))
    assert codes(found) == ["ROW_MISSING"]
    assert found.findings[0].where.row == 43


def test_a_value_after_a_lost_row_is_told_at_its_own_row(tmp_path):
    reference = {"a": np.arange(ROWS), "v": VALUES}
    product = {"a": np.arange(1, ROWS), "v": VALUES[1:] + (np.arange(1, ROWS) == 99)}

    found = outcome(tmp_path, fits(product), fits(reference), ["a"])

    assert codes(found) == ["ROW_MISSING", "VALUE"]
    assert next(f for f in found.findings if f.code == "VALUE").where.row == 100


@pytest.mark.parametrize(("mine", "theirs"), [("i4", "f8"), ("f4", "i8"), ("u1", "i2"), ("f8", "f4")])
def test_keys_of_other_types_are_the_same_numbers(tmp_path, mine, theirs):
    product, reference = ({"a": np.arange(100).astype(kind), "v": VALUES[:100]} for kind in (mine, theirs))
    order = RNG.permutation(100)

    found = outcome(tmp_path, fits({k: v[order] for k, v in product.items()}), fits(reference), ["a"])

    assert [c for c in codes(found) if c != "DTYPE"] == []


def test_a_text_file_s_keys_are_those_of_a_table(tmp_path):
    columns = {"a": np.arange(50), "v": np.arange(50) / 4}
    order = RNG.permutation(50)

    assert codes(outcome(tmp_path, csv({k: v[order] for k, v in columns.items()}), csv(columns), ["a"])) == []


def test_rows_without_a_key_are_taken_in_order_when_both_sides_have_as_many(tmp_path):
    keys = np.where(np.arange(60) % 20 == 3, np.nan, np.arange(60.0))
    order = np.concatenate([np.arange(30, 60), np.arange(30)])
    product = {"a": keys[order], "v": np.arange(60.0)[order]}
    lone = {"a": keys, "v": np.arange(60.0)}

    found = outcome(tmp_path, fits(lone), fits(lone), ["a"])
    assert codes(found) == []
    assert codes(outcome(tmp_path, fits(product), fits(lone), ["a"])) == ["VALUE"]


def test_another_number_of_rows_without_a_key_is_named(tmp_path):
    product = {"a": np.array([1.0, np.nan, np.nan]), "v": np.zeros(3)}
    reference = {"a": np.array([1.0, 2.0, np.nan]), "v": np.zeros(3)}

    assert codes(outcome(tmp_path, fits(product), fits(reference), ["a"])) == [
        "ROW_EXTRA",
        "ROW_MISSING",
        "ROW_MISSING",
    ]


def test_keys_that_occur_twice_are_named_on_their_own_side(tmp_path):
    product = {"a": np.array([1, 2, 2, 3]), "v": np.zeros(4)}
    reference = {"a": np.array([1, 2, 3]), "v": np.zeros(3)}

    found = outcome(tmp_path, fits(product), fits(reference), ["a"])

    assert codes(found) == ["ROW_DUPLICATE"]
    assert found.findings[0].evidence["rows"] == [3]
