"""What stands around a version: its tier and why, its archive, how to use and cite it, what came after it."""

from typing import Any

from adp.comparison.words.text import visible
from registry import citation, queries, tiers
from registry.lifecycle import PUBLIC
from registry.models import Person, Product, Version
from registry.web.addresses import document
from registry.web.sheets import tower
from registry.web.sheets.report import repeat

INDEPENDENT = {"independent", "simulation-truth"}


def standing(version: Version) -> dict[str, Any]:
    grants = list(version.product.grants.all())
    archive = queries.archive(version) if version.state in PUBLIC else None
    return {
        "tier": grants[-1].tier if grants else "",
        "storeys": tower.build(grants, evidence(version)),
        "archive": archive,
        "archive_address": document(version, "archive"),
        "citation": citation.sentence(citation.facts(version)),
        "citation_address": document(version, "citation"),
        "commands": commands(version),
        "steps": len(version.manifest.get("steps", ())),
    }


def evidence(version: Version) -> tiers.Evidence:
    """What the book knows of this version that a tier could rest on; each centre that agrees counts once."""
    tests = version.manifest.get("tests", {}).get("data", ())
    owner = version.product.owner.centre
    return tiers.Evidence(
        is_published=version.state in PUBLIC,
        independent_tests=sum(t["kind"] in INDEPENDENT for t in tests),
        replications=version.replications.agreeing().values("centre").distinct().count(),
        owner_tier=owner.tier if owner is not None else "",
    )


def commands(version: Version) -> str:
    tag = version.tag or version.ref
    return "\n".join(
        (
            "# the verdict on this very commit, on your machine",
            repeat(version.url, tag),
            "# the source, to run it on data of your own",
            f"git clone --branch {visible(tag)} {visible(version.url)}",
        )
    )


def successor(version: Version) -> Version | None:
    """The version to use instead, once this one is superseded or withdrawn."""
    found = Version.objects.published().filter(product=version.product_id).exclude(pk=version.pk)
    return found.select_related("product").first()


def others(product: Product) -> int:
    return product.versions.filter(state__in=PUBLIC).count()


def verified(version: Version) -> frozenset[str]:
    """Those of the contributors' ORCID iDs that somebody here has proved to be theirs."""
    given = [c["orcid"] for c in version.manifest.get("contributors", ()) if c.get("orcid")]
    found = Person.objects.filter(orcid__in=given, orcid_verified_at__isnull=False, is_active=True)
    return frozenset(found.values_list("orcid", flat=True))
