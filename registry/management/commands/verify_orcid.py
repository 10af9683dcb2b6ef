"""manage.py verify_orcid HANDLE: an operator has made sure that the ORCID iD of an account is its person's own."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from registry.actions.people import verify_orcid
from registry.ledger.access import SYSTEM
from registry.people import Person


class Command(BaseCommand):
    help = "say that the ORCID iD a person has given is theirs: versions and credit that name it become their own"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("handle", help="of an account that has given an ORCID iD")

    def handle(self, *_args: Any, **options: Any) -> None:
        person = Person.objects.filter(username=options["handle"]).first()
        if person is None:
            raise CommandError(f"nobody has the handle {options['handle']!r}")
        try:
            verify_orcid(actor=SYSTEM, person=person)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        self.stdout.write(f"{person.orcid} is {person.username}'s")
