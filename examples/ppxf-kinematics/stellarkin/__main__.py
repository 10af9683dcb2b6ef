"""python -m stellarkin kinematics|populations …, or --version"""

import argparse
import tomllib
from pathlib import Path
from typing import Any

from stellarkin import __version__, kinematics, population, tables
from stellarkin.spectra import READERS, Spectrum

STELLAR = "pPXF, Gauss-Hermite moments, additive polynomial"
POPULATION = "pPXF, regularised weights, multiplicative polynomial"


def main() -> None:
    parser = argparse.ArgumentParser("stellarkin", description=__doc__)
    parser.add_argument("--version", action="version", version=f"stellarkin {__version__}")
    verbs = parser.add_subparsers(required=True)
    verb = verbs.add_parser("kinematics", help="one table of all SECTION=FILE")
    verb.add_argument("spectra", nargs="+", metavar="SECTION=FILE")
    verb.add_argument("--table", type=Path, required=True)
    verb.set_defaults(act=_kinematics)
    verb = verbs.add_parser("populations", help="the populations of one SECTION=FILE, and its stars' motion")
    verb.add_argument("spectra", nargs=1, metavar="SECTION=FILE")
    for name in ("motion", "table", "history"):
        verb.add_argument(f"--{name}", type=Path, required=True)
    verb.set_defaults(act=_populations)
    for verb in verbs.choices.values():
        verb.add_argument("--config", type=Path, required=True)
    args = parser.parse_args()
    args.act(args, tomllib.loads(args.config.read_text("utf-8")))


def _kinematics(args: argparse.Namespace, config: dict[str, Any]) -> None:
    read = [_read(given, config) for given in args.spectra]
    motions = [kinematics.fit(spectrum, settings) for spectrum, settings in read]
    used = {f"{given.partition('=')[0]}.{k}": v for given in args.spectra for k, v in _settings(given, config).items()}
    tables.write(tables.kinematics(motions), args.table, STELLAR, used)


def _populations(args: argparse.Namespace, config: dict[str, Any]) -> None:
    spectrum, settings = _read(args.spectra[0], config)
    found = population.fit(spectrum, settings)
    made = {
        args.motion: tables.kinematics([found.motion]),
        args.table: tables.population(found),
        args.history: tables.history(found),
    }
    for path, table in made.items():
        tables.write(table, path, POPULATION, settings)


def _settings(given: str, config: dict[str, Any]) -> dict[str, Any]:
    return config[given.partition("=")[0]]


def _read(given: str, config: dict[str, Any]) -> tuple[Spectrum, dict[str, Any]]:
    settings = _settings(given, config)
    return READERS[settings["reader"]](Path(given.partition("=")[2]), settings), settings


if __name__ == "__main__":
    main()
