"""Differences of files, headers and formats that are none."""
# ruff: noqa: E501 (one row of the table is one line)

from dataclasses import replace
from typing import Any

from tests.defects.products import Product, catalogue, cube, curve, frame, pixels
from tests.defects.rows import IMAGES, Change, Row, both, plain

LONG = "flat fielded with the twilight flats of three nights, dark subtracted, cosmic rays found by their sharpness"


def written(**how: Any) -> Any:
    """The same values, written in another way."""
    return plain(lambda base: base.writing(**how))


def cards(name: str = "SCI", gone: str = "", **new: Any) -> Any:
    return plain(lambda base: base.with_cards(name, gone, **new))


def patched(old: bytes, new: bytes) -> Any:
    def deed(_: Any, base: Product) -> Change:
        def patch(content: bytes) -> bytes:
            assert old in content
            return content.replace(old, new, 1)

        return Change(base, spoil=patch)

    return deed


def said(one: Any, other: Any, key: str = "NOTE") -> Any:
    """A card that both have, written differently."""

    def deed(_: Any, base: Product) -> Change:
        return Change(base.with_cards("SCI", **{key: other}), reference=base.with_cards("SCI", **{key: one}))

    return deed


def quantities(content: bytes) -> bytes:
    """What astropy adds to the header when columns are quantities, not plain columns with a unit."""
    said = b"# meta: !!omap\n# - __serialized_columns__:\n#     flux:\n#       __class__: astropy.units.quantity.Quantity\n"
    said += (
        b"#       unit: !astropy.units.Unit {unit: mJy}\n#       value: !astropy.table.SerializedColumn {name: flux}\n"
    )
    return content.replace(b"# schema:", said + b"# schema:")


