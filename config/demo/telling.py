"""What the demo says in the terminal."""

import sys

from rich.console import Console

out = Console(file=sys.stdout, highlight=False, soft_wrap=True)
GLYPHS = {"passed": ("✓", "green"), "failed": ("✗", "red"), "error": ("!", "magenta"), "skipped": ("–", "dim")}


def title(text: str) -> None:
    out.print()
    out.print(text, style="bold", markup=False)


def line(text: str, style: str = "") -> None:
    out.print(f"  {text}", style=style, markup=False)


def stage(name: str, verdict: str, seconds: float) -> None:
    glyph, style = GLYPHS.get(verdict, ("·", ""))
    took = f"{seconds:6.1f} s" if verdict != "skipped" else ""
    out.print(f"  {glyph} {name:<10} {verdict:<8}{took}".rstrip(), style=style, markup=False)
