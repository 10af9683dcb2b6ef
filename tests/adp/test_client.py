"""The client against a registry that answers what a test tells it to."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from adp.client import Client
from adp.errors import AuthorError, PlatformError, UsageError
from adp.finding import Finding, Reason, Where

FINDING = Finding(Reason.MANIFEST_INVALID, "KEY_UNKNOWN", "key `licence` is unknown", where=Where("adp.toml", 7, 1))


class Registry:
    def __init__(self):
        self.calls, self.answers = [], []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.client = Client(f"http://127.0.0.1:{self.server.server_address[1]}/", token="adp_x")

    def says(self, *answers):
        """Each (status, body) or (status, body, headers); the last one for ever."""
        self.answers = list(answers)
        return self.client


def _handler(registry):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            registry.calls.append((self.command, self.path, self.headers["Authorization"], sent))
            status, body, *more = registry.answers.pop(0) if len(registry.answers) > 1 else registry.answers[0]
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            headers = {"Content-Length": str(len(data)), **(more[0] if more else {})}
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        do_POST = do_GET  # noqa: N815 - the standard library's name

        def log_message(self, *_args):
            """Quiet."""

    return Handler


@pytest.fixture
def registry():
    running = Registry()
    thread = threading.Thread(target=running.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield running
    running.server.shutdown()
    running.server.server_close()
    thread.join()


def test_a_submission_carries_the_token(registry):
    assert registry.says((201, {"label": "1.0.0"})).submit("https://git.example.org/a", "v1.0.0")["label"] == "1.0.0"
    ((method, path, key, sent),) = registry.calls
    assert (method, path, key) == ("POST", "/api/v1/versions/", "Bearer adp_x")
    assert json.loads(sent) == {"url": "https://git.example.org/a", "ref": "v1.0.0"}


def test_a_refused_proposal_comes_back_with_its_findings(registry):
    client = registry.says((422, {"detail": "no", "findings": [FINDING.to_dict()]}))
    with pytest.raises(AuthorError) as caught:
        client.submit("https://git.example.org/a", "v1")
    assert caught.value.findings == (FINDING,)


REFUSALS = [
    (404, {"detail": "there is no such thing"}, UsageError),
    (401, {"detail": "this token is unknown"}, UsageError),
    (302, {}, UsageError),
    (400, b"<html>", UsageError),
    (429, {"detail": "slow down"}, PlatformError),
    (500, b"<html>oops</html>", PlatformError),
    (503, {"detail": "the book cannot be read"}, PlatformError),
    (200, b"<html>", PlatformError),
    (200, b"[1]", PlatformError),
]


@pytest.mark.parametrize(("status", "body", "kind"), REFUSALS)
def test_every_other_refusal_is_a_fault_of_the_call_or_ours(registry, status, body, kind):
    with pytest.raises(kind):
        registry.says((status, body)).get_json("/api/v1/me/")


def test_nobody_there_is_our_fault():
    with pytest.raises(PlatformError, match="does not answer"):
        Client("http://127.0.0.1:9").get_json("/")


@pytest.mark.parametrize("url", ["registry.example", "file:///etc/passwd", "ftp://a.example"])
def test_what_is_no_address_is_refused(url):
    with pytest.raises(UsageError):
        Client(url)


def run(state, stage="", **more):
    return 200, {"state": state, "stage": stage, "attempt": 1, "progress": {}, **more}


def test_waiting_tells_of_each_change_and_ends_with_the_run(registry):
    client = registry.says(run("queued"), run("queued"), run("running", "unit"), run("finished", verdict="passed"))
    seen, pauses = [], []
    ended = client.wait("42", lambda r: seen.append((r["state"], r["stage"])), pause=pauses.append)
    assert ended["verdict"] == "passed"
    assert seen == [("queued", ""), ("running", "unit"), ("finished", "")]
    assert pauses == [1.0] * 3


def test_waiting_ends(registry):
    with pytest.raises(PlatformError, match="has not ended"):
        registry.says(run("queued")).wait("42", timeout=-1)


def test_a_log_says_where_to_go_on(registry):
    client = registry.says((200, b"two\n", {"X-Log-End": "8"}))
    assert client.log("42", 4) == ("two\n", 8)
    assert registry.calls[0][1] == "/api/v1/runs/42/log/?offset=4"


def test_a_download_arrives_whole(registry, tmp_path):
    assert registry.says((200, b"x" * 100)).download("/a", tmp_path / "a.tar.gz").read_bytes() == b"x" * 100


def test_half_a_download_leaves_nothing(registry, tmp_path):
    client = registry.says((200, b"x" * 50, {"Content-Length": "100"}))
    with pytest.raises(PlatformError, match=r"a\.tar\.gz"):
        client.download("/a", tmp_path / "a.tar.gz")
    assert not list(tmp_path.iterdir())
