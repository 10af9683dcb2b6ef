"""The page of the Dockerfile policy shows the table that is obeyed."""

from pathlib import Path

from adp.sandbox.dockerfile.rules import RULES

PAGE = Path(__file__).resolve().parents[2] / "docs/explanation/environments.md"


def test_the_page_shows_every_rule_in_order() -> None:
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `DOCKERFILE")]
    assert rows == [f"| `{rule.code}` | {rule.refuses} | `{rule.example}` |" for rule in RULES]
