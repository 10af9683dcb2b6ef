"""adp data add|list|verify|drop: the reference data of this machine, by content. On a node: pharos-node data."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from adp.comparison.words.numbers import size
from adp.errors import PlatformError, UsageError
from adp.reference.staging import shelf
from adp.reference.store import DamagedError, Store

GOOD, BAD = 0, 2


def add(verbs: Any) -> None:
    p = verbs.add_parser("data", help="bring, list and verify the reference data of this machine")
    deeds = p.add_subparsers(required=True, metavar="DEED", title="deeds")
    it = deeds.add_parser("add", help="copy files into the store, where every check on this machine finds them")
    it.add_argument("files", metavar="FILE", type=Path, nargs="+")
    it.add_argument("--title", default="", help="what it is; a node shows it on its centre's page")
    it.add_argument("--private", action="store_true", help="only for products that the node's centre owns")
    it.add_argument("--sha256", default="", help="refuse the file if it is another (one FILE only)")
    it.set_defaults(act=_add)
    it = deeds.add_parser("list", help="what is held, oldest use first, and what lies in quarantine")
    it.add_argument("--json", action="store_true", help="print one JSON document on stdout")
    it.set_defaults(act=_list)
    it = deeds.add_parser("verify", help="hash everything again; what is damaged goes into quarantine")
    it.set_defaults(act=_verify)
    it = deeds.add_parser("drop", help="let a file go")
    it.add_argument("sha256", metavar="SHA256")
    it.set_defaults(act=_drop)


def _add(args: argparse.Namespace) -> int:
    if args.sha256 and len(args.files) > 1:
        raise UsageError("--sha256 is that of one file", hint="add them one by one")
    for file in args.files:
        if not file.is_file():
            raise UsageError(f"{file} is no file", hint="name files, not folders")
        held = _store().add(file, title=args.title, sha256=args.sha256, private=args.private)
        print(f"{held.sha256}  {size(held.size)}  {file.name}")
    return GOOD


def _list(args: argparse.Namespace) -> int:
    store = _store()
    held, suspects = store.held(), list(store.quarantine.suspects())
    if args.json:
        document = {"held": [asdict(h) for h in held], "quarantine": [asdict(s) for s in suspects], "room": store.room}
        print(json.dumps({"schema": "adp-data/1", **document}, indent=1))
        return GOOD
    for each in held:
        kind = "private" if each.is_private else "kept" if each.is_pinned else "fetched"
        print(f"{each.sha256}  {size(each.size):>10}  {kind:<7}  {each.title}")
    print(f"{len(held)} files; room for {size(store.room)} more")
    for suspect in suspects:
        print(f"in quarantine: {suspect.found}  {size(suspect.size)}  {suspect.why}")
    return GOOD


def _verify(args: argparse.Namespace) -> int:
    store, bad = _store(), 0
    for each in store.held():
        try:
            store.verify(each.sha256)
        except DamagedError as error:
            bad += 1
            print(f"{error}; {error.hint}")
    print(f"{len(store.held())} files are what they were")
    return BAD if bad else GOOD


def _drop(args: argparse.Namespace) -> int:
    store = _store()
    if not store.has(args.sha256, private=True):
        raise UsageError(f"{args.sha256} is not held here", hint="`data list` shows what is")
    store.drop(args.sha256)
    return GOOD


def _store() -> Store:
    """Raises PlatformError when it cannot be written."""
    try:
        return shelf().store
    except OSError as error:
        raise PlatformError(f"the store of reference data cannot be opened: {error}", hint="set PHAROS_VAR") from error
