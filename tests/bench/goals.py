"""make bench-compare: what the comparer must reach, each line against a peer in the same run; warm cache, medians.

python -m tests.bench.goals [--quick] [--only WORD]      The full size needs 5 GB of disk below TMPDIR, 12 GB of memory
for FITSDiff, and ten minutes. Exit code 1 when a line does not hold."""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.bench import goal_data
from tests.bench.goal_data import QUICK, Sizes
from tests.bench.lines import Line, least, most, show
from tests.bench.process import environment
from tests.bench.working import REL

TIMES = 4  # the first of them only warms
RADIUS = 0.05 / 3600  # degrees
ADP = str(Path(sys.executable).with_name("adp"))
EVERY = 0.004  # seconds between two looks at a process's memory


@dataclass(frozen=True)
class Ran:
    """Median seconds, those of the first time, median CPU seconds, and the largest anonymous memory in bytes."""

    seconds: float
    first: float
    cpu: float
    anonymous: int

    @property
    def told(self) -> str:
        return f"{self.seconds:.3f} s ({self.cpu:.2f} s of CPU)"


def run(work: str, *paths: object, rel: float = REL, times: int = TIMES) -> Ran:
    argv = [sys.executable, "-m", "tests.bench.working", work, str(times), *map(str, paths), str(rel)]
    said, _, anonymous = watched(argv)
    told = json.loads(said)
    return Ran(statistics.median(told["seconds"]), told["first"], statistics.median(told["cpu"]), anonymous)


def watched(argv: Sequence[str]) -> tuple[str, float, int]:
    """What a process printed, its seconds from start to end, and its largest anonymous memory."""
    began, largest = time.perf_counter(), 0
    with (
        tempfile.TemporaryFile("w+") as printed,  # a pipe that nobody reads would hold the process up
        subprocess.Popen(argv, stdout=printed, text=True, env=environment()) as process,
    ):
        while process.poll() is None:
            largest = max(largest, _anonymous(process.pid))
            time.sleep(EVERY)
        seconds = time.perf_counter() - began
        printed.seek(0)
        said = printed.read()
    if process.returncode:
        raise SystemExit(f"{' '.join(argv)} ended with {process.returncode}")
    return said, seconds, largest


def _anonymous(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith("RssAnon:")), 0)


def cube(folder: Path, sizes: Sizes) -> Iterator[Line]:
    reference, near, same = goal_data.cubes(folder, sizes.cube)
    run("adp", reference, near, times=1)  # compiles where nothing is yet: what is measured is warm
    ours, limit = run("adp", reference, near), run("mapped", reference, near)
    numpy, alike = run("careful", reference, near, times=3), run("adp", reference, same)
    diff = run("fitsdiff", reference, near, times=1)
    name, both = f"cube {sizes.cube >> 20} MiB", 2 * sizes.cube
    told = f"{ours.told} against {diff.seconds:.1f} s; the first time {ours.first:.1f} s"
    yield least(f"{name}: all statistics with scatter, of FITSDiff's speed", 80, diff.seconds / ours.seconds, told)
    yield least(
        f"{name}: of the rate both files can be summed", 0.4, limit.seconds / ours.seconds, f"{limit.seconds:.3f} s"
    )
    yield least(f"{name}: identical, of that rate", 0.6, limit.seconds / alike.seconds, f"{alike.seconds:.3f} s")
    yield most(f"{name}: anonymous memory", 150, ours.anonymous / 1e6, f"FITSDiff {diff.anonymous / 1e6:.0f} MB", "MB")
    yield least(f"{name}: numpy alone", 1.5, both / numpy.seconds / 1e9, f"{numpy.seconds:.2f} s", "GB/s")


