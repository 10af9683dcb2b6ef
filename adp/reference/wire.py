"""One answer to one GET, from an address that was judged before: no redirect, no proxy, no name asked twice."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import urlsplit

from adp.source.url import Location


class AwayError(Exception):
    """No answer, or half of one: the same call may succeed later."""


@dataclass(frozen=True, slots=True)
class Part:
    """What was had before the wire broke: so many bytes, of the version that `tag` names ("" when it has no name)."""

    got: int = 0
    tag: str = ""

    @property
    def headers(self) -> dict[str, str]:
        return {"Range": f"bytes={self.got}-", "If-Range": self.tag} if self.got and self.tag else {}


class _Pinned(HTTPSConnection):
    """Goes to one of the judged addresses; the certificate is that of the host's name all the same."""

    def __init__(self, where: Location, trust: ssl.SSLContext, timeout: float) -> None:
        super().__init__(where.host, where.port, timeout=timeout, context=trust)
        self.where, self.trust = where, trust

    def connect(self) -> None:
        failed: OSError | None = None
        for address in self.where.addresses:
            try:
                plain = socket.create_connection((str(address), self.where.port), self.timeout)
            except OSError as error:
                failed = error
                continue
            self.sock = self.trust.wrap_socket(plain, server_hostname=self.where.host)
            return
        raise failed or OSError("it has no address")


def trust(authorities: str = "") -> ssl.SSLContext:
    """The machine's certificate authorities; `authorities` (PEM) instead, where an operator says so."""
    return ssl.create_default_context(cadata=authorities or None)


@contextmanager
def answered(where: Location, trusted: ssl.SSLContext, part: Part, timeout: float) -> Iterator[HTTPResponse]:
    """Raises AwayError when no answer comes; what breaks while its body is read is the reader's to catch (BROKEN)."""
    wire = _Pinned(where, trusted, timeout)
    parts = urlsplit(where.url)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    about = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "pharos-adp", "Connection": "close"}
    with closing(wire):
        try:
            wire.request("GET", target, headers=about | part.headers)
            answer = wire.getresponse()
        except BROKEN as error:
            raise AwayError(f"{type(error).__name__}: {error}") from error
        with closing(answer):
            yield answer


BROKEN = (OSError, HTTPException)  # refused, reset, timed out, no TLS, cut short, no HTTP
