"""Comparing files: adp.compare against astropy's FITSDiff, and what a command costs from a cold start."""

import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.bench.harness import Duel, Effort, Side, Subject
from tests.bench.pairs import REL, Pair, cubes, tables
from tests.bench.process import environment, told, whole

ADP = str(Path(sys.executable).with_name("adp"))
SMALL = 1 << 18


@contextmanager
def prepare(effort: Effort) -> Iterator[Sequence[Duel]]:
    with tempfile.TemporaryDirectory(prefix="pharos-bench-") as work:
        env = environment()
        folder, little = Path(work), Path(work, "little")
        little.mkdir()
        near, same = cubes(folder, effort.cube)
        table = tables(folder, effort.rows)
        size = f"{near.reference.stat().st_size / (1 << 20):.3g} MiB"
        yield (
            _duel(f"cube {size}, NaN, rel {REL:.0e}", near, REL, env),
            _duel(f"cube {size}, identical", same, 0.0, env),
            _duel(f"table {effort.rows} rows, rel {REL:.0e}", table, REL, env),
            _cold(cubes(little, SMALL)[0], env),
        )


def _duel(name: str, pair: Pair, rel: float, env: Mapping[str, str]) -> Duel:
    def side(label: str, by: str) -> Side:
        argv = [sys.executable, "-m", "tests.bench.comparing", by, *map(str, pair), str(rel)]
        return Side(label, partial(told, argv, env))

    return Duel(name, side("adp.compare", "adp"), side("FITSDiff", "fitsdiff"))


def _cold(pair: Pair, env: Mapping[str, str]) -> Duel:
    ours = [ADP, "compare", *map(str, pair), "--rel", str(REL), "--json"]
    peer = [sys.executable, "-c", "import numpy, astropy.io.fits"]
    return Duel(
        "small pair, cold process",
        Side("adp compare", partial(whole, ours, env)),
        Side("import numpy, astropy.io.fits", partial(whole, peer, env)),
    )


SUBJECT = Subject("compare", "two files within a tolerance, against astropy", prepare)
