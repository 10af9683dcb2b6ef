"""One site, one host of repositories and one cast for all journeys that kill nothing."""

from types import SimpleNamespace

import pytest

from tests.factories.repositories import serving
from tests.journeys.cast import Member, appoint, join
from tests.journeys.site import site as new_site


@pytest.fixture(scope="session")
def git_host(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("repositories")) as host:
        yield host


@pytest.fixture(scope="session")
def site(reachable, git_host):
    with new_site(reachable("site"), git_host.port) as made:
        made.start()
        yield made
        made.stop()
        assert "Traceback" not in made.said()


@pytest.fixture(scope="session")
def reachable(tmp_path_factory):
    """Makes folders whose parents the sandbox's users may pass: pytest's own are closed to others."""

    def make(name):
        folder = tmp_path_factory.mktemp(name)
        for parent in (folder, *folder.parents):
            if parent.stat().st_mode & 0o1 == 0:
                parent.chmod(parent.stat().st_mode | 0o1)
        return folder

    return make


@pytest.fixture(scope="session")
def cast(site):
    """ada submits, cleo reviews code and sol the science case, edda edits, dan has no business here."""
    people = {
        name: join(site, name, orcid="0000-0002-1825-0097" if name == "ada" else "")
        for name in ("ada", "cleo", "sol", "edda", "dan")
    }
    appoint(site, editors="edda", verified="ada")
    return SimpleNamespace(**people, anybody=Member(site.url))
