"""The compiled kernels say what numpy's path says: every finding, place and number, for every type, cut and thread."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adp.comparison.compare import compare
from adp.comparison.formats.limits import LIMITS
from adp.comparison.spec.reader import parse
from tests.adp.comparison.making import changed, hdus, image, table

NUMPY = replace(LIMITS, compiled=1 << 62)
TYPES = {"f4": -32, "f8": -64, "i2": 16, "i4": 32, "u1": 8}
SPECIAL = st.sampled_from([np.nan, np.inf, -np.inf, 0.0, -0.0, 1e30, -1e30, 1e-40, 3.4e38])


def bare(values: Any, zero: int = 0) -> bytes:
    """A FITS file of one image; much quicker to write than by astropy."""
    cards = [("SIMPLE", "T"), ("BITPIX", TYPES[values.dtype.str[1:]]), ("NAXIS", values.ndim)]
    cards += [(f"NAXIS{i + 1}", n) for i, n in enumerate(reversed(values.shape))]
    cards += [("BSCALE", 1), ("BZERO", zero)] if zero else []
    header = "".join(f"{key:8}= {value!s:>20}".ljust(80) for key, value in cards) + "END".ljust(80)
    data = values.astype(values.dtype.newbyteorder(">")).tobytes()
    return header.encode().ljust(2880) + data + b"\0" * (-len(data) % 2880)


CODES = {"f4": "E", "f8": "D", "i2": "I", "i4": "J", "u1": "B"}


def bare_table(columns: dict[str, Any]) -> bytes:
    """A FITS file of one table."""
    kind = np.dtype([(name, values.dtype.newbyteorder(">")) for name, values in columns.items()])
    rows = np.zeros(len(next(iter(columns.values()))), kind)
    cards = [("XTENSION", "'BINTABLE'"), ("BITPIX", 8), ("NAXIS", 2), ("NAXIS1", kind.itemsize), ("NAXIS2", len(rows))]
    cards += [("PCOUNT", 0), ("GCOUNT", 1), ("TFIELDS", len(columns))]
    for i, (name, values) in enumerate(columns.items(), 1):
        rows[name] = values
        cards += [(f"TTYPE{i}", f"'{name}'"), (f"TFORM{i}", f"'{CODES[values.dtype.str[1:]]}'")]
        cards += [(f"TZERO{i}", 1 << 31)] if name.startswith("u") else []
    header = "".join(f"{key:8}= {value!s:>20}".ljust(80) for key, value in cards) + "END".ljust(80)
    raw = header.encode()
    data = rows.tobytes()
    head = bare(np.zeros(0, "u1"))[:2880]
    return head + raw.ljust(-(-len(raw) // 2880) * 2880) + data + b"\0" * (-len(data) % 2880)


@st.composite
def table_pairs(draw: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two tables of the same columns, mostly of four bytes, side by side or not, in another order or not."""
    rows = draw(st.integers(1, 40))
    kinds = draw(st.lists(st.sampled_from(["f4", "f4", "i4", "f8", "i2", "u1"]), min_size=1, max_size=14))
    reference, product = {}, {}
    for i, kind in enumerate(kinds):
        name = f"u{i}" if kind == "i4" and draw(st.booleans()) else f"c{i}"
        elements: Any = st.one_of(st.floats(-1e3, 1e3, width=32), SPECIAL) if kind[0] == "f" else None
        values = draw(arrays.arrays(kind, rows, elements=elements, fill=st.just(np.dtype(kind).type(7))))
        reference[name], product[name] = values, values.copy()
        if draw(st.booleans()):
            at = draw(st.integers(0, rows - 1))
            product[name][at] = draw(arrays.arrays(kind, 1, elements=elements))[0]
    order = draw(st.one_of(st.just(list(product)), st.permutations(list(product))))
    return {name: product[name] for name in order}, reference


@st.composite
def pairs(draw: Any) -> tuple[Any, Any]:
    """Two images that share most values, with all that floats can be."""
    kind = np.dtype(draw(st.sampled_from(sorted(TYPES))))
    shape = draw(arrays.array_shapes(min_dims=1, max_dims=4, max_side=9))
    size = int(np.prod(shape))
    elements: Any = st.one_of(st.floats(-1e3, 1e3, width=32), SPECIAL) if kind.kind == "f" else None
    reference = draw(arrays.arrays(kind, size, elements=elements, fill=st.just(kind.type(7))))
    product = reference.copy()
    other = draw(arrays.arrays(kind, size, elements=elements, fill=st.just(kind.type(7))))
    at = draw(arrays.arrays(np.bool_, size))
    product[at] = other[at]
    if kind.kind == "f" and draw(st.booleans()):
        with np.errstate(over="ignore", invalid="ignore"):
            product *= kind.type(1 + draw(st.sampled_from([1e-7, 1e-6, 1e-5])))
    return product.reshape(shape), reference.reshape(shape)


RULES = st.fixed_dictionaries(
    {},
    optional={
        "abs": st.sampled_from([0.0, 1e-6, 0.5, 100]),
        "rel": st.sampled_from([0.0, 1e-6, 1e-5, 0.1]),
        "nan": st.sampled_from(["equal", "ignore"]),
    },
)


