"""Fetching a proposal: adp.source.fetch of a small repository, against a plain shallow clone."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from adp.source.fetch import fetch
from adp.source.policy import Policy
from tests.bench.harness import Duel, Effort, Sample, Side, Subject, WrongAnswerError, timed
from tests.bench.process import whole
from tests.factories.repositories import ENVIRONMENT, git, make_repository, serving

FILES = {f"package{n % 5}/module{n:02}.py": f"VALUE = {n}\n" * 400 for n in range(60)}
TAG = "v1.0.0"


@contextmanager
def prepare(effort: Effort) -> Iterator[Sequence[Duel]]:
    with tempfile.TemporaryDirectory(prefix="pharos-bench-") as work:
        origin = Path(work, "alice", "pixtable")
        make_repository(origin, FILES, tag=TAG)
        tree = git(origin, "rev-parse", "HEAD^{tree}")
        with serving(Path(work)) as host:
            url, policy = host.url_of("alice/pixtable"), Policy.loopback(host.port)
            ours = Side("adp.source.fetch", lambda: _fetch(url, policy, tree))
            peer = Side("git clone --depth 1", lambda: _clone(url))
            yield [Duel(f"repository of {len(FILES)} files", ours, peer)]


def _fetch(url: str, policy: Policy, tree: str) -> Sample:
    with tempfile.TemporaryDirectory(prefix="pharos-bench-") as work:
        found = []
        sample = timed(lambda: found.append(fetch(url, TAG, Path(work, "into"), policy)))
        if found[0].tree != tree:
            raise WrongAnswerError(f"{found[0].tree} was fetched, {tree} was there")
        return sample


def _clone(url: str) -> Sample:
    with tempfile.TemporaryDirectory(prefix="pharos-bench-") as work:
        argv = ["git", "-c", "advice.detachedHead=false", "clone", "-q", "--depth", "1", "--branch", TAG, url, "into"]
        sample = whole(argv, ENVIRONMENT, Path(work))
        return Sample(sample.seconds)  # ours shares its process with the server: no CPU or memory of its own


SUBJECT = Subject("fetch", "a repository over HTTP, against git clone", prepare)
