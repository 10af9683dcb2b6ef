"""What must be true of the book at any time. Each answers with the sentences of what is not."""

from collections.abc import Callable, Iterator

from django.db.models import Count, F, Q

from registry import storage
from registry.ledger.models import Event, Pending
from registry.lifecycle import PUBLIC, VERSION
from registry.models import Artefact, Centre, Contribution, Person, Product, Version
from registry.purposes import Purpose

Invariant = Callable[[], Iterator[str]]


def every_name_has_its_handle() -> Iterator[str]:
    for person in Person.objects.exclude(handle__name=F("username")):
        yield f"person {person.username} does not hold the handle {person.username}"
    for centre in Centre.objects.exclude(own_handle__name=F("handle")):
        yield f"centre {centre.handle} does not hold the handle {centre.handle}"


def every_version_came_in_by_the_door() -> Iterator[str]:
    submitted = Event.objects.filter(kind="version.submit").values("subject_id")
    for version in Version.objects.exclude(pk__in=submitted).select_related("product"):
        yield f"{version} has no event version.submit"


def every_state_is_told_by_the_ledger() -> Iterator[str]:
    """The last event that moved a version says the state it is in, and each move follows from the one before."""
    kinds = ["version.submit", *VERSION.moves]
    said: dict[object, str] = {}
    for event in Event.objects.filter(kind__in=kinds).order_by("id").iterator():
        if event.before != said.get(event.subject_id, ""):
            yield f"event {event.pk} moves {event.subject_id} from {event.before}, which it was not in"
        said[event.subject_id] = event.after
    for version in Version.objects.select_related("product").iterator():
        if said.get(version.pk) != version.state:
            yield f"{version} is {version.state}, but the ledger says {said.get(version.pk)}"


def every_public_version_is_complete() -> Iterator[str]:
    archived = Artefact.objects.filter(kind=Artefact.Kind.ARCHIVE).values("version")
    passed = Version.objects.filter(validations__verdict="passed", validations__purpose=Purpose.CHECK).values("pk")
    credited = Contribution.objects.filter(event__kind="version.publish").values("version")
    public = Version.objects.filter(state__in=PUBLIC).select_related("product")
    lacking = {
        "archive": public.exclude(pk__in=archived),
        "passed validation": public.exclude(pk__in=passed),
        "credit": public.exclude(pk__in=credited),
    }
    for what, versions in lacking.items():
        for version in versions:
            yield f"{version} is {version.state} without {what}"


def every_published_product_has_a_tier() -> Iterator[str]:
    for product in Product.objects.published().filter(grants=None):
        yield f"{product} is published without a tier"


def a_product_has_one_published_version() -> Iterator[str]:
    published = Count("versions", filter=Q(versions__state="published"))
    for product in Product.objects.annotate(published_versions=published).filter(published_versions__gt=1):
        yield f"{product} has several published versions"


def no_event_is_parked() -> Iterator[str]:
    for pending in Pending.objects.exclude(parked_at=None).select_related("event"):
        yield f"event {pending.event_id} ({pending.event.kind}) could not be delivered: {pending.error}"


def every_file_is_there() -> Iterator[str]:
    for sha256 in Artefact.objects.values_list("sha256", flat=True).distinct().order_by():
        if not storage.has(sha256):
            yield f"the bytes of {sha256} are not in the store"


def every_byte_is_right() -> Iterator[str]:
    """Reads every stored file: slow, and asked for by name only."""
    for sha256 in Artefact.objects.values_list("sha256", flat=True).distinct().order_by():
        if storage.has(sha256) and storage.digest(sha256) != sha256:
            yield f"the bytes under {sha256} have another digest"


QUICK: list[Invariant] = [  # a desk adds its own
    every_name_has_its_handle,
    every_version_came_in_by_the_door,
    every_state_is_told_by_the_ledger,
    every_public_version_is_complete,
    every_published_product_has_a_tier,
    a_product_has_one_published_version,
    no_event_is_parked,
    every_file_is_there,
]


def check_all(*, is_thorough: bool = False) -> list[str]:
    """Every sentence that should not be; empty when the book is sound."""
    invariants = (*QUICK, every_byte_is_right) if is_thorough else QUICK
    return [sentence for invariant in invariants for sentence in invariant()]
