"""Each example is checked once a session and engine, through the command line; many tests read the one report."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from adp.report import Report
from config.demo.repositories import faulty_then_right

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NAMES = ("emmi-photometry", "muse-pixtable", "ppxf-kinematics", "rrlyrae-period")
Checked = Callable[..., Report]


@pytest.fixture(scope="session")
def checked() -> Checked:
    """checked(path, "bubblewrap", ref): the report that `adp check` prints; its exit status must be the verdict's."""

    @cache
    def run(path: Path, engine: str, ref: str = "") -> Report:
        words = ["check", str(path), "--engine", engine, "--json", *(("--ref", ref) if ref else ())]
        docker = {"DOCKER_HOST": os.environ["PHAROS_TEST_DOCKER_HOST"]} if engine == "docker" else {}
        command = [str(Path(sys.executable).with_name("adp")), *words]
        ran = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | docker)
        report = Report.from_dict(json.loads(ran.stdout))
        assert ran.returncode == {"passed": 0, "failed": 1, "error": 2}[report.verdict]
        return report

    return run


@pytest.fixture(scope="session")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's repository of muse-pixtable: v1.0.0 as it was refused, v1.0.1 as it stands in examples/."""
    path = tmp_path_factory.mktemp("demo") / "muse-pixtable"
    faulty_then_right(path)
    return path
