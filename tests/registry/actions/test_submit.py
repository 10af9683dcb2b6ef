"""A proposal comes in: once, whole, or not at all; and may be taken back."""

import threading
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connections

from adp.errors import AuthorError
from adp.finding import Finding, Reason, Severity
from adp.manifest import model
from registry.actions import offers, submit
from registry.ledger.access import SYSTEM
from registry.models import Event, Product, Version
from registry.needs import Offering
from tests.factories.people import cast as make_cast
from tests.factories.registry import inspection, proposed, reach_failed, reach_published

NOTHING = (Product, Version, Event)


def counts():
    return [model.objects.count() for model in NOTHING]


def code_of(caught):
    return [finding.code for finding in caught.value.findings]


def test_a_proposal_is_pinned_by_commit_and_tree(cast):
    seen = inspection()
    version, is_new = submit.submit_once(actor=cast.alice, url=seen.url, ref=seen.ref, inspection=seen)
    assert is_new
    assert (version.commit, version.tree, version.tag) == (seen.commit, seen.tree, "v1.0.0")
    assert (version.product.path, version.label, version.state) == ("muse-gto/muse-pixtable", "1.0.0", "submitted")
    assert version.manifest["tests"]["data"][0]["tolerance"] == {"rel": 1e-9}
    assert set(version.authors.all()) == {cast.alice}


def test_a_contributor_with_a_verified_orcid_is_an_author(cast):
    cast.dan.orcid, cast.dan.orcid_verified_at = "0000-0002-1694-233X", "2026-01-01T00:00:00Z"
    cast.dan.save()
    assert cast.dan in proposed(cast.alice).authors.all()


def test_an_orcid_anybody_may_type_in_makes_nobody_an_author(cast):
    cast.dan.orcid = "0000-0002-1694-233X"
    cast.dan.save()
    assert cast.dan not in proposed(cast.alice).authors.all()


def test_without_an_owner_it_is_the_submitters(cast):
    assert proposed(cast.dan, owner="").product.path == "dan/muse-pixtable"


def test_who_has_enough_waiting_waits_and_is_told_until_when(cast, settings):
    settings.PHAROS_CHECKS_PER_PERSON = 1
    first = proposed(cast.alice)
    before = counts()
    with pytest.raises(AuthorError) as caught:
        proposed(cast.alice, name="another-one")
    assert (code_of(caught), counts()) == (["QUOTA"], before)
    assert proposed(cast.dan, owner="")
    reach_failed(first)
    assert proposed(cast.alice, name="another-one").state == "submitted"


def test_the_same_again_is_no_second_one_for_the_quota(cast, settings):
    settings.PHAROS_CHECKS_PER_PERSON = 1
    seen = inspection()
    once, again = (submit.submit(actor=cast.alice, url=seen.url, ref=seen.ref, inspection=seen) for _ in range(2))
    assert once == again


HUGE = model.Resources(memory=512 << 30)
PICKY = {"gpu": model.Resources(gpu=1), "arch": model.Resources(arch="aarch64"), "cores": model.Resources(cpus=64)}
MACHINES = (Offering("rhone-1", 8, 16 << 30, "x86_64"), Offering("rhone-2", 16, 64 << 30, "x86_64"))


def asking(resources, **product):
    seen = inspection(**product)
    return replace(seen, manifest=replace(seen.manifest, resources=resources))


def test_what_no_machine_can_run_is_refused_with_what_would_fit(cast):
    for machine in MACHINES:
        offers.tell(machine)
    seen, before = asking(HUGE), counts()
    with pytest.raises(AuthorError) as caught:
        submit.submit(actor=cast.alice, url=seen.url, ref=seen.ref, inspection=seen)
    (finding,) = caught.value.findings
    assert (finding.code, counts()) == ("NEEDS", before)
    assert "512 GiB of memory, rhone-2 has 64 GiB" in finding.message
    assert "16 cores, 64 GiB of memory, x86_64" in finding.hint


