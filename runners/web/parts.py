"""The parts of a run's page that change while one looks, each by the id of its place; the same for page and stream."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from adp.comparison.words import numbers
from runners.attempts import attempts
from runners.cost import Asked, Cost, cost, points_of
from runners.models import Run
from runners.web.curves import curves
from runners.web.sheet import Sheet

UNKNOWN = "not known yet"


def parts(request: HttpRequest, run: Run, actor: Any) -> dict[str, str]:
    """Fragments of HTML by name; `title` and `count` are plain text."""
    sheet, points, asked = Sheet(run), points_of(run), Asked.of(run)
    spent = cost(run, points)
    shown: Mapping[str, Any] = {"run": run, "sheet": sheet, "stages": sheet.stages, "user": actor}
    draw: Callable[..., str] = partial(_draw, request, shown)
    return {
        "title": f"{sheet.title} · Pharos",
        "where": draw("runners/parts/where.html"),
        "now": draw("runners/parts/now.html"),
        "count": sheet.count,
        "stages": draw("components/stages.html"),
        "queue": draw("runners/parts/queue.html"),
        "usage": draw("runners/parts/usage.html", curves=curves(points, asked)),
        "cost": draw("runners/parts/cost.html", facts=facts(run, asked, spent), is_final=spent.is_final),
        "attempts": draw("runners/parts/attempts.html", attempts=attempts(run)),
    }


def _draw(request: HttpRequest, shown: Mapping[str, Any], template: str, **more: Any) -> str:
    return render_to_string(template, {**shown, **more}, request=request)


def facts(run: Run, asked: Asked, spent: Cost) -> list[tuple[str, str, str]]:
    """What was asked for, and beside it what was used."""
    written = "products" if spent.is_final else "used"
    cores = f"{numbers.number(asked.cpus)} core{'' if asked.cpus == 1 else 's'}"
    return [
        ("CPU", cores, _used("used", spent.cpu_seconds, numbers.seconds)),
        ("Memory", numbers.size(asked.memory), _used("peak", spent.peak_memory_bytes, numbers.size)),
        ("Disk", numbers.size(asked.disk), _used(written, spent.output_bytes, numbers.size)),
        ("Time", f"{numbers.seconds(asked.seconds)} a command", _used("used", spent.wall_seconds, numbers.seconds)),
        ("Network", "none", ""),
        *([("Architecture", str(run.needs["arch"]), "")] if run.needs.get("arch") else []),
    ]  # fmt: skip


def _used(word: str, amount: float | None, words: Callable[[Any], str]) -> str:
    return "" if amount is None else f"{word} {words(amount)}"
