"""Lines as text: no bound index has the name of a free one, though the two would not be confused by a parser."""

from __future__ import annotations

from derive.expr.leaves import Index
from derive.expr.node import Expr, walk
from derive.expr.plain import plain
from derive.expr.structure import Bound
from derive.expr.substitute import free_indices, substitute

LETTERS = "ijklmnpqrst"


def spelled(e: Expr) -> str:
    """`e` in the grammar of statements."""
    free = {i.name for i in free_indices(e)}
    used = {node.name for node in walk(e) if isinstance(node, Index)}
    done: dict[Expr, Expr] = {}
    for node in walk(e, into_terms=False):
        new = node.rebuild(tuple(done[a] for a in node.args)) if node.args else node
        if isinstance(new, Bound) and new.index.name in free:
            name = next((c for c in LETTERS if c not in used), new.index.name)
            fresh = Index(name, new.index.dim)
            new = Bound.of(new.kind, substitute(new.body, {new.index: fresh}), fresh, new.low, new.high)
        done[node] = new
    return plain(done[e])
