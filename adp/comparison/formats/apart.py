"""A reader in a process of its own, for formats that C libraries read: their crash or hunger is a finding here."""

import gc
import itertools
import os
import resource
import signal
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from adp.comparison.formats.limits import ReadLimits, Unreadable
from adp.comparison.formats.wire import described, document, receive, send, send_values, values
from adp.comparison.model import Array, Document, Getter, Rows

Reader = Callable[[Path, int, ReadLimits], Document]
ENDS = {
    signal.SIGXCPU: "takes longer to read than its size allows",
    signal.SIGKILL: "was given up while it was read",
}
PATIENCE = 10  # times the allowed CPU seconds, for a machine that does other things too


def apart(read: Reader, prepare: Callable[[], object]) -> Reader:
    """`read` behind a pipe. `prepare` imports what it needs, before the fork. The reader gets `limits.room` bytes of
    memory on top of what this process has, and `limits.seconds` of CPU for each answer."""

    def start(path: Path, descriptor: int, limits: ReadLimits) -> Document:
        try:
            prepare()
            room = _start(read, path, descriptor, limits)
        finally:
            os.close(descriptor)
        try:
            head, _ = room.answer()
            found = document(path, head, [_Remote(room, i) for i in range(len(head["parts"]))])
        except BaseException:
            room.close()
            raise
        return replace(found, close=room.close)

    return start


@dataclass
class _Room:
    """The process and both ends of the talk with it; one question at a time."""

    pid: int
    asks: int
    answers: int
    seconds: float
    lock: threading.Lock = field(default_factory=threading.Lock)
    dead: str = ""

    def ask(self, head: Mapping[str, Any], *arrays: Array) -> tuple[dict[str, Any], bytes]:
        with self.lock:
            if self.dead:
                raise Unreadable(self.dead)
            try:
                send(self.asks, head, *arrays)
            except BrokenPipeError:
                self._bury()
            return self.answer()

    def answer(self) -> tuple[dict[str, Any], bytes]:
        """Raises Unreadable with what the reader says is wrong, or with how it ended."""
        found = receive(self.answers, self.seconds)
        if found is None:
            self._bury()
        if "unreadable" in found[0]:
            raise Unreadable(**found[0]["unreadable"])
        return found

    def _bury(self) -> NoReturn:
        os.kill(self.pid, signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        self.pid = 0
        ended = signal.Signals(os.WTERMSIG(status)) if os.WIFSIGNALED(status) else None
        self.dead = ENDS.get(ended, "makes the library that reads it crash") if ended else "cannot be read"
        raise Unreadable(self.dead)

    def close(self) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = 0
        for end in (self.asks, self.answers):
            os.close(end)


@dataclass(frozen=True)
class _Remote:
    """The source of one part, read over there."""

    room: _Room
    part: int

    def read(self, rows: Rows) -> Getter:
        head = {"part": self.part, "rows": [rows.start, rows.stop] if isinstance(rows, slice) else None}
        numbers = [] if isinstance(rows, slice) else [np.asarray(rows, np.int64)]
        return lambda name: values(*self.room.ask(head | {"name": name}, *numbers))


def _start(read: Reader, path: Path, descriptor: int, limits: ReadLimits) -> _Room:
    asked, asks = os.pipe()
    answers, answered = os.pipe()
    pid = os.fork()
    if pid == 0:
        _live(read, path, limits, (descriptor, asked, answered))
    os.close(asked)
    os.close(answered)
    return _Room(pid, asks, answers, PATIENCE * limits.seconds)


def _live(read: Reader, path: Path, limits: ReadLimits, descriptors: tuple[int, int, int]) -> NoReturn:
    """The whole life of the other process; it never returns into the code of the first one."""
    try:
        gc.freeze()  # what the first process owns is not ours to finalise
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _only(descriptors)
        _bounded(limits)
        _serve(read, path, limits, descriptors)
    finally:
        os._exit(0)


def _only(keep: tuple[int, ...]) -> None:
    """Closes every other descriptor; what C libraries say on standard error goes nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    ordered = [2, *sorted(keep), resource.getrlimit(resource.RLIMIT_NOFILE)[0]]
    for low, high in itertools.pairwise(ordered):
        os.closerange(low + 1, high)


def _bounded(limits: ReadLimits) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    statm = Path("/proc/self/statm")
    if statm.exists():
        used = int(statm.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = used + limits.room
        resource.setrlimit(resource.RLIMIT_AS, (most if soft < 0 else min(most, soft), hard))


def _serve(read: Reader, path: Path, limits: ReadLimits, descriptors: tuple[int, int, int]) -> None:
    descriptor, asked, answered = descriptors
    found: list[Document] = []
    latest: tuple[Any, Getter] | None = None

    def opened() -> None:
        found.append(read(path, descriptor, limits))
        send(answered, described(found[0]))

    def told(head: Mapping[str, Any], body: bytes) -> None:
        nonlocal latest
        about = (head["part"], head["rows"] and tuple(head["rows"]), body)
        if latest is None or latest[0] != about:
            rows: Rows = slice(*head["rows"]) if head["rows"] else np.frombuffer(body, np.int64)
            latest = about, found[0].parts[head["part"]].source.read(rows)
        send_values(answered, latest[1](head["name"]))

    if _answered(answered, limits, opened):
        while (question := receive(asked)) is not None:
            _answered(answered, limits, lambda: told(*question))


def _answered(answered: int, limits: ReadLimits, answer: Callable[[], None]) -> bool:
    """Whether `answer` could be given; if not, why not has been sent instead."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime + limits.seconds) + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard < 0 else min(soft, hard), hard))
    try:
        answer()
    except Unreadable as error:
        why = {"message": str(error), "code": error.code, "hdu": error.hdu, "line": error.line}
    except MemoryError:
        why = {"message": f"needs more than {limits.room} bytes of memory to be read"}
    except Exception as error:  # noqa: BLE001 (a library fed by strangers: whatever it raises is about these bytes)
        why = {"message": f"cannot be read: {(str(error).splitlines() or [type(error).__name__])[0][:200]}"}
    else:
        return True
    send(answered, {"unreadable": why})
    return False
