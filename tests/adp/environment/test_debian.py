"""The recipe, and where this machine's Debian packages come from."""

from dataclasses import replace
from pathlib import Path

import pytest

from adp.environment import debian
from adp.environment.recipe import ASTRO_1

DEB822 = """\
Types: deb
# why this archive
URIs: http://mirror.test/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb-src
URIs: http://mirror.test/debian
Suites: bookworm
Components: main

Enabled: no
Types: deb
URIs: http://other.test/debian
Suites: bookworm
Components: main
"""
KEY = "[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] "


@pytest.mark.parametrize(("name", "text", "expected"), [
    ("sources.list.d/debian.sources", DEB822, [
        f"deb {KEY}http://mirror.test/debian bookworm main",
        f"deb {KEY}http://mirror.test/debian bookworm-updates main",
    ]),
    ("sources.list", "deb http://a.test/debian trixie main\ndeb http://a.test/security trixie-security main\n", [
        "deb http://a.test/debian bookworm main",
        "deb http://a.test/security bookworm-security main",
    ]),
    ("sources.list", "deb [arch=amd64 signed-by=/k.gpg] http://a.test/debian stable main\n# deb http://b.test x main", [
        "deb [signed-by=/k.gpg] http://a.test/debian bookworm main",
    ]),
    ("sources.list", "deb http://archive.test/ubuntu noble main\ndeb http://x.test/tool nodistro main", []),
])  # fmt: skip
def test_the_machines_own_archives_are_used(tmp_path: Path, name: str, text: str, expected: list[str]) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    assert debian.sources("bookworm", tmp_path) == expected


def test_every_change_of_the_recipe_is_another_tree() -> None:
    changed = replace(ASTRO_1, include=(*ASTRO_1.include, "libx"))
    assert changed.digest != ASTRO_1.digest
    assert changed.folder != ASTRO_1.folder
    assert ASTRO_1.folder.startswith("astro-1-")


def test_an_old_list_of_packages_is_read_from_the_tree(tmp_path: Path) -> None:
    status = tmp_path / "var/lib/dpkg/status"
    status.parent.mkdir(parents=True)
    status.write_text(
        "Package: a\nStatus: install ok installed\nVersion: 1-1\n\n"
        "Package: b\nStatus: deinstall ok config-files\nVersion: 2\n",
        encoding="utf-8",
    )
    assert debian.contents(tmp_path) == {"debian/a": "1-1"}
