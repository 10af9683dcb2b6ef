"""What a node hands in at the end: the report and the files, whole and once, or nothing."""

import hashlib
import io

import pytest
from PIL import Image

from adp.report import Verdict
from registry import storage
from registry.models import Artefact, Validation
from runners.actions.claim import claim
from runners.lifecycle import State
from runners.models import Run, RunArtefact
from tests.factories.runners import a_report

SHA = hashlib.sha256(b"1 2 3\n").hexdigest()


def test_a_run_ends_with_report_and_files(working):
    taken, http = working
    assert http.put(f"runs/{taken.run.pk}/artefacts/maps/a.csv/", b"1 2 3\n", sha256=SHA).status_code == 201
    assert http.post(f"runs/{taken.run.pk}/finish/", {"report": a_report(taken.run).to_dict()}).status_code == 204
    run = Run.objects.get()
    assert (run.state, run.verdict, run.version.state) == (State.FINISHED, "passed", "checked")
    kept = Artefact.objects.get(kind="product")
    assert (kept.name, kept.sha256, kept.media_type, kept.version) == ("maps/a.csv", SHA, "text/csv", run.version)
    assert Validation.objects.get().run == str(run.pk)


def test_a_failed_report_fails_the_version(working):
    taken, http = working
    report = a_report(taken.run, Verdict.FAILED).to_dict()
    assert http.post(f"runs/{taken.run.pk}/finish/", {"report": report}).status_code == 204
    assert Run.objects.get().version.state == "failed"


def test_a_finish_whose_answer_was_lost_is_sent_again_and_answered_alike(working):
    taken, http = working
    report = {"report": a_report(taken.run).to_dict()}
    assert http.post(f"runs/{taken.run.pk}/finish/", report).status_code == 204
    assert http.post(f"runs/{taken.run.pk}/finish/", report).status_code == 204
    assert http.post(f"runs/{taken.run.pk}/finish/", {"infra": "or not"}).status_code == 204
    assert Validation.objects.count() == 1
    assert Run.objects.get().verdict == "passed"


def test_files_of_an_earlier_attempt_do_not_enter_the_book(working, node, http):
    taken, before = working
    before.put(f"runs/{taken.run.pk}/artefacts/old.csv/", b"1 2 3\n", sha256=SHA)
    before.post(f"runs/{taken.run.pk}/finish/", {"infra": "stop", "handed_back": True})
    again = claim(node=node[0])
    http(node[1], again.token).post(f"runs/{taken.run.pk}/finish/", {"report": a_report(taken.run).to_dict()})
    assert [a.name for a in Artefact.objects.all()] == ["report.json"]


def test_a_picture_is_drawn_anew_before_it_is_kept(working):
    taken, http = working
    raw = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(raw, format="PNG")
    sent = raw.getvalue() + b"what a stranger left behind"
    at = f"runs/{taken.run.pk}/artefacts/01-map.png/"
    assert http.put(at, sent, sha256=hashlib.sha256(sent).hexdigest(), kind="picture").status_code == 201
    assert http.put(at, sent, sha256=hashlib.sha256(sent).hexdigest(), kind="picture").status_code == 201
    http.post(f"runs/{taken.run.pk}/finish/", {"report": a_report(taken.run).to_dict()})
    kept = Artefact.objects.get(kind="picture")
    assert (kept.name, kept.media_type) == ("01-map.png", "image/png")
    with storage.fetch(kept.sha256) as file:
        clean = file.read()
    assert b"stranger" not in clean
    assert clean.startswith(b"\x89PNG")
    assert len(clean) == kept.size


def test_what_is_no_picture_is_refused_as_one(working):
    taken, http = working
    sent = b"<svg onload='alert(1)'>"
    at = f"runs/{taken.run.pk}/artefacts/01-map.png/"
    answer = http.put(at, sent, sha256=hashlib.sha256(sent).hexdigest(), kind="picture")
    assert answer.status_code == 422
    assert "not a PNG picture" in answer.json()["detail"]
    assert not RunArtefact.objects.exists()


def report_without(key):
    return lambda report: report.pop(key)


def report_with(**values):
    return lambda report: report.update(values)


