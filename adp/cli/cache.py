"""adp cache: what this machine keeps because it can be made again, and room for something else."""

import argparse
import re
from datetime import UTC, datetime
from typing import Any

from adp.environment import cache
from adp.errors import UsageError
from adp.manifest import quantities


def add(verbs: Any) -> None:
    p = verbs.add_parser("cache", help="what this machine keeps because it can be made again")
    p.add_argument("--keep", metavar="SIZE", help='throw away what was used longest ago above this, such as "20 GiB"')
    p.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    if args.keep:
        for gone in cache.evict(most=_size(args.keep)):
            print(f"thrown away: {_line(gone)}")
    kept = cache.entries()
    for entry in kept:
        print(_line(entry))
    bounds = cache.marks(kept)
    print(f"{_mib(sum(e.size for e in kept))} in all; a node begins to throw away above {_mib(bounds.high)}")
    return 0


def _size(text: str) -> int:
    if not re.fullmatch(quantities.pattern(quantities.BYTES), text):
        raise UsageError(f"{text!r} is no size", hint='write it as "20 GiB"')
    return int(quantities.parse(text, quantities.BYTES))


def _line(entry: cache.Entry) -> str:
    used = datetime.fromtimestamp(entry.last_use, UTC).strftime("%Y-%m-%d %H:%M") if entry.last_use else ""
    state = "in use" if entry.is_used else used
    return f"{_mib(entry.size):>12}  {entry.kind:<9}  {state:<16}  {entry.name}"


def _mib(size: int) -> str:
    return f"{size / 2**20:,.0f} MiB"
