"""Arithmetic on columns: names, numbers, + - * / **, parentheses and a few functions, read by our own parser and never
by Python's."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from adp.comparison.model import Array

LENGTH, DEPTH = 1000, 50
NUMBER = r"[0-9]+\.?[0-9]*(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?"
TOKEN = re.compile(rf"\s*(?:({NUMBER})|([^\W\d]\w*)|(\*\*|[-+*/()]))")
OPERATORS = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "**": np.power}
FUNCTIONS: dict[str, Callable[[Array], Array]] = {
    "sqrt": np.sqrt, "exp": np.exp, "ln": np.log, "log10": np.log10, "abs": np.abs,
    "sin": np.sin, "cos": np.cos, "tan": np.tan, "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan,
    "radians": np.radians, "degrees": np.degrees,
}  # fmt: skip


class ExpressionError(ValueError):
    """The text is no expression; `at` counts characters from 1."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(f"{message} (character {at})")
        self.at = at


class Token(NamedTuple):
    kind: str  # number | name | sign | end
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Number:
    value: float


@dataclass(frozen=True, slots=True)
class Name:
    text: str


@dataclass(frozen=True, slots=True)
class Negative:
    of: "Node"


@dataclass(frozen=True, slots=True)
class Operation:
    sign: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    of: "Node"


Node = Number | Name | Negative | Operation | Call


def parse(text: str) -> Node:
    """The tree of an expression. Raises ExpressionError."""
    if len(text) > LENGTH:
        raise ExpressionError(f"an expression has at most {LENGTH} characters", LENGTH)
    reader = _Reader(_tokens(text))
    node = reader.sum(0)
    reader.expect("end", "")
    return node


def names(node: Node) -> frozenset[str]:
    """The columns an expression speaks of."""
    if isinstance(node, Name):
        return frozenset({node.text})
    if isinstance(node, Negative | Call):
        return names(node.of)
    return names(node.left) | names(node.right) if isinstance(node, Operation) else frozenset()


def evaluate(node: Node, columns: Mapping[str, Array]) -> Array:
    """The values, in float64. Every name must be in `columns`."""
    if isinstance(node, Number):
        return np.asarray(node.value)
    if isinstance(node, Name):
        return columns[node.text].astype(np.float64)
    if isinstance(node, Negative):
        return np.negative(evaluate(node.of, columns))
    with np.errstate(all="ignore"):
        if isinstance(node, Call):
            return np.asarray(FUNCTIONS[node.function](evaluate(node.of, columns)))
        return np.asarray(OPERATORS[node.sign](evaluate(node.left, columns), evaluate(node.right, columns)))


def _tokens(text: str) -> list[Token]:
    found, at = [], 0
    while text[at:].strip():
        match = TOKEN.match(text, at)
        if match is None:
            bad = at + len(text[at:]) - len(text[at:].lstrip())
            raise ExpressionError(f"'{text[bad]}' cannot stand here", bad + 1)
        kind = ("number", "name", "sign")[(match.lastindex or 1) - 1]
        found.append(Token(kind, match[match.lastindex or 1], match.start(match.lastindex or 1) + 1))
        at = match.end()
    return [*found, Token("end", "", len(text) + 1)]


class _Reader:
    """Recursive descent: sum, product, signed, power, atom. `depth` counts open parentheses, signs and powers."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens, self._next = tokens, 0

    def expect(self, kind: str, text: str) -> None:
        token = self._tokens[self._next]
        if token.kind != kind or token.text != text:
            raise ExpressionError(f"expected {text or 'the end'}, found {token.text or 'the end'}", token.at)
        self._next += 1

    def sum(self, depth: int) -> Node:
        return self._chain(depth, ("+", "-"), self._product)

    def _product(self, depth: int) -> Node:
        return self._chain(depth, ("*", "/"), self._signed)

    def _chain(self, depth: int, signs: tuple[str, ...], below: Callable[[int], Node]) -> Node:
        node = below(depth)
        while (token := self._tokens[self._next]).kind == "sign" and token.text in signs:
            self._next += 1
            node = Operation(token.text, node, below(depth))
        return node

    def _signed(self, depth: int) -> Node:
        token = self._tokens[self._next]
        if depth > DEPTH:
            raise ExpressionError(f"nested deeper than {DEPTH}", token.at)
        if token.kind != "sign" or token.text not in {"+", "-"}:
            return self._power(depth)
        self._next += 1
        inner = self._signed(depth + 1)
        return Negative(inner) if token.text == "-" else inner

    def _power(self, depth: int) -> Node:
        """As in Python: -x ** 2 is -(x ** 2), and 2 ** 3 ** 2 is 2 ** 9."""
        base = self._atom(depth)
        token = self._tokens[self._next]
        if token.kind != "sign" or token.text != "**":
            return base
        self._next += 1
        return Operation("**", base, self._signed(depth + 1))

    def _atom(self, depth: int) -> Node:
        token = self._tokens[self._next]
        self._next += 1
        if token.kind == "number":
            return Number(float(token.text))
        if token.kind == "name":
            follows = self._tokens[self._next]
            return self._call(token, depth) if follows.kind == "sign" and follows.text == "(" else Name(token.text)
        if token.kind == "sign" and token.text == "(":
            node = self.sum(depth + 1)
            self.expect("sign", ")")
            return node
        raise ExpressionError(f"expected a name or a number, found {token.text or 'the end'}", token.at)

    def _call(self, name: Token, depth: int) -> Node:
        if name.text not in FUNCTIONS:
            raise ExpressionError(f"'{name.text}' is no function; there are {', '.join(FUNCTIONS)}", name.at)
        self._next += 1
        node = self.sum(depth + 1)
        self.expect("sign", ")")
        return Call(name.text, node)
