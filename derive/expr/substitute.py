"""Capture-free substitution. Bound indices have unique identities; a binder that would capture one is renamed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from derive.expr.leaves import Index, Let
from derive.expr.node import Expr, walk
from derive.expr.structure import Bound, Evaluated
from derive.expr.tensor import Array

Replacement = Mapping[Any, Expr]  # what stands for what; keys are expressions of any kind


def substitute(e: Expr, replaced: Replacement, into_terms: bool = True) -> Expr:
    """`e` with every key replaced by its value, everywhere at once.

    Named terms in which something is replaced become fresh named terms of the same name, unless `into_terms` is false
    (then definitions are left alone).
    """
    if not replaced:
        return e
    incoming = {i for v in replaced.values() for i in free_indices(v)}
    done: dict[Expr, Expr] = dict(replaced)
    for node in walk(e, into_terms=into_terms):
        if node in done:
            continue
        if isinstance(node, Let):
            new = done.get(node.expr, node.expr) if into_terms else node.expr
            done[node] = node if new is node.expr else Let(node.name, new, node.tex)
        elif isinstance(node, Bound | Array):
            done[node] = _under_binder(node, replaced, incoming, done, into_terms)
        elif isinstance(node, Evaluated):
            kept = {k: v for k, v in replaced.items() if k not in node.replaced}
            inner = substitute(node.body, kept, into_terms)
            done[node] = node.rebuild((inner, *(done[a] for a in node.args[1:])))
        else:
            done[node] = node.rebuild(tuple(done[a] for a in node.args)) if node.args else node
    return done[e]


def _under_binder(
    node: Bound | Array, replaced: Replacement, incoming: set[Index], done: dict[Expr, Expr], into_terms: bool
) -> Expr:
    bound = (node.index,) if isinstance(node, Bound) else node.indices
    shadowed = any(i in replaced for i in bound)
    captured = [i for i in bound if i in incoming]
    body = node.args[0]
    if not shadowed and not captured:
        return node.rebuild(tuple(done[a] for a in node.args))
    fresh = {i: Index(i.name, i.dim) for i in captured}
    kept = {k: v for k, v in replaced.items() if k not in bound}
    body = substitute(substitute(body, fresh, into_terms), kept, into_terms)
    if isinstance(node, Bound):
        low, high = (done[a] for a in node.args[1:])
        return Bound.of(node.kind, body, fresh.get(node.index, node.index), low, high)
    return Array.of(body, tuple(fresh.get(i, i) for i in node.indices))


def free_indices(e: Expr) -> tuple[Index, ...]:
    """The indices that occur free in `e`, in order of first use; also those free in the definition of a named term."""
    found: dict[Expr, dict[Index, None]] = {}
    for node in walk(e):
        here: dict[Index, None] = {node: None} if isinstance(node, Index) else {}
        if isinstance(node, Let):
            here.update(found[node.expr])
        for a in node.args:
            here.update(found[a])
        if isinstance(node, Bound):
            inner = {i: None for i in found[node.body] if i is not node.index}
            here = {**inner, **found[node.low], **found[node.high]}
        elif isinstance(node, Array):
            here = {i: None for i in here if i not in node.indices}
        found[node] = here
    return tuple(found[e])
