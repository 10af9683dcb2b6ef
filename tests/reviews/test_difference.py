"""A later round shows what changed since the reviewed version, and asks a reviewer again only about that."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from registry import sources
from reviews.actions.assignments import agree, invite
from reviews.actions.decide import decide
from reviews.carry import carried, topics
from reviews.checklists import CHECKLISTS, Topic
from reviews.difference import compared, difference
from reviews.models import Round
from tests.factories.registry import SOURCE
from tests.factories.reviews import checked, open_stage, submitted

pytestmark = pytest.mark.django_db(transaction=True)


def second_round(changed, *, removed=()):
    """The product was reviewed and comes again with some files changed; quentin and ruth are asked again."""
    stage = open_stage()
    stage.report()
    decide(actor=stage.cast.carol, round_=stage.round, outcome="major", rationale="More.")
    source = {path: content for path, content in {**SOURCE, **changed}.items() if path not in removed}
    version = checked(
        submitted("muse-gto", stage.cast.alice, label="1.0.1", authors=(stage.cast.alice,)), source=source
    )
    round_ = Round.objects.get(version=version)
    mine = invite(actor=stage.cast.carol, round_=round_, reviewer=stage.quentin, track="code")
    agree(actor=stage.quentin, assignment=mine)
    return stage, round_, mine


def test_a_first_round_has_no_difference():
    stage = open_stage()
    assert difference(stage.round) is None
    assert carried(stage.code, None) is None


def test_files_manifest_and_lines_that_changed():
    _, round_, _ = second_round({"pixtable/shift.py": b"STEP = 20.6\nUNIT = 1\n"}, removed=["README.md"])
    found = difference(round_)
    assert [(f.path, f.what, f.added, f.removed) for f in found.files] == [
        ("README.md", "removed", 0, 1),
        ("pixtable/shift.py", "changed", 2, 1),
    ]
    assert [(line.kind, line.text) for line in found.files[1].lines if line.kind != "gap"] == [
        ("removed", "STEP = 20.5"),
        ("added", "STEP = 20.6"),
        ("added", "UNIT = 1"),
    ]
    assert [(s.name, s.before, s.after) for s in found.manifest] == [("product.version", "1.0.0", "1.0.1")]
    assert found.since.number == 1


def test_only_what_rests_on_a_change_is_asked_again():
    _, round_, mine = second_round({"README.md": b"# Better\n"})
    before = carried(mine, difference(round_))
    assert before.again == {i.id for i in CHECKLISTS["code"] if Topic.DOCUMENTS in i.about} == {"documented"}
    assert "tests" in before.kept


def test_who_did_not_review_before_is_asked_everything():
    stage, round_, _ = second_round({})
    other = invite(actor=stage.cast.carol, round_=round_, reviewer=stage.cast.dan, track="code")
    assert carried(other, difference(round_)) is None


def test_the_workspace_of_the_second_round(client):
    stage, round_, mine = second_round({"pixtable/shift.py": b"STEP = 20.6\n<script>alert(1)</script>\n"})
    client.force_login(stage.quentin)
    page = client.get(reverse("reviews:round", args=[round_.pk])).content.decode()
    assert "What changed" in page
    assert "<script>alert(1)" not in page
    assert "asked again: you said yes in round 1" in page
    assert "carried from round 1: yes; what it rests on did not change" in page
    client.force_login(stage.cast.carol)
    assert "STEP = 20.6" in client.get(reverse("reviews:round", args=[round_.pk])).content.decode()
    client.force_login(stage.cast.alice)
    assert "asked again" not in client.get(reverse("reviews:round", args=[round_.pk])).content.decode()
    assert mine.state == "agreed"


PATHS = [
    ("LICENSE", {Topic.LICENCE}),
    ("docs/method.md", {Topic.DOCUMENTS}),
    ("requirements.lock", {Topic.ENVIRONMENT}),
    ("tests/test_shift.py", {Topic.TESTS}),
    ("pixtable/shift.py", {Topic.CODE}),
    ("adp.toml", set()),
]


@pytest.mark.parametrize(("path", "about"), PATHS)
def test_what_a_file_is_about(path, about):
    _, round_, _ = second_round({path: b"something else"})
    assert topics(difference(round_)) == about


def test_a_version_whose_source_was_not_handed_in_says_so_and_everything_is_asked_again(monkeypatch):
    _, round_, mine = second_round({})

    def none(version):
        raise sources.NoSourceError(f"the source of {version} was not handed in")

    monkeypatch.setattr(sources, "files", none)
    found = difference(round_)
    assert "was not handed in" in found.why_no_files
    assert not found.is_empty
    assert carried(mine, found).kept == frozenset()


@given(st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abc"), max_size=12))
def test_the_lines_shown_turn_one_text_into_the_other(was, now):
    """Every line that is not shown is the same in both; so added and removed account for all the rest."""
    file = compared("x", "changed", "\n".join(was), "\n".join(now))
    assert len(now) - len(was) == file.added - file.removed or not ("".join(was) and "".join(now))
    for line in file.lines:
        if line.after is not None:
            assert now[line.after - 1] == line.text
        if line.before is not None:
            assert was[line.before - 1] == line.text
