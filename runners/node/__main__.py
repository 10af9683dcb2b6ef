"""python -m runners.node --registry URL --key-file FILE [--engine NAME] [--once] [--leashed]"""

import argparse
import logging
import os
import sys
import threading
from functools import partial
from pathlib import Path

from adp.errors import AdpError
from adp.sandbox.choose import NAMES, choose
from adp.sandbox.sweep import job_folder
from runners.node.bell import Bell
from runners.node.broom import Broom
from runners.node.config import config
from runners.node.identity import Identity, beside
from runners.node.leaving import leave_on_signals, leave_with_the_site
from runners.node.loop import Node
from runners.node.machine import about

log = logging.getLogger("pharos.node")
BELL = "PHAROS_BELL"  # the broker's address, for nodes of its own site; its password is no argument to be listed


def main(argv: list[str] | None = None) -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s node %(levelname)s %(message)s", stream=sys.stderr)
    told = _arguments().parse_args(argv)
    try:
        key = told.key_file.read_text(encoding="ascii").strip()
        policy = os.environ.get("PHAROS_SOURCE_POLICY", "")
        given = config(registry=told.registry, key=key, engine=told.engine, policy=policy)
        engine = choose(told.engine)
        node = Node(given, about(engine), partial(job_folder, engine))
        broom = Broom(engine)
        identity = Identity.at(beside(told.key_file))
    except (AdpError, OSError, UnicodeDecodeError) as error:
        sys.stderr.write(f"node: {error}\n{getattr(error, 'hint', '')}\n".rstrip() + "\n")
        return 2
    leave_on_signals(node.stop)
    if told.leashed:
        threading.Thread(target=leave_with_the_site, args=(node.leave,), daemon=True).start()
    if not node.introduce(identity):
        return 2
    broom.start()
    if os.environ.get(BELL):
        node.bell = Bell(os.environ[BELL], node.name)
        node.bell.start()
    log.info("ready for %s: engine %s, %s cores", given.registry, node.about["engine"], node.about["cores"])
    node.serve(once=told.once)
    log.info("stopped")
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m runners.node", description="Run checks for a registry.")
    parser.add_argument("--registry", required=True, metavar="URL", help="address of the registry")
    parser.add_argument("--key-file", required=True, type=Path, metavar="FILE", help="from `manage.py node_key`")
    parser.add_argument("--engine", default="auto", choices=NAMES)
    parser.add_argument("--leashed", action="store_true", help="begin no run once standard input is closed")
    parser.add_argument("--once", action="store_true", help="do at most one run, do not wait for one")
    return parser


if __name__ == "__main__":
    sys.exit(main())
