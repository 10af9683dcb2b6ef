"""Talk to a registry over its HTTP API: submit, follow, fetch. The registry's refusals come back as our own errors."""

import json
import shutil
import time
from collections.abc import Callable, Mapping
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any, TypeVar
from urllib.error import HTTPError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from adp.errors import AuthorError, PlatformError, UsageError
from adp.finding import Finding

T = TypeVar("T")
ENDED = frozenset({"finished", "quarantined", "cancelled"})
TIMEOUT = 60.0
DOCUMENT = 64 << 20
SERVER, TOO_MANY = 500, 429
AGAIN = "try again in a minute; if it stays, tell the operators of the registry"


class _NoRedirects(HTTPRedirectHandler):
    """A redirect would carry the key to somebody else."""

    def redirect_request(self, *_args: Any) -> None:
        return None


def closed_opener() -> OpenerDirector:
    """An opener that goes exactly where it is sent."""
    return build_opener(_NoRedirects)


class Client:
    """Raises AuthorError with the findings when the registry refuses a proposal, UsageError when it refuses the call
    (no such thing, not yours, no valid token), PlatformError when it does not answer or is in trouble."""

    def __init__(self, url: str, token: str = "") -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise UsageError(f"{url!r} is no address of a registry", hint="give it as https://registry.example")
        self.url, self.token = url.rstrip("/"), token
        self._opener = closed_opener()

    def submit(self, url: str, ref: str) -> dict[str, Any]:
        """Propose one commit; the version, as the registry now knows it."""
        return self.post("/api/v1/versions/", {"url": url, "ref": ref})

    def product(self, path: str) -> dict[str, Any]:
        """`path` is owner/name."""
        return self.get_json(f"/api/v1/products/{quote(path)}/")

    def version(self, path: str, label: str) -> dict[str, Any]:
        return self.get_json(f"/api/v1/products/{quote(path)}/versions/{quote(label, safe='')}/")

    def report(self, path: str, label: str) -> dict[str, Any]:
        """An adp-report/1 document."""
        return self.get_json(f"/api/v1/products/{quote(path)}/versions/{quote(label, safe='')}/report/")

    def runs(self, version_id: str) -> list[dict[str, Any]]:
        """The runs of a version, newest first."""
        return list(self.get_json("/api/v1/runs/", version=version_id)["results"])

    def run(self, run_id: str) -> dict[str, Any]:
        return self.get_json(f"/api/v1/runs/{quote(run_id)}/")

    def log(self, run_id: str, offset: int = 0) -> tuple[str, int]:
        """What the run has printed from byte `offset` on, and the offset with which to go on."""
        with self._open("GET", f"/api/v1/runs/{quote(run_id)}/log/?offset={offset}") as answer:
            text = _read(answer).decode("utf-8", "replace")
            return text, int(answer.headers.get("X-Log-End") or offset)

    def wait(
        self,
        run_id: str,
        on_change: Callable[[Mapping[str, Any]], None] = lambda _run: None,
        *,
        timeout: float = 3600.0,
        every: float = 1.0,
        pause: Callable[[float], None] = time.sleep,
    ) -> dict[str, Any]:
        """The run once it has ended. `on_change` sees it each time that state, stage or step is another one."""
        until, before = time.monotonic() + timeout, None
        while True:
            run = self.run(run_id)
            now = (run["state"], run["stage"], run["attempt"], run["progress"])
            if now != before:
                on_change(run)
            if run["state"] in ENDED:
                return run
            if time.monotonic() > until:
                raise PlatformError(f"run {run_id} has not ended after {timeout:.0f} s", hint="ask again later")
            before = now
            pause(every)

    def get_json(self, path: str, **query: str) -> dict[str, Any]:
        with self._open("GET", path + (f"?{urlencode(query)}" if query else "")) as answer:
            return _document(answer)

    def get_list(self, path: str) -> list[Any]:
        with self._open("GET", path) as answer:
            return _parsed(answer, list)

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        with self._open("POST", path, json.dumps(body).encode()) as answer:
            return _document(answer)

    def download(self, path: str, into: Path) -> Path:
        """The bytes of `path` in the file `into`: all of them or none."""
        part = into.with_name(f".{into.name}.part")
        try:
            with self._open("GET", path) as answer, part.open("wb") as file:
                shutil.copyfileobj(answer, file)
                _whole(answer, file.tell())
            return part.replace(into)
        except (OSError, HTTPException) as error:
            raise PlatformError(f"{into.name} did not arrive: {error}", hint=AGAIN) from error
        finally:
            part.unlink(missing_ok=True)

    def _open(self, method: str, path: str, data: bytes | None = None) -> Any:
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        request = Request(self.url + path, data=data, headers=headers, method=method)  # noqa: S310 - __init__ checked the scheme
        try:
            return self._opener.open(request, timeout=TIMEOUT)
        except HTTPError as error:
            with error:
                raise _refusal(error.code, error.read(DOCUMENT)) from error
        except (OSError, HTTPException) as error:
            raise PlatformError(f"the registry at {self.url} does not answer: {error}", hint=AGAIN) from error


def _document(answer: IO[bytes]) -> dict[str, Any]:
    return _parsed(answer, dict)


def _parsed(answer: IO[bytes], kind: type[T]) -> T:
    try:
        found = json.loads(_read(answer) or b"{}")
    except (ValueError, RecursionError) as error:
        raise PlatformError("the answer is no JSON", hint="is this the address of a registry?") from error
    if not isinstance(found, kind):
        raise PlatformError(f"the answer is no JSON {kind.__name__}", hint="is this the address of a registry?")
    return found


def _read(answer: IO[bytes]) -> bytes:
    try:
        return answer.read(DOCUMENT)
    except (OSError, HTTPException) as error:
        raise PlatformError(f"the registry's answer broke off: {error}", hint=AGAIN) from error


def _whole(answer: Any, received: int) -> None:
    announced = answer.headers.get("Content-Length")
    if announced is not None and int(announced) != received:
        raise OSError(f"{received} of {announced} bytes came")


def _refusal(status: int, body: bytes) -> Exception:
    """A problem document (RFC 9457) as the error it is."""
    try:
        problem = json.loads(body)
    except ValueError:
        problem = {}
    problem = problem if isinstance(problem, dict) else {}
    detail = str(problem.get("detail") or problem.get("title") or f"the registry answers {status}")
    hint = str(problem.get("hint") or "")
    if findings := problem.get("findings"):
        return AuthorError(*(Finding.from_dict(each) for each in findings))
    if status >= SERVER or status == TOO_MANY:
        return PlatformError(detail, hint=hint or AGAIN)
    return UsageError(detail, hint=hint)
