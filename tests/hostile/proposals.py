"""Proposals whose step is a few lines of ours, with any number of products."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.factories.proposals import FILES, REFERENCE, Change, make_proposal, swapped
from tests.hostile.judged import Bad
from tests.hostile.outputs import BESIDE, Made

PRODUCT = """[[products]]
name = "p{number}"
path = {path}
format = "{format}"
type = "measurements"
derived_from = ["table"]
"""
MAKER = """import os, socket
TABLE = {table!r}
for path, make in {made!r}:
    p = '/out/' + path
    os.makedirs(os.path.dirname(p), exist_ok=True)
    try:
        exec(make)
    except OSError as refusal:
        print(path, refusal)
{beside}"""

COPIER = """import os, shutil
for path, file in {made!r}:
    os.makedirs(os.path.dirname('/out/' + path), exist_ok=True)
    shutil.copyfile('bad/' + file, '/out/' + path)
with open('/out/good.ecsv', 'w') as good: good.write({table!r})
"""


def of_files(folder: Path, bad: Sequence[Bad]) -> Path:
    """One step hands over files that lie in the repository."""
    listed = [(b.path, b.format) for b in bad]
    maker = COPIER.format(table=REFERENCE, made=[(b.path, str(n)) for n, b in enumerate(bad)])
    files = {f"bad/{n}": b.content for n, b in enumerate(bad)}
    return _proposal(folder, [("good.ecsv", "ecsv"), *listed], maker, files)


def of_products(folder: Path, made: Sequence[Made], *, beside: str = BESIDE) -> Path:
    """One step makes all of `made`; nothing is compared but one good product."""
    listed = [Made("good.ecsv", "open(p, 'w').write(TABLE)"), *made]
    maker = MAKER.format(table=REFERENCE, made=[(m.path, m.make) for m in listed], beside=beside)
    return _proposal(folder, [(m.path, "ecsv") for m in listed], maker, {})


def _proposal(folder: Path, products: Sequence[tuple[str, str]], maker: str, files: Mapping[str, bytes]) -> Path:
    """`products` as (path, format); the first is compared with the reference."""
    rows = enumerate(products)
    listed = "".join(PRODUCT.format(number=n, path=json.dumps(path), format=kind) for n, (path, kind) in rows)
    manifest = FILES["adp.toml"]
    start, end = manifest.index("[[products]]"), manifest.index("[tests]")
    manifest = manifest[:start] + listed + manifest[end:]
    for old, new in {
        'run = ["python3", "tiny.py", "double", "{table}", "{doubled}"]': 'run = ["python3", "maker.py"]',
        "deterministic = true": 'deterministic = false\nnondeterministic_reason = "A test of what is collected."',
        'product = "doubled"': 'product = "p0"',
    }.items():
        manifest = swapped(manifest, old, new)
    return make_proposal(folder, Change(files={"adp.toml": manifest, "maker.py": maker, **files}))
