"""The pages and the API say how a version holds: health, runs, what other centres made of it, and who signed it."""

import pytest

from adp.attestation import unseal
from adp.replication import Agreement
from registry.ledger.access import SYSTEM
from registry.models import Health, Version
from runners.actions.replicate import replicate
from tests.factories import replicas


@pytest.fixture
def version(cast):
    """Of alice's, run at lyon and again at leiden and garching, where it differs; published and red."""
    declared = {
        "product": {"title": "A table", "summary": "It is.", "license": "BSD-3-Clause", "type": "cube"},
        "contributors": [],
        "steps": [],
        "products": [],
        "tests": {"data": []},
        "data": [],
        "environment": {"base": "astro-1"},
        "resources": {},
    }
    first = replicas.checked(replicas.at("lyon"), cast.alice, manifest=declared)
    for handle, content, agreement in (
        ("leiden", b"1 2 3.0\n", Agreement.WITHIN),
        ("garching", b"1 2 4\n", Agreement.DIFFERS),
    ):
        replicate(actor=SYSTEM, version=first.version)
        replicas.replicated(replicas.at(handle), content, agreement)
    Health.objects.create(version=first.version, level="red", why="the last run in its own environment failed")
    return first.version


def address(version):
    return f"/products/{version.product.path}/versions/{version.label}/"


def test_the_page_shows_the_table_of_what_differs_and_by_how_much(version, browse):
    page = browse("alice").get(address(version)).content.decode()
    for words in ("no longer passes", "within tolerance", "LEIDEN", "GARCHING", "TABLE.flux: abs 1e-9", "signed by it"):
        assert words in page, words
    assert "3.2" in page


@pytest.mark.parametrize(("who", "sees"), [("alice", True), ("carol", True), ("dan", False), (None, False)])
def test_who_may_not_have_it_run_sees_no_button(version, browse, who, sees):
    answer = browse(who).get(address(version))
    assert ("Have it run at another centre" in answer.content.decode()) is sees


def test_the_button_asks_and_shows_the_run(version, browse):
    answer = browse("alice").post(f"/runs/version/{version.pk}/replicate/", follow=True)
    assert "Replication at another centre" in answer.content.decode()
    assert browse("dan").post(f"/runs/version/{version.pk}/replicate/").status_code == 404
    assert browse().post(f"/runs/version/{version.pk}/replicate/").status_code in {302, 403, 404}


@pytest.mark.parametrize("part", ["replications", "attestations"])
@pytest.mark.parametrize(("who", "status"), [("alice", 200), ("carol", 200), ("dan", 404), (None, 404)])
def test_only_readers_of_the_version_read_what_was_made_of_it(version, browse, part, who, status):
    assert browse(who).get(f"/api/v1{address(version)}{part}/").status_code == status


def test_the_api_gives_all_that_proves_a_replication(version, browse):
    rows = browse("alice").get(f"/api/v1{address(version)}attestations/").json()["results"]
    said = [unseal(row["envelope"], row["public_key"])["predicate"] for row in rows]
    assert [(s["centre"], s["agreement"]) for s in said] == [("leiden", "within tolerance"), ("garching", "differs")]
    shown = browse("alice").get(f"/api/v1{address(version)}replications/").json()["results"]
    assert shown[1]["table"]["products"][0]["agreement"] == "differs"
    whole = browse("alice").get(f"/api/v1{address(version)}").json()
    assert whole["replications"][0] == {"centre": "leiden", "agreement": "within tolerance"}
    assert whole["health"]["level"] == "red"


@pytest.mark.parametrize("door", ["replicate", "revalidate"])
def test_the_api_refuses_who_may_not_ask(version, browse, door):
    at = f"/api/v1{address(version)}{door}/"
    assert browse("dan").post(at).status_code == 404
    assert browse().post(at).status_code in {401, 403}
    assert browse("alice").post(at).status_code == (201 if door == "replicate" else 403)


def test_who_answers_for_it_is_told_on_the_desk(version, browse):
    for who, told in (("alice", True), ("carol", True), ("dan", False)):
        desk = browse(who).get("/desk/").content.decode()
        assert ("differs at another centre" in desk or "no longer passes its checks" in desk) is told


def test_a_product_is_found_by_how_it_holds(version, browse):
    Version.objects.filter(pk=version.pk).update(state="published", published_at="2026-11-22T00:00:00Z")
    found = browse().get("/api/v1/products/?health=red").json()["results"]
    assert [(p["path"], p["health"]) for p in found] == [(version.product.path, "red")]
    assert browse().get("/api/v1/products/?health=green").json()["results"] == []
    assert b"no longer passes" in browse().get("/products/?health=red").content
    assert version.product.name.encode() not in browse().get("/products/?health=green").content
    assert b"no longer passes" in browse().get(f"/products/{version.product.path}/").content
