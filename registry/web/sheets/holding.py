"""How a version holds, as its page shows it: its health, its latest runs, and what other centres made of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adp.comparison.words import numbers
from adp.comparison.words.text import visible
from registry import confirmations
from registry.models import Health, Replication, Validation, Version


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of the strip."""

    verdict: str
    why: str
    at: datetime
    where: str
    run: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a replication's table: which product, held to what, how much it differs."""

    product: str
    agreement: str
    rule: str
    worst: str
    passes_at: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    agreement: str
    centre: str
    handle: str
    node: str
    cpu: str
    at: datetime
    run: str
    rules: tuple[Rule, ...]
    is_signed: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    health: Health | None
    strip: tuple[Ran, ...]
    elsewhere: tuple[Elsewhere, ...]
    signed: int


def lay_out(version: Version, *, actor: Any) -> Sheet:
    """`version` as registry.queries.version_of gives it, with its health."""
    runs = confirmations.strip(version)
    return Sheet(
        health=getattr(version, "health", None),
        strip=tuple(_ran(v) for v in runs),
        elsewhere=tuple(_elsewhere(r) for r in confirmations.replications(version, actor=actor)),
        signed=sum(hasattr(v, "attestation") for v in runs),
    )


def _ran(validation: Validation) -> Ran:
    why = validation.get_purpose_display()
    return Ran(validation.verdict, why, validation.created_at, visible(validation.where), validation.run)


def _elsewhere(row: Replication) -> Elsewhere:
    made = row.validation
    return Elsewhere(
        agreement=row.agreement,
        centre=visible(row.centre.name),
        handle=row.centre.handle,
        node=visible(made.node),
        cpu=visible(str(made.report.get("environment", {}).get("machine", {}).get("cpu", ""))),
        at=row.created_at,
        run=made.run,
        rules=tuple(_rules(row.table)),
        is_signed=hasattr(made, "attestation"),
    )


def _rules(table: Mapping[str, Any]) -> Iterator[Rule]:
    """A product whose bytes are equal takes one line; else one for each rule that was not met, or that was strained."""
    for product in table.get("products", ()):
        name, agreement = visible(product["path"]), product["agreement"]
        rules = [rule for comparison in product["comparisons"] for rule in comparison["rules"]]
        told = [r for r in rules if r["verdict"] == "fail"] or [r for r in rules if r["worst"]]
        if not told:
            yield Rule(name, agreement, visible(product["held_to"]), "", "", agreement)
        for rule in told:
            words = visible(f"{rule['scope']}: {rule['rule']}")
            yield Rule(name, agreement, words, _number(rule["worst"]), _number(rule["would_pass_at"]), rule["verdict"])


def _number(value: float | None) -> str:
    return "" if value is None else numbers.short(value)