SAME = plain(lambda base: base)
HARMLESS_FILES = (
    Row("compressed by gzip", cube, SAME, "fits>fits.gz fits.gz>fits"),
    Row("tiles for an image", cube, SAME, "fits>tiles tiles>fits"),
    Row("tiles of integers for an image", frame, SAME, "fits>tiles tiles>fits"),
    Row("tiles of another shape", cube, written(tiles={3: (4, 7, 16), 2: (5, 16)}), "tiles fits>tiles"),
    Row("tiles of another codec", frame, written(codec="GZIP_1"), "tiles"),
    Row("HDF5 in chunks", cube, written(hdf5={"chunks": True, "compression": "gzip"}), "hdf5"),
    Row("HDF5 in the other byte order", cube, written(order=">"), "hdf5"),
    Row("ASDF packed by zlib", cube, written(asdf={"all_array_compression": "zlib"}), "asdf"),
    Row("ASDF with its arrays in the tree", pixels, written(asdf={"all_array_storage": "inline"}), "asdf"),
    Row("ASDF in the other byte order", cube, written(order=">"), "asdf"),
    Row("HDF5 for ASDF", frame, both(lambda b: (b.with_image("SCI", b["SCI"].data, unit=""),) * 2), "asdf>hdf5 fits>asdf"),
    Row("HDF5 for FITS", frame, SAME, "fits>hdf5 hdf5>tiles primary>hdf5"),
    Row("HDF5 for a table of FITS", pixels, SAME, "fits>hdf5 hdf5>ecsv"),
    Row("Parquet in other row groups", catalogue, written(parquet={"row_group_size": 7, "compression": "gzip"}), "parquet"),
    Row("FITS for ECSV", catalogue, SAME, "ecsv>fits fits>ecsv"),
    Row("VOTable for FITS", catalogue, SAME, "fits>votable fits>votable-binary2 votable>fits"),
    Row("CSV for ECSV", catalogue, SAME, "csv>ecsv csv>fits csv>votable"),
    Row("ECSV for Parquet", catalogue, SAME, "parquet>ecsv ecsv>parquet"),
    Row("BINARY for BINARY2", catalogue, SAME, "votable-binary>votable-binary2 votable-binary2>votable-binary"),
    Row("TABLEDATA for BINARY2", catalogue, SAME, "votable>votable-binary2 votable-binary2>votable"),
    Row("an ASCII table for a binary one", curve, SAME, "fits>ascii ascii>fits"),
    Row("a pixel table in any format", pixels, SAME, "fits>ecsv ecsv>votable votable>fits"),
    Row("HDUs in another order", cube, plain(lambda b: replace(b, parts=tuple(reversed(b.parts)))), "fits tiles"),
    Row("HDUs in the same order by index", cube, SAME, IMAGES, spec={"match": "index"}),
    Row("checksums", cube, written(checksum=True), "fits tiles"),
    Row("cards in another order", frame, plain(lambda b: b.with_part(replace(b["SCI"], cards=dict(reversed(b["SCI"].cards.items()))))), "fits primary tiles"),
    Row("a comment at a card", frame, cards(OBJECT=("NA36Rc50   sum of 3 frames", "identification")), "fits primary tiles"),
    Row("HISTORY and COMMENT", frame, cards(HISTORY="bias subtracted", COMMENT="by night"), "fits primary", spec={"header": {"ignore": ["HISTORY"]}}),
    Row("the date of writing", frame, said("2026-11-24", "2026-11-25", "DATE"), "fits"),
    Row("an ignored card", frame, said("1.0", "2.0", "PIPEVER"), "fits", spec={"header": {"ignore": ["PIPE*"]}}),
    Row("a card that has to be there, whatever it says", frame, said("muse 2.8", "muse 2.9", "PROCSOFT"), "fits", spec={"header": {"exists": ["PROCSOFT"]}}),
    Row("a card more", frame, cards(PIPEVER="2.8.7"), "fits primary tiles"),
    Row("1200 for 1200.0", frame, cards(EXPTIME=1200), "fits primary"),
    Row("a card within its tolerance", frame, cards(AIRMASS=1.06834996), "fits", spec={"header": {"rel": 1e-6}}),
    Row("trailing blanks in a card", frame, said("LAPPARENT", "LAPPARENT   ", "NOTE"), "fits"),
    Row("a long string, continued", frame, said(LONG, LONG), "fits"),
    Row("EXTVER 1 said", frame, cards(EXTVER=1), "fits"),
    Row("strings in wider columns", catalogue, written(width=40), "fits"),
    Row("a way to display", catalogue, written(disp="F12.5"), "fits"),
    Row("ECSV with commas", catalogue, written(delimiter=","), "ecsv"),
    Row("ECSV of quantities, as astropy writes it", catalogue, lambda _, base: Change(base, spoil=quantities), "ecsv"),
    Row("CSV with semicolons", catalogue, written(delimiter=";"), "csv"),
    Row("CSV with tabs", catalogue, written(delimiter="\t"), "csv"),
    Row("CSV in quotes", catalogue, written(quoted=True), "csv ecsv"),
    Row("lines of another system", catalogue, written(ends="\r\n"), "csv ecsv"),
    Row("numbers in scientific notation", curve, written(number=lambda v: f"{v:.17e}"), "csv ecsv votable>csv"),
    Row("a byte order mark", catalogue, lambda _, base: Change(base, spoil=lambda c: b"\xef\xbb\xbf" + c), "csv ecsv"),
    Row("an empty line at the end", catalogue, lambda _, base: Change(base, spoil=lambda c: c + b"\n"), "csv ecsv"),
    Row("gzip at another level", cube, lambda _, base: Change(base), "fits.gz"),
    Row("bytes after the end, as allowed", frame, lambda _, base: Change(base, spoil=lambda c: c + bytes(2880)), "fits", spec={"integrity": {"trailing_bytes": True}}),
    Row("a stale checksum nobody asks for", cube, lambda _, base: Change(base.writing(checksum=True), spoil=lambda c: c.replace(b"CHECKSUM= '", b"CHECKSUM= 'A", 1).replace(b"'   / HDU checksum", b"'  / HDU checksum", 1)), "fits", spec={"integrity": {"checksum": False}}),
)  # fmt: skip
