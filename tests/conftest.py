"""Which tests a machine without a service leaves out; where nothing may be left out, they fail instead."""

import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings

hypothesis_settings.register_profile("house", derandomize=True, deadline=None, max_examples=60)
hypothesis_settings.load_profile("house")

STRICT = os.environ.get("PHAROS_CI") == "1"
SOAK = os.environ.get("PHAROS_SOAK") == "1"  # `make soak`: the long ones, and nothing else
LEFT_OUT: Counter[str] = Counter()


def _sandbox_works() -> bool:
    return bool(shutil.which("bwrap") and shutil.which("mmdebstrap"))


def _has_networks() -> bool:
    """Root, where network namespaces may be made."""
    if os.geteuid() != 0 or not (shutil.which("ip") and shutil.which("nsenter")):
        return False
    return subprocess.run(["unshare", "--net", "ip", "link", "add", "x", "type", "veth"], check=False).returncode == 0


# marker -> (is the service here?, how to get it)
SERVICES: dict[str, tuple[Callable[[], bool], str]] = {
    "sandbox": (_sandbox_works, "install bubblewrap and mmdebstrap"),
    "docker": (lambda: bool(os.environ.get("PHAROS_TEST_DOCKER_HOST")), "set PHAROS_TEST_DOCKER_HOST"),
    "podman": (lambda: bool(os.environ.get("PHAROS_TEST_PODMAN_HOST")), "set PHAROS_TEST_PODMAN_HOST"),
    "postgres": (lambda: bool(os.environ.get("PHAROS_TEST_DATABASE_URL")), "set PHAROS_TEST_DATABASE_URL"),
    "redis": (lambda: bool(os.environ.get("PHAROS_TEST_REDIS_URL")), "set PHAROS_TEST_REDIS_URL"),
    "rabbitmq": (lambda: bool(os.environ.get("PHAROS_TEST_AMQP_URL")), "set PHAROS_TEST_AMQP_URL"),
    "networks": (_has_networks, "be root, install iproute2"),
    "browser": (lambda: bool(shutil.which("chromium")), "install chromium"),
}


def _only_the_long_or_only_the_short(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted, other = [], []
    for item in items:
        (wanted if (item.get_closest_marker("soak") is not None) is SOAK else other).append(item)
    config.hook.pytest_deselected(items=other)
    items[:] = wanted


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    _only_the_long_or_only_the_short(config, items)
    missing = {name for name, (is_here, _) in SERVICES.items() if not is_here()}
    if STRICT or not missing:
        return
    kept, left = [], []
    for item in items:
        absent = sorted(missing & {m.name for m in item.iter_markers()})
        (left if absent else kept).append(item)
        LEFT_OUT.update(absent)
    config.hook.pytest_deselected(items=left)
    items[:] = kept
    if hasattr(config, "workeroutput"):
        config.workeroutput["left_out"] = dict(LEFT_OUT)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Every worker of `make test` collects the whole suite: what one left out is what all did."""
    LEFT_OUT.update(Counter(getattr(node, "workeroutput", {}).get("left_out", {})) - LEFT_OUT)


def pytest_unconfigure(config: pytest.Config) -> None:
    """The last line says what was not tested here, and how to have it tested."""
    if LEFT_OUT and not hasattr(config, "workerinput"):
        print("left out here: " + " · ".join(f"{n} {m} ({SERVICES[m][1]})" for m, n in sorted(LEFT_OUT.items())))  # noqa: T201 - a terminal line
