"""What is static about core expressions: free indices, lowered definitions, exponents that are integers.

One `Reading` serves all points of one claim. It also holds what is given about symbols: definitions (`s = exp(t)`,
`p[k] = …`) and recurrences; a defined symbol is computed at every point, never drawn.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import Any, TypeVar

from derive.expr.arithmetic import Add, Mul, Neg
from derive.expr.dims import Dim
from derive.expr.layers import Layers, Rule
from derive.expr.leaves import Index, Let, Number, Size, Symbol
from derive.expr.node import Expr, walk
from derive.expr.propositions import Recurrence
from derive.expr.structure import Bound, Call, Delta, Indexed, Member
from derive.expr.tensor import Linear
from derive.meaning import index_form

T = TypeVar("T")
Meaning = tuple[Expr, tuple[Index, ...]]  # a core expression and the indices, one per axis, at which it is an entry


class Reading:
    """Facts about expressions, remembered."""

    def __init__(self, given: Iterable[Expr] = ()) -> None:
        self.definitions: dict[Symbol, Meaning] = {}
        self.rules: dict[Symbol, Rule] = {}  # of families that are defined step by step
        for one in given:
            if isinstance(one, Recurrence):
                self.rules[one.family] = Rule(one.index, one.step, one.start)
            elif isinstance(one, Layers):
                self.rules.update({family: one.rule(family) for family in one.families})
        self._entries: dict[Expr, Meaning] = {}
        self._sizes: dict[Dim, Expr] = {}
        self._free: dict[Expr, tuple[Index, ...]] = {}
        self._counts: dict[Expr, bool] = {}
        self._order: dict[Index, int] = {}

    def define(self, symbol: Symbol, meaning: Meaning) -> None:
        """Compute `symbol` from `meaning` instead of drawing it."""
        self.definitions[symbol] = meaning
        self._free.clear()

    def entries(self, e: Expr) -> Meaning:
        """The general entry of a tensor expression, always at the same indices."""
        if e not in self._entries:
            self._entries[e] = index_form.entries(e)
        return self._entries[e]

    def meaning(self, leaf: Expr) -> Meaning | None:
        """The definition of a named term or of a defined symbol, entry by entry; None for anything else."""
        if isinstance(leaf, Let):
            return self.entries(leaf.expr)
        return self.definitions.get(leaf) if isinstance(leaf, Symbol) else None

    def size(self, dim: Dim) -> Expr:
        """The size of a dim as a core expression."""
        if dim not in self._sizes:
            self._sizes[dim] = index_form.entry(dim.size)
        return self._sizes[dim]

    def ordered(self, indices: Iterable[Index]) -> tuple[Index, ...]:
        """Indices in the one order that all tables use: that of first sight."""
        distinct = dict.fromkeys(indices)
        for i in distinct:
            self._order.setdefault(i, len(self._order))
        return tuple(sorted(distinct, key=self._order.__getitem__))

    def free(self, e: Expr) -> tuple[Index, ...]:
        """The indices on which the value of a core expression depends, also through definitions, in table order."""
        if e not in self._free:
            run(self._find_free(e))
        return self._free[e]

    def _find_free(self, e: Expr) -> Generator[Any, Any, None]:
        for node in walk(e, into_terms=False):
            if node in self._free:
                continue
            inside: list[Index] = [node] if isinstance(node, Index) else []
            bound = node.index if isinstance(node, Bound) else None
            for a in node.args if not isinstance(node, Linear) else ():
                inside += (i for i in self._free[a] if i is not bound or a is not node.args[0])
            if isinstance(node, Linear) and node.args:  # its argument is a whole matrix, not yet in index form
                inside += yield from self._free_in_meaning(self.entries(node.args[0]))
            if isinstance(node, Symbol) and not node.family:
                for part in (self.size(d) for d in node.axes if d.extent is not None):
                    yield self._find_free(part)
                    inside += self._free[part]
            meaning = self.meaning(node)
            if meaning is not None:
                inside += yield from self._free_in_meaning(meaning)
            self._free[node] = self.ordered(inside)

    def _free_in_meaning(self, meaning: Meaning) -> Generator[Any, Any, list[Index]]:
        core, indices = meaning
        found: list[Index] = []
        for part in (core, *(self.size(i.dim) for i in indices if i.dim is not None)):
            if part not in self._free:
                yield self._find_free(part)
            found += (i for i in self._free[part] if i not in indices)
        return found

    def counts(self, e: Expr) -> bool:
        """Whether `e` is an integer at every point, by its form."""
        for node in walk(e, into_terms=False):
            if node not in self._counts:
                self._counts[node] = self._counts_by_form(node)
        return self._counts[e]

    def _counts_by_form(self, node: Expr) -> bool:
        match node:
            case Number():
                return node.value.denominator == 1
            case Index() | Size() | Delta():
                return True
            case Symbol():
                return node.domain.integer
            case Indexed():
                return self._counts[node.of_what]
            case Member():
                return node.family.domain.integer
            case Call():
                return node.function.domain.integer
            case Neg() | Add() | Mul():
                return all(self._counts[a] for a in node.args)
        return False


def run(start: Generator[Any, Any, T]) -> T:
    """Run a generator that yields further generators and receives their results: recursion without the stack."""
    stack: list[Generator[Any, Any, Any]] = [start]
    result: Any = None
    while stack:
        try:
            wanted = stack[-1].send(result)
        except StopIteration as stop:
            stack.pop()
            result = stop.value
        else:
            stack.append(wanted)
            result = None
    return result
