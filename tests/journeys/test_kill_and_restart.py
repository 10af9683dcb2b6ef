"""Processes die at the worst moment: nothing is lost, nothing is judged twice, nobody is left behind."""

import os
import signal

import pytest

from tests.factories.journeys import patient
from tests.journeys.cast import ended, join, run_of
from tests.journeys.site import site as new_site
from tests.journeys.site import until

pytestmark = pytest.mark.sandbox


@pytest.fixture(scope="module")
def fragile(reachable, git_host):
    with new_site(reachable("fragile"), git_host.port) as made:
        made.start()
        yield made


@pytest.fixture(scope="module")
def ada(fragile):
    return join(fragile, "ada")


@pytest.fixture
def in_its_step(ada, git_host, request):
    """(version, run) of a product whose step is being run and takes a while yet."""
    name = request.node.name.removeprefix("test_").replace("_", "-")[:60].strip("-")
    patient(git_host.folder / name, seconds=4)
    version = ada.do("versions/", {"url": git_host.url_of(name), "ref": "v1.0.0"})
    run = run_of(ada, version)
    until(lambda: ada.read(f"runs/{run['id']}/")["stage"] == "steps", "the stage of the steps")
    return version, run


def history(member, version):
    found = member.read(f"products/{version['product']}/versions/{version['label']}/events/")["results"]
    return [event["kind"] for event in reversed(found)]


def test_a_site_killed_within_a_run_ends_it_once(fragile, ada, in_its_step):
    version, run = in_its_step
    fragile.kill()
    fragile.start()
    run = ended(ada, run)
    assert (run["state"], run["verdict"]) == ("finished", "passed")
    until(lambda: "version.review" in history(ada, version), "a review")
    assert history(ada, version) == ["version.submit", "version.check", "version.pass", "version.review"]
    until(lambda: len(fragile.nodes()) == 1, "the end of the node of the dead site")


def test_a_run_of_a_killed_node_is_run_again(fragile, ada, in_its_step):
    version, run = in_its_step
    (node,) = fragile.nodes()
    os.kill(node, signal.SIGKILL)
    run = ended(ada, run)
    assert (run["state"], run["verdict"], run["attempt"], run["faults"]) == ("finished", "passed", 2, 1)
    until(lambda: "version.review" in history(ada, version), "a review")
    assert history(ada, version) == ["version.submit", "version.check", "version.pass", "version.review"]
    assert node not in fragile.nodes()


def test_a_site_asked_to_end_within_a_run_hands_it_back_and_goes_on_later(fragile, ada, in_its_step):
    _version, run = in_its_step
    fragile.stop()
    assert fragile.nodes() == []
    fragile.start()
    run = ended(ada, run)
    assert (run["state"], run["verdict"], run["attempt"], run["faults"]) == ("finished", "passed", 2, 0)
