"""YAML out of a file nobody vouches for: plain values only, no aliases that multiply, no tags that do anything."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from adp.comparison.formats.limits import ReadLimits, Unreadable

NODES = 500_000
PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml, fifty times faster, where it is there


class Plain(PARSER):  # type: ignore[misc]  # one of two classes
    """YAML's own types only; a tag such as astropy's !astropy.units.Unit is read as what it is written on."""


def _untagged(loader: Any, _: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode) else None


def _untagged_pair(loader: Any, node: yaml.Node) -> Any:
    return _untagged(loader, "", node)


Plain.add_multi_constructor("!", _untagged)
Plain.add_multi_constructor("tag:", _untagged)
Plain.add_constructor("tag:yaml.org,2002:omap", _untagged_pair)


def loaded(text: str, limits: ReadLimits, loader: type[Any] = Plain) -> Any:
    """The one document in `text`. Aliases count as often as they name something: a few lines can name gigabytes."""
    if len(text) > limits.header:
        raise Unreadable(f"the YAML header has {len(text)} characters")
    try:
        _judge(yaml.parse(text, Loader=PARSER), limits)
        return yaml.load(text, Loader=loader)  # noqa: S506 (a SafeLoader that reads unknown tags as plain values)
    except (yaml.YAMLError, RecursionError, ValueError, TypeError) as error:
        raise Unreadable(f"the YAML header cannot be read: {(str(error).splitlines() or ['?'])[0]}") from error


@dataclass
class _Open:
    """A node whose end has not come: its anchor, the nodes in it so far, and how deep it goes."""

    anchor: str | None = None
    nodes: int = 1
    height: int = 1

    def take(self, nodes: int, height: int, limits: ReadLimits) -> None:
        self.nodes, self.height = self.nodes + nodes, max(self.height, height + 1)
        if self.nodes > NODES or self.height > limits.depth:
            raise Unreadable(f"the YAML header names more than {NODES} values, or nests them too deeply")


def _judge(events: Iterable[Any], limits: ReadLimits) -> None:
    """Sizes before anything is built. An alias of a node that is still open would go round in circles."""
    opened = [_Open()]
    known: dict[str | None, tuple[int, int]] = {}
    for event in events:
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in known:
                raise Unreadable("the YAML header uses an alias of something that does not end before it")
            opened[-1].take(*known[event.anchor], limits)
        elif isinstance(event, yaml.ScalarEvent):
            known[event.anchor] = (1, 1)
            opened[-1].take(1, 1, limits)
        elif isinstance(event, yaml.CollectionStartEvent):
            opened.append(_Open(event.anchor))
            if len(opened) > limits.depth:
                raise Unreadable("the YAML header is nested too deeply")
        elif isinstance(event, yaml.CollectionEndEvent):
            done = opened.pop()
            known[done.anchor] = (done.nodes, done.height)
            opened[-1].take(done.nodes, done.height, limits)


def columns(text: str, limits: ReadLimits) -> Mapping[str, Any]:
    """The header of an ECSV table, which astropy also writes into HDF5: a mapping with a list `datatype`."""
    found = loaded(text, limits)
    if not isinstance(found, Mapping) or not isinstance(found.get("datatype"), list):
        raise Unreadable("the YAML header has no list 'datatype'")
    return found


def mapping(meta: Any) -> dict[str, Any]:
    """`meta` as one mapping: an ordered map arrives as a list of one-entry mappings."""
    if isinstance(meta, Mapping):
        return {str(k): v for k, v in meta.items()}
    entries = meta if isinstance(meta, list) else ()
    return {str(k): v for entry in entries if isinstance(entry, Mapping) for k, v in entry.items()}
