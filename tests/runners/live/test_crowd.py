"""Two hundred follow one run, or come and read nothing: the site answers everybody else as if they were not there."""

import asyncio
import os
import subprocess
import sys
import time
from contextlib import asynccontextmanager, contextmanager
from statistics import median

import pytest

from tests.journeys.site import CLONE, Process, free_port, until
from tests.journeys.wire import ask

MANY, DEAF = 200, 50
ASK = "GET /runs/{run}/log/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n"
SERVERS = {
    "threads": ["manage.py", "serve", "--no-node", "--port", "{port}"],
    "event loop": [
        "-m",
        "uvicorn",
        "--host",
        "127.0.0.1",
        "--port",
        "{port}",
        "--lifespan=off",
        "config.asgi:application",
    ],
}


class Hand:
    def __init__(self, environment):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.runners.live.hand"],
            cwd=CLONE,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.run = self._word()

    def does(self, deed):
        self.process.stdin.write(f"{deed}\n")
        self.process.stdin.flush()
        assert self._word() == "done"

    def _word(self):
        """Between them stands what the registry logs."""
        for line in self.process.stdout:
            if line.startswith("hand: "):
                return line.removeprefix("hand: ").strip()
        raise AssertionError("the hand is dead")

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


@contextmanager
def serving(folder, server):
    """(address, port, hand)"""
    passed_on = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    own = {"DJANGO_SETTINGS_MODULE": "tests.runners.live.settings", "PYTHONPATH": str(CLONE), "PHAROS_VAR": str(folder)}
    environment, port = passed_on | own, free_port()
    (folder / "static").mkdir()
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=CLONE, env=environment, check=True)
    hand = Hand(environment)
    process = Process([word.format(port=port) for word in SERVERS[server]], environment, folder / "log")
    try:
        address = f"http://127.0.0.1:{port}"
        until(lambda: ask(f"{address}/readyz").status == 200, f"an answer; {folder / 'log'} says why")
        yield address, port, hand
    finally:
        hand.close()
        process.kill()
    assert "Traceback" not in (folder / "log").read_text()


class Reader:
    """One who follows a run."""

    async def comes(self, port, run):
        self.read, self.write = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
        self.write.write(ASK.format(run=run).encode())
        await self.write.drain()
        return self

    async def hears(self, word, seconds):
        """Whether it comes before the stream ends."""
        said = b""
        try:
            async with asyncio.timeout(seconds):
                while word.encode() not in said:
                    piece = await self.read.read(1 << 16)
                    if not piece or (said + piece).endswith(b"\r\n0\r\n\r\n"):
                        return word.encode() in said + piece
                    said += piece
        except TimeoutError:
            return False
        return True


def pace(address):
    """Seconds that somebody else waits for a page."""
    waited = []
    for _ in range(7):
        began = time.monotonic()
        assert ask(f"{address}/centres/").status == 200
        waited.append(time.monotonic() - began)
    return median(waited)


@asynccontextmanager
async def crowd(port, run, many=MANY):
    readers = await asyncio.gather(*(Reader().comes(port, run) for _ in range(many)))
    try:
        yield readers
    finally:
        for reader in readers:
            reader.write.transport.abort()
        await asyncio.sleep(0)


@pytest.mark.soak
@pytest.mark.parametrize("server", SERVERS)
def test_a_crowd_is_told_and_nobody_else_waits(tmp_path, server):
    async def scene(address, port, hand):
        alone = await asyncio.to_thread(pace, address)
        async with crowd(port, hand.run) as readers, crowd(port, hand.run, DEAF):  # who take nothing in
            assert all(await asyncio.gather(*(r.hears('"name":"where"', 60) for r in readers)))
            assert await asyncio.to_thread(pace, address) < max(2.0, 10 * alone)
            await asyncio.to_thread(hand.does, "say light in the dark " + "x" * 50_000)
            heard = await asyncio.gather(*(r.hears("light in the dark", 30) for r in readers))
            assert await asyncio.to_thread(pace, address) < max(2.0, 10 * alone)
            await asyncio.to_thread(hand.does, "end")
            staying = [r for r, is_there in zip(readers, heard, strict=True) if is_there]
            return sum(heard), sum(await asyncio.gather(*(r.hears("event: end", 30) for r in staying)))

    with serving(tmp_path, server) as (address, port, hand):
        heard, ended = asyncio.run(scene(address, port, hand))
    assert ended == heard
    if server == "threads":  # those with a seat; the others come again
        assert 1 <= heard <= 3
    else:
        assert heard == MANY
