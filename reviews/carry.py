"""A second round asks again only what changed: each question names what its answer rests on."""

from collections.abc import Iterator
from dataclasses import dataclass

from reviews.checklists import CHECKLISTS, Answers, Topic
from reviews.difference import Difference
from reviews.models import Assignment, Review

DOCUMENTS = (".md", ".rst", ".txt", ".ipynb")
LOCKS = ("requirements", "dockerfile", "environment", "pyproject.toml", "setup.py", "setup.cfg", ".lock")
LICENCES = ("license", "licence", "copying", "notice")


@dataclass(frozen=True, slots=True)
class Carried:
    """Answers of the reviewer's own report in an earlier round: `kept` stand, `again` are asked anew (what changed)."""

    round: int
    answers: Answers
    kept: frozenset[str] = frozenset()
    again: frozenset[str] = frozenset()


def topics(difference: Difference) -> frozenset[Topic]:
    """What changed, in the words of the checklists."""
    return frozenset(_topics(difference))


def _topics(found: Difference) -> Iterator[Topic]:
    if found.why_no_files:
        yield from Topic  # nobody can say what did not change
    for file in found.files:
        yield from _of_path(file.path.lower())
    for setting in found.manifest:
        yield from _of_setting(setting.name)
    if found.parameters:
        yield Topic.PARAMETERS
    if found.results:
        yield Topic.RESULTS


def _of_path(path: str) -> Iterator[Topic]:
    name = path.rsplit("/", 1)[-1]
    if name == "adp.toml":
        return  # read as the manifest, key by key
    if name.startswith(LICENCES):
        yield Topic.LICENCE
    elif name.endswith(DOCUMENTS):
        yield Topic.DOCUMENTS
    elif any(word in name for word in LOCKS):
        yield Topic.ENVIRONMENT
    elif "test" in path:
        yield Topic.TESTS
    else:
        yield Topic.CODE


SETTINGS: tuple[tuple[str, tuple[Topic, ...]], ...] = (
    ("product.version", ()),
    ("product.license", (Topic.LICENCE,)),
    ("product.", (Topic.DOCUMENTS,)),
    ("contributors", (Topic.PEOPLE,)),
    ("environment", (Topic.ENVIRONMENT,)),
    ("resources", (Topic.COST,)),
    ("parameters", (Topic.PARAMETERS,)),
    ("data", (Topic.REFERENCE,)),
    ("steps", (Topic.CODE,)),
    ("products", (Topic.PRODUCTS,)),
    ("tests.data", (Topic.REFERENCE, Topic.RESULTS)),
    ("tests", (Topic.TESTS,)),
)


def _of_setting(name: str) -> tuple[Topic, ...]:
    """By the first prefix that fits; what nobody thought of concerns everything."""
    return next((about for prefix, about in SETTINGS if name.startswith(prefix)), tuple(Topic))


def carried(assignment: Assignment, difference: Difference | None) -> Carried | None:
    """What this reviewer said in this track when the product was reviewed before; None for who did not."""
    if difference is None:
        return None
    mine = Review.objects.submitted().filter(
        assignment__round=difference.since, assignment__track=assignment.track, assignment__reviewer=assignment.reviewer
    )
    review = mine.first()
    if review is None:
        return None
    changed = topics(difference)
    items = CHECKLISTS[assignment.track]
    again = frozenset(i.id for i in items if i.about & changed or i.id not in review.answers)
    return Carried(difference.since.number, review.answers, frozenset(i.id for i in items) - again, again)
