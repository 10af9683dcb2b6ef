"""Which engine this machine runs jobs on: named by the person, or the first that works."""

from adp.errors import PlatformError, UsageError
from adp.sandbox import bubblewrap, sockets
from adp.sandbox.engine import Engine

NAMES = ("auto", "docker", "bubblewrap")
HINT = "install one: apt-get install bubblewrap mmdebstrap (or a Docker or Podman engine); `adp doctor` tells more"


def choose(name: str = "auto") -> Engine:
    """Raises PlatformError with how to get one when there is none; there is no way to run without."""
    if name not in NAMES:
        raise UsageError(f"there is no engine {name!r}", hint="one of " + ", ".join(NAMES))
    if name == "docker":
        return sockets.connect()
    if name == "bubblewrap":
        bubblewrap.works()
        return bubblewrap.Bubblewrap()
    try:
        bubblewrap.works()
    except PlatformError as lacking:
        return _docker_instead(lacking)
    return bubblewrap.Bubblewrap()


def _docker_instead(lacking: PlatformError) -> Engine:
    try:
        return sockets.connect()
    except PlatformError as error:
        raise PlatformError(f"no sandbox works here: bubblewrap: {lacking}; Docker: {error}", hint=HINT) from error
