"""What a job says: read from the first byte, handed on line by line, first and last part kept, capped."""

import re

from adp.sandbox.engine import OnLine

HEAD = 256 << 10
TAIL = 1 << 20
STDOUT = 64 << 10
LONGEST_LINE = 4096
SEQUENCE = re.compile(  # ECMA-48: CSI with its parameters, OSC and other strings to their end, other escapes
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-Z\\^-~]"
)
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")


class Capture:
    """Takes the bytes of both streams as they come. A line in halves waits for its end, up to LONGEST_LINE."""

    def __init__(self, limit: int, on_line: OnLine) -> None:
        self.total = 0
        self._kept = 0
        self._limit = limit
        self._on_line = on_line
        self._head = bytearray()
        self._tail = bytearray()
        self._stdout = bytearray()
        self._open = {"stdout": b"", "stderr": b""}
        self._returned = {"stdout": False, "stderr": False}

    @property
    def is_over(self) -> bool:
        return self.total > self._limit

    def add(self, stream: str, chunk: bytes) -> None:
        """Past the limit nothing more is kept: a job that writes faster than it dies costs no memory."""
        room = max(0, self._limit - self.total)
        self.total += len(chunk)
        kept = self._lines(stream, chunk[:room])
        if stream == "stdout":
            self._stdout += kept[: STDOUT - len(self._stdout)]
        *whole, rest = (self._open[stream] + kept).split(b"\n")
        for line in whole:
            self._say(line, b"\n")
        while len(rest) > LONGEST_LINE:
            self._say(rest[:LONGEST_LINE])
            rest = rest[LONGEST_LINE:]
        self._open[stream] = rest

    def _lines(self, stream: str, chunk: bytes) -> bytes:
        """A carriage return ends a line too (progress bars know no other end); one before a newline is one with it."""
        if self._returned[stream] and chunk.startswith(b"\n"):
            chunk = chunk[1:]
        if chunk:
            self._returned[stream] = chunk.endswith(b"\r")
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def close(self) -> None:
        """Hand on what has no line end."""
        for stream, rest in self._open.items():
            if rest:
                self._say(rest)
            self._open[stream] = b""

    @property
    def stdout(self) -> str:
        return _readable(bytes(self._stdout))

    @property
    def text(self) -> str:
        tail = bytes(self._tail[-TAIL:])
        left_out = self._kept - len(self._head) - len(tail)
        gap = f"\n[… {left_out} bytes left out …]\n" if left_out > 0 else ""
        over = f"\n[… stopped: more than {self._limit} bytes of output …]\n" if self.is_over else ""
        return _readable(bytes(self._head)) + gap + _readable(tail) + over

    def _say(self, line: bytes, end: bytes = b"") -> None:
        """Two streams come in pieces; a line of the log is a line of one of them."""
        whole = line + end
        self._kept += len(whole)
        first = whole[: HEAD - len(self._head)]
        self._head += first
        self._tail += whole[len(first) :]
        if len(self._tail) > 2 * TAIL:
            del self._tail[:-TAIL]
        self._on_line(_readable(line[:LONGEST_LINE]))


def _readable(raw: bytes) -> str:
    """Text that does nothing to a terminal, a page or a database that shows it, whatever the bytes: colours and other
    sequences are taken out, what is left of controls, and what would turn or break a line elsewhere, is replaced."""
    return UNSAFE.sub("\N{REPLACEMENT CHARACTER}", SEQUENCE.sub("", raw.decode("utf-8", errors="replace")))
