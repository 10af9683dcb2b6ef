"""The fetcher of one file: it has the network, no secrets, and runs nothing. Its answer is judged by who asked.

python -m adp.reference.download      one JSON line in: {"url", "most", "policy", "bounds", "authorities", "into"};
                                      one JSON document out: {"got": bytes}, or {"refused" | "gone" | "platform": …}
"""

import json
import ssl
import sys
import time
from dataclasses import dataclass, field
from http.client import HTTPResponse
from pathlib import Path
from typing import IO, Any, BinaryIO
from urllib.parse import urljoin

from adp.errors import AuthorError
from adp.reference.wanted import Bounds
from adp.reference.wire import BROKEN, AwayError, Part, answered, trust
from adp.source.policy import Policy
from adp.source.refuse import shown
from adp.source.url import check_file

CHUNK = 1 << 20
LONGEST_REQUEST = 1 << 20
WHOLE, PARTIAL = 200, 206
MOVED = frozenset({301, 302, 303, 307, 308})
GONE = frozenset({401, 403, 404, 410, 451})


class GoneError(Exception):
    """The server answers, and does not give this file: another try will not change that."""


class TooMuchError(Exception):
    """More bytes come than are wanted."""


@dataclass(slots=True)
class Fetch:
    url: str
    most: int
    policy: Policy
    bounds: Bounds
    trusted: ssl.SSLContext
    part: Part = field(default_factory=Part)

    def into(self, file: BinaryIO) -> int:
        """The bytes that came. A wire that breaks is taken up where it broke, if the file there is still the same.
        Raises AuthorError for an address that is refused, GoneError, TooMuchError, AwayError."""
        failed = 0
        while True:
            before = self.part.got
            try:
                return self._follow(file)
            except AwayError:
                failed = 1 if self.part.got > before else failed + 1
                if failed >= self.bounds.tries:
                    raise
                time.sleep(self.bounds.pause * 2 ** (failed - 1))

    def _follow(self, file: BinaryIO) -> int:
        """Every address on the way is judged as the first one was."""
        url = self.url
        for _ in range(self.bounds.redirects + 1):
            with answered(self._where(url), self.trusted, self.part, self.bounds.stall) as answer:
                if answer.status not in MOVED:
                    return self._take(answer, file)
                url = urljoin(url, answer.headers.get("Location", ""))
        raise GoneError(f"it redirects more than {self.bounds.redirects} times")

    def _where(self, url: str) -> Any:
        try:
            return check_file(url, self.policy)
        except AuthorError as error:
            if error.findings[0].code == "UNREACHABLE":  # a name service may be away for a while
                raise AwayError(str(error)) from error
            raise

    def _take(self, answer: HTTPResponse, file: BinaryIO) -> int:
        if answer.status in GONE:
            raise GoneError(f"the server answers {answer.status} {shown(answer.reason, 80)}")
        if answer.status not in {WHOLE, PARTIAL}:
            raise AwayError(f"the server answers {answer.status} {shown(answer.reason, 80)}")
        if answer.headers.get("Content-Encoding", "identity") != "identity":
            raise GoneError("the server sends the file packed, which nobody asked for")
        start = self.part.got if answer.status == PARTIAL else 0
        if answer.status == PARTIAL and not answer.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
            raise AwayError("the server sends another part than was asked for")
        file.seek(start)
        file.truncate()
        self.part = Part(start, _tag(answer))
        return self._copy(answer, file)

    def _copy(self, answer: HTTPResponse, file: BinaryIO) -> int:
        promised, start = answer.length, self.part.got
        if promised is not None and start + promised > self.most:
            raise TooMuchError
        mark, at_mark = time.monotonic(), start
        while chunk := self._read(answer):
            file.write(chunk)
            self.part = Part(self.part.got + len(chunk), self.part.tag)
            if self.part.got > self.most:
                raise TooMuchError
            if time.monotonic() - mark >= self.bounds.stall:
                if self.part.got - at_mark < self.bounds.trickle:
                    raise AwayError(f"the server sent {self.part.got - at_mark} bytes in {self.bounds.stall:g} s")
                mark, at_mark = time.monotonic(), self.part.got
        if promised is not None and self.part.got - start < promised:
            raise AwayError(f"the wire broke after {self.part.got} bytes")
        return self.part.got

    def _read(self, answer: HTTPResponse) -> bytes:
        try:
            return answer.read1(CHUNK)
        except BROKEN as error:
            raise AwayError(f"the wire broke after {self.part.got} bytes: {error}") from error


def _tag(answer: HTTPResponse) -> str:
    """The strong name of what is served (RFC 9110, 8.8.3): a weak one promises no equal bytes."""
    tag = str(answer.headers.get("ETag", ""))
    return tag if tag.startswith('"') else ""


def answer(request: dict[str, Any]) -> dict[str, Any]:
    bounds = Bounds(**request["bounds"])
    wanted = Fetch(
        request["url"], request["most"], Policy.from_json(request["policy"]), bounds, trust(request["authorities"])
    )
    try:
        with Path(request["into"]).open("w+b") as file:
            return {"got": wanted.into(file)}
    except AuthorError as error:
        return {"refused": [finding.to_dict() for finding in error.findings]}
    except TooMuchError:
        return {"got": request["most"] + 1}
    except GoneError as error:
        return {"gone": str(error)}
    except AwayError as error:
        return {"platform": str(error)}


def main(given: IO[str], out: IO[str]) -> None:
    json.dump(answer(json.loads(given.readline(LONGEST_REQUEST))), out)


if __name__ == "__main__":
    main(sys.stdin, sys.stdout)
