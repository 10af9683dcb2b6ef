"""A report survives JSON, and its digest covers exactly what does not depend on the machine."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from adp.finding import Reason, Severity, Where
from adp.report import SCHEMA, STAGES, Report, StageResult, Verdict
from tests.factories.reports import COMPARISON, PRODUCT, REPORTS, WHOLE, with_finding, with_rule, with_stage

VOLATILE = {
    "the commit": replace(WHOLE, commit=None),
    "the engine": replace(WHOLE, engine="docker"),
    "when it was": replace(WHOLE, started_at="2027", finished_at="2027"),
    "the environment": replace(WHOLE, environment={}),
    "the cost": replace(WHOLE, cost={"cpu_seconds": 99}),
    "the provenance": replace(WHOLE, provenance={}),
    "the parameters as values": replace(WHOLE, parameters={}),
    "the products' digests": replace(WHOLE, products=(replace(PRODUCT, sha256="f" * 64, bytes=1),)),
    "a message": with_finding(message="in other words"),
    "a hint": with_finding(hint=""),
    "the evidence": with_finding(evidence={}),
    "a log": with_stage(log="another"),
    "the time of a stage": with_stage(seconds=99.0, cpu_seconds=99.0, peak_memory_bytes=1),
    "the statistics of a rule": with_rule(worst=2e-12, bias=1.0, scatter=1.0, would_pass_at=2e-12, where={}),
    "the name under which it is listed": replace(WHOLE, product="other", version="9.9.9"),
}
STABLE = {
    "the verdict": replace(WHOLE, verdict=Verdict.PASSED),
    "a stage's verdict": with_stage(verdict=Verdict.ERROR),
    "a stage more": replace(WHOLE, stages=(*WHOLE.stages, StageResult("data", Verdict.PASSED))),
    "the order of the stages": replace(WHOLE, stages=WHOLE.stages[::-1]),
    "a finding less": with_stage(findings=()),
    "a finding twice": with_stage(findings=WHOLE.findings * 2),
    "a reason": with_finding(reason=Reason.NONREPRODUCIBLE),
    "a code": with_finding(code="BIAS"),
    "a severity": with_finding(severity=Severity.WARNING),
    "a place": with_finding(where=Where(file="doubled.ecsv", column="x", row=4, index=(3,))),
    "a rule's verdict": with_rule(verdict="fail"),
    "a rule": with_rule(rule="abs 1 pix"),
    "a rule's scope": with_rule(scope="y"),
    "the test a rule belongs to": replace(WHOLE, comparisons=(COMPARISON | {"name": "other"},)),
    "a comparison less": replace(WHOLE, comparisons=()),
    "the tree": replace(WHOLE, tree="0" * 40),
    "the manifest": replace(WHOLE, declared=WHOLE.declared | {"manifest": "0" * 64}),
    "an input": replace(WHOLE, declared=WHOLE.declared | {"inputs": {"table": "0" * 64}}),
    "the lock": replace(WHOLE, declared=WHOLE.declared | {"lock": "0" * 64}),
    "a limit": replace(WHOLE, declared=WHOLE.declared | {"limits": {"cpus": 2.0}}),
}


@given(REPORTS)
def test_a_report_survives_json_with_its_digest(report: Report) -> None:
    again = Report.from_dict(json.loads(json.dumps(report.to_dict(), allow_nan=False)))
    assert again.to_dict() == report.to_dict()
    assert again.digest == report.digest


@pytest.mark.parametrize("report", VOLATILE.values(), ids=VOLATILE)
def test_the_digest_does_not_see(report: Report) -> None:
    assert report != WHOLE
    assert report.digest == WHOLE.digest


@pytest.mark.parametrize("report", STABLE.values(), ids=STABLE)
def test_the_digest_sees(report: Report) -> None:
    assert report.digest != WHOLE.digest


def test_every_stable_change_has_a_digest_of_its_own() -> None:
    assert len({r.digest for r in STABLE.values()}) == len(STABLE)


def test_the_digest_does_not_depend_on_the_order_of_findings_or_rules() -> None:
    two = (*WHOLE.findings, replace(WHOLE.findings[0], code="BIAS"))
    other = COMPARISON | {"name": "another"}
    first = replace(with_stage(findings=two), comparisons=(COMPARISON, other))
    second = replace(with_stage(findings=two[::-1]), comparisons=(other, COMPARISON))
    assert first.digest == second.digest


def test_the_digest_is_a_contract() -> None:
    """If this fails, digests in books that exist change their meaning: that takes a new SCHEMA."""
    assert WHOLE.digest == "f6c66ef5bf1384966a852878c6f2f31cf051964791075e00cd6feebe2bdadab9"


def test_a_report_says_its_schema_and_has_the_keys_of_the_contract() -> None:
    document = WHOLE.to_dict()
    assert document["schema"] == SCHEMA == "adp-report/1"
    assert set(document) == {
        *("schema", "verdict", "digest", "commit", "tree", "product", "version", "engine", "started_at"),
        *("finished_at", "stages", "comparisons", "products", "environment", "parameters", "declared", "cost"),
        "provenance",
    }
    assert STAGES == ("manifest", "standards", "build", "version", "unit", "steps", "data")


def test_what_was_found_is_what_the_stages_found() -> None:
    assert WHOLE.findings == WHOLE.stages[-1].findings
    assert not WHOLE.passed
    assert replace(WHOLE, verdict=Verdict.PASSED).passed


def test_another_schema_is_refused() -> None:
    with pytest.raises(ValueError, match="not an adp-report/1 document"):
        Report.from_dict(WHOLE.to_dict() | {"schema": "adp-report/2"})


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in below:
        yield from places(inner, (*path, key))


TEXT = json.dumps(WHOLE.to_dict())
PLACES = list(places(json.loads(TEXT)))[1:]


def spoilt(path: tuple[Any, ...], value: Any) -> Any:
    place = document = json.loads(TEXT)
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return document


@pytest.mark.parametrize("junk", [None, [], {}, "x", 7, [None], {"x": None}, True], ids=repr)
def test_a_document_that_is_no_report_is_refused_in_three_ways_only(junk: Any) -> None:
    for path in PLACES:
        try:
            report = Report.from_dict(spoilt(path, junk))
        except (KeyError, TypeError, ValueError):
            continue
        assert len(report.digest) == 64


@pytest.mark.parametrize("document", [None, [], "report", 3], ids=repr)
def test_what_is_no_document_at_all_is_refused(document: Any) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Report.from_dict(document)
