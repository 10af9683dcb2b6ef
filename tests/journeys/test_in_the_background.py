"""A script's `make test &` or `make demo SERVE=0 &`: its shell has Ctrl+C ignored, and what it starts inherits that."""

import os
import signal
import sys

import pytest

from config.demo.site import CLONE
from config.demo.site import Site as DemoSite
from tests.journeys.site import Process, until


@pytest.fixture(autouse=True)
def started_in_the_background():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGINT, before)


def test_a_journey_can_press_ctrl_c(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.journeys.site.PATIENCE", 10.0)
    does = (
        "import signal\n"
        "try: print('ready', flush=True); signal.pause()\n"
        "except KeyboardInterrupt: print('ended', flush=True)"
    )
    process = Process(["-c", does], os.environ, tmp_path / "log")
    until(lambda: "ready" in (tmp_path / "log").read_text(), "a word of the process")
    process.stop()
    assert "ended" in (tmp_path / "log").read_text()


def test_the_demo_ends_its_site(tmp_path, monkeypatch):
    arguments = [sys.executable, "manage.py", "serve", "--no-node", "--port"]
    monkeypatch.setattr("config.demo.site.command", lambda port: [*arguments, str(port)])
    told = {"PATH": os.environ["PATH"], "PYTHONPATH": str(CLONE), "PHAROS_VAR": str(tmp_path)}
    monkeypatch.setattr("config.demo.site.environment", lambda: told)
    with DemoSite(tmp_path / "log", git_port=1) as site:
        pass
    assert site._process.returncode == 0
