"""The process of one job. It has no key and no token; its node reads what it says and kills it when it must.

Started as `python -m runners.node.job` in a session of its own, with a closed environment. One JSON line comes in on
standard input: {"source", "folder", "engine", "check", "policy"}; when that pipe closes, the node is dead and so is
this process. What it says goes out on the pipe that was standard output; stray prints go to standard error.
"""

import importlib
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from adp.environment import place
from adp.errors import AdpError, CuratorError
from runners.node.order import Source
from runners.node.telling import Teller

Check = Callable[[Source, Path, Teller, dict[str, Any]], list[tuple[str, str, str]]]


def main() -> None:
    wire = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    signal.signal(signal.SIGTERM, _leave)
    order = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_die_with_the_node, daemon=True).start()
    folder = Path(order["folder"])
    keep = (folder / "log.txt").open("a", encoding="utf-8", errors="backslashreplace")
    with keep, place.working_for(folder.name):
        _do(order, folder, Teller(wire, keep))
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # nothing is left to unwind


def _do(order: dict[str, Any], folder: Path, teller: Teller) -> None:
    try:
        artefacts = _named(order["check"])(Source.from_dict(order["source"]), folder, teller, order)
    except CuratorError as error:
        teller.invalid(str(error), [finding.to_dict() for finding in error.findings])
    except AdpError as error:
        teller.infra(f"{error} {error.hint}".strip())
    except Exception as error:  # a fault of ours is a word to the registry, not silence
        teller.infra(f"{type(error).__name__} in the node's program: {error}")
        raise
    else:
        teller.done(artefacts)


def _named(check: str) -> Check:
    module, _, name = check.partition(":")
    found: Check = getattr(importlib.import_module(module), name)
    return found


def _leave(_signal: int, _frame: object) -> None:
    """Unwind, so that the engine ends what it has started."""
    raise SystemExit(1)


def _die_with_the_node() -> None:
    while os.read(0, 4096):  # not through sys.stdin: its lock must be free when the interpreter ends
        pass
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
