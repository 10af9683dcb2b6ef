"""The job of a replication after its check: the judge holds the products against those of the first run."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from adp.checks.replica import Pair, replicate
from adp.environment.build import judge_root
from adp.errors import PlatformError
from adp.manifest.load import NAME, load
from adp.sandbox.choose import choose
from runners.node.checking import SOURCE
from runners.node.order import Source
from runners.node.replica import FOUND
from runners.node.telling import Teller

STAGE = "data"


def compare(source: Source, folder: Path, teller: Teller, told: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What the job does. Raises PlatformError when the fault is ours: then nothing is known."""
    teller.stage_started(STAGE)
    root = folder / SOURCE
    manifest, findings = load(root / NAME)
    if manifest is None:
        raise PlatformError(f"the manifest of a version that passed cannot be read: {findings[0].message}")
    found = replicate(
        choose(told["engine"]),
        lambda: judge_root(lambda line: teller.log(STAGE, line)),
        manifest,
        root,
        [_pair(folder, raw) for raw in told["pairs"]],
        folder / "replica",
        lambda line: teller.log(STAGE, line),
    )
    for product in found.products:
        teller.log(STAGE, f"{product.path}: {product.agreement.value} with the first run")
    (folder / FOUND).write_text(json.dumps(found.to_dict(), allow_nan=False), encoding="utf-8")
    return []


def _pair(folder: Path, raw: Mapping[str, Any]) -> Pair:
    files = {name: folder / raw[name] if raw[name] else None for name in ("first_file", "file")}
    return Pair(raw["name"], raw["path"], raw["first"], raw["sha256"], **files)
