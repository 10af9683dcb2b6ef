"""What a job does instead of checking, in the tests of the node: ends well, badly, never, loudly."""

import json
import os
import signal
from pathlib import Path

from adp.errors import PlatformError
from adp.report import STAGES, Report, StageResult, Verdict

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
