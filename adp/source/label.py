"""A tag says a version too: both must say the same."""

from adp.finding import Finding, Reason, Where
from adp.manifest import toml
from adp.manifest.load import NAME
from adp.manifest.model import Manifest


def findings(manifest: Manifest, tag: str | None, text: bytes) -> tuple[Finding, ...]:
    """Version 1.0.0 is tagged v1.0.0. `text` is the manifest's, for the place; nothing to say without a tag."""
    version = manifest.product.version
    if tag is None or tag == f"v{version}":
        return ()
    place = toml.read(text).positions.value(("product", "version"))
    return (
        Finding(
            Reason.MANIFEST_INVALID,
            "VERSION_TAG",
            f"the tag is {tag}, but the manifest says version {version}",
            where=Where(file=NAME, line=place.line, column=place.column),
            hint=f"Tag the commit v{version}, or correct version in a new commit and tag that.",
            evidence={"tag": tag, "version": version},
        ),
    )
