"""The pages of the documentation, and the blocks of code in them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def page():
    return lambda name: (ROOT / "docs" / name).read_text("utf-8")


@pytest.fixture
def blocks(page):
    """(what the page says before it, the block) for every block of one language."""

    def found(name, language):
        text = page(name)
        return [(text[: m.start()], m[2]) for m in BLOCK.finditer(text) if m[1] == language]

    return found
