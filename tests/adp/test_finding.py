"""A finding and its place, as they cross to JSON and back."""

import json

import pytest
from hypothesis import given

from adp.finding import CURATOR_REASONS, NOWHERE, PLATFORM_REASONS, Finding, Reason, Severity, Where
from tests.factories.reports import FINDINGS, PLACES

LIMITS = {r for r in Reason if r.value.endswith("_LIMIT")}


@given(FINDINGS)
def test_a_finding_survives_json(finding: Finding) -> None:
    assert Finding.from_dict(json.loads(json.dumps(finding.to_dict()))) == finding


@given(PLACES)
def test_a_place_says_only_what_is_known(where: Where) -> None:
    assert None not in where.to_dict().values()
    assert Where.from_dict(json.loads(json.dumps(where.to_dict()))) == where


def test_nowhere_says_nothing() -> None:
    assert NOWHERE.to_dict() == {}


def test_a_place_from_a_newer_version_keeps_what_this_one_knows() -> None:
    assert Where.from_dict({"row": 3, "orbit": 12}) == Where(row=3)


@pytest.mark.parametrize(
    ("severity", "is_error"), [(Severity.ERROR, True), (Severity.WARNING, False), (Severity.INFO, False)]
)
def test_only_an_error_is_an_error(severity: Severity, is_error: bool) -> None:
    assert Finding(Reason.POLICY, "NO_README", "there is none", severity).is_error is is_error


def test_the_reasons_are_closed_and_each_is_somebodys() -> None:
    assert len(Reason) == 17
    assert {Reason.INFRA, Reason.CANCELLED} == PLATFORM_REASONS
    assert {Reason.REFERENCE_INVALID} == CURATOR_REASONS
    assert not LIMITS & (PLATFORM_REASONS | CURATOR_REASONS)


@pytest.mark.parametrize("change", [{"reason": "BAD_LUCK"}, {"severity": "fatal"}])
def test_a_word_that_is_not_in_the_list_is_refused(change: dict[str, str]) -> None:
    whole = Finding(Reason.CRASH, "STEP_FAILED", "it fell").to_dict()
    with pytest.raises(ValueError, match="is not a valid"):
        Finding.from_dict(whole | change)
