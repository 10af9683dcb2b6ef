"""Conflicts: the pure rules, then the facts they weigh, read from a real book."""

from datetime import timedelta

import pytest
from django.utils import timezone

from reviews import people
from reviews.actions.assignments import decline, invite
from reviews.conflicts import WINDOW, Joint, Standing, conflicts
from reviews.models import Assignment
from tests.factories.people import CentreFactory, MembershipFactory, PersonFactory
from tests.factories.reviews import submitted

NOW = timezone.now()
RULES = [
    ("nothing known", Standing(), ()),
    ("submitter", Standing(submitted=True), ("SUBMITTER",)),
    ("author", Standing(author=True), ("AUTHOR",)),
    ("contributor", Standing(author=True, contributor_orcid="0000-0002-1825-0097"), ("CONTRIBUTOR",)),
    ("owner", Standing(owns=True), ("OWNER",)),
    ("owning centre", Standing(owning_centre="ESO"), ("OWNING_CENTRE",)),
    ("shared centre", Standing(shared=(("ESO", "Alice"),)), ("SHARED_CENTRE",)),
    ("worked together lately", Standing(joint=(Joint("Alice", "x@1.0", NOW - timedelta(9)),)), ("JOINT_WORK",)),
    ("worked together on the last day", Standing(joint=(Joint("Alice", "eso/x@1.0", NOW - WINDOW),)), ("JOINT_WORK",)),
    ("worked together long ago", Standing(joint=(Joint("Alice", "eso/x@1.0", NOW - WINDOW - timedelta(1)),)), ()),
    ("declared", Standing(declared_at=NOW), ("DECLARED",)),
    ("two at once", Standing(submitted=True, owns=True), ("SUBMITTER", "OWNER")),
]


@pytest.mark.parametrize(("standing", "codes"), [r[1:] for r in RULES], ids=[r[0] for r in RULES])
def test_each_tie_is_a_conflict_with_its_reason(standing, codes):
    found = conflicts(standing, now=NOW)
    assert tuple(c.code for c in found) == codes
    for conflict in found:
        assert conflict.to_you().startswith("You ")
        assert conflict.about("Bob {x}").startswith("Bob {x} ")
        assert conflict.about("B").endswith(".")


def test_a_centre_whose_name_has_braces_does_not_break_the_sentence():
    (conflict,) = conflicts(Standing(owning_centre="{0.__class__}"), now=NOW)
    assert "{0.__class__}" in conflict.to_you()


def codes(person, stage):
    return [c.code for c in conflicts(people.standing(person, stage.round), now=timezone.now())]


def test_a_stranger_has_no_conflict(stage):
    assert codes(stage.cast.dan, stage) == []


def test_the_submitter_is_also_author_and_member_of_the_owning_centre(stage):
    assert set(codes(stage.cast.alice, stage)) == {"SUBMITTER", "CONTRIBUTOR", "OWNING_CENTRE"}


def test_a_colleague_of_the_owning_centre_is_in_conflict(stage):
    assert set(codes(stage.cast.amy, stage)) == {"OWNING_CENTRE", "SHARED_CENTRE"}


def test_an_unverified_orcid_in_the_manifest_is_enough_to_stand_aside(stage):
    unknown = PersonFactory(orcid="0000-0002-1694-233X")
    assert codes(unknown, stage) == ["CONTRIBUTOR"]


MEMBERSHIPS = [
    ("at the same time now", (400, None), (300, None), True),
    ("overlapping, both ended lately", (900, 500), (600, 100), True),
    ("one after the other", (900, 600), (500, None), False),
    ("together, but long ago", (4000, 2000), (4000, 2000), False),
]


@pytest.mark.parametrize(("_case", "mine", "theirs", "conflicting"), MEMBERSHIPS)
def test_sharing_a_centre_counts_when_it_was_lately_and_together(stage, _case, mine, theirs, conflicting):
    day = lambda ago: None if ago is None else timezone.now().date() - timedelta(days=ago)
    centre = CentreFactory(handle="other-centre")
    MembershipFactory(person=stage.cast.dan, centre=centre, since=day(mine[0]), until=day(mine[1]))
    MembershipFactory(person=stage.cast.alice, centre=centre, since=day(theirs[0]), until=day(theirs[1]))
    assert (codes(stage.cast.dan, stage) == ["SHARED_CENTRE"]) is conflicting


def test_working_together_on_another_product_is_a_conflict(stage):
    submitted("dan", stage.cast.dan, name="other-work", authors=(stage.cast.dan, stage.cast.alice))
    assert "JOINT_WORK" in codes(stage.cast.dan, stage)


def test_an_author_without_account_is_recognised_by_orcid(stage):
    other = submitted("dan", stage.cast.dan, name="other-work", authors=(stage.cast.dan,))
    named = [{"name": "Zoe Unknown", "orcid": "0000-0002-1694-233X", "roles": ["Software"]}]
    type(other).objects.filter(pk=other.pk).update(manifest=other.manifest | {"contributors": named})
    (conflict,) = conflicts(people.standing(stage.cast.dan, stage.round), now=timezone.now())
    assert conflict.to_you().startswith("You and the author Zoe Unknown worked together on dan/other-work@1.0.0")


def test_a_product_of_many_authors_binds_nobody(stage):
    other = submitted("dan", stage.cast.dan, name="other-work", authors=(stage.cast.dan, stage.cast.alice))
    crowd = [{"name": f"A{n}", "orcid": f"0000-0000-0000-{n:04d}", "roles": ["Software"]} for n in range(51)]
    type(other).objects.filter(pk=other.pk).update(manifest=other.manifest | {"contributors": crowd})
    assert codes(stage.cast.dan, stage) == []


def test_a_declared_conflict_is_remembered_for_the_product(stage):
    assignment = invite(actor=stage.cast.carol, round_=stage.round, reviewer=stage.cast.dan, track="code")
    decline(actor=stage.cast.dan, assignment=assignment, reason="conflict", note="My spouse wrote it.")
    assert codes(stage.cast.dan, stage) == ["DECLARED"]
    assert Assignment.objects.get(pk=assignment.pk).decline_note == "My spouse wrote it."
