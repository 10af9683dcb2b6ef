"""The page of a check: verdict, findings, comparisons with pictures, and no stranger's markup."""

from dataclasses import replace

from adp.cli.check_page import OURS, check_page
from adp.comparison.picture import Picture
from adp.report import Report, Verdict
from tests.adp.comparison.test_page import sound
from tests.factories.reports import COMPARISON, FINDING, WHOLE

PICTURE = Picture(
    "01-01-x-rows", "x: row by row", "None of 3 values <b>is</b> beyond", ("what",), (("<i>",),), (800, 459)
)
DRAWN = COMPARISON | {"pictures": [PICTURE.to_dict()], "notes": ["one <u>picture</u> less"]}
AGAIN = COMPARISON | {"name": "second run doubled", "kind": "agree"}


def page(report: Report) -> str:
    text = check_page(report, "pictures/")
    sound(text)
    return text


def test_it_says_verdict_reason_next_step_and_evidence_in_this_order() -> None:
    report = replace(WHOLE, comparisons=(DRAWN, AGAIN))
    text = page(report)
    order = [
        "failed",
        FINDING.message,
        FINDING.hint,
        "as-on-paper",
        "Repeats itself",
        "Products",
        "Stages",
        "What ran where",
    ]

    assert sorted(order, key=text.index) == order
    assert report.digest in text


def test_pictures_stand_at_their_comparison_and_strangers_write_no_markup() -> None:
    text = page(replace(WHOLE, comparisons=(DRAWN,)))

    assert '<img src="pictures/01-01-x-rows.png" alt="None of 3 values &lt;b&gt;is&lt;/b&gt; beyond"' in text
    assert "one &lt;u&gt;picture&lt;/u&gt; less" in text
    assert "<i>" not in text


def test_what_is_our_fault_is_said_to_be() -> None:
    assert OURS in page(replace(WHOLE, verdict=Verdict.ERROR))


def test_a_check_that_read_nothing_has_a_page() -> None:
    empty = replace(WHOLE, verdict=Verdict.PASSED, stages=(), comparisons=(), products=(), environment={}, cost={})

    assert "Every stage passed" in page(empty)
