"""Hostile files of the formats that came later: what reaches out, multiplies, or declares more than it holds."""
# ruff: noqa: E501 (one row of the table is one line)

import base64
import bz2
import gzip
import lzma
import struct
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from tests.adp.comparison.making import raw
from tests.adp.comparison.making_more import ASDF_HEAD, parquet

Make = Callable[[Path], object]


def hdf5(fill: Callable[[Any], object]) -> Make:
    def write(path: Path) -> None:
        with h5py.File(path, "w") as file:
            fill(file)

    return write


def virtual(file: Any) -> None:
    layout = h5py.VirtualLayout((4,), "f8")
    layout[:] = h5py.VirtualSource("/etc/passwd", "x", (4,))
    file.create_virtual_dataset("v", layout)


def references(file: Any) -> None:
    group = file.create_group("g")
    file.create_dataset("r", data=np.array([group.ref], h5py.ref_dtype), dtype=h5py.ref_dtype)


def external(file: Any) -> None:
    file.create_dataset("e", (9,), "u1", external=[("/etc/passwd", 0, 9)])


def unknown_filter(file: Any) -> None:
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_chunk((4,))
    plist.set_filter(h5py.h5z.FILTER_DEFLATE, h5py.h5z.FLAG_OPTIONAL, (1,))
    plist.set_filter(32008, h5py.h5z.FLAG_OPTIONAL, ())
    h5py.h5d.create(file.id, b"f", h5py.h5t.NATIVE_INT32, h5py.h5s.create_simple((4,)), plist)


def asdf(body: str, *blocks: bytes) -> Make:
    return raw(f"{ASDF_HEAD}\n{body}\n...\n".encode() + b"".join(blocks))


def block(data: bytes, packing: bytes = b"\0\0\0\0", size: int | None = None, used: int | None = None) -> bytes:
    used = len(data) if used is None else used
    fields = struct.pack(">I4sQQQ16s", 0, packing, used, used, len(data) if size is None else size, bytes(16))
    return b"\xd3BLK" + (48).to_bytes(2, "big") + fields + data


def array(**more: Any) -> str:
    told = {"source": 0, "datatype": "uint8", "byteorder": "big", "shape": [4]} | more
    return "a: !core/ndarray-1.1.0 {" + ", ".join(f"{k}: {v}" for k, v in told.items()) + "}"


LAUGHS = "x0: &x0 [a, a]\n" + "\n".join(f"x{i}: &x{i} [*x{i - 1}, *x{i - 1}]" for i in range(1, 40))
HEAD = '<?xml version="1.0"?><VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE><TABLE>'
BOMB = base64.b64encode(gzip.compress(bytes(300 << 20), 9)).decode()


def stream(content: str, encoding: str = "base64", kind: str = "double", size: str = "") -> str:
    field = (
        f'<FIELD name="a" datatype="{kind}" arraysize="{size}"/>' if size else f'<FIELD name="a" datatype="{kind}"/>'
    )
    data = f'<BINARY><STREAM encoding="{encoding}">{content}</STREAM></BINARY>'
    return f"{HEAD}{field}<DATA>{data}</DATA></TABLE></RESOURCE></VOTABLE>"


def absurd_parquet(path: Path) -> None:
    """A footer whose number of rows is another one."""
    parquet({"a": np.arange(40)})(path)
    content = bytearray(path.read_bytes())
    size = int.from_bytes(content[-8:-4], "little")
    footer = content[-8 - size : -8]
    at = footer.index(bytes([0x16, 80]))  # thrift: an i64 field, 40 in zigzag
    content[len(content) - 8 - size + at + 1] = 0x7E
    path.write_bytes(bytes(content))


