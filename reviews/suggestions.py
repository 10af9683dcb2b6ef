"""Who could review a round: people whose work is near it, free of conflicts, shared out over all open rounds."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from registry import queries as registry
from registry.people import Person
from reviews import permissions
from reviews.assignment import Alternative, Bounds, Plan, Pool, alternatives, solve
from reviews.expertise import Nearness, nearness
from reviews.lifecycle import REVIEW_TIME, STANDING, WAITING, AssignmentState, Track
from reviews.models import Assignment, Round

LOAD = 3  # reviews one person is to have open at a time
ROUNDS = 20  # the oldest open rounds that are looked at together
NEAREST = 15  # people looked at for each, the nearest first
SHOWN = 6


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`fit` in per cent; `words` it rests on; `waiting` reviews the person has open. `is_best` in the plan for all open
    rounds; else what taking this one would cost: `cost` in per cent of a fit (None: it cannot be), `instead_of` whom,
    and the round that would have to give the person up."""

    person: Person
    fit: int
    words: tuple[str, ...]
    waiting: int
    is_best: bool
    cost: int | None = None
    instead_of: Person | None = None
    takes_from: Round | None = None


@dataclass(frozen=True, slots=True)
class Suggested:
    """`tracks` nobody is asked for yet. `why_short`: what stands in the way where the plan has too few."""

    tracks: tuple[Track, ...]
    people: tuple[Suggestion, ...] = ()
    why_short: str = ""


def suggest(actor: Person, round_: Round) -> Suggested:
    """For an editor of the round. What it rests on is public (published products) or the editor's to see: of rounds
    they do not edit, such as those of their own products, neither reports nor open reviews are counted."""
    lacking = _lacking(actor, round_)
    if round_ not in lacking:
        return Suggested(())
    rounds, works = list(lacking), _works(actor)
    people = list(Person.objects.filter(pk__in=works, is_active=True).order_by("username"))
    if not people:
        return Suggested(lacking[round_])
    near = nearness([_text(r.version) for r in rounds], [" ".join(works[p.pk]) for p in people])
    waiting = Counter(_seen(actor).filter(state__in=WAITING).values_list("reviewer", flat=True))
    pool = _pool(actor, rounds, lacking, people, near)
    loads = tuple(max(0, LOAD - waiting[p.pk]) for p in people)
    plan = solve(pool, Bounds.plain(tuple(len(lacking[r]) for r in rounds), loads))
    product = rounds.index(round_)
    told = [_told(a, near, product, rounds, people, waiting) for a in alternatives(plan, product)]
    told.sort(key=lambda s: (not s.is_best, -s.fit, s.person.username))
    return Suggested(lacking[round_], tuple(told[:SHOWN]), _short(plan, product))


def _lacking(actor: Person, first: Round) -> dict[Round, tuple[Track, ...]]:
    """Open rounds of this editor, the given one and then the oldest, with the tracks that nobody stands for."""
    others = Round.objects.open().edited_by(actor).select_related("version__product__owner").order_by("opened_at", "id")
    rounds = [first, *(r for r in others[: ROUNDS + 1] if r != first)][:ROUNDS]
    standing: dict[Any, set[str]] = defaultdict(set)
    for pk, track in Assignment.objects.filter(round__in=rounds, state__in=STANDING).values_list("round", "track"):
        standing[pk].add(track)
    found = {r: tuple(t for t in Track if t.value not in standing[r.pk]) for r in rounds if r.is_open}
    return {r: tracks for r, tracks in found.items() if tracks}


def _seen(actor: Person) -> QuerySet[Assignment]:
    return Assignment.objects.filter(round__in=Round.objects.edited_by(actor).order_by().values("pk"))


def _works(actor: Person) -> Mapping[Any, list[str]]:
    """Texts by person: published versions they are authors of, and versions they sent a report on."""
    found: dict[Any, list[str]] = defaultdict(list)
    for version in registry.public_versions().prefetch_related("authors"):
        for author in version.authors.all():
            found[author.pk].append(_text(version))
    reported = _seen(actor).filter(state=AssignmentState.REPORTED).select_related("round__version")
    for assignment in reported:
        found[assignment.reviewer_id].append(_text(assignment.round.version))
    return found


def _text(version: Any) -> str:
    product = version.manifest.get("product", {})
    words = [product.get("title", ""), product.get("summary", ""), *product.get("keywords", ()), version.science_case]
    return "\n".join(str(word) for word in words)


def _pool(
    actor: Person,
    rounds: Sequence[Round],
    lacking: Mapping[Round, tuple[Track, ...]],
    people: Sequence[Person],
    near: Nearness,
) -> Pool:
    pairs = [
        (product, person, near.fit[product, person])
        for product, round_ in enumerate(rounds)
        for person in _nearest(near, product)
        if _may_be_asked(actor, round_, lacking[round_][0], people[person])
    ]
    columns = tuple(zip(*pairs, strict=True)) if pairs else ((), (), ())
    return Pool.of(columns, products=len(rounds), reviewers=len(people))  # type: ignore[arg-type]  # three columns


def _nearest(near: Nearness, product: int) -> Iterator[int]:
    fits = near.fit[product]
    yield from (int(p) for p in (-fits).argsort(kind="stable")[:NEAREST] if fits[p] > 0)


def _may_be_asked(actor: Person, round_: Round, track: Track, person: Person) -> bool:
    """By the same rule that an invitation meets: conflicts of interest, closed accounts, who was asked before."""
    now = timezone.now()
    asked = Assignment(
        round=round_, reviewer=person, track=track, invited_by=actor, invited_at=now, due_at=now + REVIEW_TIME
    )
    return bool(permissions.can_be_asked(asked))


def _told(
    found: Alternative,
    near: Nearness,
    product: int,
    rounds: Sequence[Round],
    people: Sequence[Person],
    waiting: Mapping[Any, int],
) -> Suggestion:
    person = people[found.reviewer]
    return Suggestion(
        person=person,
        fit=round(100 * found.fit),
        words=near.shared(product, found.reviewer),
        waiting=waiting[person.pk],
        is_best=found.is_chosen,
        cost=None if found.cost is None else max(0, round(100 * found.cost)),
        instead_of=None if found.instead_of is None else people[found.instead_of],
        takes_from=None if found.takes_from is None else rounds[found.takes_from],
    )


def _short(plan: Plan, product: int) -> str:
    return next((s.sentence for s in plan.shortages if s.product == product), "")
