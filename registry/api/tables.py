"""The list of products as CSV and as VOTable 1.4 (with UCDs): opens in TOPCAT, astropy and a spreadsheet."""

import csv
import io
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from rest_framework.renderers import BaseRenderer, JSONRenderer

FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    ucd: str
    description: str


COLUMNS = (
    Column("path", "meta.id;meta.main", "owner/name of the product"),
    Column("title", "meta.title", "title"),
    Column("type", "meta.code.class", "ObsCore dataproduct_type"),
    Column("tier", "meta.code.qual", "tier granted: 0, 1, 2 or N"),
    Column("version", "meta.version", "label of the published version"),
    Column("state", "meta.code.status", "state of the newest version"),
    Column("health", "meta.code.qual", "how the published version holds: green, amber, red or unknown"),
    Column("published_at", "time.release", "when the published version was published (UTC)"),
    Column("waveband", "instr.bandpass", "wavebands, separated by semicolons"),
    Column("instrument", "meta.id;instr", "instruments, separated by semicolons"),
    Column("facility", "meta.id;instr.tel", "observatories and telescopes, separated by semicolons"),
    Column("keyword", "meta", "keywords, separated by semicolons"),
    Column("url", "meta.ref.url", "the product's page"),
)


def rows(results: Iterable[Mapping[str, Any]]) -> list[list[str]]:
    return [[_text(row.get(column.name)) for column in COLUMNS] for row in results]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def as_csv(results: Iterable[Mapping[str, Any]]) -> str:
    """A cell that a spreadsheet would take for a formula begins with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([c.name for c in COLUMNS])
    writer.writerows([[f"'{v}" if v.startswith(FORMULA) else v for v in row] for row in rows(results)])
    return out.getvalue()


def as_votable(results: Iterable[Mapping[str, Any]]) -> str:
    fields = "".join(
        f'<FIELD name={quoteattr(c.name)} ucd={quoteattr(c.ucd)} datatype="unicodeChar" arraysize="*">'
        f"<DESCRIPTION>{escape(c.description)}</DESCRIPTION></FIELD>\n"
        for c in COLUMNS
    )
    lines = "".join("<TR>" + "".join(f"<TD>{_xml(v)}</TD>" for v in row) + "</TR>\n" for row in rows(results))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">\n<RESOURCE type="results">\n'
        '<INFO name="QUERY_STATUS" value="OK"/>\n'
        f'<TABLE name="products">\n{fields}<DATA><TABLEDATA>\n{lines}</TABLEDATA></DATA>\n</TABLE>\n'
        "</RESOURCE>\n</VOTABLE>\n"
    )


def _xml(value: str) -> str:
    """XML 1.0 has no place for most control characters, nor for the last two of the first plane."""
    return escape("".join(c for c in value if (c >= " " or c in "\t\n\r") and c not in "\ufffe\uffff"))


class _TableRenderer(BaseRenderer, ABC):
    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        if "results" not in data:  # a refusal, or what OPTIONS answers
            return JSONRenderer().render(data)
        return self.write(data["results"]).encode()

    @abstractmethod
    def write(self, results: Iterable[Mapping[str, Any]]) -> str:
        """The page of results as one document."""


class CSVRenderer(_TableRenderer):
    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def write(self, results: Iterable[Mapping[str, Any]]) -> str:
        return as_csv(results)


class VOTableRenderer(_TableRenderer):
    media_type = "application/x-votable+xml"
    format = "votable"
    charset = "utf-8"

    def write(self, results: Iterable[Mapping[str, Any]]) -> str:
        return as_votable(results)
