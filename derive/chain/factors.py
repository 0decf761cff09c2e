"""Gradients as products of local factors, and the prefix that several of them share.

Every path from the output back to x goes through the terms that dominate x, so ∂ℓ/∂x is the product of the derivatives
from each of these terms to the next. A term that dominates more than one of the wanted gradients ends a prefix which
they share: its adjoint is computed once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import networkx as nx

from derive.chain.chain import Chain
from derive.expr.leaves import Let
from derive.expr.node import Expr


@dataclass(frozen=True)
class Product:
    """∂output/∂x = ∂output/∂`path[0]` · ∂`path[0]`/∂`path[1]` ⋯, where `path` ends with x.

    `path` begins with the output itself, or with the term whose adjoint is a `prefix` that is known by then.
    `shared` lists the other gradients that begin with ∂output/∂x.
    """

    x: Expr
    path: tuple[Expr, ...]
    prefix: Let | None = None
    shared: tuple[Expr, ...] = ()

    @property
    def factors(self) -> tuple[tuple[Expr, Expr], ...]:
        """The local factors ∂a/∂b that are new here, as pairs (a, b)."""
        return tuple(zip(self.path, self.path[1:], strict=False))


def products(chain: Chain, inputs: Iterable[Expr]) -> tuple[Product, ...]:
    """The gradients in `inputs` as products, from the output down, each after the prefixes that it begins with."""
    above = nx.immediate_dominators(chain.graph.reverse(copy=False), chain.output)
    ways = {x: _way(above, x) for x in inputs if x in chain.graph}
    wanted = sorted(ways, key=lambda x: len(ways[x]))  # those next to the output first
    uses = Counter(t for way in ways.values() for t in way[1:-1])
    shared = {t: [x for x in wanted if t in ways[x][:-1]] for t, n in uses.items() if n > 1}
    kept = [t for t in shared if not any(s is not t and shared[s] == shared[t] and t in _way(above, s) for s in shared)]
    found: dict[Expr, Product] = {}
    for x in wanted:
        for end in (*(t for t in ways[x][1:-1] if t in kept), x):
            if end not in found:
                found[end] = _product(_way(above, end), kept, tuple(shared.get(end, ())))
    return tuple(found.values())


def _way(above: dict[Expr, Expr], x: Expr) -> list[Expr]:
    """The terms that every path from the output to x goes through, and x."""
    way = [x]
    while (before := above.get(way[0], way[0])) is not way[0]:
        way.insert(0, before)
    return way


def _product(way: list[Expr], kept: list[Expr], shared: tuple[Expr, ...]) -> Product:
    start = max((k for k, t in enumerate(way[:-1]) if t in kept), default=0)
    prefix = way[start]
    return Product(way[-1], tuple(way[start:]), prefix if start and isinstance(prefix, Let) else None, shared)
