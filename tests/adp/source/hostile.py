"""HTTP servers that mean harm, each on a loopback port of its own; all count who comes and what they carry."""

import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[["Hostile"], None]
ADVERTISED = b"001e# service=git-upload-pack\n0000"


class Hostile(BaseHTTPRequestHandler):
    server: "HostileServer"

    def do_GET(self) -> None:
        self.server.hits.append((self.path, dict(self.headers)))
        try:
            self.server.answer(self)
        except OSError:
            self.close_connection = True

    def do_POST(self) -> None:
        self.do_GET()

    def begin(self, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class calls it so
        pass


class HostileServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, answer: Answer) -> None:
        super().__init__(("127.0.0.1", 0), Hostile)
        self.answer = answer
        self.hits: list[tuple[str, dict[str, str]]] = []
        self.over = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


@contextmanager
def running(answer: Answer) -> Iterator[HostileServer]:
    server = HostileServer(answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def canary(request: Hostile) -> None:
    """Nobody may come here."""
    request.begin(404)


def redirecting_to(url: str) -> Answer:
    return lambda request: request.begin(302, Location=url + request.path)


def asking_for_a_password(request: Hostile) -> None:
    request.begin(401, WWW_Authenticate='Basic realm="x"')


def forbidding(request: Hostile) -> None:
    request.begin(403)


def dripping(request: Hostile) -> None:
    """One byte now and then, for ever."""
    request.begin(200, Content_Type="application/x-git-upload-pack-advertisement")
    while not request.server.over.wait(0.2):
        request.wfile.write(b"0")
        request.wfile.flush()


def endless(request: Hostile) -> None:
    """Refs without an end."""
    request.begin(200, Content_Type="application/x-git-upload-pack-advertisement")
    request.wfile.write(ADVERTISED)
    line = b"%040x refs/heads/main\n" % 1
    many = b"%04x%s" % (len(line) + 4, line) * 20_000
    while not request.server.over.is_set():
        request.wfile.write(many)


def gzip_bomb(request: Hostile) -> None:
    """A few hundred kB on the wire that become gigabytes."""
    request.begin(200, Content_Type="application/x-git-upload-pack-advertisement", Content_Encoding="gzip")
    line = b"%040x refs/heads/main\n" % 1
    many = b"%04x%s" % (len(line) + 4, line) * 20_000
    press = zlib.compressobj(level=1, wbits=31)
    request.wfile.write(press.compress(ADVERTISED))
    while not request.server.over.is_set():
        request.wfile.write(press.compress(many))


def no_git_at_all(request: Hostile) -> None:
    request.begin(200, Content_Type="text/html")
    request.wfile.write(b"<h1>It works</h1>")


def old_protocol_with_alternates(request: Hostile) -> None:
    """Dumb HTTP: plain files, one of which points elsewhere."""
    request.begin(200, Content_Type="text/plain")
    if request.path.endswith("alternates"):
        request.wfile.write(b"http://127.0.0.1:1/objects\n")
    elif "info/refs" in request.path:
        request.wfile.write(b"%040x\trefs/heads/main\n" % 1)
    elif request.path.endswith("HEAD"):
        request.wfile.write(b"ref: refs/heads/main\n")
