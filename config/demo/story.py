"""What happens in the demo, told through the public API alone: submit, watch, review, decide, see it published."""

import json
import time
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adp.client import Client
from config.demo import cast, telling

WRITTEN = tomllib.loads((Path(__file__).parent / "reviews.toml").read_text("utf-8"))
TRACKS = {"code": cast.CODE_REVIEWER, "science": cast.SCIENCE_REVIEWER}
PATIENCE = 60.0  # s, for what happens after commit
SENTENCE = "value changed: row 3, column flag: 0 → a0"


class DemoError(Exception):
    """The demo did not come out as it must; the sentence says how."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """`owner` submits `name` at `ref` from `url`."""

    owner: cast.Member
    name: str
    ref: str
    url: str

    @property
    def path(self) -> str:
        return f"{self.owner.handle}/{self.name}"

    @property
    def label(self) -> str:
        return self.ref.removeprefix("v")


def sign_in(site: str, passwords: Mapping[str, str]) -> dict[str, Client]:
    """A client for each member of the cast, with a key of its own."""
    clients = {}
    for handle, password in passwords.items():
        wish = {"username": handle, "password": password, "name": "demo", "scopes": list(SCOPES), "days": 1}
        key = Client(site).post("/api/v1/tokens/", wish)["token"]
        clients[handle] = Client(site, key)
    return clients


SCOPES = ("read", "submit", "review", "edit")


def submit_and_watch(client: Client, proposal: Proposal) -> dict[str, Any]:
    """The report of the run, its stages told as they end."""
    telling.title(f"{proposal.path} {proposal.ref}")
    version = client.submit(proposal.url, proposal.ref)
    telling.line(f"submitted: commit {version['source']['commit'][:7]}, tree {version['source']['tree'][:7]}")
    run = client.wait(_first_run(client, version["id"])["id"], _stages(), timeout=240, every=0.3)
    telling.line(f"run {run['id'][:8]} on node {run['node']}: {run['verdict'] or run['state']}")
    if run["state"] != "finished":
        raise DemoError(f"{proposal.path} {proposal.label} could not be checked: {run['why']}")
    return client.report(proposal.path, proposal.label)


def refused_as_it_must(report: Mapping[str, Any]) -> None:
    """The faulty version's report has the sentence, on top."""
    findings = [f for s in report["stages"] for f in s["findings"]]
    for finding in findings[:2]:
        telling.line(f"{finding['code']}: {finding['message']}", "red")
    telling.line(f"digest {report['digest']}")
    if report["verdict"] != "failed" or SENTENCE not in {f["message"] for f in findings}:
        raise DemoError(f"the faulty version was not refused with “{SENTENCE}”")


def passed(report: Mapping[str, Any]) -> None:
    rules = [r for c in report["comparisons"] for r in c["rules"]]
    agree = sum(r["verdict"] == "pass" for r in rules)
    telling.line(f"{agree} of {len(rules)} rules agree; digest {report['digest']}")
    if report["verdict"] != "passed":
        messages = [f["message"] for s in report["stages"] for f in s["findings"]]
        raise DemoError(f"{report['product']} {report['version']} did not pass: {'; '.join(messages)}")


def review_and_decide(clients: Mapping[str, Client], proposal: Proposal) -> None:
    editor = clients[cast.EDITOR.handle]
    round_id = _round_of(editor, proposal)["id"]
    for track, reviewer in TRACKS.items():
        client = clients[reviewer.handle]
        invited = editor.post(f"/api/v1/rounds/{round_id}/assignments/", {"handle": reviewer.handle, "track": track})
        client.post(f"/api/v1/assignments/{invited['id']}/agree/", {})
        client.post(f"/api/v1/assignments/{invited['id']}/report/", _report(client, proposal, track))
        telling.line(f"{proposal.name}: {track} reviewed by {reviewer.name}: accept")
    decision = {"outcome": "accept", "rationale": WRITTEN["rationale"]}
    editor.post(f"/api/v1/rounds/{round_id}/decide/", decision)
    telling.line(f"{proposal.name}: accepted by {cast.EDITOR.name}")


def published(client: Client, proposal: Proposal, into: Path) -> None:
    """Waits for the publication, fetches the archive as anybody could, and counts the credit."""
    version = _until(lambda: _if_state(client, proposal, "published"), f"{proposal.path} was not published")
    archive = client.download(f"/api/v1/products/{proposal.path}/versions/{proposal.label}/archive/", into)
    roles = sorted({c["role"] for c in version["contributions"]})
    telling.line(
        f"✓ {proposal.path} {proposal.label} published: archive {archive.stat().st_size / 2**20:.1f} MiB, "
        f"{len(version['contributions'])} contributions ({', '.join(roles)})",
        "green",
    )


def _report(client: Client, proposal: Proposal, track: str) -> dict[str, Any]:
    questions = client.get_list(f"/api/v1/checklists/{track}/")
    answers = {q["id"]: {"answer": "yes", "note": ""} for q in questions}
    written = WRITTEN[proposal.name][track]
    return {"answers": answers, "text": written, "recommendation": "accept", "signed": True}


def _first_run(client: Client, version_id: str) -> dict[str, Any]:
    found: dict[str, Any] = _until(lambda: next(iter(client.runs(version_id)), None), "no run was queued")
    return found


def _round_of(client: Client, proposal: Proposal) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        rounds = client.get_json("/api/v1/rounds/")["results"]
        mine = (r for r in rounds if (r["product"], r["version"]) == (proposal.path, proposal.label))
        return next(mine, None)

    found: dict[str, Any] = _until(look, f"no review of {proposal.path} was opened")
    return found


def _if_state(client: Client, proposal: Proposal, state: str) -> dict[str, Any] | None:
    version = client.version(proposal.path, proposal.label)
    return version if version["state"] == state else None


def _until(look: Any, otherwise: str) -> Any:
    """What `look` finds, as soon as it finds something: events are delivered after commit."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = look()
        if found is not None:
            return found
        time.sleep(0.2)
    raise DemoError(otherwise)


def _stages() -> Any:
    told: set[str] = set()

    def tell(run: Mapping[str, Any]) -> None:
        for stage in run["progress"].get("stages", ()):
            if stage["name"] not in told:
                told.add(stage["name"])
                telling.stage(stage["name"], stage["verdict"], stage["seconds"])

    return tell


def keep(report: Mapping[str, Any], into: Path) -> None:
    into.write_text(json.dumps(report, indent=1), "utf-8")