BAD_REPORTS = {
    "no schema": report_without("schema"),
    "another schema": report_with(schema="adp-report/9"),
    "no stages": report_with(stages=[]),
    "no verdict": report_without("verdict"),
    "judges nothing": report_with(verdict="error"),
    "a number for a name": report_with(product=7),
    "an unknown member": report_with(extra=1),
    "another commit": report_with(commit="f" * 40),
    "another tree": report_with(tree="f" * 40),
    "a false digest": report_with(digest="0" * 64),
    "a negative time": lambda r: r["stages"][0].update(seconds=-1),
    "an unknown reason": lambda r: r["stages"][0].update(
        findings=[{"reason": "X", "code": "", "severity": "error", "message": "", "where": {}, "hint": ""}]
    ),
    "products that were not handed in": report_with(
        products=[
            {
                "name": "a",
                "path": "a.csv",
                "format": "csv",
                "bytes": 6,
                "sha256": SHA,
                "level": 1,
                "calib_level": 2,
                "type": "cube",
            }
        ]
    ),
}


@pytest.mark.parametrize("fault", BAD_REPORTS)
def test_what_is_no_report_on_this_version_is_refused_whole(working, fault):
    taken, http = working
    report = a_report(taken.run).to_dict()
    BAD_REPORTS[fault](report)
    assert http.post(f"runs/{taken.run.pk}/finish/", {"report": report}).status_code == 422
    run = Run.objects.get()
    assert (run.state, run.version.state) == (State.LEASED, "checking")
    assert not Validation.objects.exists()
    assert not Artefact.objects.exists()


def test_nul_and_surrogates_in_a_report_are_made_visible(working):
    taken, http = working
    report = a_report(taken.run).to_dict()
    report["stages"][0]["log"] = "before \0 after \ud800"
    assert http.post(f"runs/{taken.run.pk}/finish/", {"report": report}).status_code == 204
    assert Validation.objects.get().report["stages"][0]["log"] == "before ␀ after \\ud800"


BAD_NAMES = ["../up.csv", "a/../../up.csv", "a//b.csv", "./a.csv", "a\x01b.csv", "a\nb.csv", "x" * 300, "a/./b"]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_file_has_a_plain_relative_name(working, name):
    taken, http = working
    answer = http.put(f"runs/{taken.run.pk}/artefacts/{_quoted(name)}/", b"1 2 3\n", sha256=SHA)
    assert answer.status_code in {400, 404}
    assert not RunArtefact.objects.exists()


def _quoted(name):
    return "".join(c if c.isalnum() else f"%{ord(c):02x}" for c in name)


def test_bytes_that_are_not_what_was_announced_are_not_kept(working):
    taken, http = working
    answer = http.put(f"runs/{taken.run.pk}/artefacts/a.csv/", b"other bytes", sha256=SHA)
    assert answer.status_code == 422
    assert not RunArtefact.objects.exists()


@pytest.mark.parametrize(("sha256", "kind"), [("", "product"), ("zz", "product"), (SHA, "archive"), (SHA, "x")])
def test_a_file_says_its_digest_and_kind(working, sha256, kind):
    taken, http = working
    answer = http.put(f"runs/{taken.run.pk}/artefacts/a.csv/", b"1 2 3\n", sha256=sha256, kind=kind)
    assert answer.status_code == 400


def test_a_file_sent_twice_is_kept_once(working):
    taken, http = working
    for _ in range(2):
        assert http.put(f"runs/{taken.run.pk}/artefacts/a.csv/", b"1 2 3\n", sha256=SHA).status_code == 201
    assert RunArtefact.objects.count() == 1


def test_a_product_may_be_called_like_the_log(working):
    taken, http = working
    for kind in ("log", "product"):
        at = f"runs/{taken.run.pk}/artefacts/log.txt/"
        assert http.put(at, b"1 2 3\n", sha256=SHA, kind=kind).status_code == 201
    assert RunArtefact.objects.count() == 2


def test_files_and_their_number_are_bounded(working, settings):
    taken, http = working
    settings.RUNNERS = {"artefact": 3, "artefacts": 1}
    at = f"runs/{taken.run.pk}/artefacts"
    assert http.put(f"{at}/a.csv/", b"1 2 3\n", sha256=SHA).status_code == 413
    assert http.put(f"{at}/a.csv/", b"", sha256=hashlib.sha256(b"").hexdigest()).status_code == 201
    assert http.put(f"{at}/b.csv/", b"", sha256=hashlib.sha256(b"").hexdigest()).status_code == 422
