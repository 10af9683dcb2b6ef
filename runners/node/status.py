"""pharos-node status: what this node has, and whether the registry knows it."""

import argparse

from adp.comparison.words.numbers import size
from adp.errors import AdpError
from adp.reference.staging import shelf
from adp.sandbox.choose import choose
from runners.node.identity import Identity
from runners.node.link import Link
from runners.node.machine import about
from runners.node.registering import tell
from runners.node.told import told

GOOD, BAD = 0, 2


def act(args: argparse.Namespace) -> int:
    """Raises AdpError or OSError when nothing is configured."""
    mine = told(args.config, {"registry": args.registry, "key_file": args.key_file})
    config, identity = mine.config(), Identity.at(mine.attest_file)
    store = shelf().store
    held = store.held()
    print(f"signs with  {identity.public}")
    print(f"data        {len(held)} files, {size(sum(each.size for each in held))}; room for {size(store.room)} more")
    status = GOOD
    try:
        has = about(choose(config.engine))
        print(f"machine     {has['engine']}, {has['cores']} cores, {size(has['memory'])}, {has['arch']}")
    except AdpError as error:
        print(f"machine     {error} ({error.hint})")
        status = BAD
    try:
        known = tell(Link(config.registry, config.key), identity)
        of = known["centre"] or "the registry itself"
        print(f"registry    {config.registry} knows it as {known['name']} of {of}")
    except AdpError as error:
        print(f"registry    {error} ({error.hint})")
        status = BAD
    return status
