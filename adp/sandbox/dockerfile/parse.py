"""Read a Dockerfile into instructions: continued lines, comments, here-documents, parser directives.

An engine never sees the author's text: what is built is written anew from these instructions (building.py), so that
no line can mean one thing to the policy and another to the engine."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

DIRECTIVE = re.compile(r"^#\s*(escape|syntax|check)\s*=", re.IGNORECASE)
BLANK = re.compile(r"[\t\v\f\r ]+")  # what an engine takes for the end of a word
CONTINUED = re.compile(r"\\[ \t]*$")
HEREDOC = re.compile(r"(?<!\S)\d*<<(?P<dash>-?)(?P<quote>[\"']?)\\?(?P<name>[A-Za-z_]\w*)(?P=quote)(?!\S)")
QUOTED = r"\"(?:[^\"\\]|\\.)*\"|'[^']*'"
ESCAPES = re.compile(r"[\\\"']")  # left out of the words an engine reads
OPTION = re.compile(r"--\S+")


@dataclass(frozen=True, slots=True)
class Instruction:
    """`word` in capitals, `rest` on one line; `body` is the here-document with its closing line, for RUN the rest of
    its script. A parser directive comes as DIRECTIVE, a trigger as ONBUILD with the instruction in `rest`."""

    line: int
    word: str
    rest: str
    body: str = ""

    @property
    def options(self) -> tuple[str, ...]:
        """The `--name=value` words in front, as an engine reads them: quotes and backslashes left out."""
        words = ESCAPES.sub("", self.rest).split()
        leading = [i for i, word in enumerate(words) if not OPTION.fullmatch(word)]
        return tuple(words[: leading[0]] if leading else words)

    @property
    def arguments(self) -> tuple[str, ...]:
        """The words behind the options; those of a JSON list where it is one."""
        listed = exec_form(self.bare)
        return listed if listed is not None else tuple(ESCAPES.sub("", self.bare).split())

    @property
    def bare(self) -> str:
        """`rest` without its options."""
        text = self.rest
        while match := re.match(r"--\S+\s*", text):
            text = text[match.end() :]
        return text


def exec_form(text: str) -> tuple[str, ...] | None:
    """The words of `["a", "b"]`; None for the shell's form."""
    if not text.startswith("["):
        return None
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return tuple(found) if found and all(isinstance(word, str) for word in found) else None


def instructions(text: str) -> Iterator[Instruction]:
    """A backslash at the end joins, comment and empty lines in between are left out, nothing is put in between."""
    lines = _lines(text)
    start, whole = 0, ""
    for number, line in lines:
        directive = DIRECTIVE.match(line.strip())
        if directive:
            yield Instruction(number, "DIRECTIVE", directive[1].lower())
        if line.lstrip().startswith("#") or not line.strip():
            continue
        start = start or number
        whole += CONTINUED.sub("", line)
        if not CONTINUED.search(line):
            yield _instruction(start, whole, lines)
            start, whole = 0, ""
    if whole:
        yield _instruction(start, whole, lines)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    plain = text.removeprefix("\N{BYTE ORDER MARK}").replace("\r\n", "\n")
    return iter(list(enumerate(plain.split("\n"), start=1)))


def _instruction(line: int, text: str, lines: Iterator[tuple[int, str]]) -> Instruction:
    plain = text.strip("\t\v\f\r ")
    word, *more = re.split(BLANK, plain, maxsplit=1)
    rest = more[0] if more else ""
    body = _body(rest, lines) if word.upper() in {"RUN", "COPY", "ADD"} else ""
    return Instruction(line, word.upper(), rest, body)


def _body(rest: str, lines: Iterator[tuple[int, str]]) -> str:
    """All lines up to the closing word of the last here-document that `rest` opens."""
    if exec_form(rest) is not None:
        return ""
    found = []
    for opened in re.finditer(f"{HEREDOC.pattern}|{QUOTED}", rest):  # what stands in quotes opens none
        if not opened["name"]:
            continue
        for _, line in lines:
            found.append(line)
            if (line.lstrip("\t") if opened["dash"] else line) == opened["name"]:
                break
    return "\n".join(found)
