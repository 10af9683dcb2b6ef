"""The whole story as programs see it: accounts, a git URL, the run, two reviews, the decision, publication, credit."""

import csv
import hashlib
import io
import tarfile
from types import SimpleNamespace

import pytest
from astropy.io.votable import parse_single_table

from tests.factories.journeys import moved, photometry
from tests.factories.repositories import git
from tests.journeys.cast import ended, run_of, version_in
from tests.journeys.deeds import RULING, invite, report_of, round_of

pytestmark = pytest.mark.sandbox
PRODUCT = "products/ada/field-photometry/"
FIRST, SECOND = f"{PRODUCT}versions/0.1.0/", f"{PRODUCT}versions/0.1.1/"


@pytest.fixture(scope="module")
def repository(git_host):
    return git_host.folder / "field-photometry"


@pytest.fixture(scope="module")
def refused(cast, git_host, repository):
    """The first version counts pixels from 0 and fails; what was seen on the way."""
    photometry(repository, "0.1.0", fault=True)
    seen = SimpleNamespace(url=git_host.url_of("field-photometry"))
    seen.look = cast.ada.do("versions/inspect/", {"url": seen.url, "ref": "v0.1.0"})
    seen.stored = cast.ada.post("versions/", {"url": seen.url, "ref": "v0.1.0"})
    seen.again = cast.ada.post("versions/", {"url": seen.url, "ref": "v0.1.0"})
    seen.run = ended(cast.ada, run_of(cast.ada, seen.stored.json()))
    return seen


@pytest.fixture(scope="module")
def checked(cast, repository, refused):
    """The next version passes."""
    photometry(repository, "0.1.1")
    seen = SimpleNamespace(version=cast.ada.do("versions/", {"url": refused.url, "ref": "v0.1.1"}))
    seen.run = ended(cast.ada, run_of(cast.ada, seen.version))
    return seen


@pytest.fixture(scope="module")
def decided(cast, checked):
    """The round, with every refusal on its way."""
    seen = SimpleNamespace(round=round_of(cast.edda, checked.version))
    decide = f"rounds/{seen.round['id']}/decide/"
    asks = f"rounds/{seen.round['id']}/assignments/"
    seen.hidden = cast.dan.get(f"rounds/{seen.round['id']}/")
    seen.stranger = cast.ada.post(asks, {"handle": "cleo", "track": "code"})
    seen.conflict = cast.edda.post(asks, {"handle": "ada", "track": "science"})
    code, science = (
        invite(cast, seen.round["id"], cast.cleo, "code"),
        invite(cast, seen.round["id"], cast.sol, "science"),
    )
    seen.before_agreeing = cast.cleo.post(f"assignments/{code['id']}/report/", report_of(cast.cleo, "code"))
    seen.of_another = cast.sol.post(f"assignments/{code['id']}/agree/")
    cast.cleo.do(f"assignments/{code['id']}/agree/")
    cast.sol.do(f"assignments/{science['id']}/agree/")
    seen.unanswered = cast.cleo.post(f"assignments/{code['id']}/report/", {"text": "Fine.", "recommendation": "accept"})
    cast.cleo.do(f"assignments/{code['id']}/report/", report_of(cast.cleo, "code"))
    seen.too_early = cast.edda.post(decide, RULING)
    cast.sol.do(f"assignments/{science['id']}/report/", report_of(cast.sol, "science"))
    seen.by_a_reviewer = cast.cleo.post(decide, RULING)
    seen.decision = cast.edda.do(decide, RULING)
    seen.twice = cast.edda.post(decide, RULING)
    return seen


@pytest.fixture(scope="module")
def published(cast, decided):
    return version_in(cast.anybody, SECOND, "published")


def test_a_look_tells_what_was_found_and_keeps_nothing(refused, repository):
    assert refused.look["commit"] == git(repository, "rev-parse", "v0.1.0^{commit}")
    assert refused.look["manifest"]["product"]["name"] == "field-photometry"
    assert refused.look["findings"] == []


def test_the_same_proposal_twice_is_one_version(refused):
    assert (refused.stored.status, refused.again.status) == (201, 200)
    assert refused.stored.json()["id"] == refused.again.json()["id"]


