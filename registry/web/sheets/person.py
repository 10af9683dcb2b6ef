"""The page of a person: kinds of work, each deed with the record that proves it. No sums, no order by number."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from adp.comparison.words.text import visible
from registry.models import Contribution, Person
from registry.web.addresses import of_version

WHAT = {
    "Reviewer": "judged others' work",
    "Editor": "decided on others' work",
    "Software": "the code of a product",
    "Methodology": "how it is done",
    "Validation": "showed that a result holds",
    "Reference data": "made what others are checked against",
    "Documentation": "wrote what others read",
    "Training": "taught",
    "Instrument expertise": "knows the instrument",
    "Operations": "keeps it running",
}


@dataclass(frozen=True, slots=True)
class Deed:
    at: datetime
    text: str
    address: str
    is_public: bool


@dataclass(frozen=True, slots=True)
class Work:
    """One kind, its deeds oldest first."""

    role: str
    what: str
    deeds: tuple[Deed, ...]

    @property
    def newest_first(self) -> tuple[Deed, ...]:
        return self.deeds[::-1]

    @property
    def hidden(self) -> int:
        return sum(not d.is_public for d in self.deeds)


@dataclass(frozen=True, slots=True)
class Sheet:
    works: tuple[Work, ...]
    products: tuple[tuple[str, str], ...]
    timeline: tuple[Deed, ...]


def lay_out(person: Person, contributions: Iterable[Contribution]) -> Sheet:
    """Kinds in alphabetical order: nobody is measured by which comes first."""
    found = list(contributions)
    roles = sorted({c.role for c in found})
    works = tuple(
        Work(visible(role), WHAT.get(role, ""), tuple(_deed(c) for c in found if c.role == role)) for role in roles
    )
    products = {c.version.product.path: of_version(c.version) for c in found if c.version and c.position}
    seen = {(d.at, d.text, d.address): d for work in works for d in work.deeds if d.is_public}
    timeline = sorted(seen.values(), key=lambda d: d.at, reverse=True)
    return Sheet(works, tuple(products.items()), tuple(timeline[:10]))


def _deed(contribution: Contribution) -> Deed:
    version = contribution.version
    text = f"{version.product.name} {version.label}" if version is not None else contribution.role
    address = of_version(version) if version is not None else ""
    return Deed(contribution.event.at, visible(text), address, contribution.is_public)