# name -> (how to make it, the code)
MORE: Mapping[str, tuple[Make, str]] = {
    "HDF5: a link into another file": (hdf5(lambda f: f.__setitem__("x", h5py.ExternalLink("/etc/passwd", "/"))), "FORMAT"),
    "HDF5: values in another file": (hdf5(external), "FORMAT"),
    "HDF5: a virtual dataset": (hdf5(virtual), "FORMAT"),
    "HDF5: references": (hdf5(references), "UNSUPPORTED"),
    "HDF5: a filter of somebody's own": (hdf5(unknown_filter), "UNSUPPORTED"),
    "HDF5: terabytes of nothing": (hdf5(lambda f: f.create_dataset("x", (1 << 40,), "f8", chunks=(1 << 16,))), "FORMAT"),
    "HDF5: a chunk of gigabytes": (hdf5(lambda f: f.create_dataset("x", (1 << 29,), "f4", chunks=(1 << 29,))), "FORMAT"),
    "HDF5: cut": (raw(b"\x89HDF\r\n\x1a\n\3\x08\x08\0" + bytes(8) + b"\xff" * 40), "FORMAT"),
    "ASDF: values in another file": (asdf(array(source="file:///etc/passwd")), "FORMAT"),
    "ASDF: a block that is not there": (asdf(array(source=7), block(bytes(4))), "FORMAT"),
    "ASDF: more than the block holds": (asdf(array(shape=[1 << 40]), block(bytes(4))), "FORMAT"),
    "ASDF: strides out of the block": (asdf(array(strides=[1 << 40]), block(bytes(4))), "FORMAT"),
    "ASDF: strides that multiply": (asdf(array(shape=[1 << 40], strides=[0]), block(bytes(4))), "FORMAT"),
    "ASDF: a negative shape": (asdf(array(shape=[-4]), block(bytes(4))), "FORMAT"),
    "ASDF: a block longer than the file": (asdf(array(), block(bytes(4), used=1 << 60, size=1 << 60)), "TRUNCATED"),
    "ASDF: a billion laughs": (asdf(LAUGHS), "FORMAT"),
    "ASDF: a tree that goes round": (asdf("a: &a [*a]"), "FORMAT"),
    "ASDF: too deep": (asdf("a: " + "[" * 500 + "]" * 500), "FORMAT"),
    "ASDF: no end of the tree": (raw(ASDF_HEAD + "\na: 1\n" + "# \n" * (3 << 20)), "FORMAT"),
    "ASDF: a type of this machine": (asdf(array(datatype="float128"), block(bytes(64))), "UNSUPPORTED"),
    "Parquet: another number of rows": (absurd_parquet, "FORMAT"),
    "Parquet: a footer of gigabytes": (raw(b"PAR1" + bytes(40) + b"\xff\xff\xff\x7fPAR1"), "FORMAT"),
    "VOTable: a stream that unpacks to gigabytes": (raw(stream(BOMB, "gzip")), "FORMAT"),
    "VOTable: no base64": (raw(stream("@@@@")), "FORMAT"),
    "VOTable: half a row": (raw(stream("AAAA")), "FORMAT"),
    "VOTable: a cell of gigabytes": (raw(stream(base64.b64encode(b"\x7f\xff\xff\xff").decode(), size="*")), "FORMAT"),
    "VOTable: a million cells in no row": (raw(f"{HEAD}<DATA><TABLEDATA>{'<TR><TD/></TR>' * 9}</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"), "FORMAT"),
    "VOTable: a FITS file that is none": (raw(f"{HEAD}<DATA><FITS><STREAM encoding='base64'>AAAA</STREAM></FITS></DATA></TABLE></RESOURCE></VOTABLE>"), "TRUNCATED"),
    "ECSV: JSON too deep": (raw("# %ECSV 1.0\n# ---\n# datatype:\n# - {name: a, datatype: string, subtype: 'float64[null]'}\na\n" + "[" * 99999 + "\n"), "FORMAT"),
    "CSV: a line without end": (raw("a b\n" + "1" * (65 << 20)), "FORMAT"),
    "bzip2: a bomb": (raw(bz2.compress(b"SIMPLE  =" + b" " * (24 << 20))), "FORMAT"),
    "bzip2: cut": (raw(bz2.compress(b"a,b\n1,2\n")[:-9]), "TRUNCATED"),
    "xz: a bomb": (raw(lzma.compress(b"SIMPLE  =" + b" " * (24 << 20))), "FORMAT"),
    "xz: broken": (raw(b"\xfd7zXZ\0" + bytes(60)), "FORMAT"),
}  # fmt: skip

# What only shows when the values are read.
MORE_LATE: Mapping[str, Make] = {
    "ASDF: a block that unpacks to more": (asdf(array(), block(zlib.compress(bytes(9 << 20)), b"zlib", 4))),
    "ASDF: a block that declares a petabyte": (asdf(array(), block(zlib.compress(bytes(4)), b"zlib", 1 << 50))),
    "ASDF: a block that is no stream": (asdf(array(), block(b"xxxx", b"bzp2", 4))),
}
