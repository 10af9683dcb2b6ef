"""A folder of repositories, served on loopback, and the one policy under which it may be fetched."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from adp.errors import AuthorError
from adp.source.fetch import fetch
from adp.source.limits import Limits
from adp.source.policy import Policy
from adp.source.snapshot import Snapshot
from config.demo.githost import GitHost
from tests.factories.repositories import serving

LIMITS = Limits(seconds=30.0, stall_seconds=2)


@dataclass(frozen=True)
class World:
    folder: Path
    host: GitHost
    out: Path

    @property
    def policy(self) -> Policy:
        return Policy.loopback(self.host.port)

    def fetch(self, name: str, ref: str = "main", pinned: str | None = None, **limits: float) -> Snapshot:
        smaller = dataclasses.replace(LIMITS, **limits)
        return fetch(self.host.url_of(name), ref, self.out, self.policy, smaller, pinned)

    def codes(self, name: str, ref: str = "main", pinned: str | None = None, **limits: float) -> set[str]:
        """The codes of a refusal, after which nothing must be left behind."""
        with pytest.raises(AuthorError) as refusal:
            self.fetch(name, ref, pinned, **limits)
        assert not self.out.exists()
        assert all(finding.hint for finding in refusal.value.findings)
        return {finding.code for finding in refusal.value.findings}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    folder = tmp_path / "served"
    folder.mkdir()
    with serving(folder) as host:
        yield World(folder, host, tmp_path / "out")
