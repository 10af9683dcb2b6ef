"""The files that fuzzing starts from, one or more of every format: made once, kept in seeds.zip.

python -m tests.fuzz.seeds          makes them anew"""
# ruff: noqa: E501 (one row of a table is one line)

import bz2
import gzip
import lzma
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

KEPT = Path(__file__).with_name("seeds.zip")
Write = Callable[[Path], object]
STAMP = (2026, 1, 1, 0, 0, 0)


@cache
def seeds() -> Mapping[str, bytes]:
    """Content by name; a name begins with its format."""
    with zipfile.ZipFile(KEPT) as packed:
        return {name: packed.read(name) for name in sorted(packed.namelist())}


def _fits() -> dict[str, Write]:
    from astropy.io import fits  # noqa: PLC0415 (only who makes seeds needs the writers)

    from tests.adp.comparison import making, test_fits_tables  # noqa: PLC0415

    image = making.image(making.IMAGE[:6, :5], cards={"CRVAL1": 3.5, "HIERARCH ESO DET ID": "x", "LONG": "y" * 90})
    scaled = making.image((making.IMAGE[:6, :5] * 10).astype("i2"), name="SCALED", cards={"BLANK": -1, "BUNIT": "Jy"})
    scaled.header["BSCALE"], scaled.header["BZERO"] = 0.5, 3.0
    packed = fits.CompImageHDU(making.IMAGE, name="PACKED", compression_type="RICE_1", tile_shape=(8, 32))
    gzipped = fits.CompImageHDU(making.IMAGE, name="PACKED", compression_type="GZIP_2", quantize_level=0)
    vectors = {
        "v": making.CUBE[0, :6, :4],
        "c": np.arange(6).astype("c8"),
        "b": np.arange(6) > 2,
        "u": np.arange(6, dtype="u1"),
    }
    return {
        "fits image": making.hdus(image, checksum=True),
        "fits scaled": making.hdus(scaled),
        "fits table": making.hdus(making.table(few())),
        "fits vectors": making.hdus(making.table(vectors, {})),
        "fits lists": test_fits_tables.lists("E", [1, 2], [], [3]),
        "fits heap": test_fits_tables.heap("1PX(9)", (10, b"\xff\xc0"), (1, b"\x80")),
        "fits ascii": test_fits_tables.GOOD,
        "fits rice": making.hdus(packed),
        "fits gzip tiles": making.hdus(gzipped),
    }


def few() -> dict[str, Any]:
    """Six rows of the tests' catalogue."""
    from tests.adp.comparison import making  # noqa: PLC0415 (only who makes seeds needs the writers)

    return {name: values[:6] for name, values in making.COLUMNS.items()}


def _texts() -> dict[str, Write]:
    from tests.adp.comparison import making, test_text_tables, test_votable  # noqa: PLC0415 (only who makes seeds)

    return {
        "ecsv plain": making.ecsv(few(), meta="{author: me, list: [1, 2]}"),
        "ecsv mixins": test_text_tables.made(),
        "ecsv lists": test_text_tables.ecsv(test_text_tables.VARIABLE, "[1,2.5]", "[]", "[null]"),
        "ecsv arrays": test_text_tables.ecsv(test_text_tables.FIXED, "[[1,2],[3,4]]", ""),
        "csv commas": making.csv(few()),
        "csv blanks": making.csv(few(), " "),
        "csv numbered": making.raw(test_text_tables.DIALECTS["numbered names"]),
        **{
            f"votable {n}": test_votable.votable(test_votable.FIELDS, way(test_votable.ROWS))
            for n, way in test_votable.WAYS.items()
        },
        "votable frames": making.raw(
            f"{test_votable.HEAD}<COOSYS ID='a' system='ICRS'/><TABLE nrows='0'><FIELD name='a' datatype='int' unit='s'><DESCRIPTION>when</DESCRIPTION></FIELD><DATA><TABLEDATA/></DATA></TABLE></RESOURCE></VOTABLE>"
        ),
    }


def _libraries() -> dict[str, Write]:
    import h5py  # noqa: PLC0415 (only who makes seeds needs the writers)
    import pyarrow as pa  # noqa: PLC0415

    from tests.adp.comparison import making, making_more  # noqa: PLC0415

    group = {"deep/cube": making.CUBE[:2, :4, :5], "catalogue": few(), "text": np.array([b"ab", b"c"])}
    lists = pa.array([[1.0], [], None, [2.0, 3.0], [4.0], []])
    struct = pa.array([{"p": i, "q": "x" * i} for i in range(6)])
    tree = {
        "meta": {"a": 1, "b": [1.5, "x", None]},
        "cube": making.CUBE[:2, :4, :5],
        "m": np.ma.masked_array([1, 2], [0, 1]),
    }

    def hdf5_more(path: Path) -> None:
        with h5py.File(path, "w") as file:
            file.create_dataset(
                "z", data=making.IMAGE[:16, :16], chunks=(5, 7), compression="gzip", shuffle=True, fletcher32=True
            )
            made = file.create_dataset("v", (3,), h5py.vlen_dtype("f8"))
            made[0] = [1.0, 2.0]
            file.create_dataset("s", data=["a", "bb"], dtype=h5py.string_dtype())
            file["soft"] = h5py.SoftLink("/z")
            file.attrs["units"] = "mJy"

    return {
        "parquet plain": making_more.parquet(few(), rows=4),
        "parquet nested": making_more.parquet({"l": lists, "s": struct}, rows=4),
        "hdf5 plain": making_more.hdf5(group, attributes={"EXPTIME": 3.0, "list": [1, 2]}),
        "hdf5 packed": hdf5_more,
        "asdf plain": making_more.asdf_tree(tree),
        "asdf zlib": making_more.asdf_tree(tree, "zlib"),
        "asdf table": making_more.asdf_table(few()),
    }


def _made(folder: Path) -> Iterator[tuple[str, bytes]]:
    for name, write in (_fits() | _texts() | _libraries()).items():
        path = folder / name
        write(path)
        yield name, path.read_bytes()
    content = (folder / "fits table").read_bytes()
    yield "packed gzip", gzip.compress(content, mtime=0)
    yield "packed bzip2", bz2.compress(content)
    yield "packed xz", lzma.compress(content)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(KEPT, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in _made(Path(folder)):
            packed.writestr(zipfile.ZipInfo(name, STAMP), content, zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    main()
