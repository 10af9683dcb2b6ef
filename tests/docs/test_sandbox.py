"""The page of the sandbox shows the option table of the code; `python -m tests.docs.test_sandbox` writes it anew."""

from collections.abc import Iterator
from pathlib import Path

from adp.sandbox import floors
from adp.sandbox.options import LIMITS, WALLS, Limit, Means

PAGE = Path(__file__).resolve().parents[2] / "docs/explanation/sandbox.md"
END = "<!-- end -->"


def limits() -> Iterator[str]:
    yield "| limit | of | default | reason | bubblewrap | Docker, Podman |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for row in LIMITS:
        reason = f"`{row.reason.value}`" if row.reason else "–"
        cells = (f"`{row.name}`", row.what, _default(row), reason, _how(row.bubblewrap), _how(row.container))
        yield "| " + " | ".join(cells) + " |"


def walls() -> Iterator[str]:
    yield "| wall | what it keeps | bubblewrap | Docker, Podman |"
    yield "| --- | --- | --- | --- |"
    for wall in WALLS:
        ours = f"`{' '.join(wall.bubblewrap)}`" if wall.bubblewrap else "by itself" if wall.bubblewrap == () else "–"
        theirs = ", ".join(f"`{name}={value!r}`" for name, value in wall.container.items()) or "by the system calls"
        yield f"| {wall.name} | {wall.keeps} | {ours} | {theirs} |"


def _how(means: Means) -> str:
    return f"{means.how}; else {means.otherwise}" if means.needs else means.how


def _default(row: Limit) -> str:
    if not row.default:
        return "from the others"
    if row.unit == "bytes":
        return f"{row.default / 2**30:.0f} GiB" if row.default >= 2**30 else f"{row.default / 2**20:.0f} MiB"
    return f"{row.default:,.0f}".replace(",", " ") + (" s" if row.unit == "s" else "")


def _written(text: str) -> str:
    for name, table in (("limits", limits), ("walls", walls)):
        head, mark, rest = text.partition(f"<!-- {name}: ")
        comment, _, tail = rest.partition("\n")
        _, _, after = tail.partition(END)
        text = f"{head}{mark}{comment}\n" + "\n".join(table()) + f"\n{END}{after}"
    return text


def test_the_page_shows_the_table_of_the_code() -> None:
    text = PAGE.read_text("utf-8")
    assert text == _written(text)


def test_the_page_names_every_floor() -> None:
    line = next(line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("Engines older than a floor"))
    names = {"kernel": "Linux", "docker": "Docker", "podman": "Podman"}
    assert [f for n, f in floors.FLOORS.items() if f"{names.get(n, n)} {f.text}" not in line] == []


if __name__ == "__main__":
    PAGE.write_text(_written(PAGE.read_text("utf-8")), "utf-8")
