"""The folder of a report: one page for a pair of files; for two folders an index and a page for each file."""

from importlib.resources import files as resources
from pathlib import Path

import adp
from adp.comparison.page import rules, sections
from adp.comparison.page.html import Markup, el, join
from adp.comparison.picture import Picture
from adp.comparison.result import Comparison
from adp.comparison.words.text import visible

INDEX = "report.html"
POLICY = "default-src 'none'; img-src 'self' data: file:; style-src 'unsafe-inline'"
CROWD = 10_000  # files of a folder that get a page of their own


def write(found: Comparison, into: Path, *, command: str = "", spec: str = "") -> None:
    """`report.html` and its pictures below `into`, which exists. `command` repeats it; `spec` is its text, if any."""
    pages = {}
    if found.comparisons:
        pages = {name: f"files/{number:04d}.html" for number, name in enumerate(found.comparisons, 1)}
        (into / "files").mkdir(exist_ok=True)
        for name, address in list(pages.items())[:CROWD]:
            one, folder = found.comparisons[name], f"{Path(address).stem}/"
            _keep(one.pictures, into / "files" / folder)
            _put(into / address, page(one, title=name, folder=folder, up=f"../{INDEX}"))
    _keep(found.pictures, into / "pictures")
    _put(into / INDEX, page(found, folder="pictures/", command=command, spec=spec, pages=pages))


def page(
    found: Comparison, *, title: str = "", folder: str = "", command: str = "", spec: str = "", up: str = "",
    pages: dict[str, str] | None = None,
) -> str:  # fmt: skip
    """One whole document. `folder`: where its pictures lie; `up`: the index it belongs to; `pages`: those of files."""
    name = title or _title(found)
    back = el("p", el("a", "All files", href=up), class_="small") if up else ""
    if pages:
        body = [sections.verdict(found), *sections.of_files(found, pages), sections.command(command, spec)]
    else:
        body = [
            sections.verdict(found), sections.findings(found.findings),
            sections.pictures(found.pictures, found.notes, folder), rules.rules(found), rules.statistics(found),
            sections.files(found), sections.command(command, spec),
        ]  # fmt: skip
    return document(name, join((back, el("h1", name), *body)))


def document(title: str, body: Markup) -> str:
    """The frame of every page of a local report."""
    style = Markup(resources("adp.comparison.page").joinpath("style.css").read_text("utf-8"))
    head = el(
        "head", el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", http_equiv="Content-Security-Policy", content=POLICY),
        el("title", title), el("style", style),
    )  # fmt: skip
    bar = el("header", el("p", "Pharos ", el("span", "comparison")), class_="bar")
    foot = el("footer", el("p", f"adp {adp.__version__} · this page needs no server and no network"), class_="foot")
    whole = el("html", head, el("body", bar, el("main", body), foot), lang="en")
    return f"<!doctype html>\n{whole}\n"


def _title(found: Comparison) -> str:
    names = [Path(f.path).name for side, f in sorted(found.files.items())]
    if len(names) != 2:  # noqa: PLR2004 (two sides)
        return "Comparison of two folders"
    return visible(f"{names[0]} against {names[1]}")


def _keep(pictures: tuple[Picture, ...], folder: Path) -> None:
    if pictures:
        folder.mkdir(exist_ok=True)
    for picture in pictures:
        (folder / picture.file).write_bytes(picture.png)
        if picture.svg:
            (folder / f"{picture.name}.svg").write_bytes(picture.svg)


def _put(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", errors="backslashreplace")
