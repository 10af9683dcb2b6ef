"""What is made anew for the reference: states and manifest keys from the program, pictures by a page's example."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import singledispatch
from pathlib import Path
from typing import Any

import django

from adp.manifest import quantities
from adp.manifest.keys import MANIFEST
from adp.manifest.kinds import LINE, PROSE, Choice, Flag, Free, Number, Quantity, Text
from adp.manifest.tables import Apart, Key, ListOf, MapOf, Table

OUT = Path(__file__).parent / "reference"


def write() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    (OUT / "states.md").write_text("\n".join(states()) + "\n", "utf-8")
    (OUT / "manifest-keys.md").write_text("\n".join(keys()) + "\n", "utf-8")
    pictures()


def pictures() -> None:
    """What the example on the page of pictures draws."""
    from tests.docs.examples import reader

    drawn = OUT / "comparison" / "drawn"
    shutil.rmtree(drawn, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder, reader(Path(folder)) as someone:
        someone.follow((OUT / "comparison" / "pictures.md").read_text("utf-8"))
        shutil.copytree("out/pictures", drawn, ignore=shutil.ignore_patterns("*.svg"))


def states() -> Iterator[str]:
    from registry.lifecycle import VERSION
    from reviews.lifecycle import ASSIGNMENT, ROUND
    from runners.lifecycle import RUN

    yield from (
        "# States",
        "",
        "Drawn from the tables that `advance()` obeys. The door is also the permission and the event.",
    )
    for title, machine in (("Version", VERSION), ("Run", RUN), ("Round", ROUND), ("Assignment", ASSIGNMENT)):
        yield from (
            "",
            f"## {title}",
            "",
            f"Begins as `{machine.initial}`.",
            "",
            "| door | from | to |",
            "|---|---|---|",
        )
        for move in machine.moves.values():
            yield f"| `{move.name}` | {', '.join(_word(s) for s in sorted(move.sources))} | {_word(move.target)} |"


def _word(state: str) -> str:
    return str(state).replace("_", " ")


def keys() -> Iterator[str]:
    yield from ("# Keys of adp.toml", "")
    yield "Drawn from the loader's own table; `adp schema` prints the same as JSON Schema."
    yield "{doc}`manifest` shows them at work, and has the rules between them."
    yield from _section("The top of the file", MANIFEST, "")


def _section(title: str, table: Table, path: str) -> Iterator[str]:
    """The keys of one table, then the tables below it."""
    yield from ("", f"## {title}", "", "| key | value | default | what |", "|---|---|---|---|")
    below = []
    for key in table.keys:
        inner = key.kind.item if isinstance(key.kind, ListOf) else key.kind
        if isinstance(inner, Table):
            here = f"{path}{key.name}"
            name = f"[[{here}]]" if isinstance(key.kind, ListOf) else f"[{here}]"
            below.append((f"`{name}`", inner, f"{here}."))
            value = f"below, `{name}`"
        else:
            value = said(key.kind)
        yield f"| `{key.name}` | {_cell(value)} | {_default(key)} | {_cell(key.doc)} |"
    for choose in table.choose:
        yield from ("", f"Exactly one of {', '.join(f'`{name}`' for name in choose.keys)}.")
    for need in table.needs:
        if isinstance(need, Apart):
            yield from ("", f"`{need.key}` and `{need.other}` exclude each other.")
            continue
        asked = need.key if need.when is None else f"{need.key} = {str(need.when).lower()}"
        yield from ("", f"`{asked}` needs `{need.other}`.")
    for name, inner, here in below:
        yield from _section(name, inner, here)


def _default(key: Key) -> str:
    if key.required:
        return "*required*"
    if key.default is None:
        return ""
    shown = key.default if isinstance(key.default, list) else [key.default]
    return ", ".join(f"`{str(d).lower() if isinstance(d, bool) else d}`" for d in shown)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


@singledispatch
def said(kind: Any) -> str:
    """What may stand there, in words."""
    raise TypeError(f"a kind this page has no words for: {kind}")


@said.register
def _(kind: ListOf) -> str:
    return f"list: {said(kind.item)}"


@said.register
def _(kind: MapOf) -> str:
    return f"table with names of your own: {said(kind.item)}"


@said.register
def _(kind: Choice) -> str:
    return ("" if len(kind.words) == 1 else "one of ") + ", ".join(f"`{word}`" for word in kind.words)


@said.register
def _(kind: Quantity) -> str:
    most = quantities.show(kind.most, kind.units)
    return f"number and unit ({', '.join(kind.units)}), such as `{kind.example}`; at most {most}"


@said.register
def _(kind: Number) -> str:
    if kind.least == kind.most:
        return f"`{kind.least:g}`"
    low = f"more than {kind.least:g}, at most {kind.most:g}" if kind.above else f"{kind.least:g} to {kind.most:g}"
    return f"{'whole ' if kind.whole else ''}number, {low}"


@said.register
def _(_kind: Flag) -> str:
    return "`true` or `false`"


@said.register
def _(_kind: Free) -> str:
    return "table, see {doc}`comparison`"


@said.register
def _(kind: Text) -> str:
    if kind.pattern in {LINE, PROSE} and kind.wanted.startswith("text"):
        return f"text, at most {kind.longest} characters"
    return kind.wanted
