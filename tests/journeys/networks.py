"""A small internet made for a test: the registry's front on one network namespace, each node on one of its own.

Addresses are private and exist inside these namespaces only; nothing outlives `networks`."""

import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.factories.https import certificate
from tests.journeys.site import CLONE

NET = "10.203.77"
FRONT = f"{NET}.1"


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


class Networks:
    """`enter(name)`: what to put before a command so that it runs there. `cut` and `mend` the wire of one of them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.tag = folder, secrets.token_hex(3)
        self.hub = f"pharos-hub-{self.tag}"
        self.places: dict[str, str] = {}
        self.url = f"https://{FRONT}"
        certificate(folder, FRONT)

    @property
    def authorities(self) -> Path:
        return self.folder / "ca.pem"

    def enter(self, name: str) -> list[str]:
        """The network alone: `ip netns exec` would hide the control groups as well."""
        return ["nsenter", f"--net=/run/netns/{self.places[name]}", "--"]

    def cut(self, name: str) -> None:
        """No packet goes or comes; nobody is told."""
        ip("-n", self.hub, "link", "set", f"to-{name}", "down")

    def mend(self, name: str) -> None:
        ip("-n", self.hub, "link", "set", f"to-{name}", "up")

    def build(self, *names: str) -> None:
        ip("netns", "add", self.hub)
        self.places["hub"] = self.hub
        ip("-n", self.hub, "link", "set", "lo", "up")
        ip("-n", self.hub, "link", "add", "lan", "type", "bridge")
        ip("-n", self.hub, "address", "add", f"{FRONT}/24", "dev", "lan")
        ip("-n", self.hub, "link", "set", "lan", "up")
        for number, name in enumerate(names, start=11):
            self._join(name, f"{NET}.{number}/24")

    def _join(self, name: str, address: str) -> None:
        place = self.places[name] = f"pharos-{name}-{self.tag}"
        ip("netns", "add", place)
        ip("-n", self.hub, "link", "add", f"to-{name}", "type", "veth", "peer", "name", "eth0", "netns", place)
        ip("-n", self.hub, "link", "set", f"to-{name}", "master", "lan", "up")
        ip("-n", place, "link", "set", "lo", "up")
        ip("-n", place, "address", "add", address, "dev", "eth0")
        ip("-n", place, "link", "set", "eth0", "up")

    def remove(self) -> None:
        """With the last namespace its wires go."""
        for place in self.places.values():
            subprocess.run(["ip", "netns", "del", place], check=False, capture_output=True)


@contextmanager
def networks(folder: Path, *names: str, web: int, git: int) -> Iterator[Networks]:
    """The registry's front answers at `url` with a certificate of its own authority; the host of repositories is where
    it always is, at `git` on the loopback of every node."""
    made = Networks(folder)
    with ExitStack() as stack:
        stack.callback(made.remove)
        made.build(*names)
        unix = {name: f"unix:{folder / name}.sock" for name in ("web", "git")}
        own = [unix["web"], f"tcp:127.0.0.1:{web}", unix["git"], f"tcp:127.0.0.1:{git}"]
        stack.enter_context(_relay([], *own))
        stack.enter_context(_relay(made.enter("hub"), f"tls:{FRONT}:443:{folder / 'server.pem'}", unix["web"]))
        for name in names:
            stack.enter_context(_relay(made.enter(name), f"tcp:127.0.0.1:{git}", unix["git"]))
        yield made


@contextmanager
def _relay(enter: list[str], *places: str) -> Iterator[None]:
    command = [*enter, sys.executable, "-m", "tests.journeys.relay", *places]
    with subprocess.Popen(command, cwd=CLONE, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        yield
        process.stdin.close()
        process.wait(10)
