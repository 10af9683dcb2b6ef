"""manage.py appoint HANDLE: make a person an editor of the registry, or end that."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from registry.actions.people import appoint_editor
from registry.ledger.access import SYSTEM
from registry.people import Person


class Command(BaseCommand):
    help = "make a person who has registered an editor: one who invites reviewers and decides"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("handle", help="of an account that exists")
        parser.add_argument("--end", action="store_true", help="the person is no longer an editor")

    def handle(self, *_args: Any, **options: Any) -> None:
        person = Person.objects.filter(username=options["handle"]).first()
        if person is None:
            raise CommandError(
                f"nobody has the handle {options['handle']!r}; the person registers first, at /register/"
            )
        appoint_editor(actor=SYSTEM, person=person, is_editor=not options["end"])
        self.stdout.write(f"{person.username} is {'no longer ' if options['end'] else ''}an editor")
