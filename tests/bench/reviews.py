"""make bench-reviews: assigning reviewers, in CPU seconds and memory of a process of its own, against what must hold.

python -m tests.bench.reviews [--quick]"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reviews.assignment import Bounds, Plan, refill, solve
from reviews.assignment.plan import broken
from tests.bench.instances import call

MIB = 1 << 20
Told = dict[str, float]


@dataclass(frozen=True)
class Question:
    """`size` products and reviewers, three reviews each, at most four by one person. `must` are (what, at most or at
    least, how much)."""

    name: str
    size: int
    bounds: Bounds
    must: tuple[tuple[str, str, float], ...]
    is_hard: bool = False


QUESTIONS = (
    Question("500, loads alone", 500, Bounds.plain(3, 4), (("cpu s", "≤", 0.2), ("broken bounds", "≤", 0))),
    Question("500 hard, all bounds", 500, Bounds(), (("worst", "≥", 1.34), ("broken bounds", "≤", 0)), is_hard=True),
    Question(
        "5,000, all bounds",
        5000,
        Bounds(),
        (
            ("cpu s", "≤", 15),
            ("MiB", "≤", 1024),
            ("gap %", "≤", 0.01),
            ("broken bounds", "≤", 0),
            ("decline, cpu s", "≤", 0.5),
        ),
    ),
)


def ask(question: Question) -> Told:
    """In this process, which has done nothing else but make the question: its memory is told apart."""
    pool = call(question.size, question.size, most=120 if question.is_hard else 40, is_hard=question.is_hard)
    plan, seconds = _timed(lambda: solve(pool, question.bounds))
    mended, decline = _timed(lambda: refill(plan, int(plan.chosen[0]), plan.chosen[1::2]))
    lost = sum(s.missing for s in plan.shortages)
    found = broken(pool, question.bounds, plan.chosen) + broken(pool, question.bounds, mended.chosen)
    return {
        "cpu s": seconds,
        "MiB": _resident() / MIB,
        "gap %": 100 * plan.gap,
        "total": plan.total / 1000,
        "bound": plan.bound / 1000,
        "worst": plan.worst / 1000,
        "worst at best": plan.worst_bound / 1000,
        "price of fairness": plan.price_of_fairness / 1000,
        "missing": lost,
        "broken bounds": len(found),
        "decline, cpu s": decline,
    }


def _timed(work: Callable[[], Plan]) -> tuple[Plan, float]:
    began = time.process_time()
    return work(), time.process_time() - began


def _resident() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _apart(number: int) -> Told:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.bench.reviews", "--ask", str(number)], capture_output=True, check=True
    )
    found: Told = json.loads(ran.stdout)
    return found


def _show(question: Question, told: Told) -> bool:
    _say(f"{question.name}: " + ", ".join(f"{name} {value:.6g}" for name, value in told.items()))
    holds = True
    for what, way, limit in question.must:
        kept = told[what] <= limit if way == "≤" else told[what] >= limit
        holds &= kept
        _say(f"  {'holds' if kept else 'DOES NOT HOLD'}: {what} {told[what]:.4g} {way} {limit:g}")
    return holds


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main(argv: Sequence[str]) -> int:
    p = argparse.ArgumentParser(prog="python -m tests.bench.reviews", description="assigning reviewers")
    p.add_argument("--quick", action="store_true", help="leave the large one out")
    p.add_argument("--ask", type=int, help=argparse.SUPPRESS)
    args = p.parse_args(argv)
    if args.ask is not None:
        _say(json.dumps(ask(QUESTIONS[args.ask])))
        return 0
    chosen = [n for n, q in enumerate(QUESTIONS) if not args.quick or q.size <= 500]
    shown = [_show(QUESTIONS[n], _apart(n)) for n in chosen]  # all of them, whatever the first one says
    return 0 if all(shown) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
