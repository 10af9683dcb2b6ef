import json

import pytest

from adp.cli.main import main
from adp.manifest.schema import json_schema


def test_it_prints_the_schema_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out) == json_schema()
    assert printed.err == ""
