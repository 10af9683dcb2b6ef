"""A consortium proposes one commit; an author takes a version back."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from adp.errors import AuthorError
from adp.finding import Finding, Reason, Where
from adp.source.inspect import Inspection, inspect_apart
from registry.actions import describe
from registry.actions.people import orcids
from registry.ledger.access import require
from registry.ledger.machine import advance
from registry.ledger.record import record
from registry.lifecycle import PUBLIC
from registry.models import Handle, Person, Product, Version
from registry.people import Actor

IN_MANIFEST = Where(file="adp.toml")


def inspect(*, actor: Actor, url: str, ref: str) -> Inspection:
    """Look at a commit without keeping anything: its manifest, and what is wrong with it.

    Another process fetches, without secrets and without running anything of the proposal. Raises AuthorError when
    there is nothing to look at, PlatformError when we could not."""
    require(actor, "version.inspect", None)
    return inspect_apart(url, ref, settings.PHAROS_SOURCE_POLICY)


def submit(*, actor: Person, url: str, ref: str, inspection: Inspection | None = None) -> Version:
    """As `submit_once`, without the news whether it is new."""
    return submit_once(actor=actor, url=url, ref=ref, inspection=inspection)[0]


def submit_once(
    *, actor: Person, url: str, ref: str, inspection: Inspection | None = None
) -> tuple[Version, bool]:
    """The version, and whether it is new: the same proposal by the same person again is the same version.

    Raises AuthorError with findings and stores nothing when the proposal is at fault; PermissionDenied when the owner
    it names is not the actor's to speak for."""
    seen = inspection or inspect(actor=actor, url=url, ref=ref)
    if errors := [f for f in seen.findings if f.is_error]:
        raise AuthorError(*errors)
    handle = _handle(actor, seen)
    require(actor, "version.submit", handle)
    try:
        with transaction.atomic():
            return _store(actor, url, ref, seen, handle)
    except IntegrityError:  # two submitted at once: the other one is stored now, and says what is true
        with transaction.atomic():
            return _store(actor, url, ref, seen, handle)


def withdraw(*, actor: Actor, version: Version, reason: str = "") -> None:
    """What was public leaves a tombstone, and a tombstone says why."""
    if version.state in PUBLIC and not reason.strip():
        raise ValidationError({"reason": ["say why: the page of a withdrawn version shows it"]})
    advance(version, "version.withdraw", actor=actor, reason=reason.strip())


def _handle(actor: Person, seen: Inspection) -> Handle:
    name = seen.manifest["product"].get("owner") or actor.username
    found = Handle.objects.select_related("person", "centre").filter(name=name).first()
    if found is None:
        raise AuthorError(
            _fault(
                "OWNER_UNKNOWN",
                f"product.owner is {name}, and no person or centre of that handle is registered here",
                "leave product.owner out to own it yourself, or name a centre you belong to",
            )
        )
    return found


def _store(actor: Person, url: str, ref: str, seen: Inspection, handle: Handle) -> tuple[Version, bool]:
    given = seen.manifest["product"]
    product = Product.objects.filter(owner=handle, name=given["name"]).first()
    if product is not None and (earlier := _earlier(actor, url, ref, seen, product)):
        return earlier, False
    product = product or _product(actor, handle, given)
    version = Version.objects.create(
        product=product,
        label=given["version"],
        url=url,
        ref=ref,
        tag=seen.tag or "",
        commit=seen.commit,
        tree=seen.tree,
        manifest=seen.manifest,
        manifest_text=seen.text,
        science_case=seen.science_case,
        submitted_by=actor,
    )
    accounts = Person.objects.filter(orcid__in=orcids(seen.manifest), orcid_verified_at__isnull=False)
    version.authors.add(actor, *accounts)
    record("version.submit", version, actor=actor, after=version.state, commit=version.commit)
    return version, True


def _product(actor: Person, handle: Handle, given: dict[str, Any]) -> Product:
    return Product.objects.create(
        owner=handle,
        name=given["name"],
        title=given["title"],
        summary=given["summary"],
        type=given["type"],
        words=describe.words(given),
        created_by=actor,
    )


def _earlier(actor: Person, url: str, ref: str, seen: Inspection, product: Product) -> Version | None:
    """What this proposal meets: itself, or something in its way."""
    same = product.versions.filter(commit=seen.commit).first()
    if same is not None:
        if (same.submitted_by_id, same.url, same.ref) == (actor.pk, url, ref):
            return same
        raise AuthorError(
            _fault(
                "COMMIT_TAKEN",
                f"commit {seen.commit[:12]} was submitted before, as {same} ({same.get_state_display().lower()})",
                f"follow {same}, or submit another commit",
            )
        )
    label = seen.manifest["product"]["version"]
    taken = product.versions.filter(label=label).first()
    if taken is not None:
        raise AuthorError(
            _fault(
                "LABEL_TAKEN",
                f"{taken} exists ({taken.get_state_display().lower()}, commit {taken.commit[:12]}); "
                "a label is used once, whatever became of it",
                "raise product.version in adp.toml, commit, tag, and submit the new tag",
            )
        )
    return None


def _fault(code: str, message: str, hint: str) -> Finding:
    return Finding(Reason.POLICY, code, message, where=IN_MANIFEST, hint=hint)
