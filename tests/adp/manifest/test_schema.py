import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from adp.manifest.keys import MANIFEST
from adp.manifest.schema import json_schema
from adp.manifest.tables import Key, ListOf, Table
from tests.adp.manifest.bad import COMPLETE, ROWS, Bad

VALIDATOR = Draft202012Validator(json_schema())
SMALLEST = Path(__file__).with_name("smallest.toml").read_bytes()
READABLE = [row for row in ROWS if row.code not in {"SYNTAX", "ENCODING", "TOO_DEEP"}]


def every_table(kind: Any = MANIFEST) -> Iterator[Table]:
    if isinstance(kind, Table):
        yield kind
        for key in kind.keys:
            yield from every_table(key.kind)
    elif isinstance(kind, ListOf):
        yield from every_table(kind.item)


def test_the_schema_is_a_json_schema_of_2020_12() -> None:
    Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("text", [COMPLETE, SMALLEST], ids=["complete", "smallest"])
def test_what_the_loader_takes_the_schema_takes(text: bytes) -> None:
    VALIDATOR.validate(tomllib.loads(text.decode()))


@pytest.mark.parametrize("row", READABLE, ids=str)
def test_the_schema_refuses_every_fault_of_structure_the_loader_refuses(row: Bad) -> None:
    assert VALIDATOR.is_valid(tomllib.loads(row.text.decode())) is not row.structural


@pytest.mark.parametrize("table", list(every_table()), ids=lambda t: t.make.__name__)
def test_every_key_is_described_and_every_default_is_the_model_s(table: Table) -> None:
    bare = {f.name: f.default for f in table.make.__dataclass_fields__.values()}

    def says_the_same(key: Key) -> bool:
        return key.default is None or key.kind.build(key.default) == bare[key.attribute or key.name]

    assert all(key.doc for key in table.keys)
    assert [key.name for key in table.keys if not says_the_same(key)] == []


@pytest.mark.parametrize("table", list(every_table()), ids=lambda t: t.make.__name__)
def test_every_key_has_its_place_in_the_model(table: Table) -> None:
    assert {key.attribute or key.name for key in table.keys} == set(table.make.__dataclass_fields__)
