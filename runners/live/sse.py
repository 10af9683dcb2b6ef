"""Server-sent events over either kind of server, bounded on both (decision 0025).

Under WSGI a stream costs a thread: few readers hold one, for seconds; the others are told what is new and asked to come
again, later the more they are. Under ASGI it costs a coroutine, and a moment of a small pool of threads at every look.
"""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import close_old_connections, connections
from django.http import HttpRequest, StreamingHttpResponse

from registry.people import Person
from runners.conf import conf
from runners.live.follow import Follower, News
from runners.live.seats import Seats

KIND = "text/event-stream"
KEEPALIVE = b": still here\n\n"
LEISURELY = b"retry: 60000\n\n"  # for a reader that does not mind the end
SHORT = 16  # looks of one who has no seat, as long as there is more of the log
POLLS = 10.0  # a second, of all who have no seat together
SOON, LATEST = 1.0, 60.0


def wanted(request: HttpRequest) -> bool:
    return KIND in request.headers.get("Accept", "")


def answer(request: HttpRequest, follower: Follower) -> StreamingHttpResponse:
    """The stream; who may follow was checked before, and is checked again at every look."""
    who = f"person {follower.actor.pk}" if isinstance(follower.actor, Person) else request.META.get("REMOTE_ADDR", "")
    is_async = isinstance(request, ASGIRequest)
    stream = _Stream(follower, who, _loop_seats() if is_async else _thread_seats())
    if is_async:
        _let_go()
    body: Any = stream.in_a_loop() if is_async else stream.in_a_thread()
    if request.method == "HEAD":
        body = ()
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingHttpResponse(body, content_type=KIND, headers=headers)


class _Stream:
    def __init__(self, follower: Follower, who: str, seats: Seats) -> None:
        self.follower, self.who, self.seats = follower, who, seats
        self.reader = follower.place.reader or secrets.token_hex(4)
        self.spoke = time.monotonic()
        follower.sits(self.reader)

    def in_a_thread(self) -> Iterator[bytes]:
        """For WSGI."""
        seated = self.seats.take(self.reader, self.who)
        try:
            yield self._hello(seated=seated)
            for pause in self._paces(seated=seated):
                time.sleep(pause)
                if said := self._say(list(self.follower.look())):
                    yield said
        finally:
            self.seats.leave(self.reader)

    async def in_a_loop(self) -> AsyncIterator[bytes]:
        """For ASGI. A reader who takes nothing in is not looked for meanwhile."""
        seated = self.seats.take(self.reader, self.who)
        look = sync_to_async(self._look, thread_sensitive=False, executor=_lookers())
        try:
            yield self._hello(seated=seated)
            for pause in self._paces(seated=seated):
                await asyncio.sleep(pause)
                if said := self._say(await look()):
                    yield said
        finally:
            self.seats.leave(self.reader)

    def _look(self) -> list[News]:
        close_old_connections()
        try:
            return list(self.follower.look())
        finally:
            close_old_connections()

    def _paces(self, *, seated: bool) -> Iterator[float]:
        """How long to wait before each look, for as long as this stream lasts."""
        yield 0.0
        until, short = time.monotonic() + self.seats.seconds, SHORT
        while not self.follower.is_over:
            short -= 1
            if self.follower.has_more and short > 0:
                yield 0.0
            elif seated and time.monotonic() < until:
                yield max(conf().look, self.seats.held / conf().looks)
            else:
                return

    def _hello(self, *, seated: bool) -> bytes:
        """When to come again, and under which name."""
        again = SOON if seated else min(max(2 * SOON, self.seats.readers / POLLS), LATEST)
        return f"retry: {again * 1000:.0f}\nid: {self.follower.place}\n\n".encode()

    def _say(self, news: list[News]) -> bytes:
        """Nothing, when there is nothing to say and the last word is not long ago."""
        if not news and time.monotonic() - self.spoke < conf().keepalive:
            return b""
        self.spoke = time.monotonic()
        said = b"".join(map(_event, news)) or KEEPALIVE
        return said + (LEISURELY if self.follower.is_over else b"")


def _event(news: News) -> bytes:
    """JSON stands on one line: nothing that a stranger printed can end it or begin another event."""
    data = json.dumps(news.data, separators=(",", ":"))
    return f"event: {news.kind}\nid: {news.place}\ndata: {data}\n\n".encode()


@cache
def _thread_seats() -> Seats:
    return Seats(conf().held, 2, conf().hold)


@cache
def _loop_seats() -> Seats:
    return Seats(conf().streams, conf().streams_each, conf().stream)


@cache
def _lookers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(4, thread_name_prefix="look")


def _let_go() -> None:
    """The connection with which the reader was recognised would be held for as long as the stream lasts."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()
