"""What must be true of the book is checked, and a broken book is told of."""

import pytest
from django.core.management import CommandError, call_command

from registry import storage
from registry.invariants import check_all
from registry.ledger.deliver import deliver_pending
from registry.models import Artefact, Contribution, Handle, Pending, Version
from tests.factories.registry import CUBE, proposed, reach_checked, reach_published


@pytest.fixture
def book(cast):
    reach_published(proposed(cast.alice), cast.carol)
    reach_checked(proposed(cast.alice, name="another"))
    return cast


def test_a_book_kept_by_actions_is_sound(book):
    deliver_pending.run()
    assert check_all(is_thorough=True) == []
    call_command("check_invariants", files=True, verbosity=0)


BREAKS = {
    "a state nobody told": (lambda: Version.objects.filter(state="published").update(state="accepted"), "ledger says"),
    "a lost handle": (lambda: Handle.objects.filter(name="dan").delete(), "does not hold the handle"),
    "credit taken away": (lambda: Contribution.objects.all().delete(), "without credit"),
    "a parked event": (lambda: Pending.objects.update(parked_at="2026-01-01T00:00:00Z"), "could not be delivered"),
}


@pytest.mark.parametrize("what", BREAKS)
def test_a_broken_book_is_told_of(book, what):
    break_it, words = BREAKS[what]
    break_it()
    assert any(words in sentence for sentence in check_all())
    with pytest.raises(CommandError, match=words):
        call_command("check_invariants")


def test_a_lost_or_changed_file_is_told_of(book, files):
    artefact = Artefact.objects.filter(kind="product").first()
    place = files / storage.key(artefact.sha256)
    place.chmod(0o600)
    place.write_bytes(CUBE[::-1])
    assert check_all() == []
    assert any("another digest" in sentence for sentence in check_all(is_thorough=True))
    place.unlink()
    assert any("not in the store" in sentence for sentence in check_all())


def test_the_sweep_command_says_what_it_did(book, capsys):
    waiting = Pending.objects.count()
    call_command("sweep")
    assert capsys.readouterr().out == f"{waiting} done\n"
