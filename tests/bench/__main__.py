"""make bench: speed and memory as ratios against a peer in the same run.

python -m tests.bench [compare sandbox check site fetch] [--size MIB] [--rows N] [--products N] [--rounds N] [--json]"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Sequence
from importlib.metadata import version

from tests.bench import check, compare, fetch, sandbox, site
from tests.bench.harness import Effort, measure, summary
from tests.bench.page import show

SUBJECTS = {s.name: s for s in (m.SUBJECT for m in (compare, sandbox, check, site, fetch))}


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    usual = Effort()
    p = argparse.ArgumentParser(prog="python -m tests.bench", description="speed and memory against a peer")
    p.add_argument("subjects", nargs="*", metavar="SUBJECT", help=f"of {', '.join(SUBJECTS)}; default: all")
    p.add_argument("--size", type=int, default=usual.cube >> 20, metavar="MIB", help="of one cube; default %(default)s")
    p.add_argument("--rows", type=int, default=usual.rows, metavar="N", help="of the table; default %(default)s")
    p.add_argument("--products", type=int, default=usual.products, metavar="N", help="on the site; default %(default)s")
    p.add_argument("--rounds", type=int, default=usual.rounds, metavar="N", help="at most; default %(default)s")
    p.add_argument("--seconds", type=float, default=usual.seconds, metavar="S", help="of a duel; default %(default)s")
    p.add_argument("--json", action="store_true", help="print one JSON document on stdout")
    args = p.parse_args(argv)
    if unknown := [name for name in args.subjects if name not in SUBJECTS]:
        p.error(f"there is no subject {unknown[0]}; there is: {', '.join(SUBJECTS)}")
    if min(args.size, args.rows, args.products, args.rounds) < 1:
        p.error("sizes and rounds begin at 1")
    return args


def tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def main(argv: Sequence[str]) -> int:
    args = arguments(argv)
    effort = Effort(args.rounds, args.seconds, args.size << 20, args.rows, args.products)
    load = [os.getloadavg()[0]]
    measured = [measure(SUBJECTS[name], effort, tell) for name in args.subjects or SUBJECTS]
    load.append(os.getloadavg()[0])
    machine = {"cpus": os.cpu_count(), "load": load, "python": platform.python_version()}
    machine |= {name: version(name) for name in ("numpy", "astropy", "django")}
    if args.json:
        sys.stdout.write(json.dumps(summary(measured, effort, machine), indent=1) + "\n")
    else:
        show(measured, machine)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
