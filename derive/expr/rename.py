"""Names for print: a bound index never shares its name with another index that is free below it.

Identity, not the name, decides what an index is; on paper there are only names. `readable` renames bound indices where
two different indices of one name would meet: k becomes k2, k3, …
"""

from __future__ import annotations

from itertools import count

from derive.expr.leaves import Index
from derive.expr.node import Expr, walk
from derive.expr.structure import Bound
from derive.expr.substitute import free_indices, substitute
from derive.expr.tensor import Array


def readable(e: Expr) -> Expr:
    """`e` with bound indices renamed where their names are ambiguous; the same object if none is."""
    done: dict[Expr, Expr] = {}
    for node in walk(e, into_terms=False):
        new = node.rebuild(tuple(done[a] for a in node.args)) if node.args else node
        if isinstance(new, Bound):
            (index,) = _distinct(new.body, (new.index,))
            if index is not new.index:
                body = substitute(new.body, {new.index: index})
                new = Bound.of(new.kind, body, index, new.low, new.high)
        elif isinstance(new, Array):
            indices = _distinct(new.body, new.indices)
            if indices != new.indices:
                new = Array.of(substitute(new.body, dict(zip(new.indices, indices, strict=True))), indices)
        done[node] = new
    return done[e]


def _distinct(body: Expr, bound: tuple[Index, ...]) -> tuple[Index, ...]:
    """The bound indices, fresh ones where their name is taken in `body` or by an earlier one."""
    taken = {i.name for i in free_indices(body) if i not in bound}
    out = []
    for index in bound:
        name = index.name
        if name in taken:
            name = next(n for k in count(2) if (n := f"{index.name}{k}") not in taken)
        taken.add(name)
        out.append(index if name == index.name else Index(name, index.dim))
    return tuple(out)
