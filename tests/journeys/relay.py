"""python -m tests.journeys.relay LISTEN TARGET [LISTEN TARGET …]: carries bytes from one network to another.

A place is unix:/path, tcp:host:port or, to listen with a certificate, tls:host:port:/file.pem. A path is seen from
every network namespace, a port only from its own."""

import socket
import ssl
import sys
import threading
from contextlib import suppress
from pathlib import Path

CHUNK = 1 << 16


def listening(place: str) -> socket.socket:
    kind, _, rest = place.partition(":")
    if kind == "unix":
        Path(rest).unlink(missing_ok=True)
        made = socket.socket(socket.AF_UNIX)
        made.bind(rest)
        made.listen(64)
        return made
    host, port, *pem = rest.split(":")
    made = socket.create_server((host, int(port)), backlog=64)
    if kind == "tls":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem[0])
        return context.wrap_socket(made, server_side=True, do_handshake_on_connect=False)
    return made


def connected(place: str) -> socket.socket:
    kind, _, rest = place.partition(":")
    if kind == "unix":
        made = socket.socket(socket.AF_UNIX)
        made.connect(rest)
        return made
    host, port = rest.split(":")
    return socket.create_connection((host, int(port)))


def carry(source: socket.socket, target: socket.socket) -> None:
    """Until one of them ends; then both do."""
    with suppress(OSError):
        while chunk := source.recv(CHUNK):
            target.sendall(chunk)
        target.shutdown(socket.SHUT_WR)


def serve_one(wire: socket.socket, target: str) -> None:
    """A half that is closed leaves the other one open: an answer may still come."""
    with wire, suppress(OSError), connected(target) as other:
        there = threading.Thread(target=carry, args=(wire, other), daemon=True)
        there.start()
        carry(other, wire)


def serve(listener: socket.socket, target: str) -> None:
    while True:
        with suppress(OSError):
            wire, _ = listener.accept()
            threading.Thread(target=serve_one, args=(wire, target), daemon=True).start()


def main(places: list[str]) -> None:
    pairs = [(listening(place), target) for place, target in zip(places[::2], places[1::2], strict=True)]
    for listener, target in pairs:
        threading.Thread(target=serve, args=(listener, target), daemon=True).start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()  # as long as whoever started us holds the other end


if __name__ == "__main__":
    main(sys.argv[1:])
