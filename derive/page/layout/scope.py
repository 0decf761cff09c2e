"""Which index letters are in force at a place in a formula, and the choice of new ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from derive.expr.dims import Dim
from derive.expr.leaves import Index, Size, Unique
from derive.expr.node import Expr, walk
from derive.expr.substitute import free_indices

SPARE = "ijklmnrstu"


@dataclass(frozen=True)
class Scope:
    """`letters` holds the dims whose entries are meant, with their letters; in a `line` no fraction stands upright."""

    letters: Mapping[Dim, str] = field(default_factory=dict)
    indices: Mapping[Index, str] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()
    line: bool = False

    @classmethod
    def of(cls, e: Expr, line: bool) -> Scope:
        """The scope of a whole formula: free indices keep their names, and nothing new may take a name in use."""
        scope = cls(line=line)
        for index in free_indices(e):
            scope = scope.binding(index)
        found = list(walk(e, into_terms=False))
        names = {n.name for n in found if isinstance(n, Unique) and not isinstance(n, Index)}
        names |= {n.dim.name for n in found if isinstance(n, Size)} | {d.name for n in found for d in n.axes}
        return replace(scope, taken=scope.taken | names)

    def binding(self, index: Index) -> Scope:
        """Inside a sum over `index`."""
        letter = self._fresh(index.name or "i")
        return replace(self, indices={**self.indices, index: letter}, taken=self.taken | {letter})

    def along(self, *dims: Dim) -> Scope:
        """Where the entries along `dims` are meant. A dim that is there twice has no letter: see `once`."""
        scope = self
        for dim in dims:
            letter = scope._fresh(dim.index)
            scope = replace(scope, letters={**scope.letters, dim: letter}, taken=scope.taken | {letter})
        return scope

    def whole(self) -> Scope:
        """Where whole tensors are meant, as in a matrix product."""
        return replace(self, letters={})

    def in_line(self) -> Scope:
        """In an exponent or under a bar."""
        return replace(self, line=True)

    def beyond(self, e: Expr) -> int:
        """How many axes of `e` have no letter: 0 for a number, 2 for what prints as a matrix."""
        return sum(d not in self.letters for d in e.axes)

    def _fresh(self, wanted: str) -> str:
        if wanted not in self.taken:
            return wanted
        spare = [letter for letter in SPARE if letter not in self.taken]
        if spare:
            return spare[0]
        while wanted in self.taken:
            wanted += "'"
        return wanted


def once(axes: tuple[Dim, ...]) -> tuple[Dim, ...]:
    """The dims that occur a single time: those that a letter can stand for."""
    return tuple(d for d in axes if axes.count(d) == 1)
