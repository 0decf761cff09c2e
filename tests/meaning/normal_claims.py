"""Symbols and helpers for tests of the normal form."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise

from derive.expr.build import (
    counting,
    nonneg,
    positive,
    real,
    unit,
)
from derive.expr.dims import Dim
from derive.expr.leaves import Index, Symbol
from derive.expr.node import Expr, as_expr
from derive.meaning.index_form import entry, unfold
from derive.meaning.normal import Outcome, equal, verify


def declared(declare: Callable[..., Symbol], name: str, *axes: Dim) -> Symbol:
    symbol = declare(*axes)
    symbol.named(name)
    return symbol


N, B, F, C = Dim("N", index="i"), Dim("B", index="b"), Dim("F", index="f"), Dim("C", index="k")
X, Y = Dim("X", index="x"), Dim("Y", index="y")


def tried(left: Expr, right: Expr | int, **options) -> Outcome:
    """`equal` of the general entries of two tensors."""
    right = as_expr(right)
    axes = left.axes or right.axes
    at = tuple(Index.along(d) for d in axes)
    sides = (unfold(entry(e, at if e.axes else ())) for e in (left, right))
    return equal(*sides, **options)


def proved(left: Expr, right: Expr | int, **options) -> Outcome:
    """The proof, whose certificate survives being written and read."""
    outcome = tried(left, right, **options)
    assert outcome.proved, outcome.reason
    found = outcome.certificate
    assert found is not None
    again = json.loads(json.dumps(found.to_json()))
    options.pop("laws", None)
    confirmed = verify(found.left, found.right, again, **options)
    assert (confirmed.laws, confirmed.conditions) == (outcome.laws_used, outcome.conditions)
    return outcome


def refused(left: Expr, right: Expr | int, **options) -> None:
    assert not tried(left, right, **options).proved


def lines(*sides: Expr) -> None:
    """A calculation: every line equals the next, and no line equals a later one with the sign changed."""
    for a, b in pairwise(sides):
        proved(a, b)
    for b in sides[1:]:
        refused(sides[0], -b)
        refused(sides[0], 2 * b)


c, d, x, w = (declared(real, name) for name in "cdxw")
s, r = declared(positive, "s"), declared(positive, "r")
q = declared(nonneg, "q")
beta, t = declared(unit, "beta"), declared(counting, "t")
u, v = declared(real, "u", N), declared(real, "v", N)
z = declared(real, "z", C)
