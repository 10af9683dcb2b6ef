"""Who takes part: accounts made as everybody makes them, each with a key to the API."""

from dataclasses import dataclass
from typing import Any

from adp.client import ENDED
from tests.journeys.site import Site, until
from tests.journeys.wire import Answer, ask, fill_in

PASSWORD = "the light is seen from afar"
SCOPES = ["read", "submit", "review", "edit"]
APPOINT = """
from registry.actions.people import appoint_editor, verify_orcid
from registry.people import SYSTEM, Person
for person in Person.objects.filter(username__in={editors!r}.split()):
    appoint_editor(actor=SYSTEM, person=person)
for person in Person.objects.filter(username__in={verified!r}.split()):
    verify_orcid(actor=SYSTEM, person=person)
"""


@dataclass(frozen=True, slots=True)
class Member:
    """One person with a program: paths are those below /api/v1/."""

    site: str
    handle: str = ""
    key: str = ""

    def get(self, path: str, **headers: str) -> Answer:
        return ask(
            f"{self.site}/api/v1/{path}", token=self.key, headers={k.replace("_", "-"): v for k, v in headers.items()}
        )

    def post(self, path: str, body: Any = None) -> Answer:
        return ask(f"{self.site}/api/v1/{path}", {} if body is None else body, token=self.key)

    def read(self, path: str) -> Any:
        """What must be there."""
        answer = self.get(path)
        assert answer.status == 200, f"{path}: {answer.status} {answer.body[:2000]!r}"
        return answer.json()

    def do(self, path: str, body: Any = None) -> Any:
        """What must go well."""
        answer = self.post(path, body)
        assert answer.status in {200, 201}, f"{path}: {answer.status} {answer.body[:2000]!r}"
        return answer.json()


def join(site: Site, handle: str, *, orcid: str = "") -> Member:
    """Register on the page, then get a key from the API."""
    form = {"handle": handle, "name": handle.title(), "email": f"{handle}@example.org", "orcid": orcid}
    came = fill_in(f"{site.url}/register/", **form, password=PASSWORD)
    assert came.status == 302, came.text
    return Member(site.url, handle, key(site, handle))


def key(site: Site, handle: str) -> str:
    wish = {"username": handle, "password": PASSWORD, "name": "journey", "scopes": SCOPES, "days": 1}
    issued = ask(f"{site.url}/api/v1/tokens/", wish)
    assert issued.status == 201, issued.text
    return str(issued.json()["token"])


def appoint(site: Site, *, editors: str = "", verified: str = "") -> None:
    """An operator's deeds; handles, separated by blanks."""
    site.manage("shell", "-c", APPOINT.format(editors=editors, verified=verified))


def run_of(member: Member, version: dict[str, Any]) -> dict[str, Any]:
    """The latest run of a version; it is queued after the submission is stored."""
    found = until(lambda: member.read(f"runs/?version={version['id']}")["results"], "a run of the version")
    return dict(found[0])


def ended(member: Member, run: dict[str, Any]) -> dict[str, Any]:
    """The run, once it has ended."""

    def look() -> dict[str, Any] | None:
        now = member.read(f"runs/{run['id']}/")
        return now if now["state"] in ENDED else None

    return until(look, f"the end of run {run['id']}", 120) or run


def version_in(member: Member, path: str, *states: str) -> dict[str, Any]:
    """The version at products/…, once it is in one of the states."""

    def look() -> dict[str, Any] | None:
        now = member.read(path)
        return now if now["state"] in states else None

    return until(look, f"{path} in {states}") or {}
