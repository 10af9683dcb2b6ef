"""An author shows a product while it is in development; editors and the registry grant its tier."""

from django.db import transaction

from registry.ledger.access import require
from registry.ledger.record import record
from registry.models import Person, Product, TierGrant
from registry.people import Actor


@transaction.atomic
def set_open(*, actor: Actor, product: Product, is_open: bool) -> None:
    door = "product.open" if is_open else "product.close"
    require(actor, door, product)
    if Product.objects.filter(pk=product.pk, is_open=not is_open).update(is_open=is_open):
        record(door, product, actor=actor)
    product.is_open = is_open


@transaction.atomic
def grant(*, actor: Actor, product: Product, tier: str, reason: str) -> TierGrant:
    """The latest grant counts. `reason` is a sentence for the product's page."""
    require(actor, "product.grant", product)
    event = record("product.grant", product, actor=actor, tier=tier)
    made = TierGrant(
        product=product, tier=tier, by=actor if isinstance(actor, Person) else None, reason=reason, event=event
    )
    made.full_clean(exclude=["by"], validate_unique=False)  # nobody: the registry itself
    made.save(force_insert=True)
    return made