def table(folder: Path, sizes: Sizes) -> Iterator[Line]:
    """A pixel table with missing numbers, as instruments make them, and one without any. FITSDiff's time on either is
    mostly the kernel's for its temporary arrays, and differs from process to process: hence several."""
    for missing, least_of_diff in ((goal_data.MISSING, 25), (0.0, 10)):
        pair = goal_data.tables(folder, sizes.rows, missing)
        run("adp", *pair, times=1)  # as above
        ours, frames = run("adp", *pair, times=6), run("polars", *pair, times=3)
        diffs = [run("fitsdiff", *pair, times=1) for _ in range(3)]
        diff, fastest = (f([d.seconds for d in diffs]) for f in (statistics.median, min))
        name = f"table {sizes.rows:.0e} rows × 6, {missing:.0%} NaN"
        told = f"{ours.told} against {diff:.1f} s (the fastest of 3: {fastest:.1f} s)"
        yield least(f"{name}: of FITSDiff's speed", least_of_diff, diff / ours.seconds, told)
        told = f"{ours.told} against {frames.told}"
        yield least(f"{name}: of polars' speed", 6, frames.seconds / ours.seconds, told)
        memory = f"FITSDiff {max(d.anonymous for d in diffs) / 1e6:.0f} MB"
        yield most(f"{name}: anonymous memory", 150, ours.anonymous / 1e6, memory, "MB")
        for path in pair:
            path.unlink()


def tiles(folder: Path, sizes: Sizes) -> Iterator[Line]:
    for how, level, kind in (("RICE_1", 16, "f4"), ("GZIP_1", 0, "f4"), ("GZIP_2", 0, "f4"), ("RICE_1", 16, "i2")):
        path = goal_data.tiles(folder, sizes.tiles, how, level, kind)
        ours, peer = run("adp", path, path, rel=0.0, times=2), run("decoded", path, path, times=2)
        name, rate = f"{how} {kind}", 2 * sizes.tiles / ours.seconds / 1e9
        if (how, kind) == ("RICE_1", "f4"):
            yield least(f"{name}: decoded", 0.35, rate, ours.told, "GB/s")
        told = f"{rate:.2f} GB/s, {ours.told} against {peer.told}"
        yield least(f"{name}: of astropy's speed of decoding alone", 1.5, peer.seconds / ours.seconds, told)
        yield most(
            f"{name}: anonymous memory", 300, ours.anonymous / 1e6, f"astropy {peer.anonymous / 1e6:.0f} MB", "MB"
        )


def small(folder: Path, sizes: Sizes) -> Iterator[Line]:
    reference, near = goal_data.many(folder, sizes.files)
    one, other = (side / "0000.fits" for side in (reference, near))
    rel = ["--rel", str(REL), "--json"]
    folders = watched([ADP, "compare", str(reference), str(near), *rel])[1]
    pairs = [[str(side / f"{n:04}.fits") for side in (reference, near)] for n in range(min(20, sizes.files))]
    argv = [sys.executable, "-m", "tests.bench.working", "fitsdiff", "1"]
    each = statistics.mean(watched([*argv, *pair, str(REL)])[1] for pair in pairs)
    note = f"{folders:.2f} s; a process of FITSDiff {each:.2f} s"
    yield least(f"{sizes.files} small files: of a loop of FITSDiff's speed", 10, each * sizes.files / folders, note)
    cold = [watched([ADP, "compare", str(one), str(other), *rel])[1] for _ in range(7)]
    bare = [watched([sys.executable, "-c", "import numpy, astropy.io.fits"])[1] for _ in range(7)]
    ours, peer = statistics.median(cold), statistics.median(bare)
    yield most("one small pair, cold: of importing numpy and astropy.io.fits", 1.5, ours / peer, f"{ours:.2f} s")


def sky(folder: Path, sizes: Sizes) -> Iterator[Line]:
    path = goal_data.positions(folder, sizes.sources)
    ours, peer = (run(who, path, path, rel=RADIUS, times=3) for who in ("sphere", "catalogue"))
    told = f"{ours.seconds:.2f} s against {peer.seconds:.2f} s"
    yield least(f"{sizes.sources:.0e} sources on the sky: of astropy's speed", 4, peer.seconds / ours.seconds, told)


GOALS: dict[str, Callable[[Path, Sizes], Iterator[Line]]] = {f.__name__: f for f in (cube, table, tiles, small, sky)}


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="what the comparer must reach, against its peers")
    parser.add_argument("--quick", action="store_true", help="small files: shows that it works, not how fast it is")
    parser.add_argument("--only", choices=GOALS, action="append", help="these goals")
    args = parser.parse_args(argv)
    lines = []
    for name in args.only or GOALS:
        with tempfile.TemporaryDirectory(prefix="pharos-goals-") as folder:
            for line in partial(GOALS[name], Path(folder))(QUICK if args.quick else Sizes()):
                show(line)
                lines.append(line)
    return 0 if all(line.holds for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
