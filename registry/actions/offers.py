"""What machines offer, told by the desk that runs checks; the book asks when a version is submitted."""

from registry.models import Offer
from registry.needs import Offering


def tell(offering: Offering) -> None:
    """A machine has, or now has, so much. No deed of a person: nothing enters the ledger."""
    given = {"cpus": offering.cpus, "memory": offering.memory, "arch": offering.arch, "gpu": offering.gpu}
    Offer.objects.update_or_create(name=offering.name, defaults=given)


def withdraw(name: str) -> None:
    """The machine is gone for good."""
    Offer.objects.filter(name=name).delete()
