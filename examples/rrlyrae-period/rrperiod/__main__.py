"""python -m rrperiod --config FILE --period FILE --folded FILE B=FILE R=FILE, or --version"""

import argparse
import tomllib
from pathlib import Path

from rrperiod import __version__
from rrperiod.files import folded, periods, read_macho, write
from rrperiod.search import find, select


def main() -> None:
    parser = argparse.ArgumentParser("rrperiod", description=__doc__)
    parser.add_argument("--version", action="version", version=f"rrperiod {__version__}")
    for name in ("config", "period", "folded"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("curves", nargs="+", metavar="BAND=FILE")
    args = parser.parse_args()
    config = tomllib.loads(args.config.read_text("utf-8"))
    named = dict(word.split("=", 1) for word in args.curves)
    curves = {band: select(read_macho(Path(path)), **config["selection"]) for band, path in named.items()}
    found = {band: find(curve, **config["search"]) for band, curve in curves.items()}
    write(periods(found), args.period, config)
    write(folded(curves, found), args.folded, config)


if __name__ == "__main__":
    main()
