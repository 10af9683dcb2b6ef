"""A check whose input is not in the repository: what the steps see, and whose fault it is when it is not there."""

import os
from itertools import count

import pytest

from adp.environment import place
from adp.finding import Reason
from adp.pipeline import check as pipeline_check
from adp.report import Verdict
from adp.sandbox.bubblewrap import Bubblewrap
from adp.sandbox.fake import Answer
from adp.sandbox.sockets import connect
from adp.source.local import snapshot
from tests.adp.checks.bench import ROOT, Heard, check, engine
from tests.factories.https import sends
from tests.factories.proposals import INPUT, REFERENCE, Change, make_proposal

BODY = INPUT.encode()
NOTHING_ODD = {}
WRITES = """try:
            open(paths[0], "w")
            raise SystemExit("written")
        except OSError:
            pass
"""


def given_by(address, *, by="url", size=True):
    more = f"\nsize = {len(BODY)}" if size and by == "url" else ""
    return Change({'path = "data/table.ecsv"': f'{by} = "{address}"{more}'}, files={"data/table.ecsv": None})


@pytest.fixture
def checked(shelf, tmp_path, monkeypatch):
    monkeypatch.setattr("adp.checks.build.root_for", lambda *_: ROOT)
    monkeypatch.setattr("adp.checks.data.judge_root", lambda *_: ROOT)

    number = count()

    def make(change, script=NOTHING_ODD, listener=None):
        folder = make_proposal(tmp_path / f"tiny-{next(number)}", change)
        return check(folder, tmp_path / f"work-{next(number)}", engine(script), listener, shelf)

    return make


def test_steps_see_the_file_under_its_own_name(server, checked):
    heard = Heard()
    assert checked(given_by(server.serve("/dr3/table.ecsv", BODY)), listener=heard).passed
    commands = [line for _, stage, line in (e for e in heard.events if e[0] == "log") if line.startswith("$")]
    assert "$ python3 tiny.py double /data/table/table.ecsv /out/doubled.ecsv" in commands


@pytest.mark.parametrize(
    ("answer", "verdict", "reason", "code"),
    [
        (sends(b"x" + BODY[1:]), Verdict.ERROR, Reason.REFERENCE_INVALID, "REFERENCE_DIGEST"),
        (sends(BODY + BODY), Verdict.ERROR, Reason.REFERENCE_INVALID, "REFERENCE_SIZE"),
        (sends(b"", 404), Verdict.ERROR, Reason.REFERENCE_INVALID, "REFERENCE_GONE"),
        (sends(b"", 503), Verdict.ERROR, Reason.INFRA, "INFRA"),
        (sends(b"", 302, Location="https://127.0.0.1/"), Verdict.FAILED, Reason.POLICY, "URL_REFUSED"),
    ],
)
def test_whose_fault_it_is(server, checked, answer, verdict, reason, code):
    server.paths["/table.ecsv"] = answer
    report = checked(given_by(server.url("/table.ecsv")))
    assert report.verdict is verdict
    assert [(f.reason, f.code) for f in report.findings] == [(reason, code)]


def test_what_a_centre_holds_is_never_fetched(server, store, checked, tmp_path):
    change = given_by("eso", by="centre")
    assert "nobody brought table" in checked(change).findings[0].message
    (tmp_path / "mine").write_bytes(BODY)
    store.add(tmp_path / "mine")
    assert checked(change).passed


def test_the_digest_does_not_depend_on_how_the_data_came(server, store, checked, tmp_path):
    change = given_by(server.serve("/table.ecsv", BODY))
    fetched = checked(change)
    assert checked(change).digest == fetched.digest


def test_an_input_that_a_step_could_change_ends_the_check_as_our_fault(shelf, server, checked):
    """No engine lets it happen; should one, nobody is judged by changed data."""

    class Sneaky(dict):
        def items(self):
            (held,) = shelf.store.held()
            file = shelf.store.folder / held.sha256 / "data"
            file.chmod(0o644)
            file.write_bytes(b"x" + BODY[1:])
            return super().items()

    script = {"double": Answer(files=Sneaky({"doubled.ecsv": REFERENCE.encode()}))}
    report = checked(given_by(server.serve("/table.ecsv", BODY)), script)
    assert report.verdict is Verdict.ERROR
    assert "was changed while the steps ran" in report.findings[0].message


@pytest.mark.parametrize(
    "name",
    [pytest.param("bubblewrap", marks=pytest.mark.sandbox), pytest.param("docker", marks=pytest.mark.docker)],
)
def test_in_a_real_sandbox_it_is_there_and_cannot_be_written(name, server, shelf, tmp_path, monkeypatch):
    monkeypatch.delenv("PHAROS_VAR")
    monkeypatch.setenv("PHAROS_VAR", os.environ["PHAROS_TREES"])
    runs = Bubblewrap() if name == "bubblewrap" else connect(os.environ["PHAROS_TEST_DOCKER_HOST"])
    proposal = make_proposal(tmp_path / "tiny", given_by(server.serve("/table.ecsv", BODY)))
    code = proposal / "tiny.py"
    reads = "        with open(paths[0])"
    code.write_text(code.read_text().replace(reads, f"        {WRITES}{reads}"))
    with place.new_job_folder() as workspace:
        taken = snapshot(tmp_path / "tiny", workspace / "source")
        report = pipeline_check(taken, engine=runs, workspace=workspace, shelf=shelf)
    assert report.passed, report.findings
