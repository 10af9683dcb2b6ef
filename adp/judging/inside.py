"""The half that runs in the judge's sandbox: reads what it is asked, reads the files, writes one answer per task.

    python3 -m adp.judging.inside /judge/job.json

It imports adp.comparison, adp.finding and adp.errors, and nothing that could reach out."""

import json
import os
import sys
import traceback
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from adp.comparison.agreement import agree
from adp.comparison.compare import compare
from adp.comparison.describe import describe
from adp.comparison.formats.limits import LIMITS, ReadLimits
from adp.comparison.pictures.draw import draw
from adp.comparison.result import plain
from adp.comparison.spec.reader import parse
from adp.comparison.spec.terms import EXACT
from adp.finding import Finding
from adp.judging.compiling import unpack

PLAIN = replace(LIMITS, compiled=sys.maxsize)  # compiling here would take longer than comparing: docs/decisions/0010


def main(argv: list[str]) -> int:
    """Answers stand in the job's `out` as `<number>.json`, each written whole or not at all; pictures, where the job
    is to draw, beside them as `<number>-<name>.png`."""
    job = json.loads(Path(argv[0]).read_text(encoding="utf-8"))
    out, limits = Path(job["out"]), _limits(job.get("kernels"))
    for number, task in enumerate(job["tasks"]):
        _write(out / f"{number}.json", _drawn(task, out, number) if job.get("draw") else _answered(task, limits))
    return 0


def answer(task: Mapping[str, Any], limits: ReadLimits = PLAIN) -> dict[str, Any]:
    """One answer, as adp.judging.tasks.Result reads it."""
    product = Path(task["product"])
    if task["kind"] == "describe":
        facts, findings = describe(product)
        return {"comparison": None, "facts": facts, "findings": _plain(findings)}
    reference = Path(task["reference"])
    is_agree = task["kind"] == "agree"
    if is_agree:
        found = agree(reference, product, limits=limits)
    else:
        found = compare(reference, product, parse(task["spec"]), limits=limits, digests=True)
    return {"comparison": found.to_dict(), "facts": {}, "findings": []}


def _limits(kernels: Mapping[str, Any] | None) -> ReadLimits:
    """With the kernels that came along, whose import finds them compiled."""
    if kernels is None:
        return PLAIN
    unpack(Path(kernels["packed"]), Path(os.environ["NUMBA_CACHE_DIR"]))
    return replace(LIMITS, compiled=kernels["least"])


def _answered(task: Mapping[str, Any], limits: ReadLimits) -> dict[str, Any]:
    try:
        return answer(task, limits)
    except MemoryError:
        return {"limit": "MEMORY_LIMIT"}
    except Exception:  # noqa: BLE001 (a fault of ours: told outside as one, and the other tasks go on)
        return {"error": traceback.format_exc()[-4000:]}


def _drawn(task: Mapping[str, Any], out: Path, number: int) -> dict[str, Any]:
    """What each picture shows, in words; adp.judging.drawing reads it. `draw` never raises for what a file holds."""
    spec = EXACT if task["kind"] == "agree" else parse(task["spec"])
    drawn = draw(Path(task["reference"]), Path(task["product"]), spec)
    for picture in drawn.pictures:
        (out / f"{number}-{picture.file}").write_bytes(picture.png)
    return {"pictures": [p.to_dict() for p in drawn.pictures], "notes": list(drawn.notes)}


def _plain(findings: tuple[Finding, ...]) -> list[Any]:
    return [plain(f.to_dict()) for f in findings]


def _write(path: Path, document: Mapping[str, Any]) -> None:
    part = path.with_suffix(".part")
    part.write_text(json.dumps(document, allow_nan=False), encoding="utf-8")
    part.replace(path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
