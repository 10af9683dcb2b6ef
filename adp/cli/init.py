"""adp init DIR: a complete ADP that passes `adp check` as it is, in a git repository with one commit."""

import argparse
from pathlib import Path
from typing import Any

from adp.errors import UsageError
from adp.manifest import template
from adp.source.local import create_repository

NEXT = """wrote a complete ADP to {directory}, in a git repository with one commit

see it pass:          adp check {directory}
make it yours:        adp.toml      your product, names and ORCID iDs
                      SCIENCE.md    your question, method and limits of use
                      photometry/ tests/ config/ data/
                                    your pipeline, unit tests, parameters, inputs and reference
then propose it:      git commit -a, git tag v0.1.0, push, and submit that tag to a registry"""


def add(verbs: Any) -> None:
    p = verbs.add_parser("init", help="write a complete ADP to start from")
    p.add_argument("directory", metavar="DIR", type=Path, help="a new or empty folder; its name becomes the product's")
    p.add_argument("--template", metavar="NAME", choices=template.names(), default=template.DEFAULT, help="what from")
    p.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    directory: Path = args.directory.absolute()
    try:
        template.write(directory, template.product_name(directory.name), args.template)
    except FileExistsError as e:
        raise UsageError(f"{args.directory} is there already, and is no empty folder", hint="name a new folder") from e
    except OSError as e:
        raise UsageError(f"{args.directory} cannot be written: {e.strerror}", hint="name another folder") from e
    create_repository(directory)
    print(NEXT.format(directory=args.directory))
    return 0
