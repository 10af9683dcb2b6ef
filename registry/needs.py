"""What a check needs of a machine, what a machine offers, and whether the two fit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NUMBERS = ("cpus", "memory", "gpu")
GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Offering:
    """`name` of the machine; `memory` in bytes; `centre`: handle of the centre it belongs to, "" for none."""

    name: str
    cpus: float
    memory: int
    arch: str
    gpu: int = 0
    centre: str = ""

    def lacks(self, needs: Mapping[str, Any]) -> str:
        """Why a check with such needs cannot run here; empty when it can."""
        if float(needs.get("cpus", 0)) > self.cpus:
            return f"it asks for {needs['cpus']:g} cores, {self.name} has {self.cpus:g}"
        if float(needs.get("memory", 0)) > self.memory:
            return f"it asks for {_gib(needs['memory'])} of memory, {self.name} has {_gib(self.memory)}"
        if needs.get("arch", self.arch) != self.arch:
            return f"it asks for {needs['arch']}, {self.name} is {self.arch}"
        if float(needs.get("gpu", 0)) > self.gpu:
            return f"it asks for {needs['gpu']} GPU, {self.name} has {self.gpu}"
        return self._is_where_it_was(needs.get("elsewhere"))

    def is_elsewhere(self, centres: Sequence[str]) -> bool:
        """`centres`: the handles of those that ran it before, "" for the registry's own machines."""
        return bool(self.centre) and self.centre not in centres

    def _is_where_it_was(self, centres: Sequence[str] | None) -> str:
        if centres is None or self.is_elsewhere(centres):
            return ""
        ran = " and ".join(centre or "the registry itself" for centre in centres)
        return f"it waits for a node of another centre than {ran}"

    def __str__(self) -> str:
        gpu = f", {self.gpu} GPU" if self.gpu else ""
        return f"{self.cpus:g} cores, {_gib(self.memory)} of memory, {self.arch}{gpu}"


def needs_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """{"cpus", "memory" in bytes, "gpu", "arch"}, as far as the manifest, which the book has judged, says."""
    asked = manifest.get("resources") or {}
    needs: dict[str, Any] = {name: asked[name] for name in NUMBERS if isinstance(asked.get(name), int | float)}
    return needs | ({"arch": asked["arch"]} if isinstance(asked.get("arch"), str) else {})


def _gib(size: float) -> str:
    return f"{size / GIB:.3g} GiB"
