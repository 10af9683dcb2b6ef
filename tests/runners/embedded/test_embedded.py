"""One command: a key made at set-up, a node that is started again, rounds that survive their faults, a clean end."""

import os
import signal
import stat
import subprocess
import sys
import threading
import urllib.request
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from runners.embedded.child import STARTS, Child
from runners.embedded.key import key_file
from runners.embedded.rounds import Rounds
from runners.models import Node
from tests.factories.runners import a_claim, let_the_lease_run_out


def test_the_key_is_made_once_and_for_this_account_only(db, settings, tmp_path):
    settings.PHAROS_VAR = tmp_path
    path = key_file()
    first = path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Node.objects.by_key(first.strip()).name == "embedded"
    assert key_file().read_text() == first


def test_a_key_of_another_book_is_made_anew(db, settings, tmp_path):
    settings.PHAROS_VAR = tmp_path
    (tmp_path / "node-key").write_text("phn_deadbeef_of-another-book\n")
    assert Node.objects.by_key(key_file().read_text().strip())
    Node.objects.all().update(key_hash="x")
    assert Node.objects.by_key(key_file().read_text().strip())
    assert Node.objects.count() == 1


def test_rounds_reap_and_go_on_after_a_fault(db):
    taken = a_claim()
    let_the_lease_run_out(taken.run)

    def fails():
        raise RuntimeError("a fault")

    rounds = Rounds(work=(fails, *Rounds().work))
    rounds.once()
    taken.run.refresh_from_db()
    assert taken.run.state == "queued"


def test_rounds_end_when_asked():
    came = threading.Event()
    rounds = Rounds(work=(came.set,), every=0.01)
    rounds.start()
    assert came.wait(10)
    rounds.stop()


def child_that(does, folder, monkeypatch):
    monkeypatch.setattr("runners.embedded.child.LOOK", 0.01)
    return Child([sys.executable, "-c", does], folder)


def test_a_node_that_dies_is_started_again_but_not_for_ever(tmp_path, monkeypatch):
    child = child_that("import sys; open('starts', 'a').write('x'); sys.exit(1)", tmp_path, monkeypatch)
    child.start()
    child._thread.join(60)
    assert (tmp_path / "starts").read_text() == "x" * STARTS
    child.stop()


def test_a_node_that_is_unfit_is_not_started_again(tmp_path, monkeypatch):
    child = child_that("import sys; open('starts', 'a').write('x'); sys.exit(2)", tmp_path, monkeypatch)
    child.start()
    child._thread.join(60)
    assert (tmp_path / "starts").read_text() == "x"
    child.stop()


def test_a_node_is_told_no_secret_of_the_site(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "of the site")
    monkeypatch.setenv("DATABASE_URL", "postgres://user:password@host/name")
    child = Child([sys.executable, "-c", ""], tmp_path, policy="{}")
    assert not {"SECRET_KEY", "DATABASE_URL"} & set(child.env)
    assert child.env["PHAROS_SOURCE_POLICY"] == "{}"


def test_a_stopped_node_gets_the_wish_first(tmp_path, monkeypatch):
    does = (
        "import signal, sys, pathlib\n"
        "def end(*_): pathlib.Path('ended').touch(); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, end); pathlib.Path('ready').touch(); signal.pause()"
    )
    child = child_that(does, tmp_path, monkeypatch)
    child.start()
    ready = threading.Event()
    for _ in range(1000):
        if (tmp_path / "ready").exists():
            break
        ready.wait(0.02)
    child.stop()
    assert (tmp_path / "ended").exists()


def node_key(*arguments):
    out = StringIO()
    call_command("node_key", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue().strip()


def test_a_centre_s_node_gets_loses_and_renews_its_key(cast, tmp_path):
    key = node_key("rhone-2", "--centre", "muse-gto")
    assert Node.objects.by_key(key).centre == cast.muse
    fresh = node_key("rhone-2", "--renew")
    assert Node.objects.by_key(key) is None
    assert Node.objects.by_key(fresh)
    node_key("rhone-2", "--retire")
    assert Node.objects.by_key(fresh) is None
    assert node_key("rhone-2", "--renew", "--file", str(tmp_path / "key")) == ""
    assert Node.objects.by_key((tmp_path / "key").read_text().strip())
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


WRONG = [
    (["rhone-2", "--centre", "nowhere"], "no centre"),
    (["rhone-2", "--renew"], "no node"),
    (["not a name"], "slug"),
]


@pytest.mark.parametrize(("arguments", "why"), WRONG)
def test_a_key_for_nobody_is_not_made(cast, arguments, why):
    with pytest.raises(CommandError, match=why):
        node_key(*arguments)
    assert not Node.objects.exists()


def test_serve_starts_from_nothing_and_ends_cleanly(tmp_path):
    env = {"PATH": os.environ["PATH"], "PHAROS_VAR": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--port", "0", "--no-node"],
        env=env | {"PYTHONWARNINGS": "error::UserWarning"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as site:
        for line in site.stdout:
            if line.startswith("Pharos is at "):
                break
        url = line.split()[3]
        with urllib.request.urlopen(f"{url}/readyz", timeout=20) as answer:
            assert answer.status == 200
        site.send_signal(signal.SIGTERM)
        rest = site.stdout.read()
        assert site.wait(20) == 0, rest
    assert "Traceback" not in rest
