"""The questions, what the machine says beside them, and what must be answered."""

from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adp.finding import Finding, Reason
from adp.report import Report, StageResult, Verdict
from reviews.checklists import CHECKLISTS, Answer, clean, missing
from reviews.evidence import Evidence
from reviews.identity import Identity, given_away
from reviews.web import sheet
from tests.factories.registry import manifest

EVERY = [item for items in CHECKLISTS.values() for item in items]
MANIFEST = asdict(manifest())
EMPTY = Report(verdict=Verdict.ERROR, tree="", product="", version="", engine="fake", started_at="", finished_at="")


def found(code, reason=Reason.MISMATCH):
    stage = StageResult("data", Verdict.FAILED, findings=(Finding(reason, code, f"the sentence of {code}"),))
    return replace(EMPTY, stages=(stage,))


def rules(verdict, kind="compare"):
    ruled = [{"rule": "abs", "verdict": verdict}]
    return replace(EMPTY, comparisons=({"name": "c", "kind": kind, "verdict": verdict, "rules": ruled},))


def test_item_ids_are_unique_in_a_track_and_every_question_is_one():
    for items in CHECKLISTS.values():
        assert len({item.id for item in items}) == len(items)
    assert all(item.question.endswith("?") and item.why.endswith(".") for item in EVERY)


@pytest.mark.parametrize("item", EVERY, ids=lambda item: item.id)
@pytest.mark.parametrize("given_manifest", [MANIFEST, {}, {"steps": None, "products": "odd", "tests": [1]}])
def test_evidence_is_a_mark_and_a_sentence_whatever_is_there(item, given_manifest):
    for report in (None, EMPTY, found("UNIT"), rules("differs"), rules("agrees")):
        evidence = item.seen(report, given_manifest)
        assert evidence.mark in {"pass", "fail", "unsure", "wait", "note"}
        assert evidence.text


def seen(item_id, report, manifest_=MANIFEST):
    return next(item for item in EVERY if item.id == item_id).seen(report, manifest_)


SAYS = [
    ("install", EMPTY, "wait", "built on astro-1, its default packages"),
    ("tests", replace(EMPTY, stages=(StageResult("unit", Verdict.PASSED, 3.0),)), "pass", "unit tests passed in 3.0 s"),
    ("tests", replace(EMPTY, stages=(StageResult("unit", Verdict.FAILED),)), "fail", "unit tests failed"),
    ("tests", replace(EMPTY, stages=(StageResult("unit", Verdict.ERROR),)), "unsure", "unit tests error"),
    ("determinism", found("DIFFERS_TWICE", Reason.NONREPRODUCIBLE), "fail", "the sentence of DIFFERS_TWICE"),
    ("units", found("UNIT"), "fail", "the sentence of UNIT"),
    ("units", EMPTY, "wait", "no finding about units"),
    ("steps", rules("differs", "relation"), "fail", "relation broken: c"),
    ("steps", rules("agrees", "relation"), "pass", "the declared relation holds"),
    ("steps", rules("agrees"), "note", "no relation between levels is declared"),
    ("determinism", rules("agrees", "agree"), "pass", "1 product of both runs compared"),
    ("determinism", rules("differs", "agree"), "fail", "both runs"),
    ("determinism", EMPTY, "wait", "no second run was compared"),
    ("tolerance", rules("agrees"), "pass", "1 of 1 rules hold"),
    ("tolerance", rules("fail"), "fail", "0 of 1 rules hold"),
    ("reference", EMPTY, "pass", "1 of 1 data tests independent"),
    ("citation", EMPTY, "note", "2 of 2 contributors with ORCID"),
    ("cost", replace(EMPTY, cost={"cpu_seconds": 2.1, "peak_memory_bytes": 52 << 20}), "note", "2.1 s CPU, 52 MiB"),
]


@pytest.mark.parametrize(("item", "report", "mark", "words"), SAYS)
def test_the_machine_says_what_it_knows(item, report, mark, words):
    evidence = seen(item, report)
    assert (evidence.mark, words in evidence.text) == (mark, True), evidence


def test_without_a_report_the_machine_says_so():
    assert seen("install", None) == Evidence("wait", "no report yet")


def test_an_empty_sheet_misses_every_answer_and_a_full_one_none():
    for track, items in CHECKLISTS.items():
        assert set(missing(track, {})) == {item.id for item in items}
        for answer in (Answer.YES, Answer.NOT_APPLICABLE):
            assert not missing(track, {item.id: {"answer": answer.value, "note": ""} for item in items})


words = st.text(max_size=20)
SHEETS = st.dictionaries(
    st.sampled_from([item.id for item in EVERY]) | words,
    st.dictionaries(st.sampled_from(["answer", "note", "other"]), st.sampled_from(list(Answer)) | words),
)


@given(st.sampled_from(list(CHECKLISTS)), SHEETS)
def test_cleaning_keeps_what_counts(track, sheet):
    kept = clean(track, sheet)
    assert set(kept) == {item.id for item in CHECKLISTS[track]}
    assert clean(track, kept) == kept
    assert missing(track, kept) == missing(track, sheet)


WHO = Identity(name="Ruth de la Unnamed", handle="ruth", email="r.u@example.org", orcid="0000-0002-7183-4567")
TEXTS = [
    ("I am RUTH  de la\nunnamed.", True),
    ("write to r.u@example.org", True),
    ("see @ruth", True),
    ("orcid.org/0000-0002-7183-4567", True),
    ("the truth about ruthenium; Ruth 1:1", False),
    ("@ruthless", False),
    ("", False),
]


@pytest.mark.parametrize(("text", "gives_away"), TEXTS)
def test_a_text_gives_somebody_away_by_name_address_or_number(text, gives_away):
    assert bool(given_away(text, (WHO,))) is gives_away


def test_a_null_byte_that_was_pasted_in_is_kept_as_its_sign():
    given = sheet.parse("code", {"text": "a\0b", "note-tests": "c\0d", "answer-tests": "no"})
    assert given.text == "a␀b"
    assert given.answers["tests"]["note"] == "c␀d"