def both(folder: Path, spec: Any, **how: int) -> tuple[Any, Any]:
    limits = replace(LIMITS, compiled=0, **how)
    pair = (folder / "reference", folder / "product", parse(spec))
    return compare(*pair, limits=limits).to_dict(), compare(*pair, limits=NUMPY).to_dict()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(pairs(), RULES, st.integers(1, 4), st.integers(1, 500), st.sampled_from([0, 1]))
def test_images_are_judged_alike(
    tmp_path: Path, pair: tuple[Any, Any], rule: Any, threads: int, slab: int, sign: int
) -> None:
    zero = 0 if pair[0].dtype.kind == "f" else sign * {1: -128, 2: 1 << 15, 4: 1 << 31}[pair[0].dtype.itemsize]
    (tmp_path / "product").write_bytes(bare(pair[0], zero))
    (tmp_path / "reference").write_bytes(bare(pair[1], zero))

    compiled, numpy = both(tmp_path, {"data": rule}, threads=threads, slab=max(slab, 8))

    assert compiled == numpy


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(table_pairs(), RULES, st.integers(1, 4), st.integers(1, 2000))
def test_columns_side_by_side_are_judged_alike(
    tmp_path: Path, pair: tuple[Any, Any], rule: Any, threads: int, slab: int
) -> None:
    (tmp_path / "product").write_bytes(bare_table(pair[0]))
    (tmp_path / "reference").write_bytes(bare_table(pair[1]))

    compiled, numpy = both(tmp_path, {"data": rule}, threads=threads, slab=max(slab, 100))

    assert compiled == numpy
    assert not {f["code"] for f in compiled["findings"]} & {"FORMAT", "TRUNCATED"}


@pytest.mark.parametrize("rows", [8191, 8192, 20_003])
def test_rows_beyond_one_turn_are_judged_alike(tmp_path: Path, rows: int) -> None:
    rng = np.random.default_rng(rows)
    reference = {f"c{i}": rng.normal(0, 1, rows).astype("f4") for i in range(9)} | {"n": np.arange(rows, dtype="i4")}
    product = {name: changed(values, [3, rows - 1], 5) for name, values in reference.items()}
    (tmp_path / "product").write_bytes(bare_table(product))
    (tmp_path / "reference").write_bytes(bare_table(reference))

    compiled, numpy = both(tmp_path, {"data": {"rel": 1e-6}}, threads=1)

    assert compiled == numpy
    assert [f["where"]["column"] for f in compiled["findings"]] == [*(f"c{i}" for i in range(9)), "n"]


RNG = np.random.default_rng(7)
ROWS = 9000
COLUMNS = {
    "id": np.arange(ROWS, dtype="i4"),
    "flux": RNG.normal(50, 5, ROWS),
    "mag": np.where(RNG.random(ROWS) < 0.1, np.nan, RNG.normal(20, 1, ROWS)).astype("f4"),
    "flag": RNG.integers(0, 9, ROWS).astype("i2"),
    "mask": RNG.integers(0, 9, ROWS).astype("u1"),
    "pair": RNG.normal(0, 1, (ROWS, 3)).astype("f4"),
    "wave": (RNG.normal(0, 1, ROWS) + 1j).astype("c8"),
    "big": np.arange(ROWS, dtype="i8"),
    "name": np.array([f"star{i}" for i in range(ROWS)]),
    "good": np.arange(ROWS) % 2 == 0,
}


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("threads", [1, 2, 5])
def test_tables_are_judged_alike(tmp_path: Path, name: str, threads: int) -> None:
    value: Any = "other" if name == "name" else not COLUMNS[name][5000] if name == "good" else 77
    product = COLUMNS | {name: changed(changed(COLUMNS[name], 5000, value), 8999, value)}
    hdus(table(COLUMNS))(tmp_path / "reference")
    hdus(table(product))(tmp_path / "product")

    compiled, numpy = both(tmp_path, {"data": {"rel": 1e-6}}, threads=threads, slab=1 << 12)

    assert compiled == numpy
    assert compiled["verdict"] == "differs"


@pytest.mark.parametrize("kind", ["f4", "f8"])
def test_many_blocks_and_lines_are_judged_alike(tmp_path: Path, kind: str) -> None:
    rng = np.random.default_rng(11)
    reference = rng.normal(100, 10, (7, 61, 67)).astype(kind)
    reference[rng.random(reference.shape) < 0.02] = np.nan
    product = reference * (1 + 1e-6 * rng.standard_normal(reference.shape)).astype(kind)
    product[3, 10:20, 5:9] *= 1.5
    reference[6, 60, 66] = 1.0
    product[0, 0, :3], product[6, 60, 66] = np.nan, np.inf
    hdus(image(reference))(tmp_path / "reference")
    hdus(image(product))(tmp_path / "product")

    compiled, numpy = both(tmp_path, {"data": {"abs": 1e-5, "rel": 1e-5}}, threads=3, slab=1 << 14)

    assert compiled == numpy
    assert {f["code"] for f in compiled["findings"]} == {"VALUE", "NAN_MISMATCH", "INF_MISMATCH"}


def test_a_file_that_shrinks_is_told_and_no_crash(tmp_path: Path) -> None:
    values = np.ones((100, 100), dtype="f4")
    (tmp_path / "reference").write_bytes(bare(values))
    (tmp_path / "product").write_bytes(bare(values)[:-10000])

    compiled, numpy = both(tmp_path, {}, slab=1 << 12)

    assert compiled == numpy
    assert compiled["verdict"] == "differs"
