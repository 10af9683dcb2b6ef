"""Runs the blocks of a page as a reader would, in a folder of its own: makes the files, asks `adp`, reads the answer.

`python` blocks run (with `>>>` as doctests), a `toml` block that begins with `# NAME.toml` is that file, and in
`console` blocks `$ adp …` is the program itself. `python -m tests.docs.examples [PAGE…]` writes the answers into the
pages anew.
"""

import contextlib
import doctest
import io
import os
import re
import shlex
import sys
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adp.cli.main import main

DOCS = Path(__file__).resolve().parents[2] / "docs"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"# (\S+\.toml)\n")
COMMAND = re.compile(r"^\$ (.+)$", re.MULTILINE)
RUNS = re.compile(r"^(\$ adp|>>>) ", re.MULTILINE)
HOW = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def pages() -> list[Path]:
    """Every page that has something to run in it."""
    found = [*DOCS.glob("reference/comparison/*.md"), DOCS / "reference/python.md", DOCS / "tutorial/comparing.md"]
    return [p for p in sorted(found) if p.exists() and RUNS.search(p.read_text("utf-8"))]


@dataclass
class Reader:
    """Somebody who follows a page from its beginning to its end."""

    folder: Path
    names: dict[str, Any] = field(default_factory=lambda: {"__name__": "page"})
    status: int = 0

    def follow(self, text: str) -> str:
        """The page with the answers that the program gives today. Raises AssertionError where a doctest fails."""
        return BLOCK.sub(lambda found: f"```{found[1]}\n{self._block(found[1], found[2])}```", text)

    def _block(self, language: str, text: str) -> str:
        named = NAMED.match(text)
        if language == "python":
            self._run(text)
        elif language == "toml" and named:
            (self.folder / named[1]).write_text(text, "utf-8")
        elif language == "console" and COMMAND.search(text):
            return "".join(f"$ {words}\n{self._ask(words)}" for words in COMMAND.findall(text))
        return text

    def _run(self, text: str) -> None:
        if ">>> " not in text:
            with warnings.catch_warnings(action="ignore"):  # a header of 1992 earns one
                exec(compile(text, "<page>", "exec"), self.names)
            return
        said = io.StringIO()
        example = doctest.DocTestParser().get_doctest(text, self.names, "page", None, None)
        failed = doctest.DocTestRunner(optionflags=HOW).run(example, out=said.write, clear_globs=False).failed
        self.names.update(example.globs)
        assert not failed, said.getvalue()

    def _ask(self, words: str) -> str:
        program, *rest = shlex.split(words)
        if program == "echo":
            return f"{self.status}\n"
        assert program == "adp", words
        answer = io.StringIO()
        with contextlib.redirect_stdout(answer):
            self.status = main(rest)
        return "".join(f"{line.rstrip()}\n" for line in answer.getvalue().splitlines())


@contextlib.contextmanager
def reader(folder: Path) -> Iterator[Reader]:
    """A reader who sits in `folder`, beside the examples of a clone."""
    before, path = Path.cwd(), list(sys.path)
    (folder / "examples").symlink_to(DOCS.parent / "examples")
    os.chdir(folder)
    try:
        yield Reader(folder)
    finally:
        os.chdir(before)
        sys.path[:] = path


def renew(page: Path) -> bool:
    """Writes today's answers into the page; whether anything changed."""
    text = page.read_text("utf-8")
    with tempfile.TemporaryDirectory() as folder, reader(Path(folder)) as someone:
        new = someone.follow(text)
    page.write_text(new, "utf-8")
    return new != text


if __name__ == "__main__":
    for asked in [Path(p).resolve() for p in sys.argv[1:]] or pages():
        sys.stdout.write(f"{'renewed' if renew(asked) else 'holds'} {asked.relative_to(DOCS)}\n")
