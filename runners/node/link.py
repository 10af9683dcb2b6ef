"""The wire to the registry: HTTP with the node's key, no redirects, every answer one of four kinds."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import closing
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import OpenerDirector, Request

from adp.client import closed_opener
from adp.pouring import read

Body = bytes | Iterable[bytes]
ANSWER = 1 << 20
CONFLICT, UNAUTHORISED, FORBIDDEN, SERVER, TOO_MANY = 409, 401, 403, 500, 429


class UnreachableError(Exception):
    """No answer, or the registry is in trouble: the same call may succeed later."""


class StaleError(Exception):
    """The attempt is no longer ours: stop the job, throw its results away."""


class CancelledError(Exception):
    """Somebody wants this run stopped: stop the job, then say that nothing of it runs any more."""


class RefusedError(Exception):
    """The registry understood and refuses; repeating does not help. `detail` is its problem document."""

    def __init__(self, status: int, detail: Mapping[str, Any]) -> None:
        super().__init__(f"{status}: {detail.get('detail') or detail.get('title') or 'refused'}")
        self.status = status
        self.detail = detail

    @property
    def is_about_the_key(self) -> bool:
        return self.status in {UNAUTHORISED, FORBIDDEN}


class Link:
    def __init__(self, registry: str, key: str) -> None:
        self.base = f"{registry}/api/v1/node/"
        self.key = key
        self.opener = closed_opener()

    def post(self, path: str, body: Any, *, token: str = "", timeout: float = 30.0) -> dict[str, Any]:
        headers = {"Content-Type": "application/json"}
        return self._send("POST", path, json.dumps(body).encode(), headers, token, timeout)

    def ask(self, path: str, *, timeout: float = 30.0) -> dict[str, Any]:
        return self._send("GET", path, None, {}, "", timeout)

    def put(self, path: str, file: Path, *, headers: Mapping[str, str], token: str) -> dict[str, Any]:
        """Stream one file up."""
        about = {"Content-Type": "application/octet-stream", "Content-Length": str(file.stat().st_size)}
        with closing(read(file)) as pieces:  # http.client would take 16 KiB at a time
            return self._send("PUT", quote(path), pieces, about | dict(headers), token, 600.0)

    def get(self, path: str, file: Path, *, token: str, largest: int) -> str:
        """Stream one file down; its sha256. RefusedError when it is larger than `largest` bytes."""
        request = self._request("GET", quote(path), None, {}, token)
        digest, size = hashlib.sha256(), 0
        with _opened(self.opener, request, 600.0) as answer, file.open("wb") as out:
            while chunk := _read(answer):
                size += len(chunk)
                if size > largest:
                    raise RefusedError(413, {"detail": f"{path} has more than {largest} bytes"})
                digest.update(chunk)
                out.write(chunk)
        return digest.hexdigest()

    def _send(
        self,
        method: str,
        path: str,
        data: Body | None,
        headers: Mapping[str, str],
        token: str,
        timeout: float,
    ) -> dict[str, Any]:
        with _opened(self.opener, self._request(method, path, data, headers, token), timeout) as answer:
            return _json(_read(answer))

    def _request(self, method: str, path: str, data: Body | None, headers: Mapping[str, str], token: str) -> Request:
        request = Request(self.base + path, data=data, headers=dict(headers), method=method)  # noqa: S310 - config() checked the scheme
        request.add_header("Authorization", f"Node {self.key}")
        request.add_header("Accept", "application/json, application/octet-stream")
        if token:
            request.add_header("X-Run-Token", token)
        return request


def _opened(opener: OpenerDirector, request: Request, timeout: float) -> Any:
    """The answer, to be read and closed."""
    try:
        return opener.open(request, timeout=timeout)
    except HTTPError as error:
        with error:
            raise _what(error.code, error.read(ANSWER)) from error
    except (OSError, HTTPException) as error:  # refused, reset, timed out
        raise UnreachableError(f"{type(error).__name__}: {error}") from error


def _read(answer: Any) -> bytes:
    try:
        found: bytes = answer.read(ANSWER)
    except (OSError, HTTPException) as error:  # cut short
        raise UnreachableError(f"{type(error).__name__}: {error}") from error
    return found


def _what(status: int, body: bytes) -> Exception:
    if status == CONFLICT:
        return StaleError()
    if status >= SERVER or status == TOO_MANY:
        return UnreachableError(f"the registry answers {status}")
    return RefusedError(status, _json(body))


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
