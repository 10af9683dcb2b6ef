"""Every example passes `adp check` in a real sandbox, and the report says what was really done."""

import re

import pytest

from adp.report import STAGES, Report, Verdict
from tests.examples.conftest import EXAMPLES, NAMES, Checked

pytestmark = pytest.mark.sandbox


@pytest.fixture(params=NAMES)
def report(request: pytest.FixtureRequest, checked: Checked) -> Report:
    return checked(EXAMPLES / request.param, "bubblewrap")


def test_it_passes_every_stage_without_a_finding(report: Report) -> None:
    assert report.findings == ()
    assert [(s.name, s.verdict) for s in report.stages] == [(name, Verdict.PASSED) for name in STAGES]
    assert report.verdict is Verdict.PASSED


def test_its_unit_tests_ran(report: Report) -> None:
    log = next(s for s in report.stages if s.name == "unit").log
    ran = re.search(r"(\d+) passed", log)
    assert ran is not None
    assert int(ran[1]) >= 4
    assert "skipped" not in log


def test_every_product_was_made_twice_and_agreed(report: Report) -> None:
    agreed = {c["name"] for c in report.comparisons if c["kind"] == "agree" and c["verdict"] == "agrees"}
    assert agreed == {f"second run {p.name}" for p in report.products}


def test_it_was_compared_with_something_independent_and_says_how_far_off(report: Report) -> None:
    independent = [c for c in report.comparisons if c["evidence"] == "independent"]
    assert independent
    for comparison in independent:
        assert comparison["verdict"] == "agrees"
        assert comparison["rules"]
        assert all(rule["verdict"] != "fail" for rule in comparison["rules"])


def test_it_names_what_it_ran_in_to_the_package(report: Report) -> None:
    assert {"python/numpy", "python/astropy", "python/pytest", "debian/libc6"} <= set(report.environment["contents"])
    assert report.environment["engine"]["enforces"]["network"].startswith("no interface")
    assert report.parameters["values"]


def test_a_million_rows_kept_their_promise(checked: Checked) -> None:
    report = checked(EXAMPLES / "muse-pixtable", "bubblewrap")
    made = {p.name: p for p in report.products}
    assert made["simulated_sky"].bytes > 10**6 * (3 * 4 + 4)
    kept = {c["name"] for c in report.comparisons if c["kind"] == "relation" and c["verdict"] == "agrees"}
    assert kept == {f"relation {n}" for n in ("shifted", "sky", "simulated_shifted", "simulated_sky")}


@pytest.mark.docker
@pytest.mark.parametrize("name", NAMES)
def test_docker_reaches_the_same_digest(name: str, checked: Checked) -> None:
    here, there = (checked(EXAMPLES / name, engine) for engine in ("bubblewrap", "docker"))
    assert (here.engine, there.engine) == ("bubblewrap", "docker")
    assert there.findings == here.findings
    assert there.digest == here.digest
