"""What a run at another centre says of a version, and what a node signed about a run, become part of the record."""

from typing import Any

from django.db import transaction

from adp.attestation import AttestationError, Ran, statement, unseal
from adp.comparison.result import AGREES
from adp.replication import Agreement, ProductAgreement, Replication
from adp.report import Report
from registry.actions.credit import credit_centre
from registry.confirmations import first_run
from registry.ledger.access import SYSTEM
from registry.ledger.record import record
from registry.models import Attestation, Centre, Validation
from registry.models import Replication as Row


class WrongReplicationError(Exception):
    """What the node says of the products is not what they are: the node is at fault."""


class WrongAttestationError(Exception):
    """The attestation is not signed by the node's key, or is about something else: nothing of the run is kept."""


@transaction.atomic
def confirm(*, validation: Validation, first: Validation, found: Replication | None, centre: Centre) -> Row:
    """Enter how the products of `validation` agree with those of `first`. `found` is what the node's judge saw, None
    when the checks failed there and nothing was compared. Raises WrongReplicationError."""
    seen = _differing(validation, first) if found is None or not validation.passed else found
    _holds(seen, validation, first)
    row = Row.objects.create(
        version=validation.version,
        validation=validation,
        first=first,
        centre=centre,
        agreement=seen.agreement.value,
        table=seen.to_dict(),
    )
    kind = "version.replicate" if row.agrees else "version.differ"
    facts = {"agreement": row.agreement, "centre": centre.handle, "node": validation.node}
    event = record(kind, validation.version, actor=SYSTEM, **facts, validation=str(validation.pk), first=str(first.pk))
    credit_centre(event=event, version=validation.version, centre=centre)
    return row


def _differing(validation: Validation, first: Validation) -> Replication:
    """Of a run whose own checks failed: no product of it agrees with anything."""
    made, why = _digests(validation), "the checks failed in this run"
    return Replication(
        tuple(
            ProductAgreement(name, path, sha256, made.get((name, path), ""), Agreement.DIFFERS, why)
            for (name, path), sha256 in _digests(first).items()
        )
    )


def _holds(found: Replication, validation: Validation, first: Validation) -> None:
    """Which products there are, and whether their bytes are equal, the book knows by itself."""
    before, made = _digests(first), _digests(validation)
    said = {(p.name, p.path): p for p in found.products}
    if set(said) != set(before) or len(found.products) != len(before):
        raise WrongReplicationError("the replication is not about the products of the first run")
    for key, product in said.items():
        if (product.first, product.sha256) != (before[key], made.get(key, "")):
            raise WrongReplicationError(f"product {product.name}: these are not the digests in the reports")
        is_identical = validation.passed and product.first == product.sha256
        if is_identical != (product.agreement is Agreement.IDENTICAL):
            raise WrongReplicationError(f"product {product.name} is not {product.agreement}")
        if product.agreement is Agreement.WITHIN and {c.get("verdict") for c in product.comparisons} != {AGREES}:
            raise WrongReplicationError(f"product {product.name} is called {product.agreement}, and no rule says so")


def _digests(validation: Validation) -> dict[tuple[str, str], str]:
    return {(p["name"], p["path"]): p["sha256"] for p in validation.report["products"]}


def attest(
    *, validation: Validation, report: Report, envelope: Any, public_key: str, agreement: str = ""
) -> Attestation:
    """Keep what the node signed, once it is proved that it did, and that it says what the report and the book say.
    Raises WrongAttestationError."""
    version = validation.version
    ran = ran_as(validation=validation, agreement=agreement)
    try:
        said = unseal(envelope, public_key)
    except AttestationError as error:
        raise WrongAttestationError(f"the attestation of {validation.node} is refused: {error}") from error
    wanted = statement(report, ran)
    if said != wanted:
        wrong = sorted(k for k in wanted["predicate"] if said["predicate"].get(k) != wanted["predicate"][k])
        raise WrongAttestationError(f"the attestation says something else of {', '.join(wrong) or 'its subjects'}")
    return Attestation.objects.create(
        version=version, validation=validation, node=validation.node, public_key=public_key, envelope=envelope
    )


def ran_as(*, validation: Validation, agreement: str = "") -> Ran:
    version, first = validation.version, first_run(validation.version)
    return Ran(
        run=validation.run,
        purpose=validation.purpose,
        product=version.product.path,
        url=version.url,
        node=validation.node,
        centre=validation.centre.handle if validation.centre else "",
        agreement=agreement,
        first=first.digest if agreement and first else "",
    )
