"""A consortium proposes one commit; an author takes a version back."""

import dataclasses
import json
from dataclasses import dataclass
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
from registry.lifecycle import PUBLIC, State
from registry.models import Handle, Offer, Person, Product, Version
from registry.needs import data_of, needs_of, what_would_fit
from registry.people import Actor

IN_MANIFEST = Where(file="adp.toml")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is to be stored: `manifest` as JSON values, `handle` that of the product's owner."""

    actor: Person
    url: str
    ref: str
    seen: Inspection
    manifest: dict[str, Any]
    handle: Handle

    @property
    def given(self) -> dict[str, Any]:
        found: dict[str, Any] = self.manifest["product"]
        return found


def inspect(*, actor: Actor, url: str, ref: str) -> Inspection:
    """Look at a commit without keeping anything: its manifest, and what is wrong with it.

    Another process fetches, without secrets and without running anything of the proposal. Raises AuthorError when
    there is nothing to look at, PlatformError when we could not."""
    require(actor, "version.inspect", None)
    return inspect_apart(url, ref, settings.PHAROS_SOURCE_POLICY)


def submit(*, actor: Person, url: str, ref: str, inspection: Inspection | None = None) -> Version:
    """As `submit_once`, without the news whether it is new."""
    return submit_once(actor=actor, url=url, ref=ref, inspection=inspection)[0]


def submit_once(*, actor: Person, url: str, ref: str, inspection: Inspection | None = None) -> tuple[Version, bool]:
    """The version, and whether it is new: the same proposal by the same person again is the same version.

    Raises AuthorError with findings and stores nothing when the proposal is at fault; PermissionDenied when the owner
    it names is not the actor's to speak for."""
    seen = inspection or inspect(actor=actor, url=url, ref=ref)
    manifest = json.loads(json.dumps(dataclasses.asdict(seen.accepted())))
    proposal = Proposal(actor, url, ref, seen, manifest, _handle(actor, manifest["product"]["owner"]))
    require(actor, "version.submit", proposal.handle)
    try:
        with transaction.atomic():
            return _store(proposal)
    except IntegrityError:  # two submitted at once: the other one is stored now, and says what is true
        with transaction.atomic():
            return _store(proposal)


def withdraw(*, actor: Actor, version: Version, reason: str = "") -> None:
    """What was public leaves a tombstone, and a tombstone says why."""
    if version.state in PUBLIC and not reason.strip():
        raise ValidationError({"reason": ["say why: the page of a withdrawn version shows it"]})
    advance(version, "version.withdraw", actor=actor, reason=reason.strip())


def _handle(actor: Person, owner: str) -> Handle:
    name = owner or actor.username
    found = Handle.objects.select_related("person", "centre").filter(name=name).first()
    if found is None:
        raise _refused(
            "OWNER_UNKNOWN",
            f"product.owner is {name}, and no person or centre of that handle is registered here",
            "leave product.owner out to own it yourself, or name a centre you belong to",
        )
    return found


def _store(proposal: Proposal) -> tuple[Version, bool]:
    product = Product.objects.filter(owner=proposal.handle, name=proposal.given["name"]).first()
    if product is not None and (earlier := _earlier(proposal, product)):
        return earlier, False
    _within_quota(proposal.actor)
    _within_reach(proposal)
    seen = proposal.seen
    version = Version.objects.create(
        product=product or _product(proposal),
        label=proposal.given["version"],
        url=proposal.url,
        ref=proposal.ref,
        tag=seen.tag or "",
        commit=seen.commit,
        tree=seen.tree,
        committed_at=seen.committed_at,
        manifest=proposal.manifest,
        manifest_text=seen.text,
        science_case=seen.science_case,
        submitted_by=proposal.actor,
    )
    accounts = Person.objects.filter(orcid__in=orcids(proposal.manifest), orcid_verified_at__isnull=False)
    version.authors.add(proposal.actor, *accounts)
    record("version.submit", version, actor=proposal.actor, after=version.state, commit=version.commit)
    return version, True


def _product(proposal: Proposal) -> Product:
    given = proposal.given
    return Product.objects.create(
        owner=proposal.handle,
        name=given["name"],
        title=given["title"],
        summary=given["summary"],
        type=given["type"],
        words=describe.words(given),
        created_by=proposal.actor,
    )


def _earlier(proposal: Proposal, product: Product) -> Version | None:
    """What this proposal meets: itself, or something in its way."""
    commit, label = proposal.seen.commit, proposal.given["version"]
    same = product.versions.select_related("product").filter(commit=commit).first()
    if same is not None:
        if (same.submitted_by_id, same.url, same.ref) == (proposal.actor.pk, proposal.url, proposal.ref):
            return same
        raise _refused(
            "COMMIT_TAKEN",
            f"commit {commit[:12]} was submitted before, as {same} ({_state(same)})",
            f"follow {same}, or submit another commit",
        )
    taken = product.versions.select_related("product").filter(label=label).first()
    if taken is not None:
        raise _refused(
            "LABEL_TAKEN",
            f"{taken} exists ({_state(taken)}, commit {taken.commit[:12]}); a label is used once",
            "raise product.version in adp.toml, commit, tag, and submit the new tag",
        )
    return None


def _within_quota(actor: Person) -> None:
    """What was judged, refused or could not be checked is no longer counted."""
    most = settings.PHAROS_CHECKS_PER_PERSON
    if Version.objects.filter(submitted_by=actor, state__in=(State.SUBMITTED, State.CHECKING)).count() >= most:
        message = f"{most} versions you submitted wait for their verdict, and more at a time nobody may have"
        raise _refused("QUOTA", message, "submit again when one of them has its verdict, or withdraw one")


def _within_reach(proposal: Proposal) -> None:
    """What no machine of ours will ever run is refused now, with what would fit. While none is known, it waits."""
    needs = needs_of(proposal.manifest)
    offers = Offer.objects.offerings([each.sha256 for each in data_of(needs)], _centres(proposal))
    if offers and all(offering.lacks(needs) for offering in offers):
        nearest = next((each for each in offers if not each.lacks({**needs, "data": []})), offers[0])
        why = f"no machine here can check this version: {nearest.lacks(needs)}"
        raise _refused("NEEDS", why, what_would_fit(needs, offers))


def _centres(proposal: Proposal) -> list[str]:
    """Whose private data it may use: of the centre it is submitted for, when the submitter serves there."""
    return [proposal.handle.name] if proposal.handle.centre_id else []


def _state(version: Version) -> str:
    return str(version.get_state_display()).lower()


def _refused(code: str, message: str, hint: str) -> AuthorError:
    return AuthorError(Finding(Reason.POLICY, code, message, where=IN_MANIFEST, hint=hint))
