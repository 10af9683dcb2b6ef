"""A registry of the tests: speaks the node's protocol on loopback, remembers what it heard, fails as it is told."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ORDER = {
    "run": "6f6d6a52-0f3c-4c53-9d0d-1a2b3c4d5e6f",
    "attempt": 1,
    "token": "the-token",
    "beat": 0.05,
    "source": {
        "url": "https://git.example.org/a/b",
        "ref": "v1.0.0",
        "commit": "c" * 40,
        "tree": "t" * 40,
        "product": "alice/pixtable",
        "version": "1.0.0",
    },
}
Answer = tuple[int, dict[str, Any]]


class FakeRegistry:
    """`answers[door]` is called with the number of the call (from 0) and gives (status, body)."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Any, dict[str, str]]] = []
        self.happened: dict[str, threading.Event] = {}
        self.answers: dict[str, Callable[[int], Answer]] = {
            "claim": lambda n: (200, ORDER) if n == 0 else (204, {}),
            "heartbeat": lambda _n: (200, {}),
            "log": lambda n: (200, {"next": n + 1}),
            "artefacts": lambda _n: (201, {}),
            "finish": lambda _n: (204, {}),
        }
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def told(self, door: str) -> list[Any]:
        return [body for name, body, _ in self.calls if name == door]

    def when(self, door: str) -> threading.Event:
        return self.happened.setdefault(door, threading.Event())

    def answer(self, door: str, body: Any, headers: dict[str, str]) -> Answer:
        n = len(self.told(door))
        self.calls.append((door, body, headers))
        self.when(door).set()
        return self.answers[door](n)


def _handler(registry: FakeRegistry) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            parts = self.path.strip("/").split("/")
            door = parts[parts.index("node") + 1 :]
            name = door[0] if door[0] in {"claim", "register"} else door[2]
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            body = raw if name == "artefacts" else json.loads(raw)
            status, answer = registry.answer(name, body, {k.lower(): v for k, v in self.headers.items()})
            data = b"" if status == 204 else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_PUT = do_POST  # noqa: N815 - the standard library's name

        def log_message(self, *_args: object) -> None:
            """Quiet."""

    return Handler
