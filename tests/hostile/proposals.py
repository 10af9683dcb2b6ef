"""Proposals whose step is a few lines of ours, with any number of products."""

import json
from collections.abc import Sequence
from pathlib import Path

from tests.factories.proposals import FILES, REFERENCE, Change, make_proposal
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


def of_products(folder: Path, made: Sequence[Made], *, beside: str = BESIDE) -> Path:
    """One step makes all of `made`; nothing is compared but one good product."""
    good = Made("good.ecsv", "open(p, 'w').write(TABLE)")
    listed = [good, *made]
    products = "".join(PRODUCT.format(number=n, path=json.dumps(m.path), format="ecsv") for n, m in enumerate(listed))
    manifest = FILES["adp.toml"]
    start, end = manifest.index("[[products]]"), manifest.index("[tests]")
    manifest = manifest[:start] + products + manifest[end:]
    for old, new in {
        'run = ["python3", "tiny.py", "double", "{table}", "{doubled}"]': 'run = ["python3", "maker.py"]',
        "deterministic = true": 'deterministic = false\nnondeterministic_reason = "A test of what is collected."',
        'product = "doubled"': 'product = "p0"',
    }.items():
        assert manifest.count(old) == 1
        manifest = manifest.replace(old, new)
    maker = MAKER.format(table=REFERENCE, made=[(m.path, m.make) for m in listed], beside=beside)
    return make_proposal(folder, Change(files={"adp.toml": manifest, "maker.py": maker}))
