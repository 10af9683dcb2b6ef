"""Which engine this machine runs jobs on: named by the person, or the first that works."""

from collections.abc import Callable

from adp.errors import PlatformError, UsageError
from adp.sandbox import bubblewrap, sockets
from adp.sandbox.engine import Engine

HINT = "install one: apt-get install bubblewrap mmdebstrap (or a Docker or Podman engine); `adp doctor` tells more"


def _bubblewrap() -> Engine:
    bubblewrap.works()
    return bubblewrap.Bubblewrap()


def _docker() -> Engine:
    return sockets.connect(name=sockets.DOCKER)


def _podman() -> Engine:
    return sockets.connect(name=sockets.PODMAN)


ENGINES: dict[str, Callable[[], Engine]] = {"bubblewrap": _bubblewrap, "docker": _docker, "podman": _podman}
NAMES = ("auto", *ENGINES)


def choose(name: str = "auto") -> Engine:
    """Raises PlatformError with how to get one when there is none; there is no way to run without."""
    if name not in NAMES:
        raise UsageError(f"there is no engine {name!r}", hint="one of " + ", ".join(NAMES))
    return ENGINES[name]() if name in ENGINES else _first()


def _first() -> Engine:
    lacking = []
    for name, start in ENGINES.items():
        try:
            return start()
        except PlatformError as error:
            lacking.append(f"{name}: {error}")
    raise PlatformError("no sandbox works here: " + "; ".join(lacking), hint=HINT)
