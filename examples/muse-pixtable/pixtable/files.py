"""Tables on disk: what made them goes into them."""

from pathlib import Path
from typing import Any

from astropy.table import Table

from pixtable import __version__

SOFTWARE = "muse-pixtable"


def read_printed(path: Path) -> list[list[str]]:
    """The words of a printed table without its header line. Raises ValueError for a row of another length."""
    header, *rows = (line.split() for line in path.read_text("utf-8").splitlines() if line.strip())
    for number, row in enumerate(rows, start=1):
        if len(row) != len(header):
            raise ValueError(f"{path.name}: row {number} has {len(row)} words, the header {len(header)}")
    return rows


def read(path: Path) -> Table:
    return Table.read(path, format="ascii.ecsv" if path.suffix == ".ecsv" else "fits")


def write(table: Table, path: Path, *, method: str, level: int, config: dict[str, Any]) -> None:
    """Method, software, version and parameters become meta data: ECSV `meta`, or FITS header cards of the table."""
    table.meta.clear()
    table.meta |= {"METHOD": method, "SOFTWARE": SOFTWARE, "SOFTVERS": __version__, "LEVEL": level}
    table.meta |= {"CONFIG": " ".join(f"{k}={v}" for k, v in sorted(config.items())) or "none"}
    if path.suffix == ".ecsv":
        table.write(path, format="ascii.ecsv", overwrite=True)
    else:
        table.write(path, format="fits", overwrite=True)
