"""The option table: whole, and what the engines make of it."""

from dataclasses import fields

import pytest

from adp.finding import Reason
from adp.sandbox import options
from adp.sandbox.engine import Limits
from adp.sandbox.reasons import SAID


def test_every_limit_is_a_field_or_a_property_of_limits_with_the_tables_default() -> None:
    limits = Limits()
    assert {f.name for f in fields(Limits)} <= options.BY_NAME.keys()
    assert {n: getattr(limits, n) for n, row in options.BY_NAME.items() if row.default} == {
        n: row.default for n, row in options.BY_NAME.items() if row.default
    }
    assert SAID.keys() <= options.BY_NAME.keys()


def test_every_reason_of_a_limit_is_the_authors_to_act_on() -> None:
    given = {row.reason for row in options.LIMITS} - {None}
    assert given == {
        Reason.MEMORY_LIMIT, Reason.DISK_LIMIT, Reason.PROCESS_LIMIT, Reason.TIME_LIMIT, Reason.LOG_LIMIT,
    }  # fmt: skip


def test_options_of_the_same_name_are_joined() -> None:
    made = options.container_options(profile="{}", user="7:7")
    assert made["security_opt"] == ["seccomp={}", "no-new-privileges:true"]
    assert (made["user"], made["network_mode"], made["privileged"], made["init"]) == ("7:7", "none", False, True)


@pytest.mark.parametrize("engine", ["bubblewrap", "docker", "podman"])
def test_what_a_machine_lacks_is_weaker_and_said_with_a_way_to_get_it(engine: str) -> None:
    strong, weak = (options.enforced(engine, has) for has in ({options.GROUP, options.FILE_SYSTEM}, set[str]()))
    assert options.weaker(engine, {options.GROUP, options.FILE_SYSTEM}) == {}
    assert (strong["disk"], weak["disk"]) == (
        "a tmpfs of that size", "looked at every second; one file by the kernel",
    )  # fmt: skip
    assert options.FILE_SYSTEM in options.weaker(engine, set())
    assert (options.GROUP in options.weaker(engine, set())) is (engine == "bubblewrap")
