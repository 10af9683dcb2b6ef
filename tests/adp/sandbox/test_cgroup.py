"""Control groups, on a folder that looks like one: this machine has only one of the two versions."""

import os
from pathlib import Path

import pytest

from adp.sandbox import cgroup
from adp.sandbox.cgroup import Group, _sweep, new


@pytest.fixture
def v2(tmp_path: Path) -> Group:
    (tmp_path / "memory.swap.max").write_text("max", encoding="ascii")
    (tmp_path / "cpu.max").write_text("max 100000", encoding="ascii")
    return Group(2, dict.fromkeys(("memory", "pids", "cpu"), tmp_path))


def test_v2_limits_memory_without_swap_processes_and_cpu(v2: Group, tmp_path: Path) -> None:
    v2.limit(memory=1000, processes=7, cpus=1.5)
    written = {p.name: p.read_text(encoding="ascii") for p in tmp_path.iterdir()}
    assert written == {"memory.max": "1000", "memory.swap.max": "0", "pids.max": "7", "cpu.max": "150000 100000"}


def test_v2_is_read(v2: Group, tmp_path: Path) -> None:
    for name, text in {
        "memory.peak": "4096\n",
        "memory.stat": "anon 512\nfile 9\n",
        "memory.events": "low 0\noom 1\noom_kill 1\n",
        "cpu.stat": "usage_usec 2500000\n",
        "pids.events": "max 3\n",
    }.items():
        (tmp_path / name).write_text(text, encoding="ascii")
    found = (v2.peak, v2.anonymous, v2.oom_kills, v2.cpu_seconds, v2.refusals)
    assert found == (4096, 512, 1, 2.5, 3)


def test_where_no_group_can_be_made_there_is_none(tmp_path: Path) -> None:
    assert new(tmp_path) is None


def test_what_a_killed_launcher_left_goes_but_nothing_young_or_busy(tmp_path: Path) -> None:
    for name in ("pharos-old", "pharos-young", "pharos-busy/inner", "other"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("pharos-old", "pharos-busy", "other"):
        os.utime(tmp_path / name, (0, 0))
    _sweep({tmp_path})
    assert {p.name for p in tmp_path.iterdir()} == {"pharos-young", "pharos-busy", "other"}


@pytest.mark.parametrize("delegated", [True, False])
def test_in_a_delegated_unit_we_move_into_a_leaf_and_elsewhere_nothing_is_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, delegated: bool
) -> None:
    unit = tmp_path / "run.scope"
    unit.mkdir()
    for name, text in (("cgroup.procs", "7\n"), ("cgroup.subtree_control", "")):
        (unit / name).write_text(text, encoding="ascii")
    os.setxattr(unit, cgroup.DELEGATED, b"1" if delegated else b"0")
    monkeypatch.setattr(cgroup, "_lines", lambda _: [(set(), "/run.scope")])
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    cgroup._v2_parents(tmp_path, at_top=False)
    moved = unit / "launcher/cgroup.procs"
    assert (moved.read_text(encoding="ascii") if moved.exists() else None) == ("7" if delegated else None)
    enabled = (unit / "cgroup.subtree_control").read_text(encoding="ascii")
    assert enabled == ("+memory +pids +cpu" if delegated else "")
