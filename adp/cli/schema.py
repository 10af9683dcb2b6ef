"""adp schema: the JSON Schema of adp.toml, for editors and other programs."""

import argparse
import json
from typing import Any

from adp.manifest.schema import json_schema


def add(verbs: Any) -> None:
    p = verbs.add_parser("schema", help="print the JSON Schema of adp.toml")
    p.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))
    return 0
