"""An accepted version goes public: archived, credited, described, and its forerunner superseded."""

import io
import tempfile
from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from adp.errors import PlatformError
from registry import archive, storage, tiers
from registry.actions import credit, products
from registry.actions.describe import describe
from registry.actions.health import weigh
from registry.ledger.access import SYSTEM, require
from registry.ledger.machine import advance
from registry.lifecycle import State
from registry.models import Artefact, Product, Validation, Version
from registry.people import Actor

FOLDERS = {
    Artefact.Kind.SOURCE: "source",
    Artefact.Kind.LOG: "logs",
    Artefact.Kind.PICTURE: "pictures",
    Artefact.Kind.SBOM: "environment",
    Artefact.Kind.LOCK: "environment",
}


class IncompleteError(PlatformError):
    """The book lacks a file the archive must have; nothing was published."""


def publish(*, actor: Actor, version: Version) -> None:
    """Raises IncompleteError, IllegalMoveError, StaleError, PermissionDenied; then nothing has changed."""
    Version.MACHINE.find("version.publish", version.state)
    require(actor, "version.publish", version)
    validation = _validation(version)
    blob = _archive(version, validation)
    with transaction.atomic():
        for earlier in Version.objects.published().filter(product=version.product_id):
            advance(earlier, "version.supersede", actor=SYSTEM, by=version.label)
        now = timezone.now()
        Version.objects.filter(pk=version.pk, state=State.ACCEPTED).update(published_at=now)
        event = advance(version, "version.publish", actor=actor, archive=blob.sha256, digest=validation.digest)
        Artefact.objects.create(
            version=version,
            kind=Artefact.Kind.ARCHIVE,
            name=f"{folder(version)}.tar.gz",
            sha256=blob.sha256,
            size=blob.size,
            media_type="application/gzip",
        )
        credit.credit_authors(event=event, version=version)
        describe(version=version)
        _first_tier(version.product)
        weigh(version=version)
    version.published_at = now


def folder(version: Version) -> str:
    """What the archive unpacks to."""
    return f"{version.product.owner_id}-{version.product.name}-{version.label}"


def _validation(version: Version) -> Validation:
    found = version.validations.deciding().filter(verdict="passed").order_by("created_at").last()
    if found is None or found.report["tree"] != version.tree:
        raise IncompleteError(f"{version} has no passed validation of its own tree")
    return found


def _first_tier(product: Product) -> None:
    if not product.grants.exists():
        products.grant(actor=SYSTEM, product=product, tier="N", reason=tiers.reason("N"))


def _archive(version: Version, validation: Validation) -> storage.Blob:
    """Built from stored artefacts alone, before any row changes; building it twice gives the same blob."""
    entries = list(_entries(version, validation))
    info = {
        "External-Identifier": str(version),
        "External-Description": version.manifest["product"]["title"],
        "Source": f"{version.url} {version.commit}",
        "Report-Digest": validation.digest,
    }
    with tempfile.TemporaryFile() as file:
        archive.write(
            file, name=folder(version), entries=entries, info=info, fetch=storage.fetch, mtime=version.committed_at
        )
        file.seek(0)
        return storage.keep(file)


def _entries(version: Version, validation: Validation) -> Iterator[archive.Entry]:
    report = validation.report
    yield _entry("adp.toml", version.manifest_text.encode())
    yield _entry("report.json", archive.document(report))
    yield _entry("environment.json", archive.document(report["environment"]))
    yield _entry("version.json", archive.document(_facts(version)))
    held = list(version.artefacts.filter(run=validation.run))
    if not any(a.kind == Artefact.Kind.SOURCE for a in held):
        raise IncompleteError(f"the source of {version} was not handed in")
    for artefact in held:
        if artefact.kind in FOLDERS:
            yield archive.Entry(
                f"{FOLDERS[Artefact.Kind(artefact.kind)]}/{artefact.name}", artefact.sha256, artefact.size
            )
    sizes = {a.sha256: a.size for a in held if a.kind == Artefact.Kind.PRODUCT}
    for product in report["products"]:
        if product["sha256"] not in sizes:
            raise IncompleteError(f"the product {product['name']} of {version} was not handed in")
        yield archive.Entry(f"products/{product['path']}", product["sha256"], sizes[product["sha256"]])


def _facts(version: Version) -> dict[str, str]:
    names = ("label", "url", "ref", "tag", "commit", "tree")
    return {"product": version.product.path} | {name: getattr(version, name) for name in names}


def _entry(path: str, content: bytes) -> archive.Entry:
    blob = storage.keep(io.BytesIO(content))
    return archive.Entry(path, blob.sha256, blob.size)
