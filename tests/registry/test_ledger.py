"""The ledger: written once, delivered once, tried again, parked at last."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import Error, connection, transaction
from django.utils import timezone

from registry.ledger import deliver as post_office
from registry.ledger.access import SYSTEM
from registry.ledger.deliver import ATTEMPTS, HANDLERS, deliver, deliver_pending
from registry.ledger.post import Broker
from registry.ledger.record import record
from registry.models import Artefact, Delivery, Event, ImmutableError, Pending, TierGrant, Validation
from tests.factories.people import cast as make_cast
from tests.factories.registry import proposed, reach_published

ONCE = [Event, Validation, Artefact, TierGrant]


@pytest.fixture
def published(cast):
    return reach_published(proposed(cast.alice), cast.carol)


@pytest.mark.parametrize("model", ONCE)
def test_what_is_written_once_refuses_to_change(published, model):
    row = model.objects.first()
    with pytest.raises(ImmutableError):
        row.save()
    with pytest.raises(ImmutableError):
        row.delete()


@pytest.mark.parametrize("model", ONCE)
@pytest.mark.parametrize("order", ["UPDATE {table} SET id = id", "DELETE FROM {table}"])
def test_the_database_refuses_whoever_goes_around_us(published, model, order):
    rows = model.objects.count()
    with pytest.raises(Error, match="written once"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(order.format(table=model._meta.db_table))
    assert model.objects.count() == rows


PINNED = ["label = 'x'", "\"commit\" = 'x'", "tree = 'x'", "url = 'x'", "manifest_text = 'x'"]


@pytest.mark.parametrize("change", PINNED)
def test_what_a_version_pins_never_changes(published, change):
    with pytest.raises(Error, match="written once"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE registry_version SET {change}")


def test_a_version_is_never_deleted(published):
    with pytest.raises(Error, match="written once"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM registry_version")


@pytest.mark.django_db(transaction=True)
def test_the_guards_can_be_taken_back_and_put_up_again():
    call_command("migrate", "registry", "0001", verbosity=0)
    call_command("migrate", verbosity=0)
    with pytest.raises(Error, match="written once"):
        record("centre.found", make_cast().muse, actor=SYSTEM)._meta.model.objects.update(kind="x")


@pytest.fixture
def heard(monkeypatch):
    """A handler of ours for one kind, and what it heard."""
    got = []

    def hear(event):
        got.append(event.kind)

    monkeypatch.setitem(HANDLERS, "version.submit", [hear])
    return got


@pytest.fixture
def deaf(monkeypatch):
    def fail(event):
        raise RuntimeError("no ears")

    monkeypatch.setitem(HANDLERS, "version.submit", [fail])


def test_an_event_is_delivered_after_commit_and_once(cast, heard, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        version = proposed(cast.alice)
        assert heard == []
    assert heard == ["version.submit"]
    event = Event.objects.get(kind="version.submit", subject_id=version.pk)
    deliver(event)
    assert heard == ["version.submit"]
    assert not Pending.objects.filter(event=event).exists()


def test_what_got_lost_is_sent_again(cast, heard):
    proposed(cast.alice)  # nothing is committed here, so nothing was delivered
    deliver_pending.run()
    assert heard == ["version.submit"]


def test_a_handler_that_fails_leaves_nothing_and_is_tried_later(cast, deaf):
    version = proposed(cast.alice)
    event = Event.objects.get(kind="version.submit", subject_id=version.pk)
    deliver(event)
    waiting = Pending.objects.get(event=event)
    assert (waiting.attempts, waiting.parked_at) == (1, None)
    assert "no ears" in waiting.error
    assert waiting.next_at > timezone.now() + timedelta(seconds=20)
    assert not Delivery.objects.filter(event=event, handler__contains="fail").exists()


def test_what_never_works_is_parked(cast, deaf):
    version = proposed(cast.alice)
    event = Event.objects.get(kind="version.submit", subject_id=version.pk)
    for _ in range(ATTEMPTS):
        deliver(event)
    assert Pending.objects.get(event=event).parked_at is not None
    Pending.objects.update(next_at=timezone.now() - timedelta(days=1))
    deliver_pending.run()
    assert Pending.objects.get(event=event).attempts == ATTEMPTS


def test_one_deaf_handler_does_not_keep_the_others_from_hearing(cast, monkeypatch):
    got = []

    def fail(event):
        raise RuntimeError("no ears")

    def hear(event):
        got.append(event.pk)

    monkeypatch.setitem(HANDLERS, "version.submit", [fail, hear])
    event = Event.objects.get(subject_id=proposed(cast.alice).pk)
    deliver(event)
    deliver(event)
    assert got == [event.pk]


def test_an_event_of_a_transaction_that_fails_was_never_written(cast):
    before = Event.objects.count()

    def fail_later():
        with transaction.atomic():
            record("centre.found", cast.muse, actor=SYSTEM)
            raise RuntimeError("after all not")

    with pytest.raises(RuntimeError):
        fail_later()
    assert Event.objects.count() == before


def test_the_broker_being_away_hurts_nobody(cast, settings, monkeypatch, django_capture_on_commit_callbacks):
    settings.CELERY_BROKER_URL = "redis://nowhere"

    def lost(**_):
        raise ConnectionError("no broker")

    monkeypatch.setattr(post_office.deliver_event, "apply_async", lost)
    monkeypatch.setattr("registry.ledger.post.BROKER", Broker())
    with django_capture_on_commit_callbacks(execute=True):
        version = proposed(cast.alice)
    assert Pending.objects.filter(event__subject_id=version.pk).exists()


def test_a_broker_that_does_not_answer_is_asked_once_and_then_left_alone_for_a_while(monkeypatch):
    asked, now = [], [0.0]

    def hangs(**_):
        asked.append(now[0])
        raise TimeoutError

    monkeypatch.setattr(post_office.deliver_event, "apply_async", hangs)
    broker = Broker(rest=10.0, clock=lambda: now[0])
    for now[0] in (0.0, 1.0, 9.0, 10.0, 11.0):
        with pytest.raises(OSError, match=r"moment|^$"):
            broker.send(post_office.deliver_event, {})
    assert asked == [0.0, 10.0]
