"""pharos-node: register this machine, run checks for a registry, keep the reference data they need."""

import argparse
import logging
import sys
from collections.abc import Callable
from pathlib import Path

from adp.cli import data
from adp.errors import AdpError
from adp.sandbox.choose import NAMES
from runners.node import registering, serving, status

FAULT = 2
FORMAT = "%(asctime)s node %(levelname)s %(message)s"


def main(argv: list[str] | None = None) -> int:
    logging.basicConfig(level=logging.INFO, format=FORMAT, stream=sys.stderr)
    args = _arguments().parse_args(argv)
    act: Callable[[argparse.Namespace], int] = args.act
    try:
        return act(args)
    except (AdpError, OSError, UnicodeDecodeError) as error:
        sys.stderr.write(f"node: {error}\n{getattr(error, 'hint', '')}".rstrip() + "\n")
        return FAULT


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("pharos-node", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="VERB", title="verbs")
    _register(verbs.add_parser("register", help="give this machine its keys: needs the one an operator made"))
    _run(verbs.add_parser("run", help="ask for checks and run them, until stopped"))
    _status(verbs.add_parser("status", help="what this node has, and whether the registry knows it"))
    data.add(verbs)
    return parser


def _register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--registry", required=True, metavar="URL", help="address of the registry")
    parser.add_argument("--config", type=Path, metavar="FILE", help="to be written; default: PHAROS_VAR/node/node.toml")
    parser.add_argument("--slots", type=int, default=1, metavar="N", help="runs at a time; default: 1")
    parser.set_defaults(act=registering.act)


def _run(parser: argparse.ArgumentParser) -> None:
    _where(parser)
    parser.add_argument("--engine", choices=NAMES)
    parser.add_argument("--slots", type=int, metavar="N", help="runs at a time")
    parser.add_argument("--leashed", action="store_true", help="begin no run once standard input is closed")
    parser.add_argument("--once", action="store_true", help="do at most one run, do not wait for one")
    parser.set_defaults(act=serving.act)


def _status(parser: argparse.ArgumentParser) -> None:
    _where(parser)
    parser.set_defaults(act=status.act)


def _where(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, metavar="FILE", help="what `register` wrote")
    parser.add_argument("--registry", metavar="URL", help="address of the registry")
    parser.add_argument("--key-file", type=Path, metavar="FILE", help="the key of this node, readable by nobody else")


if __name__ == "__main__":
    sys.exit(main())
