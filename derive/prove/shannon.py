"""Equalities of information measures, in joint-entropy coordinates.

H(A|C) = H(A∪C) − H(C) and I(A;B|C) = H(A∪C) + H(B∪C) − H(A∪B∪C) − H(C) (interaction information by
inclusion–exclusion). A linear combination of measures is zero for all distributions iff its coordinates are
(R. W. Yeung, Information Theory and Network Coding, 2008, ch. 3).
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

from derive.expr.arithmetic import Add, Div, Mul, Neg
from derive.expr.information import Information
from derive.expr.leaves import Let, Number, Symbol
from derive.expr.node import Expr, walk

Subset = tuple[str, frozenset[Symbol]]  # under which distribution, of which variables
Coordinates = dict[Subset, Fraction]


def coordinates(e: Expr) -> Coordinates | None:
    """The joint-entropy coordinates of a rational combination of measures, or None if `e` is something else."""
    match e:
        case Let():
            return coordinates(e.expr)
        case Number():
            return {} if e.value == 0 else None
        case Information():
            return _measure(e)
        case Neg():
            return _scaled(coordinates(e.args[0]), Fraction(-1))
        case Add():
            return _sum([coordinates(a) for a in e.args])
        case Mul() if sum(not isinstance(a, Number) for a in e.args) == 1:
            scale = Fraction(1)
            for a in e.args:
                scale *= a.value if isinstance(a, Number) else 1
            return _scaled(coordinates(next(a for a in e.args if not isinstance(a, Number))), scale)
        case Div() if isinstance(e.args[1], Number) and e.args[1].value:
            return _scaled(coordinates(e.args[0]), 1 / e.args[1].value)
    return None


def _measure(e: Information) -> Coordinates:
    """Σ over non-empty sets of groups S: (−1)^{|S|+1} H(∪S | given)."""
    parts: list[Coordinates | None] = []
    given = frozenset(e.given)
    for size in range(1, len(e.groups) + 1):
        for chosen in combinations(e.groups, size):
            joint = frozenset(v for g in chosen for v in g) | given
            sign = Fraction((-1) ** (size + 1))
            parts.append({(e.under, joint): sign})
            if given:
                parts.append({(e.under, given): -sign})
    return _sum(parts) or {}


def _scaled(c: Coordinates | None, by: Fraction) -> Coordinates | None:
    return None if c is None else {k: by * v for k, v in c.items() if by * v}


def _sum(parts: list[Coordinates | None]) -> Coordinates | None:
    out: Coordinates = {}
    for part in parts:
        if part is None:
            return None
        for key, value in part.items():
            out[key] = out.get(key, Fraction(0)) + value
    return {k: v for k, v in out.items() if v}


def same_measure(left: Expr, right: Expr) -> bool | None:
    """Whether two combinations of measures agree for every distribution; None if either is something else."""
    if not any(isinstance(n, Information) for n in walk(left, right)):
        return None
    difference = coordinates(Add.of(left, Neg.of(right)))
    return None if difference is None else not difference
