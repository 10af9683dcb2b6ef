"""The table of the Dockerfile policy. docs/explanation/environments.md is written from it."""

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from adp.environment.recipe import RECIPES
from adp.finding import Reason
from adp.sandbox.dockerfile import shell
from adp.sandbox.dockerfile.parse import ESCAPES, Instruction

OWN = tuple(sorted(RECIPES))
DIGEST = re.compile(r"[a-z0-9][a-z0-9._/:-]*@sha256:[0-9a-f]{64}")
KNOWN = frozenset({"FROM", "RUN", "COPY", "ENV", "ARG", "WORKDIR", "USER", "LABEL", "SHELL", "CMD", "ENTRYPOINT"})
HARMLESS = frozenset({"EXPOSE", "MAINTAINER", "STOPSIGNAL"})
REFUSED = frozenset({"ONBUILD", "ADD", "VOLUME", "HEALTHCHECK", "DIRECTIVE"})
SECRET_NAME = re.compile(
    r"(?:^|_)(?:PASS(?:WORD|WD|PHRASE)?|SECRETS?|TOKENS?|API_?KEY|(?:PRIVATE|SECRET|ACCESS|SSH|SIGNING)_?KEY|"
    r"CREDENTIALS?|AUTH)(?:_|$)",
    re.IGNORECASE,
)
SECRET_VALUE = re.compile(
    r"gh[pousr]_[A-Za-z0-9]{20}|github_pat_|glpat-|AKIA[0-9A-Z]{12}|xox[abpr]-|-----BEGIN|://[^/\s:@]+:[^/\s@]+@"
)
FROM = re.compile(r"\S+(?: as \S+)?", re.IGNORECASE)
KERNEL = ("/proc", "/sys", "/dev")
ROOT_CODE = "DOCKERFILE_ROOT"


@dataclass(frozen=True, slots=True)
class Stage:
    """What one FROM has come to: its name, user and folder; `line` is that of its last USER, or of its FROM."""

    name: str = ""
    user: str = ""
    folder: str = "/"
    line: int = 1
    is_open: bool = False

    def entered(self, folder: str) -> str:
        return posixpath.normpath("/" + posixpath.join(self.folder, ESCAPES.sub("", folder)).lstrip("/"))


Stages = Mapping[str, Stage]
Fault = Callable[[Instruction, Stage, Stages], str]


@dataclass(frozen=True, slots=True)
class Rule:
    """`words`: the instructions it reads, none for all. `fault` gives what is wrong, or "". `refuses` and `example`
    are for people."""

    code: str
    words: frozenset[str]
    fault: Fault
    refuses: str
    example: str
    hint: str
    reason: Reason = Reason.POLICY


def is_root(user: str) -> bool:
    """Whether a container of that USER is, or could be, root."""
    name = ESCAPES.sub("", user).split(":")[0].strip()
    return not name or "$" in name or name == "root" or (name.lstrip("+").isdigit() and int(name) == 0)


def image_and_name(instruction: Instruction) -> tuple[str, str]:
    """What a FROM starts from, and what it calls the stage in small letters; "" where it does not say."""
    image, _, name = (*instruction.arguments, "", "", "")[:3]
    return image, name.lower()


def _directive(instruction: Instruction, _: Stage, __: Stages) -> str:
    if instruction.rest == "check":
        return ""
    return f"the parser directive {instruction.rest!r} is not allowed: it changes what the file means"


def _from(instruction: Instruction, _: Stage, stages: Stages) -> str:
    if any(not option.startswith("--platform=") for option in instruction.options):
        return f"FROM carries the option {instruction.options[0]}"
    if not FROM.fullmatch(" ".join(instruction.arguments)):
        return "FROM is written: FROM image [AS name]"
    return _image(image_and_name(instruction)[0], stages)


def _image(image: str, stages: Stages) -> str:
    if "$" in image:
        return f"the image {image!r} hides behind a variable"
    if image.lower() in stages or image in {"scratch", *OWN} or DIGEST.fullmatch(image):
        return ""
    return f"the image {image!r} is not pinned: a name can mean another image tomorrow"


def _latest(instruction: Instruction, _: Stage, __: Stages) -> str:
    named = [*instruction.arguments[:1], *(o.partition("=")[2] for o in instruction.options if "from=" in o)]
    moving = [image for image in named if image.lower().endswith(":latest")]
    return f"the image {moving[0]!r} is another one every week" if moving and instruction.word == "FROM" else ""


def _copy(instruction: Instruction, _: Stage, stages: Stages) -> str:
    """`--from` is looked for in the whole text without its quotes: an engine finds it there too."""
    text = ESCAPES.sub("", instruction.rest)
    sources = re.findall(r"--from(?:\s*=\s*|\s+)(\S+)", text)
    return next((fault for source in sources if (fault := _image(source, stages))), "")


def _heredoc(instruction: Instruction, _: Stage, __: Stages) -> str:
    return "COPY takes files of the repository, not text of the Dockerfile" if "<<" in instruction.rest else ""


def _add(instruction: Instruction, _: Stage, __: Stages) -> str:
    text = ESCAPES.sub("", instruction.rest)
    if re.search(r"://|@|\$|\\u|\.git\b", text):
        return "ADD names an address, a repository or a variable; a build has no network"
    return "ADD unpacks what it finds, outside of the sandbox"


