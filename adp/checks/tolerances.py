"""What products are held to, read before anything runs: specs of data tests, formulas of relations."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from adp.comparison.spec import expression
from adp.comparison.spec.reader import parse
from adp.errors import AuthorError
from adp.finding import Finding, Reason, Where
from adp.manifest import toml, tree
from adp.manifest.load import NAME
from adp.manifest.model import DataTest, Manifest
from adp.manifest.positions import Positions


def findings(manifest: Manifest, source: Path, text: bytes) -> Iterator[Finding]:
    """What is wrong with any of it. `text` is the manifest's, for the places in it."""
    positions = toml.read(text).positions
    yield from _formulas(manifest, positions)
    for number, test in enumerate(manifest.tests.data):
        try:
            parse(spec_of(test, source), file=test.spec or NAME)
        except AuthorError as e:
            place = positions.value(("tests", "data", number, "spec" if test.spec else "tolerance"))
            in_manifest = Where(file=NAME, line=place.line, column=place.column)
            for finding in e.findings:
                yield finding if finding.where.line or test.spec else replace(finding, where=in_manifest)


def _formulas(manifest: Manifest, positions: Positions) -> Iterator[Finding]:
    for number, product in enumerate(manifest.products):
        for column, formula in (product.relation.transform if product.relation else {}).items():
            try:
                expression.parse(formula)
            except expression.ExpressionError as e:
                place = positions.value(("products", number, "relation", "transform", column))
                yield Finding(
                    Reason.MANIFEST_INVALID,
                    "SPEC_EXPRESSION",
                    f"the formula of {column} cannot be read: {e}",
                    where=Where(file=NAME, line=place.line, column=place.column),
                    hint="write names of columns, numbers, + - * / and parentheses, such as 'x - 20.5'",
                )


def spec_of(test: DataTest, source: Path) -> Mapping[str, Any]:
    """Raises AuthorError where the spec's file cannot be read as TOML."""
    if not test.spec:
        return test.tolerance
    try:
        with tree.opened(source, test.spec) as stream:
            return toml.read(stream.read(toml.LIMIT + 1)).values
    except toml.TomlError as e:
        where = Where(file=test.spec, line=e.place.line, column=e.place.column)
        raise AuthorError(Finding(Reason.MANIFEST_INVALID, "SPEC_SYNTAX", str(e), where=where, hint=e.hint)) from e
    except tree.FileError as e:
        where = Where(file=test.spec)
        raise AuthorError(Finding(Reason.MANIFEST_INVALID, e.code, str(e), where=where, hint=e.hint)) from e