@pytest.mark.parametrize("why", PICKY)
def test_each_need_that_nobody_meets_is_refused(cast, why):
    offers.tell(MACHINES[0])
    seen = asking(PICKY[why])
    with pytest.raises(AuthorError) as caught:
        submit.submit(actor=cast.alice, url=seen.url, ref=seen.ref, inspection=seen)
    assert code_of(caught) == ["NEEDS"]


GAIA, PRIVATE = "a" * 64, "b" * 64
LOADED = replace(MACHINES[0], engine="bubblewrap", room=10 << 30)


def wanting(**data):
    seen = inspection()
    given = model.Data(name="gaia", role="input", sha256=data.pop("sha256", GAIA), **data)
    return replace(seen, manifest=replace(seen.manifest, data=(*seen.manifest.data, given)))


@pytest.mark.parametrize(("data", "why", "hint"), [
    ({"centre": "eso"}, "the data gaia, which rhone-1 does not hold and only eso has", "an operator of eso"),
    ({"url": "https://a.example/b", "size": 900 << 30}, "gaia of 900 GiB, and rhone-1 has room", "rhone-1 has most"),
])  # fmt: skip
def test_data_that_nobody_holds_and_nobody_can_fetch_are_refused(cast, data, why, hint):
    offers.tell(replace(MACHINES[1], arch="aarch64"))
    offers.tell(LOADED)
    seen = wanting(**data)
    with pytest.raises(AuthorError) as caught:
        submit.submit(actor=cast.alice, url=seen.url, ref=seen.ref, inspection=seen)
    (finding,) = caught.value.findings
    assert finding.code == "NEEDS"
    assert why in finding.message
    assert hint in finding.hint
    offers.tell_data("rhone-1", {GAIA: False})
    assert submit.submit(actor=cast.alice, url=seen.url, ref=seen.ref, inspection=seen).state == "submitted"


def test_what_a_centre_keeps_to_itself_is_not_there_for_others(cast):
    offers.tell(replace(LOADED, centre="eso"))
    offers.tell_data("rhone-1", {PRIVATE: True})
    seen = wanting(centre="eso", sha256=PRIVATE)
    with pytest.raises(AuthorError) as caught:
        submit.submit(actor=cast.alice, url=seen.url, ref=seen.ref, inspection=seen)
    assert code_of(caught) == ["NEEDS"]


def test_a_dockerfile_needs_a_machine_with_a_container_engine(cast):
    offers.tell(LOADED)
    seen = inspection()
    built = replace(seen, manifest=replace(seen.manifest, environment=model.Environment(dockerfile="Dockerfile")))
    with pytest.raises(AuthorError) as caught:
        submit.submit(actor=cast.alice, url=built.url, ref=built.ref, inspection=built)
    assert "rhone-1 with bubblewrap cannot" in caught.value.findings[0].message
    assert "base environment" in caught.value.findings[0].hint
    offers.tell(replace(LOADED, name="rhone-3", engine="docker"))
    assert submit.submit(actor=cast.alice, url=built.url, ref=built.ref, inspection=built).state == "submitted"


def test_while_no_machine_is_known_it_waits_and_one_that_left_counts_no_more(cast):
    seen = asking(HUGE)
    assert submit.submit(actor=cast.alice, url=seen.url, ref=seen.ref, inspection=seen).state == "submitted"
    offers.tell(replace(MACHINES[0], memory=1 << 40))
    other = asking(HUGE, name="another-one")
    offers.withdraw("rhone-1")
    offers.tell(MACHINES[1])
    with pytest.raises(AuthorError):
        submit.submit(actor=cast.alice, url=other.url, ref=other.ref, inspection=other)


def test_the_same_again_is_the_same_version(cast):
    seen = inspection()
    first, _ = submit.submit_once(actor=cast.alice, url=seen.url, ref=seen.ref, inspection=seen)
    before = counts()
    again, is_new = submit.submit_once(actor=cast.alice, url=seen.url, ref=seen.ref, inspection=seen)
    assert (again.pk, is_new, counts()) == (first.pk, False, before)


