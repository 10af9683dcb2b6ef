"""Parquet, HDF5 and ASDF against themselves, each other and one changed value: what people may write must be read."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pyarrow as pa
import pytest
from astropy import units as u
from astropy.table import QTable

from adp.comparison.compare import compare
from adp.comparison.describe import describe
from adp.comparison.formats.limits import LIMITS
from adp.comparison.spec.reader import parse
from tests.adp.comparison.making import COLUMNS, CUBE, Write, changed, ecsv, hdus, table
from tests.adp.comparison.making_more import asdf_table, asdf_tree, hdf5, parquet

LONG = np.array(["x" * 500, "y", "x" * 500 + "z", ""])
OTHER = {**COLUMNS, "flux": changed(COLUMNS["flux"], 30, 7.25)}
TABLES = {
    "parquet": parquet,
    "hdf5": lambda columns=COLUMNS: hdf5({"catalogue": columns}),
    "asdf": lambda columns=COLUMNS: asdf_tree({"catalogue": _struct(columns)}),
    "asdf table": asdf_table,
}


def _struct(columns: Mapping[str, Any]) -> Any:
    made = np.zeros(40, [(n, v.dtype) for n, v in columns.items()])
    for name, values in columns.items():
        made[name] = values
    return made


def outcome(reference: Write, product: Write, folder: Path, spec: Any = None, chunk: int = LIMITS.chunk) -> Any:
    reference(folder / "reference")
    product(folder / "product")
    limits = replace(LIMITS, chunk=chunk)
    return compare(folder / "reference", folder / "product", parse(spec or {}), limits=limits)


def said(found: Any) -> set[tuple[str, str | None, Any, int | None]]:
    return {(f.code, f.where.hdu, f.where.column, f.where.row) for f in found.findings if f.is_error}


@pytest.mark.parametrize("write", TABLES.values(), ids=TABLES)
@pytest.mark.parametrize("chunk", [7, 1 << 18])
def test_a_table_agrees_with_itself_and_its_changed_value_is_found(write: Any, chunk: int, tmp_path: Path) -> None:
    assert outcome(write(), write(), tmp_path, chunk=chunk).verdict == "agrees"
    found = outcome(write(), write(OTHER), tmp_path, chunk=chunk)
    assert (found.verdict, {(code, column, row) for code, _, column, row in said(found)}) == (
        "differs",
        {("VALUE", "flux", 31)},
    )


@pytest.mark.parametrize("write", TABLES.values(), ids=TABLES)
@pytest.mark.parametrize("other", [ecsv, lambda: hdus(table())], ids=["ecsv", "fits"])
def test_tables_of_two_formats_agree(write: Any, other: Any, tmp_path: Path) -> None:
    spec = {"column": {"flux": {"units": "exact"}}} if write is parquet else {"column": {"flux": {"rel": 0.0}}}
    assert [f for f in outcome(other(), write(), tmp_path, spec).findings if f.code != "UNIT"] == []


@pytest.mark.parametrize("write", TABLES.values(), ids=TABLES)
def test_rows_are_found_by_key_in_any_order(write: Any, tmp_path: Path) -> None:
    order = np.random.default_rng(3).permutation(40)
    shuffled = {n: v[order] for n, v in OTHER.items()}
    found = outcome(write(), write(shuffled), tmp_path, {"table": {"key": ["id"]}})
    assert {(code, column, row) for code, _, column, row in said(found)} == {("VALUE", "flux", 31)}


CUBES = {
    "hdf5": lambda data: hdf5({"deep/cube": data}),
    "hdf5 in chunks": lambda data: hdf5({"deep/cube": data}, chunks=(2, 5, 7), compression="gzip", shuffle=True),
    "asdf": lambda data: asdf_tree({"deep": {"cube": data}}),
    "asdf, zlib": lambda data: asdf_tree({"deep": {"cube": data}}, "zlib"),
    "asdf, bzip2": lambda data: asdf_tree({"deep": {"cube": data}}, "bzp2"),
    "asdf, transposed": lambda data: asdf_tree({"deep": {"cube": np.asfortranarray(data)}}),
}


@pytest.mark.parametrize("write", CUBES.values(), ids=CUBES)
@pytest.mark.parametrize("chunk", [37, 1 << 18])
@pytest.mark.parametrize("kind", [">f4", "<f8", "<i2"])
def test_a_cube_is_compared_by_its_path(write: Any, chunk: int, kind: str, tmp_path: Path) -> None:
    data = (CUBE * 100).astype(kind)
    assert outcome(write(data), write(data.copy()), tmp_path, chunk=chunk).verdict == "agrees"
    found = outcome(write(data), write(changed(data, (3, 2, 1), 5)), tmp_path, chunk=chunk)
    where = [f.where for f in found.findings]
    assert [(w.hdu.replace("/", "."), w.pixel) for w in where] == [("deep.cube", (2, 3, 4))]


RAGGED = {
    "parquet": lambda rows: parquet({"list": pa.array(rows, pa.list_(pa.float64()))}, rows=2),
    "hdf5": lambda rows: _vlen(rows),  # noqa: PLW0108 (defined below)
}


def _vlen(rows: list[list[float]]) -> Write:
    def write(path: Path) -> None:
        with h5py.File(path, "w") as file:
            made = file.create_dataset("list", (len(rows),), h5py.vlen_dtype("f8"))
            for i, row in enumerate(rows):
                made[i] = row

    return write


@pytest.mark.parametrize("write", RAGGED.values(), ids=RAGGED)
@pytest.mark.parametrize("chunk", [1, 2, 1 << 18])
def test_rows_of_any_length_are_compared_as_numbers(write: Any, chunk: int, tmp_path: Path) -> None:
    rows: list[list[float]] = [[1.0, 2.0], [], [3.0], [4.0, 5.0, 6.0]]
    close = [[1.0, 2.0], [], [3.0], [4.0, 5.0 + 1e-9, 6.0]]
    spec = {"data": {"abs": 1e-6}}
    assert outcome(write(rows), write(close), tmp_path, spec, chunk).verdict == "agrees"
    assert said(outcome(write(rows), write(close), tmp_path, None, chunk)) == {("VALUE", _hdu(write), "list", 4)}
    longer = [*rows[:2], [3.0, 3.0], rows[3]]
    assert said(outcome(write(rows), write(longer), tmp_path, spec, chunk)) == {("SHAPE", _hdu(write), "list", 3)}


def _hdu(write: Any) -> str | None:
    return None if write is RAGGED["parquet"] else "list"


def test_missing_values_and_lists_of_parquet_are_told_from_zeros_and_empty_lists(tmp_path: Path) -> None:
    def write(numbers: list[Any], lists: list[Any]) -> Write:
        columns = {"n": pa.array(numbers, pa.int32()), "l": pa.array(lists, pa.list_(pa.float32()))}
        return parquet(columns | {"f": pa.array([[1, None], None, [3, 4]], pa.list_(pa.int8(), 2))})

    full = write([1, None, 3], [[1.0], None, [None, 2.0]])
    assert outcome(full, full, tmp_path).verdict == "agrees"
    assert said(outcome(full, write([1, 0, 3], [[1.0], None, [None, 2.0]]), tmp_path)) == {
        ("MASK_MISMATCH", None, "n", 2)
    }
    assert said(outcome(full, write([1, None, 3], [[1.0], [], [None, 2.0]]), tmp_path)) == {("SHAPE", None, "l", 2)}


def test_structs_dates_and_dictionaries_of_parquet_are_columns(tmp_path: Path) -> None:
    struct = pa.array([{"p": i, "q": {"r": float(i)}} for i in range(40)])
    times = pa.array(np.arange(40).astype("M8[us]"))
    names = pa.array(["a", "b"] * 20).dictionary_encode()
    write = parquet({"s": struct, "t": times, "d": names})
    write(tmp_path / "product")

    facts, findings = describe(tmp_path / "product")

    assert not findings
    columns = {c["name"]: (c["type"], c["unit"]) for c in facts["parts"][0]["columns"]}
    assert columns == {"s.p": ("int64", ""), "s.q.r": ("float64", ""), "t": ("int64", "us"), "d": ("string", "")}
    assert outcome(write, write, tmp_path).verdict == "agrees"


def test_a_type_of_parquet_that_is_not_read_is_said_so(tmp_path: Path) -> None:
    write = parquet({"m": pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64()))})
    found = outcome(write, write, tmp_path)
    assert (found.verdict, {f.code for f in found.findings}) == ("error", {"UNSUPPORTED"})


@pytest.mark.parametrize("kind", ["parquet", "hdf5"])
def test_units_that_astropy_keeps_beside_a_table_are_read(kind: str, tmp_path: Path) -> None:
    made = QTable({"flux": [1.0, 2.0] * u.mJy, "name": ["a", "b"]})
    more = {"path": "catalogue", "serialize_meta": True} if kind == "hdf5" else {}
    made.write(tmp_path / "product", format=kind, **more)

    facts, findings = describe(tmp_path / "product")

    units = {c["name"]: c["unit"] for p in facts["parts"] for c in p["columns"]}
    assert (units, findings) == ({"flux": "mJy", "name": ""}, ())


@pytest.mark.parametrize(
    ("write", "path"),
    [
        (lambda v: hdf5({"a": np.arange(3)}, attributes={"EXPTIME": v, "list": [1, 2], "who": "us"}), "EXPTIME"),
        (lambda v: asdf_tree({"meta": {"exposure": {"time": v}, "list": [1, 2]}}), "meta.exposure.time"),
    ],
    ids=["hdf5", "asdf"],
)
def test_metadata_are_compared_as_cards(write: Any, path: str, tmp_path: Path) -> None:
    assert outcome(write(1.5), write(1.5), tmp_path).verdict == "agrees"
    found = outcome(write(1.5), write(1.5000001), tmp_path)
    assert [f.code for f in found.findings] == ["CARD_VALUE"]
    assert path in found.findings[0].message
    assert outcome(write(1.5), write(1.5000001), tmp_path, {"header": {"rel": 1e-6}}).verdict == "agrees"
    assert [f.code for f in outcome(write(1.5), write("1.5"), tmp_path).findings] == ["CARD_TYPE"]


def test_long_strings_are_equal_only_when_every_character_is(tmp_path: Path) -> None:
    write = lambda texts: parquet({"s": np.array(texts)})
    texts = LONG.tolist()
    assert outcome(write(texts), write(texts), tmp_path).verdict == "agrees"
    assert outcome(write(texts), write([*texts[:2], texts[2][:-1] + "w", texts[3]]), tmp_path).verdict == "differs"


def test_an_array_of_asdf_with_a_mask_says_which_values_are_missing(tmp_path: Path) -> None:
    write = lambda mask: asdf_tree({"m": np.ma.masked_array(np.arange(6.0), mask)})
    one, other = write([0, 1, 0, 0, 0, 0]), write([0, 1, 0, 0, 1, 0])
    assert outcome(one, one, tmp_path).verdict == "agrees"
    assert {f.code for f in outcome(one, other, tmp_path).findings} == {"MASK_MISMATCH"}


def test_a_path_is_what_a_spec_calls_an_hdu(tmp_path: Path) -> None:
    spec = {"hdu": {"sci/data": {"data": {"abs": 100}}}}
    found = outcome(hdf5({"sci/data": CUBE}), hdf5({"sci/data": CUBE + 1}), tmp_path, spec)
    assert (found.verdict, said(found)) == ("agrees", set())


def test_what_a_table_in_memory_called_its_columns_is_no_difference(tmp_path: Path) -> None:
    made = QTable({"id": [1, 2], "flux": [1.5, 2.5] * u.Jy})
    made.write(tmp_path / "reference.ecsv")
    made["flux"] = made["flux"].to(u.mJy)
    made.write(tmp_path / "unit.ecsv")
    plain = tmp_path / "plain.ecsv"
    text = (tmp_path / "reference.ecsv").read_text().splitlines(keepends=True)
    start, end = (next(i for i, line in enumerate(text) if word in line) for word in ("# meta:", "# schema:"))
    plain.write_text("".join(text[:start] + text[end:]))

    assert compare(tmp_path / "reference.ecsv", tmp_path / "unit.ecsv").verdict == "agrees"
    assert compare(tmp_path / "reference.ecsv", plain).verdict == "agrees"
