"""How the API tells what a version was judged in."""

from typing import Any

from registry.environments import Environment


def shown_environment(found: Environment) -> dict[str, Any]:
    """`may_be_handed_on` is about the whole: where a component's licence holds it back, list and lock are served."""
    image = found.image
    layers = [{"digest": f"sha256:{e.digest}", "size": e.size, "at": e.at} for e in image.layers] if image else []
    return {
        "name": found.name,
        "digest": found.digest,
        "image": f"sha256:{image.digest}" if image else "",
        "packages": found.packages,
        "layers": layers,
        "is_kept": found.is_kept,
        "may_be_handed_on": found.sbom is not None and not found.held_back,
        "held_back": list(found.held_back),
        "sbom": found.sbom.name if found.sbom else "",
        "lock": found.lock.name if found.lock else "",
    }
