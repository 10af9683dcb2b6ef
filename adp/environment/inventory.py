"""What an environment is made of, as a document that is worked out once for each digest, then remembered."""

from adp.environment import oci, place
from adp.environment.tree import Root


def of(root: Root) -> bytes:
    """The bill of materials (adp.environment.sbom) of a root that is a tree."""
    image = oci.image_of(root)
    known = place.layers() / f"{image.digest}.cdx.json"
    with place.lock(f"sbom-{image.digest}"):
        if not known.is_file():
            from adp.environment import sbom  # noqa: PLC0415 (its libraries take longer to import than a small check)

            unfinished = known.with_suffix(".new")
            unfinished.write_bytes(sbom.document(root, image))
            unfinished.rename(known)
    return known.read_bytes()
