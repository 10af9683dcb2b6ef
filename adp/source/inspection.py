"""What one look at a repository tells before anything is stored or run, and how it crosses from process to process."""

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from adp.errors import AuthorError, PlatformError
from adp.finding import Finding
from adp.manifest.model import Manifest
from adp.source.rebuild import rebuild

OID = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class Inspection:
    """`manifest` is None exactly when a finding stands in the way of reading it; a text is "" when there is no such
    file. `notes` are for the operator: how this look was weaker than it should be."""

    url: str
    ref: str
    commit: str
    tree: str
    tag: str | None
    committed_at: int
    manifest: Manifest | None
    text: str = ""
    science_case: str = ""
    licence: str = ""
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.is_error)

    def accepted(self) -> Manifest:
        """The manifest, when nothing is wrong; else AuthorError with all that is."""
        if self.errors or self.manifest is None:
            raise AuthorError(*self.findings)
        return self.manifest

    def noting(self, *notes: str) -> "Inspection":
        return replace(self, notes=(*self.notes, *notes))

    def to_dict(self) -> dict[str, Any]:
        raw = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        return raw | {
            "manifest": None if self.manifest is None else dataclasses.asdict(self.manifest),
            "findings": [finding.to_dict() for finding in self.findings],
            "notes": list(self.notes),
        }


def refusals(raw: Any) -> tuple[Finding, ...]:
    return tuple(Finding.from_dict(item) for item in raw)


def from_answer(raw: Any) -> Inspection:
    """The fetcher's answer; it read a stranger's bytes, so it is believed only in this shape.
    Raises what the fetcher raised: AuthorError or PlatformError."""
    try:
        if "refused" in raw:
            raise AuthorError(*refusals(raw["refused"]))
        if "platform" in raw:
            raise PlatformError(str(raw["platform"]), hint=str(raw["hint"]))
        return _inspection(raw)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PlatformError("the fetcher gave an answer that makes no sense", hint="Tell the operator.") from error


def _inspection(raw: Mapping[str, Any]) -> Inspection:
    if not (OID.fullmatch(raw["commit"]) and OID.fullmatch(raw["tree"])):
        raise ValueError("these are no object names")
    texts = {name: str(raw[name]) for name in ("url", "ref", "commit", "tree", "text", "science_case", "licence")}
    return Inspection(
        **texts,
        tag=None if raw["tag"] is None else str(raw["tag"]),
        committed_at=int(raw["committed_at"]),
        manifest=None if raw["manifest"] is None else rebuild(Manifest, raw["manifest"]),
        findings=refusals(raw["findings"]),
        notes=tuple(map(str, raw["notes"])),
    )