def test_a_label_is_used_once_whatever_became_of_it(cast):
    for end in (reach_failed, lambda v: submit.withdraw(actor=cast.alice, version=v)):
        version = proposed(cast.alice, name=f"product-{Version.objects.count()}")
        end(version)
        before = counts()
        with pytest.raises(AuthorError) as caught:
            proposed(cast.alice, name=version.product.name)
        assert code_of(caught) == ["LABEL_TAKEN"]
        assert caught.value.findings[0].hint
        assert counts() == before


def test_a_commit_is_used_once(cast):
    version = proposed(cast.alice)
    with pytest.raises(AuthorError) as caught:
        proposed(cast.amy, commit=version.commit)
    assert code_of(caught) == ["COMMIT_TAKEN"]


def test_the_database_keeps_label_and_commit_unique(cast):
    version = proposed(cast.alice)
    twin = Version.objects.get(pk=version.pk)
    twin.pk = None
    twin._state.adding = True
    with pytest.raises(IntegrityError):
        twin.save(force_insert=True)


def test_findings_bubble_up_and_nothing_is_stored(cast):
    before = counts()
    wrong = Finding(Reason.MANIFEST_INVALID, "TAG_MISMATCH", "the tag says 1.0.1, the manifest 1.0.0")
    seen = inspection(findings=[wrong])
    with pytest.raises(AuthorError) as caught:
        submit.submit(actor=cast.alice, url=seen.url, ref=seen.ref, inspection=seen)
    assert code_of(caught) == ["TAG_MISMATCH"]
    assert counts() == before


def test_a_warning_does_not_stop_a_proposal(cast):
    seen = inspection(findings=[Finding(Reason.POLICY, "NO_CITATION", "no CITATION.cff", Severity.WARNING)])
    assert submit.submit(actor=cast.alice, url=seen.url, ref=seen.ref, inspection=seen).state == "submitted"


def test_a_stranger_cannot_submit_for_a_centre(cast):
    before = counts()
    with pytest.raises(PermissionDenied, match="member of the centre"):
        proposed(cast.dan)
    assert counts() == before


def test_an_owner_that_is_not_registered_is_a_finding(cast):
    with pytest.raises(AuthorError) as caught:
        proposed(cast.alice, owner="no-such-centre")
    assert code_of(caught) == ["OWNER_UNKNOWN"]


def test_who_is_not_signed_in_makes_us_fetch_nothing(db):
    with pytest.raises(PermissionDenied, match="sign in"):
        submit.inspect(actor=None, url="https://git.example.org/x", ref="main")


def test_fetching_is_asked_for_with_the_sites_policy(cast, monkeypatch, settings):
    asked = []
    monkeypatch.setattr(submit, "inspect_apart", lambda *given: asked.append(given) or inspection())
    proposal = submit.submit(actor=cast.alice, url="https://git.example.org/x", ref="v1.0.0")
    assert asked == [("https://git.example.org/x", "v1.0.0", settings.PHAROS_SOURCE_POLICY)]
    assert proposal.url == "https://git.example.org/x"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_eight_equal_submissions_at_once_one_is_stored(files):
    cast, seen, answers, start = make_cast(), inspection(), [], threading.Barrier(8)

    def propose():
        start.wait()
        try:
            answers.append(submit.submit_once(actor=cast.alice, url=seen.url, ref=seen.ref, inspection=seen))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=propose) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert {version.pk for version, _ in answers} == {Version.objects.get().pk}
    assert [is_new for _, is_new in answers].count(True) == 1
    assert Event.objects.filter(kind="version.submit").count() == 1


def test_what_was_public_is_withdrawn_with_a_reason(cast):
    version = reach_published(proposed(cast.alice), cast.carol)
    with pytest.raises(ValidationError, match="say why"):
        submit.withdraw(actor=cast.alice, version=version, reason=" ")
    submit.withdraw(actor=cast.alice, version=version, reason="the calibration was wrong")
    version.refresh_from_db()
    assert (version.state, version.published_at is not None) == ("withdrawn", True)


def test_a_stranger_cannot_withdraw(cast):
    with pytest.raises(PermissionDenied, match="authors"):
        submit.withdraw(actor=cast.dan, version=proposed(cast.alice))
    with pytest.raises(PermissionDenied):
        submit.withdraw(actor=SYSTEM, version=Version.objects.get())
