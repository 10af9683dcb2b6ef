"""An editor is shown who could review: near in work, free of conflicts and of load, shared out over the open rounds."""

import pytest
from django.urls import reverse

from reviews.actions.assignments import invite
from reviews.actions.rounds import open_round
from reviews.expertise import nearness
from reviews.models import Round
from reviews.suggestions import LOAD, suggest
from tests.factories.people import PersonFactory
from tests.factories.registry import in_state
from tests.factories.reviews import checked, submitted

SPECTRA = {"title": "Stellar kinematics of galaxies", "summary": "Velocity dispersion by full spectrum fitting."}
STARS = {"title": "Periods of variable stars", "summary": "Pulsation of RR Lyrae by periodograms of light curves."}


@pytest.fixture
def field(db, stage):
    """A round about spectra; kim works on spectra, lee on both, max on stars, alice's colleague amy on spectra."""
    people = {name: PersonFactory(username=name) for name in ("kim", "lee", "max")}
    for name, works in {"kim": [SPECTRA], "lee": [SPECTRA, STARS], "max": [STARS]}.items():
        for number, work in enumerate(works):
            alone(in_state("published", people[name], owner="", name=f"{name}-{number}", **work))
    in_state("published", stage.cast.amy, name="amys-own", **SPECTRA)
    return people


def alone(version):
    """The factory's manifest names Alice, and that would be a conflict."""
    version.authors.set([version.submitted_by])
    version.manifest["contributors"] = []
    version.save(update_fields=["manifest"])


def round_about(by, work, name):
    version = submitted("muse-gto", by, name=name, authors=(by,))
    version.manifest["product"] |= work
    version.save(update_fields=["manifest"])
    checked(version)
    return Round.objects.filter(version=version).first() or open_round(version_id=version.pk)


def names(found):
    return [s.person.username for s in found.people]


def test_who_works_on_it_is_suggested_and_the_shared_words_say_why(stage, field):
    found = suggest(stage.cast.carol, round_about(stage.cast.alice, SPECTRA, "spectra"))
    assert names(found)[:2] == ["kim", "lee"]
    assert "kinematics" in " ".join(found.people[0].words)
    assert [s.is_best for s in found.people[:2]] == [True, True]
    assert found.people[0].fit > found.people[1].fit > 0


def test_a_conflict_of_interest_is_never_suggested(stage, field):
    """amy is of the centre that owns the product, and her work is the nearest of all."""
    found = suggest(stage.cast.carol, round_about(stage.cast.alice, SPECTRA, "spectra"))
    assert not {"amy", "alice"} & set(names(found))


def test_who_has_enough_to_review_is_not_suggested_first(stage, field):
    for number in range(LOAD):
        other = round_about(stage.cast.alice, STARS, f"stars-{number}")
        invite(actor=stage.cast.carol, round_=other, reviewer=field["kim"], track="code")
    found = suggest(stage.cast.carol, round_about(stage.cast.alice, SPECTRA, "spectra"))
    kim = next(s for s in found.people if s.person == field["kim"])
    assert (kim.is_best, kim.waiting, kim.cost) == (False, LOAD, None)


def test_a_track_that_somebody_stands_for_asks_nobody(stage, field):
    round_ = round_about(stage.cast.alice, SPECTRA, "spectra")
    invite(actor=stage.cast.carol, round_=round_, reviewer=field["kim"], track="code")
    found = suggest(stage.cast.carol, round_)
    assert [t.value for t in found.tracks] == ["science"]
    assert suggest(stage.cast.carol, stage.round).tracks == ()


def test_an_editor_does_not_learn_here_who_reviews_what_they_wrote(stage, field):
    """erin edits, and is an author of what quentin reported on and ruth still reads."""
    stage.report("code")
    round_ = round_about(stage.cast.alice, SPECTRA, "spectra")
    assert "quentin-hidden" in names(suggest(stage.erin, round_))
    stage.round.version.authors.add(stage.erin)
    alone(in_state("published", stage.ruth, owner="", name="ruths-own", **SPECTRA))
    found = suggest(stage.erin, round_)
    assert "quentin-hidden" not in names(found)
    assert next(s.waiting for s in found.people if s.person == stage.ruth) == 0


def test_nobody_is_near_to_nothing():
    assert nearness([""], ["", "!!"]).fit.tolist() == [[0.0, 0.0]]
    found = nearness(["dust maps"], ["dust", "gas"])
    assert found.fit[0, 0] > found.fit[0, 1] == 0
    assert found.shared(0, 0) == ("dust",)


@pytest.mark.parametrize(
    ("role", "status"), [("editor", 200), ("author", 403), ("reviewer", 403), ("stranger", 404), ("nobody", 302)]
)
def test_only_an_editor_sees_suggestions(stage, client, role, status):
    person = stage.people()[role]
    if person is not None:
        client.force_login(person)
    assert client.get(reverse("reviews:suggestions", kwargs={"pk": stage.round.pk})).status_code == status


def test_an_invitation_is_one_click_away(stage, field, client):
    round_ = round_about(stage.cast.alice, SPECTRA, "spectra")
    client.force_login(stage.cast.carol)
    page = client.get(reverse("reviews:suggestions", kwargs={"pk": round_.pk}))
    assert b"Invite for code" in page.content
    assert b"amy" not in page.content
    asked = client.post(reverse("reviews:invite", kwargs={"pk": round_.pk}), {"handle": "kim", "track": "code"})
    assert asked.status_code == 302
    assert round_.assignments.get().reviewer == field["kim"]
