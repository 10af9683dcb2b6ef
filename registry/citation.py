"""How to cite a version: a sentence, BibTeX, CITATION.cff (written as JSON, which is YAML). Pure."""

import json
import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from registry.models import Version

BIBTEX = str.maketrans({c: f"\\{c}" for c in "&%$#_{}"} | {"\\": r"\textbackslash{}", "~": r"\~{}", "^": r"\^{}"})


@dataclass(frozen=True, slots=True)
class Author:
    name: str
    orcid: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    title: str
    label: str
    path: str
    authors: tuple[Author, ...]
    licence: str
    year: int
    date: str
    url: str
    repository: str
    commit: str
    keywords: tuple[str, ...] = ()


def facts(version: Version) -> Facts:
    given: dict[str, Any] = version.manifest["product"]
    day = version.published_at or version.created_at
    return Facts(
        title=given["title"],
        label=version.label,
        path=version.product.path,
        authors=tuple(Author(c["name"], c.get("orcid", "")) for c in version.manifest["contributors"]),
        licence=given["license"],
        year=day.year,
        date=day.date().isoformat(),
        url=f"{settings.PHAROS_SITE.rstrip('/')}/products/{version.product.path}/versions/{version.label}/",
        repository=version.url,
        commit=version.commit,
        keywords=tuple(given.get("keywords", ())),
    )


def forms(cited: Facts) -> dict[str, str]:
    return {"text": sentence(cited), "bibtex": bibtex(cited), "cff": cff(cited)}


def sentence(cited: Facts) -> str:
    names = "; ".join(a.name for a in cited.authors)
    return f"{names} ({cited.year}): {cited.title}, version {cited.label} [Advanced Data Product]. Pharos. {cited.url}"


def bibtex(cited: Facts) -> str:
    key = re.sub(r"[^a-z0-9]+", "-", f"{cited.path}-{cited.label}".lower())
    fields = {
        "author": " and ".join(f"{{{a.name.translate(BIBTEX)}}}" for a in cited.authors),
        "title": f"{{{cited.title.translate(BIBTEX)}}}",
        "version": cited.label,
        "year": str(cited.year),
        "publisher": "Pharos",
        "url": cited.url,
    }
    body = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@software{{{key},\n{body}}}\n"


def cff(cited: Facts) -> str:
    """Citation File Format 1.2.0; whole names, as not everybody has a family name."""
    document = {
        "cff-version": "1.2.0",
        "message": "If you use this data product, please cite it as below.",
        "type": "dataset",
        "title": cited.title,
        "version": cited.label,
        "date-released": cited.date,
        "url": cited.url,
        "repository-code": cited.repository,
        "commit": cited.commit,
        "license": cited.licence,
        "authors": [
            {"name": a.name} | ({"website": f"https://orcid.org/{a.orcid}"} if a.orcid else {}) for a in cited.authors
        ],
    } | ({"keywords": list(cited.keywords)} if cited.keywords else {})
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
