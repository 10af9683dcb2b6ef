"""Parquet files as documents: one table, streamed row group by row group through pyarrow."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from adp.comparison.formats import yaml_header
from adp.comparison.formats.apart import apart
from adp.comparison.formats.limits import ReadLimits, Unreadable
from adp.comparison.formats.parquet_columns import columns
from adp.comparison.formats.parquet_rows import Stream
from adp.comparison.formats.votable_walk import walked
from adp.comparison.model import Document, Field, Part, Problem

ASTROPY, VOPARQUET = b"table_meta_yaml", b"IVOA.VOTable-Parquet.content"
PIECE = 1 << 20


def _prepare() -> None:
    import pyarrow.parquet  # noqa: F401, PLC0415 (few files need it; imported before the fork)


def _read(path: Path, descriptor: int, limits: ReadLimits) -> Document:
    from pyarrow import parquet  # noqa: PLC0415 (few files need it)

    file = parquet.ParquetFile(
        f"/dev/fd/{descriptor}",
        buffer_size=PIECE,  # otherwise a whole column of a row group is read at once
        pre_buffer=False,
        thrift_string_size_limit=limits.header,
        thrift_container_size_limit=limits.header,
        page_checksum_verification=True,
    )
    schema, stated = file.schema_arrow, dict(file.metadata.metadata or {})
    _judge(file.metadata, os.fstat(descriptor).st_size, limits)
    meta, known = _metadata(stated, limits)
    found, problems = columns(schema, file.metadata)
    if len(found) > limits.columns:
        raise Unreadable(f"has {len(found)} columns")
    fields = tuple(_known(c.field, known.get(c.field.name, {})) for c in found)
    source = Stream(file, {c.field.name: c for c in found}, limits)
    part = Part("table", 0, source, fields=fields, rows=file.metadata.num_rows)
    return Document(path, "parquet", (part,), tuple(Problem("UNSUPPORTED", p) for p in problems), meta=meta)


read = apart(_read, _prepare)


def _judge(metadata: Any, size: int, limits: ReadLimits) -> None:
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    if any(g.num_rows < 0 for g in groups) or sum(g.num_rows for g in groups) != metadata.num_rows:
        raise Unreadable(f"declares {metadata.num_rows} rows, its row groups hold another number")
    if metadata.num_rows * max(metadata.num_columns, 1) > max(limits.unpacked, limits.unpack_ratio * size) // 8:
        raise Unreadable(f"declares {metadata.num_rows} rows of {metadata.num_columns} columns in {size} bytes")


def _known(field: Field, more: Mapping[str, str]) -> Field:
    unit, ucd, description = (more.get(key) or getattr(field, key) for key in ("unit", "ucd", "description"))
    return replace(field, unit=unit, ucd=ucd, description=description)


def _metadata(stated: Mapping[bytes, bytes], limits: ReadLimits) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
    """Metadata of the table, and unit, UCD and description by column, as astropy and VOParquet write them."""
    meta: dict[str, Any] = {k.decode("utf-8", "replace"): v.decode("utf-8", "replace") for k, v in stated.items()}
    known: dict[str, dict[str, str]] = {}
    if ASTROPY in stated:
        declared = yaml_header.columns(stated[ASTROPY].decode("utf-8", "replace"), limits)
        meta |= yaml_header.mapping(declared.get("meta"))
        rows = [c for c in declared["datatype"] if isinstance(c, Mapping)]
        known = {str(c.get("name")): {k: str(c.get(k) or "") for k in ("unit", "description")} for c in rows}
    if VOPARQUET in stated:
        look = walked(iter([stated[VOPARQUET]]), limits)
        meta |= look.meta
        told = [f for t in look.tables for f in t.fields]
        known |= {f.name: {"unit": f.unit, "ucd": f.ucd, "description": f.description} for f in told}
    return {k: v for k, v in meta.items() if k not in {ASTROPY.decode(), VOPARQUET.decode(), "ARROW:schema"}}, known
