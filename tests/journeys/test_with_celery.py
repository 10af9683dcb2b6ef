"""The wiring of production: Celery carries events and rings nodes; whatever of it is lost, nothing of the book is."""

import os
import re
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests.factories.journeys import patient
from tests.journeys.cast import PASSWORD, Member, ended, key, run_of, version_in
from tests.journeys.production import production
from tests.journeys.site import free_port, until

pytestmark = [pytest.mark.redis, pytest.mark.postgres, pytest.mark.sandbox]
BROKERS = [pytest.param("redis"), pytest.param("rabbitmq", marks=pytest.mark.rabbitmq)]
REGISTER = f"""
from registry.actions.people import register
register(handle="ada", name="Ada", email="ada@example.org", password={PASSWORD!r})
"""


def address(broker):
    if broker == "rabbitmq":
        return os.environ["PHAROS_TEST_AMQP_URL"]
    return urlunsplit(urlsplit(os.environ["PHAROS_TEST_REDIS_URL"])._replace(path="/14"))


@pytest.fixture(scope="module", params=BROKERS)
def pharos(request, reachable, git_host):
    with production(reachable(f"with-{request.param}"), git_host.port, address(request.param)) as made:
        made.start("web", "worker", "node")
        made.site.answers()
        yield made


@pytest.fixture(scope="module")
def ada(pharos):
    pharos.site.manage("shell", "-c", REGISTER)
    return Member(pharos.site.url, "ada", key(pharos.site, "ada"))


@pytest.fixture
def submitted(ada, git_host, request):
    """Submits a product whose step takes so many seconds; (version, its path)."""

    def submit(seconds=0.0):
        name = re.sub(r"[^a-z]+", "-", request.node.name.removeprefix("test_"))[:60].strip("-")
        patient(git_host.folder / name, seconds=seconds)
        version = ada.do("versions/", {"url": git_host.url_of(name), "ref": "v1.0.0"})
        return version, f"products/ada/{name}/versions/1.0.0/"

    return submit


@pytest.fixture
def beat(pharos):
    """Beat goes round for one test only: in the others the sweeper must not help."""
    pharos.start("beat")
    yield
    pharos.kill("beat")


def test_events_are_delivered_and_nodes_rung_by_the_worker(pharos, ada, submitted):
    version, path = submitted()
    run = ended(ada, run_of(ada, version))
    assert (run["verdict"], run["node"]) == ("passed", "rhone")
    version_in(ada, path, "in_review")
    rung = [line for line in pharos.said("worker").splitlines() if "run.waits" in line]
    assert any(run["id"] in line for line in rung)
    until(lambda: pharos.said("worker").count("registry.ledger.deliver.deliver_event"), "a delivery by the worker")


def test_what_a_killed_worker_and_an_emptied_broker_forget_is_done_all_the_same(pharos, ada, submitted, request):
    pharos.kill("worker")
    version, path = submitted()
    assert pharos.broker.waiting() > 0
    pharos.broker.forget()
    assert version["state"] == "submitted"
    assert ada.read(f"runs/?version={version['id']}")["results"] == []
    pharos.start("worker")
    request.getfixturevalue("beat")
    assert ended(ada, run_of(ada, version))["verdict"] == "passed"
    version_in(ada, path, "in_review")


def test_a_run_of_a_killed_node_is_queued_again_by_beat(pharos, ada, submitted, beat):
    version, path = submitted(seconds=3)
    run = run_of(ada, version)
    until(lambda: ada.read(f"runs/{run['id']}/")["stage"] == "steps", "the stage of the steps")
    pharos.kill("node")
    pharos.start("node")
    run = ended(ada, run)
    assert (run["verdict"], run["attempt"], run["faults"]) == ("passed", 2, 1)
    version_in(ada, path, "in_review")


@pytest.fixture
def without_a_broker(pharos):
    """The web process knows an address where no broker is."""
    right = pharos.site.environment["CELERY_BROKER_URL"]
    for broker in (f"{urlsplit(right).scheme}://127.0.0.1:{free_port()}/", right):
        pharos.site.environment["CELERY_BROKER_URL"] = broker
        pharos.kill("web")
        pharos.start("web")
        pharos.site.answers()
        if broker != right:
            yield


def test_nobody_waits_for_a_broker_that_is_away(ada, submitted, without_a_broker):
    """The deed is done and said; the sweeper sees to its post."""
    began = time.monotonic()
    version, _path = submitted()
    assert version["state"] == "submitted"
    assert time.monotonic() - began < 4


def test_the_node_s_machine_knows_no_secret(pharos, ada):
    node = pharos.running["node"].popen.pid
    told = Path(f"/proc/{node}/environ").read_text()
    assert pharos.site.environment["SECRET_KEY"] not in told
    assert "DATABASE_URL" not in told
    assert pharos.is_rung or "://" not in told.replace("JOURNEY", "").replace(pharos.site.url, "")
