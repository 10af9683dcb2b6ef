"""python -m tests.soak [--runs 300] [--others 300] [--seed N] [ROUND …]: a table; exits with 1 at any violation."""

import argparse
import secrets
import sys

from tests.soak.rounds import KINDS, Result, play

COLUMNS = ("runs", "passed", "attempts", "faults")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description="Short runs while everything dies.")
    parser.add_argument("rounds", nargs="*", metavar="ROUND", help=f"of {', '.join(KINDS)}; default: all")
    parser.add_argument("--runs", type=int, default=300, help="in the round of kills")
    parser.add_argument("--others", type=int, default=300, help="in each other round")
    parser.add_argument("--seed", type=int, default=None, help="chooses what dies when")
    told = parser.parse_args()
    seed = secrets.randbelow(1 << 31) if told.seed is None else told.seed
    say(f"seed {seed}")
    say(f"{'round':<48}{'struck':>7}" + "".join(f"{name:>9}" for name in COLUMNS) + f"{'seconds':>9}{'wrong':>7}")
    results = [show(play(kind, told.runs if kind == "kills" else told.others, seed)) for kind in told.rounds or KINDS]
    bad = sum(bool(result.wrong) for result in results)
    say(f"{len(results) - bad} passed, {bad} failed")
    return 1 if bad else 0


def show(result: Result) -> Result:
    numbers = "".join(f"{result.said.get(name, '–'):>9}" for name in COLUMNS)
    say(f"{KINDS[result.kind]:<48}{result.struck:>7}{numbers}{result.seconds:>9.0f}{len(result.wrong):>7}")
    for sentence in result.wrong[:20]:
        say(f"  wrong: {sentence}")
    return result


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
