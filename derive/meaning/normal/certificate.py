"""Certificates: the steps of a proof as plain data, to be stored and checked again later.

Leaves (symbols, named terms, indices, dims) are written as their place among the leaves of the statement, so that a
stored certificate applies to the same statement read again. Everything else is written out as nested lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derive.expr import arithmetic, information, leaves, operations, propositions, structure, tensor
from derive.expr.dims import Dim
from derive.expr.errors import DeriveError
from derive.expr.leaves import Index, Let, Symbol
from derive.expr.node import Expr, walk
from derive.expr.plain import plain
from derive.meaning.facts import Fact
from derive.meaning.interval import Interval
from derive.meaning.normal.checker import Checker, Confirmation, Unconfirmed
from derive.meaning.normal.work import Step

SCHEMA = 1
MALFORMED = (DeriveError, AttributeError, LookupError, TypeError, ValueError, RecursionError, OverflowError)
NODES: dict[str, type[Expr]] = {
    node.__name__: node
    for module in (arithmetic, information, leaves, operations, propositions, structure, tensor)
    for node in vars(module).values()
    if isinstance(node, type) and issubclass(node, Expr)
}


@dataclass(frozen=True)
class Certificate:
    """What was proved, from which steps, with which laws allowed (None: all)."""

    left: Expr
    right: Expr
    steps: tuple[Step, ...]
    laws: frozenset[str] | None
    premises: tuple[propositions.Relation, ...] = ()
    checked: bool = True

    def to_json(self) -> dict[str, Any]:
        writing = Leaves((self.left, self.right, *self.premises))
        return {
            "kind": "normal form",
            "schema": SCHEMA,
            "left": plain(self.left),
            "right": plain(self.right),
            "premises": [plain(premise) for premise in self.premises],
            "laws": None if self.laws is None else sorted(self.laws),
            "steps": [
                {
                    "law": step.law,
                    "backwards": step.backwards,
                    "text": {name: plain(value) for name, value in step.values},
                    "values": {name: writing.data(value) for name, value in step.values},
                    "weights": [writing.data(weight) for weight in step.weights],
                }
                for step in self.steps
            ],
        }


def verify(
    left: Expr,
    right: Expr,
    data: dict[str, Any],
    *,
    assumed: dict[Expr, Interval] | None = None,
    premises: Sequence[propositions.Relation] = (),
    facts: tuple[Fact, ...] = (),
) -> Confirmation:
    """Check a stored certificate against a statement. Raises `Unconfirmed` if it does not prove it."""
    if data.get("schema") != SCHEMA:
        raise Unconfirmed(f"a certificate of schema {data.get('schema')!r}, not {SCHEMA}")
    try:
        laws = None if data["laws"] is None else frozenset(data["laws"])
        reading = Leaves((left, right, *premises))
        steps = [reading.step(step) for step in data["steps"]]
        return Checker(laws, assumed or {}, premises, facts).confirm(left, right, steps)
    except MALFORMED as e:
        raise Unconfirmed(f"the certificate does not fit this statement ({type(e).__name__}: {e})") from e


class Leaves:
    """Leaves by their place in a statement; indices that a proof added come after those."""

    def __init__(self, statement: Iterable[Expr]) -> None:
        self.leaves: dict[Any, int] = {}
        self.listed: list[Any] = []
        self.added: dict[int, Index] = {}
        for node in walk(*statement):
            for leaf in (node, *node.params, *node.axes):
                self._list(leaf)

    def _list(self, leaf: Any) -> None:
        if isinstance(leaf, Symbol | Let | Index | Dim) and leaf not in self.leaves:
            self.leaves[leaf] = len(self.listed)
            self.listed.append(leaf)
            for dim in leaf.axes if isinstance(leaf, Symbol | Let) else (leaf.dim,) if isinstance(leaf, Index) else ():
                self._list(dim)

    def step(self, data: dict[str, Any]) -> Step:
        values = tuple((name, self.expr(value)) for name, value in data["values"].items())
        return Step(data["law"], values, tuple(map(self.expr, data["weights"])), data["backwards"])

    def data(self, value: Any) -> Any:
        """Nested lists of strings and integers."""
        match value:
            case Index() if value not in self.leaves:
                number = next((n for n, i in self.added.items() if i is value), len(self.added))
                self.added[number] = value
                return ["index", number, value.name, self.data(value.dim)]
            case Symbol() | Let() | Index() | Dim():
                return ["leaf", self.leaves[value]]
            case Fraction():
                return ["number", str(value)]
            case operations.Operation():
                return ["operation", value.name]
            case Expr():
                return [type(value).__name__, [self.data(a) for a in value.args], [self.data(p) for p in value.params]]
            case tuple():
                return ["tuple", [self.data(v) for v in value]]
            case str() | int() | None:
                return value
        raise TypeError(f"{value!r} has no place in a certificate")

    def expr(self, data: Any) -> Any:
        """What `data` was made of."""
        match data:
            case str() | int() | None:
                return data
            case ["leaf", int() as n]:
                return self.listed[n]
            case ["index", int() as n, str() as name, dim]:
                return self.added.setdefault(n, Index(name, self.expr(dim)))
            case ["number", str() as text]:
                return Fraction(text)
            case ["operation", str() as name]:
                operation = operations.OPERATIONS[name.rstrip("'")]
                for _ in range(len(name) - len(name.rstrip("'"))):
                    operation = operations.slope(operation)
                return operation
            case ["tuple", list() as values]:
                return tuple(map(self.expr, values))
            case [str() as name, list() as args, list() as params]:
                node, children = NODES[name], tuple(map(self.expr, args))
                kept = tuple(map(self.expr, params))
                return node._again(children, kept) if children else _leaf(node, kept)
        raise ValueError(f"{data!r} is no part of a certificate")


def _leaf(node: type[Expr], params: tuple[Any, ...]) -> Expr:
    if node in (leaves.Number, leaves.Constant, leaves.Size):
        return node.of(*params)
    return node._again((), params)


__all__ = ["Certificate", "Unconfirmed", "verify"]
