"""manage.py found_centre HANDLE NAME: register a centre, with a first curator who then says who belongs to it."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from registry.actions.centres import begin_membership, found
from registry.ledger.access import SYSTEM
from registry.people import Person

TIERS = ("0", "1", "2", "N")


class Command(BaseCommand):
    help = "register a centre: an observatory (0), a regional centre (1), a consortium or institute (2), others (N)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("handle", help="of the centre: its part of an address, for good")
        parser.add_argument("name", help="as people write it")
        parser.add_argument("--tier", choices=TIERS, default="N")
        parser.add_argument("--ror", default="", help="its ROR id")
        parser.add_argument("--curator", help="handle of the person who answers for its reference data")

    def handle(self, *_args: Any, **options: Any) -> None:
        curator = Person.objects.filter(username=options["curator"]).first() if options["curator"] else None
        if options["curator"] and curator is None:
            raise CommandError(f"nobody has the handle {options['curator']!r}")
        try:
            with transaction.atomic():
                given = {key: options[key] for key in ("handle", "name", "tier", "ror")}
                centre = found(actor=SYSTEM, **given)
                if curator:
                    begin_membership(actor=SYSTEM, centre=centre, person=curator, role="curator")
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        self.stdout.write(f"{centre.handle} is registered, tier {centre.tier}")
