"""Checking an ADP: `adp check` of what `adp init` writes, against its commands alone, each run once."""

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from adp.environment.build import judge_root, root_for
from adp.manifest import template
from adp.manifest.load import load
from adp.manifest.model import Environment, Manifest
from adp.manifest.placeholders import expand
from adp.sandbox.bubblewrap import works
from adp.source.local import create_repository
from tests.bench.compare import ADP
from tests.bench.harness import Duel, Effort, Sample, Side, Subject, WrongAnswerError
from tests.bench.process import environment, run, whole


@contextmanager
def prepare(effort: Effort) -> Iterator[Sequence[Duel]]:
    """The environments are made before the clock runs: once per machine, not per check."""
    works()
    root_for(Environment(base="astro-1"), Path()), judge_root()
    with tempfile.TemporaryDirectory(prefix="pharos-bench-") as work:
        env = environment()
        adp = Path(work, "bench-adp")
        template.write(adp, "bench-adp")
        create_repository(adp)
        manifest = load(adp / "adp.toml")[0]
        if manifest is None:
            raise WrongAnswerError("the manifest of the template is not valid")
        checked = Side(
            "adp check", partial(_checked, [ADP, "check", str(adp), "--engine", "bubblewrap", "--json"], env)
        )
        alone = env | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # those of our own tests are no part of it
        peer = Side("its commands alone", partial(_bare, manifest, adp, alone))
        yield [Duel("the template", checked, peer, warm=False)]


def _checked(argv: Sequence[str], env: Mapping[str, str]) -> Sample:
    """What ran in sandboxes is no child of the command's: the report tells what they cost."""
    sample, printed = run(argv, env)
    cost = json.loads(printed)["cost"]
    return Sample(
        sample.seconds,
        (sample.cpu or 0) + float(cost["cpu_seconds"]),
        max(sample.peak or 0, int(cost["peak_memory_bytes"])),
    )


def _bare(manifest: Manifest, adp: Path, env: Mapping[str, str]) -> Sample:
    """Version, unit tests and steps without sandbox, second run or comparison; the sum of their times."""
    with tempfile.TemporaryDirectory(prefix="pharos-bench-") as out:
        places = {"out": out, "parameters": manifest.parameters.file}
        places |= {d.name: d.path for d in manifest.data} | {p.name: f"{out}/{p.path}" for p in manifest.products}
        commands = [manifest.tests.version, manifest.tests.unit, *(s.run for s in manifest.steps)]
        samples = [whole(_ours(expand(argv, places)), env, adp) for argv in commands]
        seconds, cpu = sum(s.seconds for s in samples), sum(s.cpu or 0 for s in samples)
        return Sample(seconds, cpu, max(s.peak or 0 for s in samples))


def _ours(argv: Sequence[str]) -> list[str]:
    return [sys.executable if word == "python" else word for word in argv]


SUBJECT = Subject("check", "a whole check, against the commands of the ADP alone", prepare)
