"""An engine that went away is told from a command that was killed."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from adp.errors import PlatformError
from adp.sandbox.heartline import heartline, sure
from adp.sandbox.reasons import Ending


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "engine.sock"))
        listening.listen()
        yield listening


def test_an_idle_line_is_cut_when_its_engine_goes(engine: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []
    connect = socket.socket.connect

    def answering(line: socket.socket, address: str) -> None:
        connect(line, address)
        held, _ = engine.accept()
        held.sendall(b"HTTP/1.1 200 OK\r\n\r\nOK")
        peers.append(held)

    peers: list[socket.socket] = []
    monkeypatch.setattr(socket.socket, "connect", answering)
    with heartline(f"unix://{engine.getsockname()}") as is_cut:
        assert not is_cut()
        asked.append(peers[0].recv(100))
        peers[0].close()
        assert is_cut()
    assert asked[0].startswith(b"GET /_ping ")


def test_an_engine_that_is_not_there_is_our_fault(tmp_path: Path) -> None:
    with pytest.raises(PlatformError, match="does not answer"), heartline(f"unix://{tmp_path}/none"):
        pass


@pytest.mark.parametrize("ending", [
    Ending(0, 1), Ending(1, 1), Ending(139, 1), Ending(137, 1, stopped="seconds"),
    Ending(137, 1, killed_for_memory=True),
])  # fmt: skip
def test_what_is_explained_stays_as_it_is(ending: Ending) -> None:
    assert sure(ending, lambda: True) is ending


@pytest.mark.parametrize("code", [137, 143, 255])
def test_a_kill_by_nobody_we_know_is_ours_when_the_engine_went_away(code: int) -> None:
    with heartline("tcp://elsewhere") as unknown:
        assert sure(Ending(code, 1), unknown).exit_code == code
    with pytest.raises(PlatformError, match="went away"):
        sure(Ending(code, 1), lambda: True)
