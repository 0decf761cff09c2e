"""Capture-free substitution. Bound leaves have unique identities; a binder that would capture one is renamed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from derive.expr.calculus import Integral, Limit
from derive.expr.leaves import Index, Let, Variable
from derive.expr.node import Expr, walk
from derive.expr.structure import Bound, Evaluated
from derive.expr.tensor import Array

BINDING = (Bound, Array, Integral, Limit)
Replacement = Mapping[Any, Expr]  # what stands for what; keys are expressions of any kind


def substitute(e: Expr, replaced: Replacement, into_terms: bool = True) -> Expr:
    """`e` with every key replaced by its value, everywhere at once.

    Named terms in which something is replaced become fresh named terms of the same name, unless `into_terms` is false
    (then definitions are left alone).
    """
    if not replaced:
        return e
    incoming = {leaf for v in replaced.values() for leaf in unbound(v)}
    done: dict[Expr, Expr] = dict(replaced)
    for node in walk(e, into_terms=into_terms):
        if node in done:
            continue
        if isinstance(node, Let):
            new = done.get(node.expr, node.expr) if into_terms else node.expr
            done[node] = node if new is node.expr else Let(node.name, new, node.tex)
        elif isinstance(node, BINDING):
            done[node] = _under_binder(node, replaced, incoming, done, into_terms)
        elif isinstance(node, Evaluated):
            kept = {k: v for k, v in replaced.items() if k not in node.replaced}
            inner = substitute(node.body, kept, into_terms)
            done[node] = node.rebuild((inner, *(done[a] for a in node.args[1:])))
        else:
            done[node] = node.rebuild(tuple(done[a] for a in node.args)) if node.args else node
    return done[e]


def binds(node: Expr) -> tuple[Index | Variable, ...]:
    """The leaves that a node binds in its first child."""
    match node:
        case Bound():
            return (node.index,)
        case Array():
            return node.indices
        case Integral() | Limit():
            return (node.variable,)
    return ()


def rebound(node: Expr, body: Expr, bound: tuple[Index | Variable, ...], ends: tuple[Expr, ...]) -> Expr:
    """A binder of the same kind over another body, other bound leaves and other ends."""
    match node, bound:
        case Bound(), (Index() as index,):
            return Bound.of(node.kind, body, index, *ends)
        case Integral(), (Variable() as variable,):
            return Integral.of(body, variable, *ends)
        case Limit(), (Variable() as variable,):
            return Limit.of(body, variable, *ends)
        case Array(), _:
            return Array.of(body, tuple(i for i in bound if isinstance(i, Index)))
    raise TypeError(f"{type(node).__name__} binds nothing like {bound}")


def fresh_copy(leaf: Index | Variable, name: str = "") -> Index | Variable:
    """Another bound leaf of the same range, of this name or of the same."""
    name = name or leaf.name
    return Index(name, leaf.dim) if isinstance(leaf, Index) else Variable(name, leaf.domain)


def _under_binder(
    node: Expr, replaced: Replacement, incoming: set[Index | Variable], done: dict[Expr, Expr], into_terms: bool
) -> Expr:
    bound = binds(node)
    shadowed = any(leaf in replaced for leaf in bound)
    captured = [leaf for leaf in bound if leaf in incoming]
    body = node.args[0]
    if not shadowed and not captured:
        return node.rebuild(tuple(done[a] for a in node.args))
    fresh = {leaf: fresh_copy(leaf) for leaf in captured}
    kept = {k: v for k, v in replaced.items() if k not in bound}
    body = substitute(substitute(body, fresh, into_terms), kept, into_terms)
    return rebound(node, body, tuple(fresh.get(leaf, leaf) for leaf in bound), tuple(done[a] for a in node.args[1:]))


def free_indices(e: Expr) -> tuple[Index, ...]:
    """The indices that occur free in `e`, in order of first use; also those free in the definition of a named term."""
    return tuple(leaf for leaf in unbound(e) if isinstance(leaf, Index))


def unbound(e: Expr) -> tuple[Index | Variable, ...]:
    """The indices and variables that occur in `e` outside of what binds them, in order of first use."""
    return tuple(unbound_below(e)[e])


def unbound_below(e: Expr) -> dict[Expr, dict[Index | Variable, None]]:
    """For every node below `e`, also in the definitions of named terms: what occurs in it outside of what binds it."""
    found: dict[Expr, dict[Index | Variable, None]] = {}
    for node in walk(e):
        here: dict[Index | Variable, None] = {node: None} if isinstance(node, Index | Variable) else {}
        if isinstance(node, Let):
            here.update(found[node.expr])
        bound = binds(node)
        for a in node.args:
            here.update({leaf: None for leaf in found[a] if leaf not in bound} if a is node.args[0] else found[a])
        found[node] = here
    return found
