"""The accounts of the demo, each with a key to the API. All are plainly demo accounts: none stands for a person."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import django
from django.core.management import call_command


@dataclass(frozen=True, slots=True)
class Member:
    handle: str
    name: str
    orcid: str = ""
    is_editor: bool = False

    @property
    def email(self) -> str:
        return f"{self.handle}@example.invalid"


PIXTABLE = Member("muse-demo", "Ada Demo")
SURVEYS = Member("surveys-demo", "Ines Demo")
CODE_REVIEWER = Member("code-reviewer-demo", "Cleo Demo")
SCIENCE_REVIEWER = Member("science-reviewer-demo", "Sol Demo")
EDITOR = Member("editor-demo", "Edda Demo", is_editor=True)
CAST = (PIXTABLE, SURVEYS, CODE_REVIEWER, SCIENCE_REVIEWER, EDITOR)


def register_all(kept: Path) -> dict[str, str]:
    """Handle to password, which the file `kept` will say too, to this account alone.

    An operator's work: accounts come through the same action as the page's, and the registry itself appoints the
    editor. Runs in the process that calls it, on the demo's settings."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.demo.settings"
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    from registry.actions.people import appoint_editor, register  # noqa: PLC0415 - Django must be set up first
    from registry.ledger.access import SYSTEM  # noqa: PLC0415 - likewise

    passwords = {}
    for member in CAST:
        passwords[member.handle] = secrets.token_urlsafe(18)
        person = register(handle=member.handle, name=member.name, email=member.email, password=passwords[member.handle])
        if member.is_editor:
            appoint_editor(actor=SYSTEM, person=person)
    kept.touch(mode=0o600)
    kept.write_text("".join(f"{handle} {password}\n" for handle, password in passwords.items()), "ascii")
    return passwords
