"""Accepted ahead: the registry itself accepts the announced version once its checks pass and no more has changed."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from registry import queries as registry
from registry import sources
from registry.ledger.models import Event
from reviews.actions.decide import accept_ahead, decide
from reviews.conditions import condition_of
from reviews.models import Decision, Round
from tests.factories.registry import SOURCE
from tests.factories.reviews import checked, open_stage, submitted

pytestmark = pytest.mark.django_db(transaction=True)
CHANGES = {
    "nothing": ({}, [], True),
    "what was named": ({"README.md": b"# Better\n"}, ["README.md"], True),
    "in the folder that was named": ({"docs/a/b.md": b"new"}, ["docs/", "README.md"], True),
    "anything, as nothing was named": ({"pixtable/shift.py": b"STEP = 0\n"}, [], True),
    "something else": ({"pixtable/shift.py": b"STEP = 0\n"}, ["README.md"], False),
    "a name that only begins alike": ({"README.md.py": b"x"}, ["README.md"], False),
}


@pytest.mark.parametrize("case", CHANGES)
def test_the_version_that_was_announced(case):
    changed, paths, holds = CHANGES[case]
    stage = open_stage()
    stage.report()
    decide(
        actor=stage.cast.carol,
        round_=stage.round,
        outcome="minor",
        rationale="Mend the README.",
        accepts_label="1.0.1",
        accepts_paths=paths,
    )
    version = checked(submitted("muse-gto", stage.cast.alice, label="1.0.1"), source={**SOURCE, **changed})
    version = registry.version(version.pk)
    round_ = Round.objects.get(version=version)
    if not holds:
        assert (version.state, round_.state) == ("in_review", "open")
        condition = condition_of(round_)
        assert condition.unmet == tuple(changed)
        assert next(iter(changed)) in condition.sentence
        with pytest.raises(PermissionDenied, match="accepted this version ahead"):
            accept_ahead(round_=round_, condition=condition)
        return
    decision = Decision.objects.get(round=round_)
    assert version.state in {"accepted", "published"}
    assert (round_.state, decision.outcome, decision.editor) == ("decided", "accept", stage.cast.carol)
    assert decision.rationale == "Accepted as decided in round 1: all checks passed on 1.0.1."
    assert Event.objects.get(kind="round.decide", subject_id=round_.pk).actor is None


def test_another_label_is_reviewed_as_ever():
    stage = open_stage()
    stage.report()
    decide(actor=stage.cast.carol, round_=stage.round, outcome="minor", rationale="Mend.", accepts_label="1.0.1")
    version = checked(submitted("muse-gto", stage.cast.alice, label="1.0.2"))
    assert Round.objects.get(version=version).state == "open"


WRONG = [
    ({"outcome": "major", "accepts_label": "1.0.1"}, "accepts_label"),
    ({"outcome": "minor", "accepts_label": "next one"}, "accepts_label"),
    ({"outcome": "minor", "accepts_label": "1.0.0"}, "accepts_label"),
    ({"outcome": "minor", "accepts_paths": ["README.md"]}, "accepts_paths"),
]


@pytest.mark.parametrize(("given", "field"), WRONG)
def test_conditions_that_cannot_be_are_refused(given, field):
    stage = open_stage()
    stage.report()
    with pytest.raises(ValidationError) as refused:
        decide(actor=stage.cast.carol, round_=stage.round, rationale="So.", **given)
    assert set(refused.value.message_dict) == {field}
    assert not Decision.objects.exists()


def test_the_files_of_two_versions_are_compared_by_content():
    stage = open_stage()
    before = registry.version(stage.round.version_id)
    new = {**SOURCE, "README.md": b"# Better\n", "data/table.fits": b"SIMPLE\0\xff"}
    del new["adp.toml"]
    after = checked(submitted("muse-gto", stage.cast.alice, label="1.0.1"), source=new)
    found = [(c.path, c.what) for c in sources.changes(before, after)]
    assert found == [("README.md", "changed"), ("adp.toml", "removed"), ("data/table.fits", "added")]
    files = sources.files(after)
    assert sources.text(files["README.md"]) == "# Better\n"
    assert (files["data/table.fits"].kind, sources.text(files["data/table.fits"])) == ("binary", None)
