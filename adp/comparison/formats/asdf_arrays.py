"""Arrays of an ASDF tree (core/ndarray): their types and bytes, out of blocks or out of the tree itself."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from adp.comparison.formats.asdf_file import Block
from adp.comparison.formats.asdf_tree import Tagged
from adp.comparison.formats.limits import ReadLimits, Unreadable
from adp.comparison.model import Array

NUMBERS = {n: np.dtype(n) for n in (
    "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64",
    "complex64", "complex128",
)} | {"bool8": np.dtype(np.bool_)}  # fmt: skip
TEXTS = {"ascii": "S", "ucs4": "U"}
ORDERS: dict[str, Any] = {"big": ">", "little": "<"}
LONGEST = 1 << 20


@dataclass(frozen=True)
class Contiguous:
    """An array in C order, `offset` bytes into a block."""

    block: Block
    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    offset: int

    def __getitem__(self, box: Any) -> Array:
        """A box whose leading indices are numbers and whose last one is a slice, as `flat.boxes` makes them."""
        *lead, last = box if isinstance(box, tuple) else (box,)
        inner = math.prod(self.shape[len(lead) + 1 :])
        before = 0
        for index, size in zip((*lead, last.start), self.shape, strict=False):
            before = before * size + index
        count = (last.stop - last.start) * inner
        raw = self.block.read(self.offset + before * inner * self.dtype.itemsize, count * self.dtype.itemsize)
        return np.frombuffer(raw, self.dtype).reshape(last.stop - last.start, *self.shape[len(lead) + 1 :])


def array(node: Any, blocks: Sequence[Block], limits: ReadLimits) -> Contiguous | Array:
    """What a core/ndarray node describes, not read yet where it lies in a block. Raises Unreadable."""
    if isinstance(node, list):
        return _inline(node, None, None, limits)
    if not isinstance(node, Mapping):
        raise Unreadable("an array is described by neither a mapping nor a list")
    dtype = None if node.get("datatype") is None else _dtype(node["datatype"], str(node.get("byteorder", "big")), 0)
    if "data" in node:
        return _inline(node["data"], dtype, node.get("shape"), limits)
    block = _block(node.get("source"), blocks)
    if dtype is None:
        raise Unreadable("an array in a block has no datatype")
    offset = _count(node.get("offset", 0))
    shape = _shape(node.get("shape"), dtype, block.size - offset)
    size = math.prod(shape) * dtype.itemsize
    strides = node.get("strides")
    if strides is not None and list(strides) != _strides(shape, dtype):
        return _strided(block, dtype, shape, (offset, strides), limits)
    if offset + size > block.size:
        raise Unreadable(f"an array of {size} bytes lies in a block of {block.size}")
    return Contiguous(block, dtype, shape, offset)


def _block(source: Any, blocks: Sequence[Block]) -> Block:
    if isinstance(source, str):
        raise Unreadable("its values lie in another file, which is not read")
    if isinstance(source, bool) or not isinstance(source, int) or not -1 <= source < len(blocks) or not blocks:
        raise Unreadable(f"its values lie in the block {source!r}, there are {len(blocks)}")
    return blocks[source]


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 62:
        raise Unreadable(f"{value!r} is not a possible size")
    return value


def _shape(stated: Any, dtype: np.dtype[Any], room: int) -> tuple[int, ...]:
    """The shape; '*' in front, of a streamed array, is as many as the block holds."""
    if not isinstance(stated, list) or len(stated) > 32:  # noqa: PLR2004 (numpy's own most was 32 for long)
        raise Unreadable(f"the shape {str(stated)[:60]} is not possible")
    inner = tuple(_count(n) for n in stated[1:])
    if stated and stated[0] == "*":
        return (room // max(math.prod(inner) * dtype.itemsize, 1), *inner)
    return (*(_count(n) for n in stated[:1]), *inner)


def _strides(shape: Sequence[int], dtype: np.dtype[Any]) -> list[int]:
    return [dtype.itemsize * math.prod(shape[i + 1 :]) for i in range(len(shape))]


def _strided(
    block: Block, dtype: np.dtype[Any], shape: tuple[int, ...], where: tuple[int, Any], limits: ReadLimits
) -> Array:
    """An array in another order than C, read whole."""
    offset, strides = where
    whole = isinstance(strides, list) and len(strides) == len(shape) and all(type(s) is int for s in strides)
    if not whole or block.size > limits.packed or math.prod(shape) * dtype.itemsize > limits.packed:
        raise Unreadable("the strides of an array are not possible, or it is too large to be read in another order")
    try:
        return np.ascontiguousarray(np.ndarray(shape, dtype, block.read(0, block.size), offset, strides))
    except (ValueError, TypeError) as error:
        raise Unreadable(f"the strides {strides} lead out of the block") from error


def _inline(data: Any, dtype: np.dtype[Any] | None, shape: Any, limits: ReadLimits) -> Array:
    try:
        bare = _bare(data)
        if dtype is not None and dtype.names:  # numpy takes a row of fields from a tuple only
            bare = _tuples(bare, len(shape) if isinstance(shape, list) else 1)
        found = np.array(bare, dtype=dtype)
    except (ValueError, TypeError, OverflowError) as error:
        raise Unreadable("the values of an array in the tree do not fit its type") from error
    if found.dtype.kind not in "biufcSUV" or found.nbytes > limits.packed:
        raise Unreadable("the values of an array in the tree are no numbers and no text")
    if isinstance(shape, list) and list(found.shape) != shape:
        raise Unreadable(f"an array in the tree has the shape {list(found.shape)}, declared is {shape}")
    return found


def _tuples(data: Any, depth: int) -> Any:
    return [_tuples(d, depth - 1) for d in data] if depth else tuple(data)


def _bare(data: Any) -> Any:
    if isinstance(data, Tagged):
        return complex(str(data.value).replace("i", "j")) if data.tag == "core/complex" else data.value
    return [_bare(v) for v in data] if isinstance(data, list) else np.nan if data is None else data


def _dtype(stated: Any, order: str, depth: int) -> np.dtype[Any]:
    """A name, ["ascii", n], ["ucs4", n], or a list of fields."""
    if isinstance(stated, str) and stated in NUMBERS:
        return NUMBERS[stated].newbyteorder(_order(order))
    if isinstance(stated, list) and len(stated) == 2 and stated[0] in list(TEXTS):  # noqa: PLR2004 (a kind and a length)
        length = _count(stated[1])
        if length <= LONGEST:
            return np.dtype(f"{_order(order)}{TEXTS[stated[0]]}{length}")
    if isinstance(stated, list) and stated and all(isinstance(f, Mapping) for f in stated) and depth < 8:  # noqa: PLR2004 (types in types in types)
        return np.dtype([_member(f, i, order, depth) for i, f in enumerate(stated)])
    raise Unreadable(f"the datatype {str(stated)[:60]} is not read", code="UNSUPPORTED")


def _member(
    stated: Mapping[Any, Any], number: int, order: str, depth: int
) -> tuple[str, np.dtype[Any], tuple[int, ...]]:
    inner = _dtype(stated.get("datatype"), str(stated.get("byteorder", order)), depth + 1)
    shape = stated.get("shape") or []
    if not isinstance(shape, list) or math.prod(map(_count, shape)) * inner.itemsize > LONGEST:
        raise Unreadable("a member of a compound type has no possible shape")
    return str(stated.get("name") or f"f{number}"), inner, tuple(shape)


def _order(name: str) -> Any:
    if name not in ORDERS:
        raise Unreadable(f"the byte order '{name[:20]}' is neither big nor little")
    return ORDERS[name]
