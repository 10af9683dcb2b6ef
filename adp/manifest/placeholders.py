"""`{name}` in a command: the path of a data file or product, `{out}`, `{parameters}`; `{{` and `}}` are braces."""

import re
from collections.abc import Iterator, Mapping, Sequence

from adp.errors import AuthorError
from adp.finding import Finding, Reason

BRACES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
LITERAL = {"{{": "{", "}}": "}"}
RESERVED = ("out", "parameters")


def names(word: str) -> Iterator[str]:
    """The names one word asks for; a lone brace is itself."""
    for match in BRACES.finditer(word):
        if match[0] not in LITERAL:
            yield match[0] if match[1] is None else match[1]


def expand(argv: Sequence[str], places: Mapping[str, str]) -> tuple[str, ...]:
    """The command as the sandbox runs it. Raises AuthorError for a name that is not in `places`."""
    return tuple(BRACES.sub(lambda match: _replace(match, places), word) for word in argv)


def _replace(match: re.Match[str], places: Mapping[str, str]) -> str:
    if match[0] in LITERAL:
        return LITERAL[match[0]]
    if match[1] not in places:
        known = ", ".join(sorted(places))
        message = f"the command asks for {match[0]}, which is nothing this ADP has"
        raise AuthorError(
            Finding(
                Reason.MANIFEST_INVALID, "PLACEHOLDER_UNKNOWN", message, hint=f"known are: {known}; a brace is {{{{"
            )
        )
    return places[match[1]]
