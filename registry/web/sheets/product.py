"""The page of a product: the version to use now, the others, and what is on its way."""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.lifecycle import PUBLIC, State
from registry.models import Product, Version
from registry.web.sheets.version import facts


@dataclass(frozen=True, slots=True)
class Sheet:
    title: str
    summary: str
    latest: Version | None
    public: tuple[Version, ...]
    ahead: tuple[Version, ...]
    ended: tuple[Version, ...]
    facts: tuple[tuple[str, str], ...]
    tier: str


def lay_out(product: Product) -> Sheet:
    """`product` as queries.product gives it: with the versions the reader may know of. Title and summary of one in
    development are its authors' alone."""
    described: bool = product.is_described  # type: ignore[attr-defined]  # annotated by the query
    versions: Sequence[Version] = product.shown_versions  # type: ignore[attr-defined]  # prefetched by the query
    public = tuple(sorted((v for v in versions if v.state in PUBLIC), key=_published, reverse=True))
    latest = next((v for v in public if v.state == State.PUBLISHED), public[0] if public else None)
    return Sheet(
        title=product.title if described else "",
        summary=product.summary if described else "",
        latest=latest,
        public=public,
        ahead=tuple(v for v in versions if v.state not in PUBLIC and v.state != State.WITHDRAWN),
        ended=tuple(v for v in versions if v.state == State.WITHDRAWN),
        facts=facts(latest.manifest) if latest is not None else (),
        tier=product.current_tier,  # type: ignore[attr-defined]  # annotated by the query
    )


def _published(version: Version) -> float:
    return version.published_at.timestamp() if version.published_at else 0.0
