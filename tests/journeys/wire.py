"""HTTP as a program speaks it: one request, and the answer whatever it is."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, OpenerDirector, Request, build_opener

TIMEOUT = 60.0
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Answer:
    """Status 0: nobody answered."""

    status: int
    headers: Message = field(default_factory=Message)
    body: bytes = b""

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_args: Any) -> None:
        return None


def ask(
    url: str, body: Any = None, *, token: str = "", method: str = "", headers: Mapping[str, str] | None = None
) -> Answer:
    """GET, or POST of `body` as JSON."""
    given = {"Accept": "*/*", "Content-Type": "application/json", **(headers or {})}
    if token:
        given["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    return _open(build_opener(_NoRedirects), Request(url, data=data, headers=given, method=method or None))


def _open(opener: OpenerDirector, request: Request) -> Answer:
    try:
        with opener.open(request, timeout=TIMEOUT) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read())
    except (URLError, ConnectionError, TimeoutError):
        return Answer(0)


def fill_in(url: str, **fields: str) -> Answer:
    """The form of a page, filled in and sent as a browser does, with its cookies; the answer before any redirect."""
    opener = build_opener(_NoRedirects, HTTPCookieProcessor(CookieJar()))
    token = CSRF.search(_open(opener, Request(url)).text)
    assert token, f"{url} has no form"
    data = urlencode({**fields, "csrfmiddlewaretoken": token[1]}).encode()
    return _open(opener, Request(url, data=data, headers={"Referer": url}))
