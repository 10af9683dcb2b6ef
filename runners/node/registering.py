"""pharos-node register: the key an operator made comes in, a key to sign with is made, one file says where they are."""

import argparse
import getpass
import json
import sys
from pathlib import Path
from typing import Any

from adp.errors import PlatformError, UsageError
from runners.node.config import config
from runners.node.identity import Identity, beside, keep
from runners.node.link import Link, RefusedError, UnreachableError
from runners.node.told import default_file


def act(args: argparse.Namespace) -> int:
    """The registry is asked first: nothing is written that it does not take."""
    file = (args.config or default_file()).absolute()
    key_file = file.with_name("key")
    for there in (file, key_file):
        if there.exists():
            raise UsageError(f"{there} is there: this machine was registered", hint="move it away to begin anew")
    given = config(registry=args.registry, key=_key(), slots=args.slots)
    identity = Identity.at(beside(key_file))
    known = tell(Link(given.registry, given.key), identity)
    keep(key_file, given.key + "\n")
    keep(file, _text(given.registry, key_file, given.slots))
    print(f"this machine is node {known['name']} of {known['centre'] or 'the registry itself'}")
    print(f"{file} says where it reports for work; start it with: pharos-node run{_named(file, args.config)}")
    return 0


def tell(link: Link, identity: Identity) -> dict[str, Any]:
    """Which node this is. Raises UsageError when the registry refuses it, PlatformError when it does not answer."""
    try:
        return link.post("register/", {"attest_key": identity.public})
    except RefusedError as error:
        raise UsageError(f"the registry refuses this node: {error}", hint="an operator renews its key") from error
    except UnreachableError as error:
        raise PlatformError(f"the registry does not answer: {error}", hint="is its address right?") from error


def _key() -> str:
    """Never as an argument: other accounts can read those."""
    if sys.stdin.isatty():
        return getpass.getpass("the node's key (phn_…): ").strip()
    return sys.stdin.readline().strip()


def _text(registry: str, key_file: Path, slots: int) -> str:
    said = {"registry": registry, "key_file": key_file.name, "slots": slots}
    return "".join(f"{name} = {json.dumps(value)}\n" for name, value in said.items())


def _named(file: Path, given: Path | None) -> str:
    return f" --config {file}" if given else ""
