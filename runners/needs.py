"""What a run needs of a node, read off the manifest the book has already judged."""

from collections.abc import Mapping
from typing import Any

NUMBERS = ("cpus", "memory", "gpu")


def needs_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """{"cpus", "memory" in bytes, "gpu", "arch"}, as far as the manifest says."""
    asked = manifest.get("resources") or {}
    needs: dict[str, Any] = {name: asked[name] for name in NUMBERS if isinstance(asked.get(name), int | float)}
    return needs | ({"arch": asked["arch"]} if isinstance(asked.get("arch"), str) else {})
