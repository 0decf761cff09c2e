"""A claim made ready for the deciders: derivatives taken, both sides in index notation at common free indices."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from typing import Any

import networkx as nx

from derive.chain.resolve import Derivatives
from derive.expr.errors import ShapeError
from derive.expr.layers import Layers
from derive.expr.leaves import INFINITY, Let, indices_along
from derive.expr.node import Expr, walk
from derive.expr.propositions import ORDERED, Relation
from derive.expr.structure import Member
from derive.meaning.index_form import entry, unfold

LARGEST_UNFOLDING = 24  # attempts per claim


@dataclass
class Claim:
    """A relation as written, with its premises; `left` and `right` are its entries, named terms closed."""

    relation: Relation
    premises: tuple[Expr, ...] = ()
    derivatives: Derivatives = field(default_factory=Derivatives)
    values: tuple[Any, ...] = field(default=(), init=False)  # proved values that stand in the sides: `closed_forms`

    def __post_init__(self) -> None:
        relation = self.relation
        self.derivatives.know(p for p in self.premises if isinstance(p, Layers))
        left, right = (self.derivatives.resolve(side) for side in (relation.left, relation.right))
        if relation.kind in ORDERED:
            axes = left.axes if len(left.axes) >= len(right.axes) else right.axes
            if left.axes and right.axes and left.axes != right.axes:
                raise ShapeError(f"`{relation}`: the sides have different axes")
            self.indices = indices_along(axes)
            self.left = entry(left, self.indices if left.axes else ())
            self.right = entry(right, self.indices if right.axes else ())
        else:
            self.indices = ()
            self.left, self.right = left, right
        self._define_adjoints()

    def _define_adjoints(self) -> None:
        """Take the derivatives out of the layers that are given, and add those by which adjoints here are defined."""
        self.premises = tuple(self.derivatives.resolve(p) if isinstance(p, Layers) else p for p in self.premises)
        needed = {n.family for n in walk(self.left, self.right, *self.premises) if isinstance(n, Member)}
        self.premises += self.derivatives.sweeps(needed)

    def with_values(self, left: Expr, right: Expr, values: tuple[Any, ...], needs: tuple[Expr, ...]) -> Claim:
        """The same claim with closed forms in its sides; it is then made where their needs are met."""
        out = copy(self)
        out.left, out.right, out.values, out.premises = left, right, values, (*self.premises, *needs)
        return out

    @property
    def diverges(self) -> bool:
        """Whether a side has oo among its values: then it can be compared at points, but not calculated with."""
        return any(leaf is INFINITY for leaf in walk(self.left, self.right))

    @property
    def equations(self) -> tuple[Relation, ...]:
        """The premises that are equations between numbers, in index notation: what a proof may use."""
        out = []
        for premise in self.premises:
            if isinstance(premise, Relation) and premise.kind == "=" and not premise.axes:
                left, right = (entry(self.derivatives.resolve(side)) for side in (premise.left, premise.right))
                out.append(Relation.of("=", left, right))
        return tuple(out)

    @property
    def core(self) -> Relation:
        """The relation between the entries."""
        return Relation.of(self.relation.kind, self.left, self.right)

    def unfoldings(self) -> Iterator[tuple[Expr, Expr]]:
        """Both sides with ever more named terms replaced by their definitions, outermost first.

        A proof with a term closed is a proof for every value of that term, and is usually shorter.
        """
        order = _outermost_first(self.left, self.right)
        aliases = {t for t in order if isinstance(t.expr, Let)}
        shown: set[tuple[Expr, Expr]] = set()
        for k in range(min(len(order), LARGEST_UNFOLDING) + 1):
            opened = aliases | set(order[:k])
            pair = unfold(self.left, opened.__contains__), unfold(self.right, opened.__contains__)
            if pair not in shown:
                shown.add(pair)
                yield pair


def _outermost_first(*sides: Expr) -> list[Let]:
    """The named terms below `sides`, each before those that its definition uses."""
    graph: nx.DiGraph = nx.DiGraph()
    for term in walk(*sides):
        if isinstance(term, Let):
            graph.add_node(term)
            graph.add_edges_from((term, t) for t in walk(term.expr, into_terms=False) if isinstance(t, Let))
    position = {t: k for k, t in enumerate(graph)}
    return list(nx.lexicographical_topological_sort(graph, key=lambda t: -position[t]))
