"""A chain: the graph of named terms behind one output, and its adjoints by reverse mode.

x̄[J] = Σ over uses n of x, Σ_I n̄[I] · ∂n[I]/∂x[J]. Every ∂n[I]/∂x[J] is local to the definition of n, adjoints are named
terms that refer to each other, and nothing composed is expanded: the work is linear in the number of terms.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import networkx as nx

from derive.chain.partial import Term, collect, partial, sift
from derive.expr.domains import REAL
from derive.expr.errors import UnknownNameError
from derive.expr.leaves import ONE, Index, Let, Symbol, Variable, indices_along
from derive.expr.node import Expr, Sort, walk
from derive.expr.structure import Indexed, Member
from derive.expr.substitute import binds, unbound_below
from derive.expr.tensor import Array
from derive.meaning.index_form import entries, unfold

SEED = "grad_output"


class Chain:
    """The DAG of named terms below `output`; edges go from a term or symbol to each term that uses it.

    If `output` has axes, adjoints are those of Σ grad_output · output, with `seed` the symbol grad_output; a seed of 1
    gives the adjoints of the plain sum. With `kinks`, adjoints have no value at a kink (see `partial`).
    """

    def __init__(self, output: Let, seed: Expr | None = None, kinks: bool = False) -> None:
        self.output = output
        self.kinks = kinks
        self.seed: Expr = seed if seed is not None else Symbol(SEED, output.axes, domain=REAL) if output.axes else ONE
        self._forms: dict[Let, tuple[Expr, tuple[Index, ...]]] = {}
        self._adjoints: dict[Expr, Let] = {}
        self.graph: nx.DiGraph = nx.DiGraph()
        self._grow()

    def _grow(self) -> None:
        self.graph.add_node(self.output)
        moving = _moving(self.output)
        pending = [self.output]
        while pending:
            term = pending.pop()
            if term in self._forms:
                continue
            body, indices = entries(term.expr)
            body = unfold(body, moving.__contains__)
            self._forms[term] = body, indices
            for leaf in _leaves(body):
                self.graph.add_edge(leaf, term)
                if isinstance(leaf, Let):
                    pending.append(leaf)

    @cached_property
    def terms(self) -> tuple[Let, ...]:
        """The named terms, definitions before uses; ties in order of first use."""
        position = {n: k for k, n in enumerate(self.graph)}
        order = nx.lexicographical_topological_sort(self.graph.reverse(copy=False), key=lambda n: position[n])
        return tuple(n for n in reversed(list(order)) if isinstance(n, Let))

    @property
    def inputs(self) -> tuple[Expr, ...]:
        """The symbols and family members that the output depends on."""
        return tuple(n for n in self.graph if not isinstance(n, Let) and n.sort is not Sort.FUNCTION)

    def form(self, term: Let) -> tuple[Expr, tuple[Index, ...]]:
        """The general entry of a term, and its indices."""
        return self._forms[term]

    @cached_property
    def _positions(self) -> dict[Let, int]:
        return {term: k for k, term in enumerate(self.terms)}

    def uses(self, x: Expr) -> tuple[Let, ...]:
        """The terms whose definitions mention x."""
        if x not in self.graph:
            return ()
        return tuple(sorted(self.graph.successors(x), key=self._positions.__getitem__))

    def adjoint(self, x: Expr) -> Let:
        """∂output/∂x as a named term ``d<x>`` with the axes of x: every use downstream, nothing upstream.

        Raises `UnknownNameError` if the output does not depend on x.
        """
        if x not in self.graph or not isinstance(x, Let | Symbol | Member):
            known = ", ".join(str(n) for n in self.graph)
            raise UnknownNameError(f"`{self.output}` does not depend on `{x}`; it depends on: {known}")
        pending: list[Expr] = [x]
        while pending:  # the adjoints of all uses first; each is taken once
            term = pending[-1]
            missing = [user for user in self.uses(term) if user not in self._adjoints]
            pending += missing
            if not missing:
                if term not in self._adjoints:
                    self._adjoints[term] = self._pull_back(term)
                pending.pop()
        return self._adjoints[x]

    def _pull_back(self, x: Expr) -> Let:
        at = indices_along(x.axes)
        terms: list[Term] = []
        if x is self.output:
            terms.append(Term(Indexed.of(self.seed, at) if self.seed.axes else self.seed))
        for user in self.uses(x):
            body, indices = self._forms[user]
            upstream: Expr = self._adjoints[user]
            factor: Expr = Indexed.of(upstream, indices) if indices else upstream
            if user is self.output and self.seed is ONE:
                factor = ONE
            for term in partial(body, x, at, self.kinks):
                pulled = term.times(factor)
                for index in indices:
                    assert index.dim is not None
                    pulled = sift(pulled, index, ONE, index.dim.size)
                terms.append(pulled)
        name = str(x).replace("[", "_").replace("]", "").replace(" ", "").replace("-", "m").replace("+", "p")
        return Let(f"d{name}", Array.of(collect(terms), at))

    def backward(self, inputs: Iterable[Expr]) -> tuple[Let, ...]:
        """The adjoint terms that the adjoints of `inputs` need, each after those it uses; the inputs' own included."""
        wanted = [self.adjoint(x) for x in inputs]
        mine = {a: x for x, a in self._adjoints.items()}
        needed = [n for n in walk(*wanted) if n in mine]
        return tuple(n for n in needed if isinstance(n, Let))


def _moving(output: Expr) -> set[Let]:
    """The terms below `output` that depend on an index or variable which is bound outside of them: such a term is
    many numbers under one name, and has no adjoint."""
    unbound = unbound_below(output)
    bound = {leaf for node in unbound for leaf in binds(node)}
    return {t for t, leaves in unbound.items() if isinstance(t, Let) and not bound.isdisjoint(leaves)}


def _leaves(body: Expr) -> list[Expr]:
    """What a definition mentions: named terms, symbols, family members; in order of first use."""
    found: dict[Expr, None] = {}
    for node in walk(body, into_terms=False):
        leaf = node.of_what if isinstance(node, Indexed) else node
        if isinstance(leaf, Let | Symbol | Member | Variable) and leaf.sort is not Sort.FUNCTION:
            found[leaf] = None
    return list(found)
