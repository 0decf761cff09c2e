"""f ∝ g in x, as an equation: f(x)·g(x′) = f(x′)·g(x) for all x and x′.

It says that f/g is free of x where g is not 0, without dividing; so everything that decides equations decides it, and
a point at which the equation fails is a counterexample: two values of x at which the ratios differ. The factor may
depend on everything else. It is not 0, and the claim is made where neither side is.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from derive.expr.errors import SortError
from derive.expr.leaves import ZERO, Index, Symbol
from derive.expr.node import Expr
from derive.expr.propositions import Relation
from derive.expr.substitute import substitute
from derive.meaning.index_form import unfold
from derive.meaning.interval import Ranges
from derive.meaning.normal import equal

KIND = "∝"


def crossed(relation: Relation) -> Relation:
    """The equation that a claim with ∝ stands for; any other relation as it is."""
    if relation.kind != KIND:
        return relation
    left, right = unfold(relation.left), unfold(relation.right)
    other = {leaf: _copy(leaf) for leaf in relation.wrt}
    left_there, right_there = substitute(left, other), substitute(right, other)
    return Relation.of("=", left * right_there, left_there * right)


def crossed_premises(relation: Relation, premises: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """The premises at both values of the variables."""
    if relation.kind != KIND:
        return premises
    other = {leaf: _copy(leaf) for leaf in relation.wrt}
    return tuple(dict.fromkeys((*premises, *(substitute(p, other) for p in premises))))


def needs(relation: Relation) -> tuple[str, ...]:
    """What a claim with ∝ needs: sides that are not 0, as far as their ranges do not say so."""
    if relation.kind != KIND:
        return ()
    ranges = Ranges()
    return tuple(str(Relation.of("!=", e, ZERO)) for e in (relation.left, relation.right) if not ranges(e).nonzero)


def vanishing(relation: Relation) -> Expr | None:
    """A side of a claim with ∝ that is 0 everywhere: then the claim is made nowhere."""
    if relation.kind != KIND:
        return None
    return next((e for e in (relation.left, relation.right) if equal(unfold(e), ZERO).proved), None)


_COPIES: WeakKeyDictionary[Expr, Expr] = WeakKeyDictionary()


def _copy(leaf: Expr) -> Expr:
    """The second value of a variable: another symbol or index of the same domain, the same one each time."""
    if leaf not in _COPIES:
        if isinstance(leaf, Symbol) and not leaf.family:
            _COPIES[leaf] = Symbol(f"{leaf.name}_other", leaf.axes, domain=leaf.domain, sort=leaf.sort)
        elif isinstance(leaf, Index):
            _COPIES[leaf] = Index(f"{leaf.name}_other", leaf.dim)
        else:
            raise SortError(f"∝ speaks of symbols, not of `{leaf}`")
    return _COPIES[leaf]
