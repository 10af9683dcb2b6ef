"""What a job does instead of checking, in the tests of the node: ends well, badly, never, loudly."""

import hashlib
import json
import os
import signal
from dataclasses import replace
from pathlib import Path

from adp.errors import PlatformError
from adp.report import STAGES, ProductFile, Report, StageResult, Verdict

PRODUCT = b"1 2 3\n"


def passes(source, folder, teller, told):
    for name in STAGES:
        teller.stage_started(name)
        teller.log(name, f"{name} is fine")
        teller.stage_finished(StageResult(name, Verdict.PASSED, 0.1, log="fine"))
    stages = tuple(StageResult(name, Verdict.PASSED, 0.1, log="fine") for name in STAGES)
    now = "2026-11-22T08:41:07+00:00"
    report = Report(
        Verdict.PASSED, source.tree, "pixtable", source.version, "fake", now, now, commit=source.commit, stages=stages
    )
    (folder / "report.json").write_text(json.dumps(report.to_dict()))
    (folder / "shifted.csv").write_bytes(PRODUCT)
    return [("log.txt", "log", "log.txt"), ("shifted.csv", "product", "shifted.csv")]


def draws(source, folder, teller, told):
    log, product = passes(source, folder, teller, told)
    (folder / "01-map.png").write_bytes(b"no picture at all")
    return [log, ("01-map.png", "picture", "01-map.png"), product]


def is_our_fault(source, folder, teller, told):
    raise PlatformError("the disk is full", hint="make room")


def has_a_bug(source, folder, teller, told):
    raise ZeroDivisionError("division by zero")


def dies(source, folder, teller, told):
    os.kill(os.getpid(), signal.SIGKILL)


def never_ends(source, folder, teller, told):
    teller.stage_started("unit")
    teller.log("unit", f"pid {os.getpid()}")
    Path(folder, "started").touch()
    signal.pause()


def ignores_every_wish(source, folder, teller, told):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        never_ends(source, folder, teller, told)


def prints(source, folder, teller, told):
    """Stray prints of a library must not be taken for words to the node."""
    os.write(1, b"{not json\n")
    for n in range(3000):
        teller.log("unit", f"line {n} {'x' * 60}")
    return passes(source, folder, teller, told)


def shows_its_environment(source, folder, teller, told):
    teller.log("unit", json.dumps(dict(os.environ)))
    return passes(source, folder, teller, told)


MANIFEST = """\
adp = 1
[product]
name = "pixtable"
version = "1.0.0"
title = "A table"
summary = "It is."
license = "BSD-3-Clause"
science_case = "SCIENCE.md"
type = "measurements"
[[contributors]]
name = "Alice"
roles = ["Software"]
[environment]
base = "astro-1"
[[data]]
name = "level1"
role = "reference"
path = "level1.csv"
sha256 = "%s"
[[steps]]
name = "make"
kind = "table-creation"
run = ["true"]
[[products]]
name = "table"
path = "table.csv"
format = "csv"
[tests]
unit = ["true"]
[[tests.data]]
name = "as-before"
product = "table"
reference = "level1"
kind = "regression"
tolerance = { column.flux.rel = 1e-6 }
""" % ("0" * 64)


def _makes(flux):
    def check(source, folder, teller, told):
        passes(source, folder, teller, told)
        text = f"name,flux\na,{flux}\n".encode()
        (folder / "source").mkdir()
        (folder / "source" / "adp.toml").write_text(MANIFEST)
        (folder / "table.csv").write_bytes(text)
        report = Report.from_dict(json.loads((folder / "report.json").read_text()))
        made = ProductFile(
            "table", "table.csv", "csv", len(text), hashlib.sha256(text).hexdigest(), 1, 2, "measurements"
        )
        (folder / "report.json").write_text(json.dumps(replace(report, products=(made,)).to_dict()))
        return [("log.txt", "log", "log.txt"), ("table.csv", "product", "table.csv")]

    return check


makes, makes_nearly, makes_another = _makes("1.0"), _makes("1.0000000001"), _makes("1.1")
