"""Serve one folder of git repositories on 127.0.0.1, read-only, for the demo and the tests. Never part of the site.

A small bridge from HTTP to git's own CGI program `git http-backend`: smart HTTP, protocol version 2, fetch only.
"""

import re
import shutil
import subprocess
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self
from urllib.parse import urlsplit

REQUEST = re.compile(r"(?P<repository>(?:/[A-Za-z0-9][A-Za-z0-9._-]*)+)/(?P<service>info/refs|git-upload-pack)")
LARGEST_REQUEST = 1 << 20
STALL_SECONDS = 30
SETTINGS = {"safe.directory": "*", "http.receivepack": "false", "core.hooksPath": "/dev/null"}


class GitHost:
    """Exports exactly `folder`; a repository folder/a/b is fetched from `url_of("a/b")`. Use it in a with statement."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.folder = folder.resolve()
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.folder = self.folder
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="githost", daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def url_of(self, repository: str) -> str:
        return f"http://127.0.0.1:{self.port}/{repository}"

    def start(self) -> Self:
        self._thread.start()
        return self

    def close(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    folder: Path
    request_queue_size = 32


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = STALL_SECONDS

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LARGEST_REQUEST:
            self.send_error(HTTPStatus.LENGTH_REQUIRED)
            return
        self._answer(self.rfile.read(int(length)))

    def _answer(self, body: bytes) -> None:
        parts = urlsplit(self.path)
        asked = REQUEST.fullmatch(parts.path)
        if asked is None or ".." in parts.path or (self.command == "GET" and parts.query != "service=git-upload-pack"):
            self.send_error(HTTPStatus.FORBIDDEN)
            return
        try:
            self._run(body, parts.path, parts.query)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client had enough

    def _run(self, body: bytes, path: str, query: str) -> None:
        with subprocess.Popen(
            [shutil.which("git") or "git", "http-backend"],
            env=self._environment(path, query, len(body)),
            cwd=self.server.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as backend:
            try:
                self._relay(backend, body)
            finally:
                backend.kill()

    def _relay(self, backend: subprocess.Popen[bytes], body: bytes) -> None:
        if backend.stdin is None or backend.stdout is None:
            return
        try:
            backend.stdin.write(body)
            backend.stdin.close()
        except BrokenPipeError:
            pass  # it answers before it has read all: fine
        headers = _read_headers(backend.stdout)
        status = headers.pop("Status", "200 OK")
        self.send_response(int(status[:3]))
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        shutil.copyfileobj(backend.stdout, self.wfile)

    def _environment(self, path: str, query: str, length: int) -> dict[str, str]:
        git = shutil.which("git") or "git"
        settings = {f"GIT_CONFIG_KEY_{i}": name for i, name in enumerate(SETTINGS)}
        settings |= {f"GIT_CONFIG_VALUE_{i}": value for i, value in enumerate(SETTINGS.values())}
        return settings | {
            "GIT_CONFIG_COUNT": str(len(SETTINGS)),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "PATH": f"{Path(git).parent}:/usr/bin:/bin",
            "GIT_PROJECT_ROOT": str(self.server.folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(length),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "REMOTE_ADDR": "127.0.0.1",
        }

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class calls it so
        """Silence: the demo's terminal belongs to its story."""


def _read_headers(stream: IO[bytes]) -> dict[str, str]:
    headers: dict[str, str] = {}
    while line := stream.readline(1 << 14).rstrip(b"\r\n"):
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip()] = value.strip()
    return headers
