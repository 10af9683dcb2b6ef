"""python -m photometry subtract FRAME OUT --config FILE | measure FRAME OUT --config FILE | --version"""

import argparse
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits

from photometry import __version__
from photometry.metadata import describe
from photometry.sky import sky_of
from photometry.sources import measure


def main() -> None:
    args = _parse()
    config = tomllib.loads(args.config.read_text("utf-8"))
    with fits.open(args.frame) as hdus:
        image, header = hdus[0].data.astype(np.float64), hdus[0].header
    args.act(image, header, config, args.out)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser("photometry", description=__doc__)
    parser.add_argument("--version", action="version", version=f"photometry {__version__}")
    verbs = parser.add_subparsers(required=True)
    for name, act in (("subtract", subtract), ("measure", catalogue)):
        verb = verbs.add_parser(name)
        verb.add_argument("frame", type=Path)
        verb.add_argument("out", type=Path)
        verb.add_argument("--config", type=Path, required=True)
        verb.set_defaults(act=act)
    return parser.parse_args()


def subtract(image: np.ndarray, header: fits.Header, config: dict[str, Any], out: Path) -> None:
    level, noise = sky_of(image, **config["sky"])
    result = fits.Header({"OBJECT": header["OBJECT"], "BUNIT": header["BUNIT"]})
    result["SKY"] = (level, "level that was subtracted")
    result["SKYNOISE"] = (noise, "standard deviation of the sky")
    result.update(describe("clipped median of the frame subtracted", config["sky"]))
    fits.PrimaryHDU((image - level).astype(np.float32), result).writeto(out, checksum=True)


def catalogue(image: np.ndarray, header: fits.Header, config: dict[str, Any], out: Path) -> None:
    table = measure(image, header["SKYNOISE"], **config["sources"])
    table.meta.update(describe("sums in circular apertures", config["sources"]))
    table.write(out, format="ascii.ecsv")


if __name__ == "__main__":
    main()
