"""YAML out of a file nobody vouches for: plain values only, no aliases that multiply, no tags that do anything."""

from collections.abc import Mapping
from typing import Any

import yaml

from adp.comparison.formats.limits import ReadLimits, Unreadable

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


def loaded(text: str, limits: ReadLimits, loader: type[Any] = Plain, *, aliases: bool = False) -> Any:
    """The one document in `text`. Aliases are refused unless the caller counts what they name: a few lines of them can
    name gigabytes."""
    if len(text) > limits.header:
        raise Unreadable(f"the YAML header has {len(text)} characters")
    depth = 0
    try:
        for event in yaml.parse(text, Loader=PARSER):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if (isinstance(event, yaml.AliasEvent) and not aliases) or depth > limits.depth:
                raise Unreadable("the YAML header uses aliases or is nested too deeply")
        return yaml.load(text, Loader=loader)  # noqa: S506 (a SafeLoader that reads unknown tags as plain values)
    except (yaml.YAMLError, RecursionError, ValueError, TypeError) as error:
        raise Unreadable(f"the YAML header cannot be read: {(str(error).splitlines() or ['?'])[0]}") from error


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
