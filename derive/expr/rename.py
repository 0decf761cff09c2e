"""Names for print: a bound index never shares its name with another index that is free below it.

Identity, not the name, decides what an index is; on paper there are only names. `readable` renames bound indices where
two different indices of one name would meet: k becomes k2, k3, …
"""

from __future__ import annotations

from itertools import count

from derive.expr.leaves import Index, Symbol, Variable
from derive.expr.node import Expr, walk
from derive.expr.substitute import binds, fresh_copy, rebound, substitute, unbound


def readable(e: Expr) -> Expr:
    """`e` with bound indices renamed where their names are ambiguous; the same object if none is."""
    done: dict[Expr, Expr] = {}
    for node in walk(e, into_terms=False):
        new = node.rebuild(tuple(done[a] for a in node.args)) if node.args else node
        bound = binds(new)
        if bound:
            named = _distinct(new.args[0], bound)
            if named != bound:
                renamed = {old: leaf for old, leaf in zip(bound, named, strict=True) if old is not leaf}
                new = rebound(new, substitute(new.args[0], renamed), named, new.args[1:])
        done[node] = new
    return done[e]


def _distinct(body: Expr, bound: tuple[Index | Variable, ...]) -> tuple[Index | Variable, ...]:
    """The bound leaves, fresh ones where their name is taken in `body` or by an earlier one."""
    taken = {leaf.name for leaf in unbound(body) if leaf not in bound}
    if any(isinstance(leaf, Variable) for leaf in bound):  # reads like a symbol
        taken |= {node.name for node in walk(body, into_terms=False) if isinstance(node, Symbol)}
    out = []
    for leaf in bound:
        name = leaf.name
        if name in taken:
            name = next(n for k in count(2) if (n := f"{leaf.name}{k}") not in taken)
        taken.add(name)
        out.append(leaf if name == leaf.name else fresh_copy(leaf, name))
    return tuple(out)
