"""Small drawings inside a page: the glyph of a verdict, and the bar that says how much of a tolerance was used."""

import math

from adp.comparison.page.html import Markup, el
from adp.comparison.words.allowed import Allowed
from adp.comparison.words.numbers import short

DISC = (
    "M8 0a8 8 0 1 1 0 16A8 8 0 0 1 8 0m3.6 4.4L6.8 9.6 4.5 7.4 3.2 8.8l3.7 3.5 6.1-6.6z",
    "M1 1h14v14H1zm4.6 3.2L4.2 5.6 6.6 8l-2.4 2.4 1.4 1.4L8 9.4l2.4 2.4 1.4-1.4L9.4 8l2.4-2.4-1.4-1.4L8 6.6z",
    "M8 0l8 15H0zm-.9 5.5.3 4.5h1.3l.3-4.5zM7 11.4v1.8h2v-1.8z",
    "M8 0l8 8-8 8-8-8z",
    "M1 6h14v4H1z",
)
GLYPHS = {"agrees": 0, "pass": 0, "differs": 1, "fail": 1, "error": 1, "unsure": 2, "warning": 3, "info": 3}
WORDS = {"pass": "agrees", "fail": "differs", "info": "note", "unsure": "could not be judged"}
WIDTH, HEIGHT, DECADE = 104, 14, 13


def status(kind: str, word: str = "") -> Markup:
    """Shape, word and colour, in this order of importance."""
    path = el("path", d=DISC[GLYPHS.get(kind, 4)], fill_rule="evenodd")
    glyph = el("svg", path, viewBox="0 0 16 16", aria_hidden="true")
    return el("span", glyph, word or WORDS.get(kind, kind), class_=f"st {kind if kind in GLYPHS else 'none'}")


def meter(limit: Allowed, passes_at: float | None, *, failed: bool) -> Markup:
    """Logarithmic, four decades to each side of the tolerance, which is the tick in the middle."""
    if limit.value is None or passes_at is None or limit.value <= 0:
        return Markup("")
    share = passes_at / limit.value
    middle = WIDTH / 2
    end = middle + DECADE * math.log10(share) if share > 0 else 0.0
    fill = max(1.5, min(float(WIDTH), end))
    label = f"{short(share)} of the allowed" if share else "no difference"
    return el(
        "svg",
        el("rect", class_="track", x=0, y=4, width=WIDTH, height=6),
        el("rect", class_="out" if failed else "in", x=0, y=4, width=f"{fill:.1f}", height=6),
        el("rect", class_="limit", x=f"{middle - 0.75:.2f}", y=0, width=1.5, height=HEIGHT),
        class_="meter", viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img", aria_label=label,
    )  # fmt: skip
