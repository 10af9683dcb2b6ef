"""What machines offer, told by the desk that runs checks; the book asks when a version is submitted."""

from collections.abc import Mapping

from django.db import transaction

from registry.models import Offer, OfferedFile
from registry.needs import Offering


def tell(offering: Offering) -> None:
    """A machine has, or now has, so much. No deed of a person: nothing enters the ledger."""
    names = ("cpus", "memory", "arch", "gpu", "centre", "engine", "room")
    Offer.objects.update_or_create(name=offering.name, defaults={name: getattr(offering, name) for name in names})


@transaction.atomic
def tell_data(name: str, held: Mapping[str, bool]) -> None:
    """All that the machine holds: sha256, and whether it is private to its centre."""
    files = OfferedFile.objects.filter(offer_id=name)
    known = dict(files.values_list("sha256", "is_private"))
    files.filter(sha256__in=[each for each, is_private in known.items() if held.get(each) is not is_private]).delete()
    new = {sha256: is_private for sha256, is_private in held.items() if known.get(sha256) is not is_private}
    OfferedFile.objects.bulk_create(
        [OfferedFile(offer_id=name, sha256=sha256, is_private=is_private) for sha256, is_private in new.items()],
        ignore_conflicts=True,
    )


def withdraw(name: str) -> None:
    """The machine is gone for good."""
    Offer.objects.filter(name=name).delete()
