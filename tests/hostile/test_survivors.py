"""Two commands of one run after another: what the first left is not there for the second."""

import json
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from adp.environment import place
from adp.environment.tree import Root
from adp.sandbox.engine import Engine, Job, Limits, Mount
from adp.sandbox.inside import OUT, SOURCE, standard_env
from adp.sandbox.out import output_folder
from tests.hostile import survivors
from tests.hostile.batch import Batch
from tests.hostile.case import Case, on_engines
from tests.hostile.census import Host
from tests.hostile.conftest import Engines

LIMITS = Limits(cpus=1, memory=256 << 20, disk=8 << 20, seconds=60, processes=64)
PROBE = Path(__file__).parent / "inside" / "probe.py"
LEAVE = """import json, os, socket, sys, time
sys.argv = ["probe", "/dev/null"]
code = open("/source/probe.py").read().rpartition("\\nmain()")[0]
exec(code)
held = []
for name, plant in json.load(open("/source/plants.json")).items():
    try:
        exec(plant)
    except OSError as refusal:
        print(name, refusal)
"""


Answers = Batch[tuple[str, str], dict[str, Any]]


class Two:
    """The two commands on one engine: each `alone`, or `together` in what the engine may keep."""

    def __init__(self, engines: Engines, root: Root, host_of: Callable[[str], Host]) -> None:
        self.engines, self.root, self.host_of = engines, root, host_of

    def run(self, on: tuple[str, str]) -> dict[str, Any]:
        engine, way = on
        named = self.engines(engine)
        held = nullcontext(named) if way == "alone" else named.together(2)
        with self.host_of(engine).unchanged(), held as started:
            return self._run(started)

    def _run(self, started: Engine) -> dict[str, Any]:
        with place.new_job_folder() as folder, output_folder(folder / "out", LIMITS.disk) as out:
            source = folder / "source"
            source.mkdir(mode=0o755)
            plants = {name: plant for name, (plant, _) in survivors.ROWS.items()}
            probes = {name: "import time\n" + look for name, (_, look) in survivors.ROWS.items()}
            for name, content in {
                "probe.py": PROBE.read_text(encoding="utf-8"),
                "leave.py": LEAVE,
                "plants.json": json.dumps(plants),
                "facts.json": json.dumps({"probes": probes, "host": {}}),
            }.items():
                (source / name).write_text(content, encoding="utf-8")
            mounts = (Mount(source, SOURCE), Mount(out, OUT, writable=True))
            outcomes = [
                started.run(
                    self.root, Job("survivors", ("python3", *words), mounts, standard_env(1, 1), SOURCE, LIMITS)
                )
                for words in ((f"{SOURCE}/leave.py",), (f"{SOURCE}/probe.py", f"{SOURCE}/facts.json"))
            ]
            assert [o.reason for o in outcomes] == [None, None], [o.log for o in outcomes]
        found: dict[str, Any] = json.loads(outcomes[1].stdout)
        return found


@pytest.fixture(scope="module")
def two(engines: Engines, root: Root, host_of: Callable[[str], Host]) -> Answers:
    return Batch(Two(engines, root, host_of).run)


@pytest.mark.batched
@pytest.mark.parametrize(("engine", "case"), on_engines(survivors.CASES))
@pytest.mark.parametrize("way", ["alone", "together"])
def test_nothing_survives_between_two_commands(
    engine: str, case: Case, way: str, two: Batch[tuple[str, str], dict[str, Any]]
) -> None:
    assert two.of((engine, way))[case.name.removeprefix("survivor: ")] is False
