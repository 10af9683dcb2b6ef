"""Two centres, each with a node on a network of its own, one registry on PostgreSQL and Redis between them."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit, urlunsplit

import pytest

from adp.source.policy import Policy
from tests.factories.journeys import COUNTS, patient
from tests.factories.repositories import commit_files
from tests.journeys.cast import PASSWORD, Member, ended, key, run_of
from tests.journeys.networks import FRONT, networks
from tests.journeys.production import production
from tests.journeys.site import CLONE, Process, until

pytestmark = [pytest.mark.networks, pytest.mark.redis, pytest.mark.postgres, pytest.mark.sandbox]
OTHER = {"north": "south", "south": "north"}
SET_UP = f"""
from registry.actions.centres import found
from registry.actions.people import register
from registry.people import SYSTEM
from runners.actions.nodes import enrol
for handle in ("north", "south"):
    centre = found(actor=SYSTEM, handle=handle, name=handle.title(), tier="1")
    print(enrol(actor=SYSTEM, name=f"{{handle}}-1", centre=centre)[1])
register(handle="ada", name="Ada", email="ada@example.org", password={PASSWORD!r})
"""


class Node:
    """A machine of a centre as its operator keeps it: pharos-node, one file, keys, a store, a network."""

    def __init__(self, world, site, centre):
        self.world, self.site, self.centre = world, site, centre
        self.folder = site.folder / f"node-{centre}"
        self.log = site.folder / f"node-{centre}.log"
        self.process = None
        passed_on = {name: site.environment[name] for name in ("PATH", "HOME", "PYTHONPATH", "PHAROS_TREES")}
        self.environment = passed_on | {
            "PHAROS_VAR": str(self.folder),
            "SSL_CERT_FILE": str(world.net.authorities),
            "PHAROS_SOURCE_POLICY": Policy.loopback(world.git_port).to_json(),
        }

    def type_in(self, *words, given=""):
        command = [*self.world.net.enter(self.centre), sys.executable, "-m", "runners.node", *words]
        done = subprocess.run(
            command, cwd=CLONE, env=self.environment, input=given, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self):
        command = ["-m", "runners.node", "run"]
        self.process = Process(command, self.environment, self.log, before=self.world.net.enter(self.centre))

    def kill(self):
        os.killpg(self.process.popen.pid, signal.SIGKILL)
        self.process.popen.wait()

    def said(self):
        return self.log.read_text("utf-8", "replace")


@pytest.fixture(scope="module")
def world(reachable, git_host):
    broker = urlunsplit(urlsplit(os.environ["PHAROS_TEST_REDIS_URL"])._replace(path="/13"))
    folder, hosts = reachable("two-centres"), f"127.0.0.1 {FRONT}"
    with production(folder, git_host.port, broker, ALLOWED_HOSTS=hosts, JOURNEY_LEASE="8") as pharos:
        site = pharos.site
        made = SimpleNamespace(git_port=git_host.port, pharos=pharos, site=site)
        keys = dict(zip(OTHER, re.findall(r"\bphn_\S+", site.manage("shell", "-c", SET_UP)), strict=True))
        pharos.start("web", "worker", "beat")
        with networks(site.folder, *OTHER, web=site.port, git=git_host.port) as made.net:
            site.answers()
            made.ada = Member(site.url, "ada", key(site, "ada"))
            made.nodes = {centre: joined(made, centre, keys[centre]) for centre in OTHER}
            yield made
            for node in made.nodes.values():
                node.kill()


def joined(world, centre, key):
    """As docs/howto/run-a-node.md says: a key from an operator, `register`, reference data, `run`."""
    node = Node(world, world.site, centre)
    said = node.type_in("register", "--registry", world.net.url, given=f"{key}\n")
    assert f"node {centre}-1 of {centre.title()}" in said
    if centre == "south":
        (node.folder / "counts.csv").write_text(COUNTS)
        node.type_in("data", "add", str(node.folder / "counts.csv"), "--title", "Counts of two stars")
    node.start()
    return node


@pytest.fixture
def submit(world, git_host, request):
    """submit(seconds=4): the version and its run, of a product whose only step takes so long."""

    def send(*, seconds=0.0, change=lambda text: text):
        name = request.node.name.removeprefix("test_").replace("_", "-")[:60].strip("-")
        folder = git_host.folder / name
        patient(folder, seconds=seconds)
        manifest = change((folder / "adp.toml").read_text())
        label = "1.0.0"
        if manifest != (folder / "adp.toml").read_text():
            label = "1.0.1"
            files = {"adp.toml": manifest.replace("1.0.0", label)}
            files["magnitudes.py"] = (folder / "magnitudes.py").read_text().replace("1.0.0", label)
            commit_files(folder, files, tag=f"v{label}")
        version = world.ada.do("versions/", {"url": git_host.url_of(name), "ref": f"v{label}"})
        return version, run_of(world.ada, version)

    return send


def now(world, run):
    return world.ada.read(f"runs/{run['id']}/")


def in_its_step(world, run):
    """The centre whose node runs the step at this moment."""
    at = until(lambda: (it := now(world, run)) and it["stage"] == "steps" and it, "the stage of the steps")
    return at["node"].removesuffix("-1")


def times(world, version, kind):
    path = f"products/{version['product']}/versions/{version['label']}/events/"
    return [event["kind"] for event in world.ada.read(path)["results"]].count(kind)


def by_url(text):
    return text.replace('path = "counts.csv"', f'url = "https://data.example.org/counts.csv"\nsize = {len(COUNTS)}')


def test_a_run_goes_to_the_centre_that_holds_its_data(world, submit):
    _, run = submit(change=by_url)
    run = ended(world.ada, run)
    assert (run["node"], run["verdict"]) == ("south-1", "passed")


def test_a_version_is_replicated_at_the_other_centre(world, submit):
    version, run = submit()
    first = ended(world.ada, run)
    path = f"products/{version['product']}/versions/{version['label']}/"
    asked = world.ada.do(f"{path}replicate/")
    again = ended(world.ada, asked)
    assert (again["state"], again["verdict"]) == ("finished", "passed")
    assert again["node"] == f"{OTHER[first['node'].removesuffix('-1')]}-1"
    assert times(world, version, "version.replicate") == 1


def test_a_run_of_a_node_that_is_killed_is_run_at_the_other_centre(world, submit):
    version, run = submit(seconds=2)
    centre = in_its_step(world, run)
    world.nodes[centre].kill()
    run = ended(world.ada, run)
    world.nodes[centre].start()
    assert (run["node"], run["verdict"], run["faults"] >= 1) == (f"{OTHER[centre]}-1", "passed", True)
    assert times(world, version, "version.pass") == 1


def test_a_node_that_comes_back_from_nowhere_is_told_that_its_run_is_no_longer_its(world, submit):
    version, run = submit(seconds=9)
    centre = in_its_step(world, run)
    world.net.cut(centre)
    until(lambda: now(world, run)["node"] == f"{OTHER[centre]}-1", "another attempt, elsewhere")
    world.net.mend(centre)
    lost = f"run {run['id']} was taken from this node; its job is stopped"
    until(lambda: lost in world.nodes[centre].said(), "the word that its lease is lost")
    run = ended(world.ada, run)
    assert (run["state"], run["verdict"]) == ("finished", "passed")
    assert times(world, version, "version.pass") == 1
    until(lambda: now(world, run) and not left_behind(world.nodes[centre]), "the end of its job")


def left_behind(node):
    """Processes of the node's jobs."""
    jobs = str(node.folder / "jobs")
    return [p for p in Path("/proc").glob("[0-9]*/cmdline") if jobs in read(p)]


def read(path):
    try:
        return path.read_bytes().decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