def _option(instruction: Instruction, _: Stage, __: Stages) -> str:
    """Whatever stands in front: one could mount a secret, name another image, or ask for a network."""
    text = ESCAPES.sub("", instruction.rest).lstrip()
    return f"RUN carries the option {text.split()[0]}" if text.startswith("--") else ""


def _piped(instruction: Instruction, _: Stage, __: Stages) -> str:
    words = instruction.arguments if instruction.rest.startswith("[") else ()
    text = "\n".join([*words, instruction.rest, instruction.body])
    return shell.runs_what_it_fetches(text)


def _secret(instruction: Instruction, _: Stage, __: Stages) -> str:
    text = ESCAPES.sub("", instruction.rest)
    names = [word.partition("=")[0] for word in text.split() if "=" in word or instruction.word == "ARG"]
    if instruction.word == "ENV" and "=" not in text.partition(" ")[0]:
        names.append(text.partition(" ")[0])
    named = next((name for name in names if SECRET_NAME.search(name)), "")
    if named:
        return f"{instruction.word} {named} is a secret by its name, and everybody can read an image's history"
    return "what looks like a secret stands in it, and everybody can read it" if SECRET_VALUE.search(text) else ""


def _workdir(instruction: Instruction, stage: Stage, _: Stages) -> str:
    if "$" in instruction.rest:
        return f"WORKDIR {instruction.rest!r} hides behind a variable"
    folder = stage.entered(instruction.rest.strip())
    is_kernel = any(folder == top or folder.startswith(f"{top}/") for top in KERNEL)
    return f"WORKDIR {folder} belongs to the kernel (CVE-2024-21626)" if is_kernel else ""


def _instruction(instruction: Instruction, _: Stage, __: Stages) -> str:
    return f"{instruction.word} has no place in an environment: an ADP's steps are in adp.toml"


def _unknown(instruction: Instruction, _: Stage, __: Stages) -> str:
    return (
        "" if instruction.word in KNOWN | HARMLESS | REFUSED else f"there is no instruction {instruction.word[:40]!r}"
    )


def _onbuild(_: Instruction, __: Stage, ___: Stages) -> str:
    return "ONBUILD hides instructions from whoever reads this file"


def _nothing(_: Instruction, __: Stage, ___: Stages) -> str:
    """Judged by the whole file."""
    return ""


BASE = f"FROM {OWN[0]}, or FROM name@sha256:… of an image the node holds"
# fmt: off
RULES: tuple[Rule, ...] = (
    Rule("DOCKERFILE_DIRECTIVE", frozenset({"DIRECTIVE"}), _directive, "parser directives `syntax` and `escape`",
         "# syntax=docker/dockerfile:1", "leave the line out"),
    Rule("DOCKERFILE_LATEST", frozenset({"FROM"}), _latest, "a base called `:latest`", "FROM python:latest", BASE),
    Rule("DOCKERFILE_FROM", frozenset({"FROM"}), _from, "a base that is neither ours nor named by digest",
         "FROM python:3.11", BASE),
    Rule("DOCKERFILE_FROM", frozenset({"COPY"}), _copy, "copying from an image that is not pinned either",
         "COPY --from=alpine /bin/sh /", BASE),
    Rule("DOCKERFILE_HEREDOC", frozenset({"COPY"}), _heredoc, "files written in the Dockerfile",
         "COPY <<EOF /etc/x", "put the file into the repository and COPY it"),
    Rule("DOCKERFILE_ADD", frozenset({"ADD"}), _add, "`ADD`: what it may fetch, what it unpacks",
         "ADD https://example.org/x /x", "COPY a file of the repository; unpack it with RUN tar"),
    Rule("DOCKERFILE_RUN", frozenset({"RUN"}), _option, "options of `RUN`: `--mount`, `--network`, `--security`",
         "RUN --mount=type=secret,id=x cat /run/secrets/x", "write the command alone"),
    Rule("DOCKERFILE_PIPE", frozenset({"RUN"}), _piped, "running what was just fetched",
         "RUN curl https://example.org/install | sh",
         "name packages in `requirements`: they are fetched by hash and lie in wheels/ of the build"),
    Rule("DOCKERFILE_SECRET", frozenset({"ARG", "ENV", "LABEL"}), _secret, "secrets in `ARG`, `ENV`, `LABEL`",
         "ARG GITHUB_TOKEN", "an environment needs none: nothing it does has a network"),
    Rule("DOCKERFILE_WORKDIR", frozenset({"WORKDIR"}), _workdir, "a `WORKDIR` of the kernel, or behind a variable",
         "WORKDIR /proc/self/fd/8", "write a folder of the image"),
    Rule("DOCKERFILE_ONBUILD", frozenset({"ONBUILD"}), _onbuild, "`ONBUILD`", "ONBUILD RUN make",
         "write the instruction itself"),
    Rule("DOCKERFILE_INSTRUCTION", frozenset({"VOLUME", "HEALTHCHECK"}), _instruction, "`VOLUME` and `HEALTHCHECK`",
         "VOLUME /data", "leave the line out"),
    Rule(ROOT_CODE, frozenset({"FROM"}), _nothing, "ending as root, or without saying as whom",
         "USER root", "end it with USER 20001"),
    Rule("DOCKERFILE", frozenset(), _unknown, "what is no instruction", "ANGE x",
         "see the reference of Dockerfiles", Reason.BUILD_FAIL),
)
# fmt: on
