"""Starting a sandbox: an engine's run of `python3 -c pass`, against the same without one."""

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from adp.environment.build import root_for
from adp.environment.tree import Root
from adp.manifest.model import Environment
from adp.sandbox.bubblewrap import Bubblewrap, works
from adp.sandbox.engine import Engine, Job, Limits
from adp.sandbox.inside import standard_env
from adp.sandbox.sockets import connect
from tests.bench.harness import Duel, Effort, Sample, Side, Subject, WrongAnswerError, timed
from tests.bench.process import environment, whole

LIMITS = Limits(memory=512 << 20, seconds=30)
NOTHING = ("-c", "pass")


@contextmanager
def prepare(effort: Effort) -> Iterator[Sequence[Duel]]:
    works()
    root = root_for(Environment(base="astro-1"), Path())
    bare = shutil.which("python3", path="/usr/local/bin:/usr/bin:/bin") or sys.executable
    with ExitStack() as held:
        engines: list[Engine] = [Bubblewrap()]
        if host := os.environ.get("PHAROS_TEST_DOCKER_HOST"):
            docker = connect(host)
            held.callback(docker.client.close)
            engines.append(docker)
        peer = Side("python3 -c pass", partial(whole, [bare, *NOTHING], environment()))
        yield [Duel(f"start {e.name}", Side(f"in {e.name}", partial(_start, e, root)), peer) for e in engines]


def _start(engine: Engine, root: Root) -> Sample:
    """From the call to the outcome: the user of its own, limits, namespaces and clearing away are all in it."""
    job = Job("nothing", ("python3", *NOTHING), env=standard_env(1, 0), limits=LIMITS)
    found = []
    sample = timed(lambda: found.append(engine.run(root, job, lambda _: None)))
    if found[0].reason is not None:
        raise WrongAnswerError(f"{engine.name}: {found[0].reason.value}: {found[0].log}")
    return sample


SUBJECT = Subject("sandbox", "starting a sandbox, against a bare process", prepare)
