"""What a Dockerfile may not ask of its engine, which has a network even where the build has none."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from adp.finding import Finding, Reason, Where

HINT = 'build FROM astro-1, or from an image the node holds, out of files of the repository: "COPY wheels /opt/wheels"'
DIRECTIVE = re.compile(r"^#\s*(escape|syntax)\s*=", re.IGNORECASE)
BLANK = re.compile(r"[\t\v\f\r ]+")  # what the engine takes for the end of a word
ESCAPES = re.compile(r"[\\\"']")  # it leaves these out of the words it reads
CONTINUED = re.compile(r"\\[ \t]*$")


@dataclass(frozen=True, slots=True)
class Instruction:
    line: int
    word: str
    rest: str


def check(text: str, name: str, held: Callable[[str], bool]) -> tuple[Finding, ...]:
    """`held` says whether the node holds an image of that name. A registry, an address, a variable: refused."""
    stages: set[str] = set()
    count = 0
    found = []
    for instruction in instructions(text):
        fault = _fault(instruction, stages, held)
        if fault:
            message = f"{name}, line {instruction.line}: {fault[1]}"
            where = Where(file=name, line=instruction.line)
            found.append(Finding(Reason.POLICY, fault[0], message, where=where, hint=HINT))
        if instruction.word == "FROM":
            stages |= {str(count), *_stage_name(instruction.rest)}
            count += 1
    return tuple(found)


def instructions(text: str) -> Iterator[Instruction]:
    """As the engine joins them: a backslash at the end, comment lines in between left out, nothing put in between.

    A parser directive would change these rules: it comes as an instruction named after it."""
    start, whole = 0, ""
    for number, line in enumerate(text.removeprefix("\N{BYTE ORDER MARK}").replace("\r\n", "\n").split("\n"), start=1):
        directive = DIRECTIVE.match(line.strip())
        if directive:
            yield Instruction(number, "DIRECTIVE", directive[1])
        if line.lstrip().startswith("#") or not line.strip():
            continue
        start = start or number
        whole += CONTINUED.sub("", line)
        if not CONTINUED.search(line):
            yield _instruction(start, whole)
            start, whole = 0, ""
    if whole:
        yield _instruction(start, whole)


def _instruction(line: int, text: str) -> Instruction:
    bare = BLANK.sub(" ", re.sub(r"^\s*(ONBUILD\s+)*", "", text, flags=re.IGNORECASE))
    word, _, rest = bare.partition(" ")
    return Instruction(line, word.upper(), rest.strip())


def _fault(instruction: Instruction, stages: set[str], held: Callable[[str], bool]) -> tuple[str, str] | None:
    word, rest = instruction.word, instruction.rest
    if word == "DIRECTIVE":
        return "DOCKERFILE_DIRECTIVE", f"the parser directive {rest!r} is not allowed"
    if word == "FROM":
        return _image(_first(rest), stages, held)
    if word == "COPY":
        sources = re.findall(r"--from[= ]\s*(\S+)", ESCAPES.sub("", rest))
        return next((f for f in (_image(source, stages, held) for source in sources) if f), None)
    if word == "ADD" and ("\\" in rest or re.search(r"://|@|\$", ESCAPES.sub("", rest))):
        return "DOCKERFILE_ADD", "ADD may not name an address or a variable; COPY a file of the repository"
    if word == "RUN" and rest.startswith("--"):
        return "DOCKERFILE_RUN", "RUN may carry no option: one could name another image, or ask for a network"
    return None


def _image(image: str, stages: set[str], held: Callable[[str], bool]) -> tuple[str, str] | None:
    if "$" in image:
        return "DOCKERFILE_FROM", f"the image {image!r} hides behind a variable; write its name"
    if image not in {"scratch", *stages} and not held(image):
        return "DOCKERFILE_FROM", f"this node does not hold the image {image!r}, and a build has no network"
    return None


def _first(rest: str) -> str:
    """The image of a FROM line, behind its options."""
    return next((part for part in rest.split() if not part.startswith("--")), "")


def _stage_name(rest: str) -> list[str]:
    named = re.search(r"\sas\s+(\S+)\s*$", rest, re.IGNORECASE)
    return [named[1].lower(), named[1]] if named else []
