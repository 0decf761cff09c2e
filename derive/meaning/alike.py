"""One expression for all that differ in the names of bound indices, and in the order of factors and terms only."""

from __future__ import annotations

from derive.expr.arithmetic import Add, Mul
from derive.expr.dims import Dim
from derive.expr.leaves import Index
from derive.expr.node import Expr, walk
from derive.expr.structure import Bound
from derive.expr.substitute import substitute

_INDICES: dict[tuple[Dim | None, int], Index] = {}  # by dim, and by the number of binders inside


def alike(e: Expr) -> Expr:
    """`e` with bound indices renamed from the inside out, and sums and products in the order of their text."""
    if not any(isinstance(n, Bound) for n in walk(e, into_terms=False)):
        return e
    done: dict[Expr, Expr] = {}
    depth: dict[Expr, int] = {}
    for node in walk(e, into_terms=False):
        args = tuple(done[a] for a in node.args)
        depth[node] = max((depth[a] for a in node.args), default=0)
        if isinstance(node, Bound):
            index = _INDICES.setdefault((node.index.dim, depth[node]), Index(f"_{depth[node]}", node.index.dim))
            depth[node] += 1
            body = substitute(args[0], {node.index: index})
            done[node] = Bound.of(node.kind, body, index, *args[1:])
        elif isinstance(node, Add | Mul):
            done[node] = node.rebuild(tuple(sorted(args, key=str)))
        else:
            done[node] = node.rebuild(args) if args else node
    return done[e]
