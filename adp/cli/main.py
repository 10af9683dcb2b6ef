"""`adp`: the same checks at home as on the registry. Exit: 0 passed, 1 the ADP's fault, 2 not judged, 130 stopped."""

import argparse
import importlib
import io
import signal
import sys
import traceback

from adp import __version__
from adp.errors import AdpError, AuthorError

VERBS = {
    "init": "write a complete ADP to start from",
    "check": "judge an ADP as the registry would",
    "compare": "compare a product with a reference by a stated rule",
    "data": "bring, list and verify the reference data of this machine",
    "verify": "prove what a node signed about a run, without a network",
    "cache": "what this machine keeps because it can be made again",
    "schema": "print the JSON Schema of adp.toml",
    "doctor": "say what this machine can run, and what is missing",
}
FAULT, UNJUDGED = 1, 2
STOPPED = 128 + signal.SIGINT  # what a shell says of a program that was interrupted: no verdict


def main(argv: list[str] | None = None) -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # no verdict is lost to a terminal without unicode
    try:
        args = _parse(sys.argv[1:] if argv is None else argv)  # here, too, somebody may stop it: it imports
        return int(args.act(args))
    except AuthorError as e:
        _say(e)
        return FAULT
    except AdpError as e:
        _say(e)
        return UNJUDGED
    except KeyboardInterrupt:
        print("adp: stopped; nothing was judged", file=sys.stderr)
        return STOPPED
    except MemoryError:
        print("adp: this machine has not enough memory for these files; nothing was judged", file=sys.stderr)
        return UNJUDGED
    except Exception:  # noqa: BLE001 - Python would end with 1, which says that the ADP is at fault
        traceback.print_exc()
        print("adp: this is a fault of ours; nothing was judged", file=sys.stderr)
        return UNJUDGED


def _parse(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("adp", description=__doc__)
    parser.add_argument("--version", action="version", version=f"adp {__version__}")
    verbs = parser.add_subparsers(required=True, metavar="VERB", title="verbs")
    asked = next((w for w in words if w in VERBS), None)
    for name, help_text in VERBS.items():
        if name == asked:
            importlib.import_module(f"adp.cli.{name}").add(verbs)  # only what is asked for: `adp compare` starts cold
        else:
            verbs.add_parser(name, help=help_text)
    return parser.parse_args(words)


def _say(error: AdpError) -> None:
    print(f"adp: {error}", file=sys.stderr)
    if error.hint:
        print(f"     {error.hint}", file=sys.stderr)
