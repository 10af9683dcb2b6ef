"""What a node refuses at its start, and how it says so."""

import pytest

from adp.errors import UsageError
from adp.source.policy import Policy
from runners.node.__main__ import main
from runners.node.config import config

BAD = [
    ({"registry": "registry.example.org"}, "address"),
    ({"registry": "ftp://registry.example.org"}, "address"),
    ({"registry": "http://registry.example.org"}, "in the clear"),
    ({"key": "hunter2"}, "no node key"),
    ({"policy": "{"}, "no policy"),
    ({"policy": "[1]"}, "no policy"),
    ({"policy": '{"ports": 1}'}, "no policy"),
]


@pytest.mark.parametrize(("changed", "why"), BAD)
def test_a_bad_configuration_is_refused_with_the_next_step(changed, why):
    with pytest.raises(UsageError, match=why) as caught:
        config(**({"registry": "https://registry.example.org", "key": "phn_a_b"} | changed))
    assert caught.value.hint


def test_the_key_is_not_shown():
    assert "phn_" not in repr(config(registry="http://127.0.0.1:8000/", key="phn_a_b"))


def test_a_policy_crosses_to_the_node():
    policy = Policy.loopback(8123).to_json()
    assert Policy.from_json(config(registry="http://127.0.0.1:1", key="phn_a_b", policy=policy).policy).ports == (8123,)


def test_a_missing_key_file_ends_with_2(tmp_path, capsys):
    missing = tmp_path / "none"
    assert main(["run", "--registry", "http://127.0.0.1:1", "--key-file", str(missing)]) == 2
    assert "none" in capsys.readouterr().err
