"""python -m pixtable create|shift|sky|simulate --config FILE IN OUT, or --version"""

import argparse
import tomllib
from pathlib import Path

from pixtable import __version__, steps
from pixtable.files import read, read_printed, write


def main() -> None:
    parser = argparse.ArgumentParser("pixtable", description=__doc__)
    parser.add_argument("--version", action="version", version=f"pixtable {__version__}")
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb in ("create", "shift", "sky", "simulate"):
        verbs.add_parser(verb).add_argument("paths", nargs="+", type=Path)
        verbs.choices[verb].add_argument("--config", type=Path, required=True)
    args = parser.parse_args()
    config = tomllib.loads(args.config.read_text("utf-8"))
    {"create": create, "shift": shift, "sky": sky, "simulate": simulate}[args.verb](config, *args.paths)


def create(config: dict, printed: Path, into: Path) -> None:
    write(steps.create(read_printed(printed)), into, method="table creation", level=0, config={})


def shift(config: dict, table: Path, into: Path) -> None:
    write(steps.shift(read(table), **config["shift"]), into, method="shift", level=1, config=config["shift"])


def sky(config: dict, table: Path, into: Path) -> None:
    write(steps.to_sky(read(table), **config["sky"]), into, method="sky offsets", level=1, config=config["sky"])


def simulate(config: dict, into: Path) -> None:
    write(steps.simulate(**config["simulation"]), into, method="simulation", level=0, config=config["simulation"])


if __name__ == "__main__":
    main()