def test_a_faulty_version_fails_with_what_is_wrong_and_where(cast, refused):
    assert (refused.run["state"], refused.run["verdict"]) == ("finished", "failed")
    assert cast.ada.read(FIRST)["state"] == "failed"
    report = cast.ada.read(f"{FIRST}report/")
    assert {s["name"]: s["verdict"] for s in report["stages"]}["data"] == "failed"
    finding = report["stages"][-1]["findings"][0]
    assert (finding["reason"], finding["code"], finding["where"]["column"]) == ("MISMATCH", "VALUE", "y")
    assert "9 of 9 values" in finding["message"]
    assert finding["hint"]


def test_what_failed_is_its_authors_business_alone(cast, refused):
    for path in (FIRST, f"{FIRST}report/", f"runs/{refused.run['id']}/", f"runs/{refused.run['id']}/log/"):
        assert (cast.anybody.get(path).status, cast.dan.get(path).status) == (404, 404), path


def test_the_log_can_be_followed_from_where_one_left_off(cast, refused):
    path = f"runs/{refused.run['id']}/log/"
    whole = cast.ada.get(path)
    assert whole.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert int(whole.headers["X-Log-End"]) == len(whole.body)
    assert "measure" in whole.text
    assert whole.text.endswith(cast.ada.get(f"{path}?offset=200").text)
    assert cast.ada.get(f"{path}?offset={len(whole.body)}").body == b""


def test_the_label_of_a_refused_version_stays_refused(cast, checked, refused, git_host):
    """Another commit under the old tag, and the old commit under another name."""
    copy = git_host.folder / "copy"
    git(git_host.folder, "clone", "-q", str(git_host.folder / "field-photometry"), "copy")
    git(copy, "checkout", "-q", "v0.1.0")
    moved_tag = {"url": git_host.url_of("copy"), "ref": moved(copy, "0.1.0")}
    answer = cast.ada.post("versions/", moved_tag)
    assert answer.status == 422
    found = answer.json()["findings"][0]
    assert found["code"] == "LABEL_TAKEN"
    assert "ada/field-photometry@0.1.0 exists (failed" in found["message"]
    assert "raise product.version" in found["hint"]


def test_a_good_version_passes_every_stage(cast, checked):
    assert (checked.run["state"], checked.run["verdict"], checked.run["attempt"]) == ("finished", "passed", 1)
    report = cast.ada.read(f"{SECOND}report/")
    assert {s["verdict"] for s in report["stages"]} == {"passed"}
    assert report["tree"] == checked.version["source"]["tree"]
    assert report["engine"] in {"bubblewrap", "docker"}


def test_review_is_for_those_concerned(decided):
    assert decided.hidden.status == 404
    assert decided.stranger.status == 403
    assert decided.of_another.status == 404


def test_a_conflict_of_interest_is_refused_with_its_reason(decided):
    assert decided.conflict.status == 403
    assert decided.conflict.json()["detail"] == "Ada submitted this version."


def test_a_report_needs_an_agreement_and_every_answer(decided):
    assert decided.before_agreeing.status == 409
    assert decided.unanswered.status == 400
    assert "install" in decided.unanswered.json()["errors"]


def test_a_decision_needs_both_reports_an_editor_and_an_open_round(decided):
    assert (decided.too_early.status, decided.by_a_reviewer.status, decided.twice.status) == (403, 403, 409)
    assert "none yet: science case" in decided.too_early.json()["detail"]
    assert decided.decision["decision"]["outcome"] == "accept"


def test_the_authors_learn_who_signed_and_nobody_else(cast, decided):
    seen = cast.ada.read(f"rounds/{decided.round['id']}/")
    by = {r["track"]: r["by"] for r in seen["reviews"]}
    assert by["code"].startswith("Cleo, Reviewer ")
    assert by["science"].startswith("Reviewer ")
    assert seen["assignments"] == []
    assert "sol" not in str(seen).lower()


