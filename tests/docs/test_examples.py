"""Every worked example of the documentation gives the answer that its page shows."""

from pathlib import Path

import pytest

from tests.docs.examples import DOCS, pages, reader


@pytest.mark.parametrize("name", [str(p.relative_to(DOCS)) for p in pages()])
def test_the_page_shows_what_the_program_says(name: str, tmp_path: Path) -> None:
    text = (DOCS / name).read_text("utf-8")

    with reader(tmp_path) as someone:
        today = someone.follow(text)

    assert today == text, "python -m tests.docs.examples writes the answers anew"
