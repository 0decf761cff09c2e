"""The chain rule through named terms: ∂ℒ/∂x is the sum over the uses n of x of ∂ℒ/∂n · ∂n/∂x.

Used where ∂ℒ/∂n has a name already, as the earlier lines of a backward pass have: then the shared prefix of the chain
is not derived again.
"""

from __future__ import annotations

from collections.abc import Mapping

from derive.derivation.differentiate import depends, leaf_of
from derive.derivation.entry import entry
from derive.derivation.rewrite import Rewrite, Rule
from derive.derivation.written import plus, times
from derive.expr.leaves import Let, indices_along
from derive.expr.node import Expr, walk
from derive.expr.structure import Derivative, Indexed, over_dim

Named = Mapping[tuple[Expr, Expr], Let]  # (ℒ, n) -> the term that stands for ∂ℒ/∂n


def named_adjoints(*lines: Expr) -> Named:
    """The named terms below these lines that stand for the derivative of something by a whole named term."""
    found: dict[tuple[Expr, Expr], Let] = {}
    for node in walk(*lines):
        if isinstance(node, Let) and isinstance(node.expr, Derivative) and isinstance(node.expr.x, Let):
            found[node.expr.f, node.expr.x] = node
    return found


def accumulate(named: Named) -> Rule:
    """The rule for these names."""

    def rule(e: Expr) -> Rewrite | None:
        if not named or not isinstance(e, Derivative) or e.axes or not isinstance(e.f, Let):
            return None
        leaf = leaf_of(e.x)
        if isinstance(leaf, Let) and (e.f, leaf) in named:
            return None
        uses = _uses(e.f, leaf)
        if not uses or e.f in uses or not all((e.f, n) in named and _direct(n, leaf) for n in uses):
            return None
        terms = [_pulled(named[e.f, n], n, e.x) for n in uses]
        return Rewrite("adjoint-accumulate", plus(*terms), {"x": e.x, **dict(zip("nmlk", uses, strict=False))})

    return rule


def _uses(f: Let, leaf: Expr) -> list[Let]:
    """The named terms below `f`, or `f`, whose definitions mention the leaf themselves."""
    return [
        n
        for n in walk(f)
        if isinstance(n, Let) and n is not leaf and any(m is leaf for m in walk(n.expr, into_terms=False))
    ]


def _direct(n: Let, leaf: Expr) -> bool:
    """Whether the definition depends on the leaf in no other way than directly."""
    below = [m for m in walk(n.expr, into_terms=False) if isinstance(m, Let) and m is not leaf]
    return not any(depends(m.expr, leaf) for m in below)


def _pulled(adjoint: Let, n: Let, x: Expr) -> Expr:
    at = indices_along(n.axes)
    local = Derivative.of(entry(n.expr, at), x)
    out = times(Indexed.of(adjoint, at) if at else adjoint, local)
    for i in reversed(at):
        out = over_dim("sum", out, i)
    return out