def test_a_published_version_is_everybodys(cast, published):
    assert (published["verdict"], published["source"]["tag"]) == ("passed", "v0.1.1")
    for part in ("report", "provenance", "citation", "events"):
        assert cast.anybody.read(f"{SECOND}{part}/")
    kinds = [e["kind"] for e in reversed(cast.anybody.read(f"{SECOND}events/")["results"])]
    assert kinds == ["version.submit", "version.pass", "version.review", "version.accept", "version.publish"]


def test_the_archive_is_whole(cast, published):
    answer = cast.anybody.get(f"{SECOND}archive/")
    assert hashlib.sha256(answer.body).hexdigest() == answer.headers["ETag"].strip('"')
    with tarfile.open(fileobj=io.BytesIO(answer.body)) as tar:
        files = {m.name.partition("/")[2]: tar.extractfile(m).read() for m in tar.getmembers()}
        assert {m.name.partition("/")[0] for m in tar.getmembers()} == {"ada-field-photometry-0.1.1"}
    sums = dict(reversed(line.split("  ")) for line in files["manifest-sha256.txt"].decode().splitlines())
    assert sums == {name: hashlib.sha256(files[name]).hexdigest() for name in files if name.startswith("data/")}
    tags = dict(reversed(line.split("  ")) for line in files["tagmanifest-sha256.txt"].decode().splitlines())
    assert all(hashlib.sha256(files[name]).hexdigest() == value for name, value in tags.items())
    assert files["bagit.txt"].startswith(b"BagIt-Version: 1.0")
    assert {"data/products/catalogue.ecsv", "data/products/subtracted.fits", "data/report.json"} < set(files)


def test_what_never_changes_is_not_sent_twice(cast, published):
    for path in (f"{SECOND}archive/", SECOND, "products/"):
        first = cast.anybody.get(path)
        assert first.headers["ETag"], path
        again = cast.anybody.get(path, If_None_Match=first.headers["ETag"])
        assert (again.status, again.body) == (304, b""), path


def test_everybody_gets_credit_for_what_they_did(cast, published):
    def roles(handle, member):
        given = member.read(f"people/{handle}/")["contributions"]
        return {c["role"] for c in given if c["version"] == "0.1.1"}

    assert roles("ada", cast.anybody) == {"Software", "Methodology"}
    assert roles("0000-0002-1825-0097", cast.anybody) == {"Software", "Methodology"}
    assert roles("edda", cast.anybody) == {"Editor"}
    assert roles("sol", cast.anybody) == set()
    assert roles("sol", cast.sol) == {"Reviewer"}


def test_a_reviewer_who_signed_has_public_credit(cast, published):
    given = cast.anybody.read("people/cleo/")["contributions"]
    assert {(c["role"], c["version"]) for c in given if c["product"] == "ada/field-photometry"} == {
        ("Reviewer", "0.1.1")
    }


FOUND = [
    ("", True),
    ("?q=photometry+star", True),
    ("?q=spectroscopy", False),
    ("?type=measurements", True),
    ("?type=cube", False),
    ("?waveband=Optical&owner=ada", True),
    ("?waveband=Radio", False),
    ("?keyword=CCD+photometry", True),
    ("?tier=N", True),
    ("?tier=0", False),
    ("?state=published", True),
    ("?state=failed", False),
    ("?owner=dan", False),
]


@pytest.mark.parametrize(("query", "is_found"), FOUND)
def test_the_catalogue_is_filtered_by_every_facet(cast, published, query, is_found):
    paths = [p["path"] for p in cast.anybody.read(f"products/{query}")["results"]]
    assert ("ada/field-photometry" in paths) == is_found


def test_the_catalogue_opens_in_a_spreadsheet_and_in_topcat(cast, published):
    rows = list(csv.DictReader(io.StringIO(cast.anybody.get("products/?format=csv&owner=ada").text)))
    table = parse_single_table(io.BytesIO(cast.anybody.get("products/?format=votable&owner=ada").body)).to_table()
    wanted = {p["path"]: p["version"] for p in cast.anybody.read("products/?owner=ada")["results"]}
    assert {r["path"]: r["version"] for r in rows} == wanted
    assert {r["path"]: r["version"] for r in table} == wanted
    assert wanted["ada/field-photometry"] == "0.1.1"
