"""What a check needs of a machine, what a machine offers, and whether the two fit."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

NUMBERS = ("cpus", "memory", "gpu")
GIB = 1 << 30
CONTAINERS = "container"  # the kind of engine that a Dockerfile or an image needs
ENGINES: Mapping[str, str] = {"docker": CONTAINERS, "podman": CONTAINERS, "bubblewrap": "namespaces"}


@dataclass(frozen=True, slots=True)
class Datum:
    """A file of reference data that a check needs. Without `size` nobody said how large it is; with `centre` only that
    centre's nodes hold it, and nobody fetches it."""

    name: str
    sha256: str
    size: int | None = None
    centre: str = ""

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> "Datum":
        return cls(raw["name"], raw["sha256"], raw.get("size"), raw.get("centre") or "")

    def __str__(self) -> str:
        return f"the data {self.name}" + (f" of {_gib(self.size)}" if self.size else "")


@dataclass(frozen=True, slots=True)
class Offering:
    """`name` of the machine; `memory` in bytes; `centre`: handle of the centre it belongs to, "" for none; `engine` by
    name, "" when it did not say; `room`: bytes that it may fill with reference data; `held`: sha256 of those it has (as
    far as they were asked for)."""

    name: str
    cpus: float
    memory: int
    arch: str
    gpu: int = 0
    centre: str = ""
    engine: str = ""
    room: int = 0
    held: frozenset[str] = frozenset()

    def lacks(self, needs: Mapping[str, Any]) -> str:
        """Why a check with such needs cannot run here; empty when it can."""
        return next(self._lacks(needs), "")

    def _lacks(self, needs: Mapping[str, Any]) -> Iterator[str]:
        if float(needs.get("cpus", 0)) > self.cpus:
            yield f"it asks for {needs['cpus']:g} cores, {self.name} has {self.cpus:g}"
        if float(needs.get("memory", 0)) > self.memory:
            yield f"it asks for {_gib(needs['memory'])} of memory, {self.name} has {_gib(self.memory)}"
        if needs.get("arch", self.arch) != self.arch:
            yield f"it asks for {needs['arch']}, {self.name} is {self.arch}"
        if float(needs.get("gpu", 0)) > self.gpu:
            yield f"it asks for {needs['gpu']} GPU, {self.name} has {self.gpu}"
        kind = needs.get("engine")
        if kind and self.engine and ENGINES.get(self.engine) != kind:
            yield f"it is built from a Dockerfile or an image, which {self.name} with {self.engine} cannot"
        yield from self._data(needs)
        if away := self._is_where_it_was(needs.get("elsewhere")):
            yield away

    def _data(self, needs: Mapping[str, Any]) -> Iterator[str]:
        away = self.missing(needs)
        for datum in away:
            if datum.centre:
                yield f"it needs {datum}, which {self.name} does not hold and only {datum.centre} has"
        if sum(datum.size or 0 for datum in away) > self.room:
            yield f"it needs {', '.join(map(str, away))}, and {self.name} has room for {_gib(self.room)}"

    def missing(self, needs: Mapping[str, Any]) -> tuple[Datum, ...]:
        """What it would have to fetch."""
        return tuple(datum for datum in data_of(needs) if datum.sha256 not in self.held)

    def less(self, used: Iterable[Mapping[str, Any]]) -> "Offering":
        """What is left of it while checks with these needs run."""
        taken = list(used)
        cpus, memory, gpu = (sum(float(needs.get(name, 0)) for needs in taken) for name in NUMBERS)
        return replace(self, cpus=self.cpus - cpus, memory=self.memory - int(memory), gpu=self.gpu - int(gpu))

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
    """{"cpus", "memory" in bytes, "gpu", "arch", "engine": its kind, "data": [{"name", "sha256", "size", "centre"}]},
    as far as the manifest, which the book has judged, says."""
    asked = manifest.get("resources") or {}
    needs: dict[str, Any] = {name: asked[name] for name in NUMBERS if isinstance(asked.get(name), int | float)}
    if isinstance(asked.get("arch"), str):
        needs["arch"] = asked["arch"]
    environment = manifest.get("environment") or {}
    if environment.get("dockerfile") or environment.get("image"):
        needs["engine"] = CONTAINERS
    if data := [_datum(each) for each in manifest.get("data") or () if each.get("url") or each.get("centre")]:
        needs["data"] = data
    return needs


def what_would_fit(needs: Mapping[str, Any], offers: Sequence[Offering]) -> str:
    """The next step for who asked for something that none of `offers` (one at least, largest first) can run."""
    if away := [each for each in data_of(needs) if each.centre and not any(each.sha256 in o.held for o in offers)]:
        asked = " and ".join(sorted({each.centre for each in away}))
        return f"ask an operator of {asked} to bring {', '.join(each.name for each in away)} to a node, or give a url"
    able = [o for o in offers if not o.lacks({**needs, "data": []})]
    if able and needs.get("data"):
        best = max(able, key=lambda o: o.room)
        return f"{best.name} has most room for data, {_gib(best.room)}: give less, or ask an operator for more"
    if needs.get("engine") and not any(ENGINES.get(o.engine) == needs["engine"] for o in offers):
        return "use a base environment with requirements, or ask an operator for a node with a container engine"
    return f"ask in [resources] for no more than one has, such as {offers[0]}; or ask an operator for a larger one"


def data_of(needs: Mapping[str, Any]) -> tuple[Datum, ...]:
    return tuple(Datum.of(raw) for raw in needs.get("data") or ())


def _datum(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": raw["name"], "sha256": raw["sha256"], "size": raw.get("size"), "centre": raw.get("centre") or ""}


def _gib(size: float) -> str:
    return f"{size / GIB:.3g} GiB"
