"""pharos-node run: what this machine is, once; then work until somebody says stop."""

import argparse
import logging
import os
import threading
from functools import partial

from adp.reference.staging import shelf
from adp.sandbox.choose import choose
from adp.sandbox.sweep import job_folder
from runners.node.bell import Bell
from runners.node.broom import Broom
from runners.node.holdings import Holdings
from runners.node.identity import Identity
from runners.node.keeping import Keeper
from runners.node.leaving import leave_on_signals, leave_with_the_site
from runners.node.loop import Node
from runners.node.machine import about
from runners.node.told import told

log = logging.getLogger("pharos.node")
UNFIT = 2


def act(args: argparse.Namespace) -> int:
    """Raises AdpError or OSError when this machine cannot be a node."""
    given = {name: getattr(args, name) for name in ("registry", "key_file", "engine", "slots")}
    mine = told(args.config, given)
    config = mine.config()
    engine = choose(config.engine)
    node = Node(config, about(engine), partial(job_folder, engine), Holdings(shelf().store))
    identity, broom = Identity.at(mine.attest_file), Broom(engine)
    leave_on_signals(node.stop)
    if args.leashed:
        threading.Thread(target=leave_with_the_site, args=(node.leave,), daemon=True).start()
    if not node.introduce(identity):
        return UNFIT
    broom.start()
    if not args.once:
        Keeper(node.link, node.stop).start()
    if broker := os.environ.get("PHAROS_BELL"):  # for nodes of its own site; its password is no argument to be listed
        node.bell = Bell(broker, node.name)
        node.bell.start()
    log.info("ready for %s: engine %s, %s cores", config.registry, node.about["engine"], node.about["cores"])
    node.serve(once=args.once)
    log.info("stopped")
    return 0
