"""make bench-runners: what runners must reach, each line against a peer in the same run, turn by turn; medians.

python -m tests.bench.runners [--quick] [--only WORD]      `steps` needs a container engine (PHAROS_TEST_DOCKER_HOST or
DOCKER_HOST), `products` 4 GB of disk below TMPDIR. Exit code 1: a line does not hold; 2: one was not measured."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence

from adp.errors import PlatformError
from tests.bench import starting, whole
from tests.bench.lines import Line, show

ROUNDS, FEW = 20, 3
SIZE, SMALL = 1 << 30, 64 << 20
GOALS: dict[str, Callable[[bool], Iterator[Line]]] = {
    "start": lambda quick: starting.start(FEW if quick else ROUNDS),
    "steps": lambda quick: starting.steps(FEW if quick else ROUNDS),
    "verdict": lambda quick: whole.verdict(FEW if quick else ROUNDS),
    "products": lambda quick: whole.products(FEW if quick else ROUNDS, SMALL if quick else SIZE),
}


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="what runners must reach, against their peers")
    parser.add_argument("--quick", action="store_true", help="few rounds of little: shows that it works")
    parser.add_argument("--only", choices=GOALS, action="append", help="these goals")
    args = parser.parse_args(argv)
    sys.stdout.write(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors\n")
    held, measured = True, True
    for name in args.only or GOALS:
        try:
            for line in GOALS[name](args.quick):
                show(line)
                held &= line.holds
        except PlatformError as error:
            sys.stdout.write(f"{'NOT MEASURED':14} {name}: {error} ({error.hint})\n")
            measured = False
    return 1 if not held else 0 if measured else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
