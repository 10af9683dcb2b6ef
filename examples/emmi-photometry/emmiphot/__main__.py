"""python -m emmiphot --config FILE FRAME --background FILE --rms FILE --catalogue FILE, or --version"""

import argparse
import tomllib
from pathlib import Path

from emmiphot import __version__
from emmiphot.files import read_frame, write_catalogue, write_map
from emmiphot.measure import background, catalogue


def main() -> None:
    parser = argparse.ArgumentParser("emmiphot", description=__doc__)
    parser.add_argument("--version", action="version", version=f"emmiphot {__version__}")
    parser.add_argument("frame", type=Path)
    for name in ("config", "background", "rms", "catalogue"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    args = parser.parse_args()
    config = tomllib.loads(args.config.read_text("utf-8"))
    frame = read_frame(args.frame)
    sky = background(frame, config["background"])
    write_map(sky.level, args.background, "background mesh", config["background"])
    write_map(sky.rms, args.rms, "background rms mesh", config["background"])
    table = catalogue(frame, sky, config["detection"], config["photometry"])
    write_catalogue(table, args.catalogue, "aperture and Kron photometry", config["detection"] | config["photometry"])


if __name__ == "__main__":
    main()
