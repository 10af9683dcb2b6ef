"""Rules between the parts of a manifest: names that repeat, names that mean nothing, relations that cannot hold.

They read the raw document, so that one wrong value elsewhere hides none of their findings."""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any

from adp.manifest import placeholders
from adp.manifest.fault import Fault, Path, listed, nearest, quote, tables, texts
from adp.manifest.words import STEP_KINDS

Document = Mapping[str, Any]


def faults(document: Document) -> Iterator[Fault]:
    return chain.from_iterable(rule(document) for rule in RULES)


def _names(document: Document, table: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for i, entry in tables(document, table):
        if isinstance(entry.get("name"), str):
            found.setdefault(entry["name"], i)
    return found


def _tests(document: Document) -> Mapping[str, Any]:
    found = document.get("tests")
    return found if isinstance(found, dict) else {}


def _repeats(entries: list[tuple[Path, Any]], code: str) -> Iterator[Fault]:
    seen: set[str] = set()
    for path, name in entries:
        if not isinstance(name, str):
            continue
        if name in seen:
            yield Fault(path, code, f"the {path[-1]} {quote(name)} stands more than once", "give each its own")
        seen.add(name)


def unique_names(document: Document) -> Iterator[Fault]:
    """Data and products share the names a command can use; steps and tests have their own."""
    groups: list[list[tuple[Path, Any]]] = [
        [((name, i, "name"), t.get("name")) for name in ("data", "products") for i, t in tables(document, name)],
        [(("steps", i, "name"), t.get("name")) for i, t in tables(document, "steps")],
        [(("tests", "data", i, "name"), t.get("name")) for i, t in tables(_tests(document), "data")],
    ]
    for group in groups:
        yield from _repeats(group, "NAME_DUPLICATE")
    yield from _repeats(
        [(("products", i, "path"), t.get("path")) for i, t in tables(document, "products")], "PATH_DUPLICATE"
    )


def reserved_names(document: Document) -> Iterator[Fault]:
    for table in ("data", "products"):
        for name, i in _names(document, table).items():
            if name in placeholders.RESERVED:
                message = f"the name {quote(name)} is taken: {{{name}}} has a meaning of its own"
                yield Fault((table, i, "name"), "NAME_RESERVED", message, "choose another name")


def known_placeholders(document: Document) -> Iterator[Fault]:
    known = {"out", *_names(document, "data"), *_names(document, "products")}
    parameters = document.get("parameters")
    if isinstance(parameters, dict) and "file" in parameters:
        known.add("parameters")
    commands: list[tuple[Path, Any]] = [(("steps", i, "run"), t.get("run")) for i, t in tables(document, "steps")]
    commands += [(("tests", key), _tests(document).get(key)) for key in ("version", "unit")]
    for path, command in commands:
        for i, word in texts(command):
            for name in placeholders.names(word):
                if name not in known:
                    yield _unknown_placeholder((*path, i), name, known)


def _unknown_placeholder(path: Path, name: str, known: set[str]) -> Fault:
    if name in {"{", "}"}:
        return Fault(
            path, "PLACEHOLDER_UNKNOWN", f"a lone {name} in a command", f"a literal brace is written {name}{name}"
        )
    if name == "parameters":
        return Fault(path, "PLACEHOLDER_UNKNOWN", "{parameters} needs a parameters.file", "declare it in [parameters]")
    near = nearest(name, known)
    asked = f"; did you mean {{{near}}}?" if near else ""
    shown = "{" + quote(name).strip("`") + "}"
    hint = f"known are: {listed(sorted(known))}; a literal brace is written {{{{ or }}}}"
    return Fault(path, "PLACEHOLDER_UNKNOWN", f"{shown} is no data, no product, and not {{out}}{asked}", hint)


def _unknown(path: Path, name: Any, known: Mapping[str, int], code: str, what: str) -> Iterator[Fault]:
    if isinstance(name, str) and name not in known:
        near = nearest(name, known)
        asked = f"; did you mean `{near}`?" if near else ""
        yield Fault(
            path, code, f"there is no {what} named {quote(name)}{asked}", f"declared: {listed(known) or 'none'}"
        )


def known_sources(document: Document) -> Iterator[Fault]:
    known = _names(document, "data") | _names(document, "products")
    for i, table in tables(document, "products"):
        path: Path = ("products", i)
        for k, name in texts(table.get("derived_from")):
            here = (*path, "derived_from", k)
            yield from _unknown(here, name, known, "DERIVED_FROM_UNKNOWN", "data or product")
            if name == table.get("name"):
                yield Fault(here, "DERIVED_FROM_ITSELF", f"the product {quote(name)} is derived from itself")
        relation = table.get("relation")
        if isinstance(relation, dict):
            yield from _unknown(
                (*path, "relation", "from"), relation.get("from"), known, "RELATION_UNKNOWN", "data or product"
            )


def relations(document: Document) -> Iterator[Fault]:
    kinds = [t.get("kind") for _, t in tables(document, "steps")]
    may_hold = any(k == "coordinates-only" or k not in STEP_KINDS for k in kinds if isinstance(k, str | None))
    for i, table in tables(document, "products"):
        relation = table.get("relation")
        if not isinstance(relation, dict):
            continue
        path: Path = ("products", i, "relation")
        if not may_hold:  # a misspelt kind is a finding already
            message = "a relation is the promise of a coordinates-only step, and there is none"
            yield Fault(path, "RELATION_STEP", message, "give the step its kind, or remove the relation", at_key=True)
        if not relation.get("invariant") and not relation.get("transform"):
            message = "the relation promises nothing: it has neither `invariant` nor `transform`"
            yield Fault(
                path, "RELATION_EMPTY", message, "name the columns that stay and how the others follow", at_key=True
            )
        if isinstance(relation.get("from"), str) and relation["from"] == table.get("name"):
            yield Fault((*path, "from"), "DERIVED_FROM_ITSELF", "the relation is from the product to itself")


def known_tests(document: Document) -> Iterator[Fault]:
    products, data = _names(document, "products"), _names(document, "data")
    for i, table in tables(_tests(document), "data"):
        path: Path = ("tests", "data", i)
        yield from _unknown((*path, "product"), table.get("product"), products, "PRODUCT_UNKNOWN", "product")
        yield from _unknown((*path, "reference"), table.get("reference"), data, "REFERENCE_UNKNOWN", "data")


RULES: tuple[Callable[[Document], Iterator[Fault]], ...] = (
    unique_names,
    reserved_names,
    known_placeholders,
    known_sources,
    relations,
    known_tests,
)
