"""Write a letter with the event it tells of; send what is to be sent, once each, alone or as a day's digest."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import groupby

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone

from adp.comparison.words.text import visible
from registry.ledger.models import Event
from registry.models import Letter, Letters, Person

DAY = timedelta(days=1)
ATTEMPTS = 8
BATCH = 200
log = structlog.get_logger(__name__)


def write(*, event: Event, person: Person, subject: str, text: str, path: str) -> Letter | None:
    """None: this person gets no mail. The second letter of an event to the same person is the first."""
    if not person.is_active or not person.email or person.letters_wanted == Letters.NONE:
        return None
    line = " ".join(visible(subject).split())[:200]  # one line: a header ends where a line ends
    given = {"subject": line, "text": visible(text), "path": path}
    return Letter.objects.get_or_create(event=event, person=person, defaults=given)[0]


def send_letters() -> int:
    """Returns how many mails went out. A mail that fails is tried again at the next round, and given up in the end."""
    sent = 0
    waiting = Letter.objects.filter(sent_at=None, attempts__lt=ATTEMPTS).select_related("person")
    ordered = waiting.order_by("person_id", "created_at")[:BATCH]
    for person, found in groupby(ordered, key=lambda letter: letter.person):
        letters = list(found)
        if person.letters_wanted == Letters.DAILY:
            sent += _digest(person, letters)
        else:
            sent += sum(_send(person, [letter]) for letter in letters)
    return sent


def _digest(person: Person, letters: list[Letter]) -> int:
    return _send(person, letters) if letters[0].created_at < timezone.now() - DAY else 0


def _send(person: Person, letters: list[Letter]) -> int:
    """One mail of one or more letters; each row is taken by whoever sends it."""
    keys = [letter.pk for letter in letters]
    with transaction.atomic():
        held = list(Letter.objects.select_for_update(skip_locked=True).filter(pk__in=keys, sent_at=None))
        if len(held) != len(keys):  # somebody else sends them at this moment
            return 0
        try:
            mail(person, letters).send()
        except OSError as error:  # smtplib's faults are OSErrors, too: the server is away, or refuses
            log.warning("letter.not_sent", letters=[str(key) for key in keys], why=type(error).__name__)
            Letter.objects.filter(pk__in=keys).update(attempts=F("attempts") + 1)
            return 0
        Letter.objects.filter(pk__in=keys).update(sent_at=timezone.now())
    return 1


def mail(person: Person, letters: Iterable[Letter]) -> EmailMultiAlternatives:
    """Plain text and the same as HTML. Headers name the person it goes to and nobody else."""
    parts = [{"subject": one.subject, "text": one.text, "address": f"{_site()}{one.path}"} for one in letters]
    first = parts[0]["subject"]
    subject = first if len(parts) == 1 else f"{len(parts)} things at Pharos: {first}"[:200]
    known = {"person": str(person), "letters": parts, "account": f"{_site()}/account/"}
    message = EmailMultiAlternatives(
        subject,
        render_to_string("letters/letter.txt", known),
        settings.DEFAULT_FROM_EMAIL,
        [person.email],
        headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
    )
    message.attach_alternative(render_to_string("letters/letter.html", known), "text/html")
    return message


def _site() -> str:
    return str(settings.PHAROS_SITE).rstrip("/")
