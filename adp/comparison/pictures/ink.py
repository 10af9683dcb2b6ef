"""How every picture looks, and how a figure becomes bytes: the site's tokens, the same bytes again.

Colours are those of the site's plots. Darkness tells size, line style and marker tell sides and signs, so that a
picture survives greyscale and every colour vision (blue and vermilion of Okabe & Ito 2008)."""

import io
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from adp.comparison.words.numbers import short

PAPER, INK, SOFT, LINE = "#ffffff", "#16303c", "#4a5f69", "#d3dde1"
REFERENCE, PRODUCT, LAMP, VOID, BROKEN = "#0b6a9f", "#b8500a", "#f3b53a", "#ebf0f2", "#5a4796"
FILL, BAND = "#bdd6e4", "#fdf2da"  # below a histogram; what is allowed
DARK = {PAPER: "#0f212a", INK: "#d7e2e7", SOFT: "#9db0b9", LINE: "#2a404b", REFERENCE: "#63b7e6", PRODUCT: "#f0914e",
        LAMP: "#ffc24d", VOID: "#1b323d", BROKEN: "#bfaef8", FILL: "#1c4459",
        BAND: "#2e2913"}  # fmt: skip
DIVERGING = ("#06263a", "#0b6a9f", "#7db4d3", "#f4f6f7", "#f4f6f7", "#eaa36f", "#b8500a", "#3d1a02")
STOPS = (0.0, 0.22, 0.4, 0.46, 0.54, 0.6, 0.78, 1.0)
WIDTH, DPI = 800, 170  # pixels; shown at 480 or, on a phone, 350: then the type is 13 or 10 pixels high
COLOURS = (96, 48)  # the first that makes a small file
SMALL = 40 << 10
LONGEST = 60  # characters of a label
STYLE: dict[str, Any] = {
    "font.family": ["DejaVu Sans"],
    "font.size": 9,
    "text.color": INK,
    "axes.facecolor": PAPER,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.titlesize": 9,
    "axes.formatter.limits": (-4, 6),
    "axes.formatter.useoffset": False,
    "axes.formatter.use_mathtext": True,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "mathtext.default": "regular",
    "svg.hashsalt": "pharos",
    "path.simplify": True,
}


@contextmanager
def drawing() -> Iterator[None]:
    """matplotlib with this style and nobody else's; the caller's own settings are as before afterwards."""
    matplotlib = _matplotlib()
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(STYLE)
        yield


def _matplotlib() -> Any:
    """Imported once, with its caches in a folder that is gone afterwards: a reader's machine is left as it was."""
    if "matplotlib.backends.backend_agg" in sys.modules:
        return sys.modules["matplotlib"]
    before = os.environ.get("MPLCONFIGDIR")
    with tempfile.TemporaryDirectory(prefix="adp-pictures-") as folder:
        os.environ["MPLCONFIGDIR"] = folder
        try:
            import matplotlib.backends.backend_agg  # noqa: PLC0415 (half a second, only where pictures are wanted)
            import matplotlib.backends.backend_svg  # noqa: PLC0415 (as above)
            import matplotlib.font_manager  # noqa: PLC0415 (as above)
        finally:
            os.environ.pop("MPLCONFIGDIR")
            if before is not None:
                os.environ["MPLCONFIGDIR"] = before
    return matplotlib


def canvas(height: float = 3.0) -> Any:
    """An empty figure as wide as every picture; `height` in inches (1 inch is 170 pixels)."""
    from matplotlib.figure import Figure  # noqa: PLC0415 (see _matplotlib)
    from matplotlib.layout_engine import ConstrainedLayoutEngine  # noqa: PLC0415 (as above)

    return Figure(figsize=(WIDTH / DPI, height), layout=ConstrainedLayoutEngine(w_pad=0.07, h_pad=0.07))


def png(figure: Any) -> tuple[bytes, tuple[int, int]]:
    """The picture in few colours, without a date or a version: the same bytes whenever it is drawn; and its size."""
    from PIL import Image  # noqa: PLC0415 (comes with matplotlib)

    raw = io.BytesIO()
    figure.savefig(raw, format="png", dpi=DPI, metadata={"Software": None})
    packed = io.BytesIO()
    with Image.open(raw) as whole:
        plain = whole.convert("RGB")
    for count in COLOURS:
        packed = io.BytesIO()
        few = plain.quantize(count, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        few.save(packed, format="PNG", optimize=True)
        if packed.tell() <= SMALL:
            break
    return packed.getvalue(), plain.size


def svg(figure: Any) -> bytes:
    """The same for paper and screens of any size; in the dark its tokens change with the reader's scheme."""
    raw = io.StringIO()
    figure.savefig(raw, format="svg", metadata={"Date": None, "Creator": None})
    text = re.sub(r"<metadata>.*?</metadata>", "", raw.getvalue(), flags=re.DOTALL)
    names = {light: f"t{number}" for number, light in enumerate(DARK)}
    for light, name in names.items():
        text = text.replace(light, f"var(--{name})")
    day = "".join(f"--{name}:{light};" for light, name in names.items())
    night = "".join(f"--{name}:{DARK[light]};" for light, name in names.items())
    style = f"<style>:root{{{day}}}@media(prefers-color-scheme:dark){{:root{{{night}}}}}</style>"
    return re.sub(r"(<svg[^>]*>)", lambda found: found[1] + style, text, count=1).encode()


def plain(text: str, most: int = LONGEST) -> str:
    """A stranger's name or unit as text that is no formula, and no longer than an axis."""
    return (text if len(text) <= most else f"{text[: most - 1]}…").replace("$", r"\$")


def plainly(axis: Any) -> None:
    """Ticks of a logarithmic axis as numbers: 1, 10, 100 instead of powers of ten."""
    from matplotlib.ticker import FuncFormatter, NullLocator  # noqa: PLC0415 (see _matplotlib)

    axis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
    axis.set_minor_locator(NullLocator())


def diverging() -> Any:
    """Blue below, vermilion above, pale between: equally dark at equal size."""
    from matplotlib.colors import LinearSegmentedColormap  # noqa: PLC0415 (see _matplotlib)

    found = LinearSegmentedColormap.from_list("residual", list(zip(STOPS, DIVERGING, strict=True)), N=255)
    return found.with_extremes(bad=VOID)
