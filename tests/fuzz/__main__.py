"""Fuzzing at length: `make fuzz`, or

    python -m tests.fuzz --cases 100000 --jobs 2 --minutes 60 --state var/fuzz

Goes on where the last run stopped. Each case runs in a worker with a memory limit and an alarm; a worker that dies is a
finding, and the next one takes over behind it. `--keep` writes the corpus of `make test` anew from what was seen."""

import argparse
import json
import os
import resource
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from tests.fuzz.corpus import KEPT, MOST, write
from tests.fuzz.judging import judged

ROOM, SECONDS, FLUSH = 2 << 30, 300, 200


def main() -> int:
    arguments = _arguments()
    arguments.state.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + arguments.minutes * 60
    jobs = {_start(arguments, job): job for job in range(arguments.jobs)}
    while jobs:
        pid, status = os.wait()
        job = jobs.pop(pid)
        if status and _died(arguments, job, status) and time.monotonic() < until:
            jobs[_start(arguments, job)] = job
    seen, failures, done = _summed(arguments.state)
    print(f"{done} cases, {len(seen)} ways through the readers, {len(failures)} failures")  # noqa: T201
    for count, what in sorted(failures.items(), key=lambda f: int(f[0]))[:20]:
        print(f"  case {count}: {what.strip().splitlines()[-1]}")  # noqa: T201
    if arguments.keep:
        write(sorted(seen.values())[:MOST])
        print(f"{min(len(seen), MOST)} cases kept in {KEPT.name}")  # noqa: T201
    return 1 if failures else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--state", type=Path, default=Path("var/fuzz"))
    parser.add_argument("--keep", action="store_true")
    return parser.parse_args()


def _start(arguments: argparse.Namespace, job: int) -> int:
    pid = os.fork()
    if pid == 0:
        _work(arguments, job)
    return pid


def _work(arguments: argparse.Namespace, job: int) -> NoReturn:
    """All cases of one job that are not done yet; what was seen goes to the disk now and then."""
    code = 1
    try:
        warnings.simplefilter("error")
        used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + ROOM, used + ROOM))
        state = _loaded(arguments.state / f"{job}.json", arguments.first + job)
        until = time.monotonic() + arguments.minutes * 60
        with tempfile.TemporaryDirectory() as folder:
            while state["next"] < arguments.cases and time.monotonic() < until:
                _case(state, Path(folder), arguments.state / f"{job}.at")
                state["next"] += arguments.jobs
                state["done"] += 1
                if state["done"] % FLUSH == 0:
                    _saved(arguments.state / f"{job}.json", state)
        _saved(arguments.state / f"{job}.json", state)
        code = 0
    except BaseException:  # noqa: BLE001 (the end of a worker is told by its code)
        traceback.print_exc()
    finally:
        os._exit(code)


def _case(state: dict[str, Any], folder: Path, at: Path) -> None:
    count = state["next"]
    at.write_text(str(count), encoding="ascii")
    signal.alarm(SECONDS)
    try:
        state["seen"].setdefault(judged(count, folder), count)
    except Exception:  # noqa: BLE001 (whatever gets out of the comparer is what is looked for)
        state["failures"][str(count)] = traceback.format_exc()
    finally:
        signal.alarm(0)


def _died(arguments: argparse.Namespace, job: int, status: int) -> bool:
    """Writes down which case killed a worker; whether there was one."""
    at = arguments.state / f"{job}.at"
    if not os.WIFSIGNALED(status) or not at.exists():
        return False
    count, state = int(at.read_text(encoding="ascii")), _loaded(arguments.state / f"{job}.json", arguments.first + job)
    state["failures"][str(count)] = f"died of signal {os.WTERMSIG(status)}"
    state["next"] = count + arguments.jobs
    _saved(arguments.state / f"{job}.json", state)
    return True


def _loaded(path: Path, first: int) -> dict[str, Any]:
    fresh: dict[str, Any] = {"next": first, "done": 0, "seen": {}, "failures": {}}
    return json.loads(path.read_text("utf-8")) if path.exists() else fresh


def _saved(path: Path, state: Mapping[str, Any]) -> None:
    part = path.with_suffix(".part")
    part.write_text(json.dumps(state), encoding="utf-8")
    part.replace(path)


def _summed(folder: Path) -> tuple[dict[str, int], dict[str, str], int]:
    states = [json.loads(p.read_text("utf-8")) for p in sorted(folder.glob("*.json"))]
    seen: dict[str, int] = {}
    for state in states:
        seen |= {k: min(v, seen.get(k, v)) for k, v in state["seen"].items()}
    failures = {k: v for state in states for k, v in state["failures"].items()}
    return seen, failures, sum(state["done"] for state in states)


if __name__ == "__main__":
    sys.exit(main())
