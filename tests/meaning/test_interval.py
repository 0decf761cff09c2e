"""Intervals of powers, products, ranges and determinants: each contains the values, and is as narrow as it says."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.expr.build import Sum, nonneg, posdef, positive, real, unit
from derive.expr.dims import Dim
from derive.expr.leaves import Index
from derive.expr.node import Expr, as_expr
from derive.expr.tensor import Linear
from derive.meaning.interval import AT_LEAST_ONE, NONNEG, POSITIVE, Interval, Ranges

N = Dim("N")
a, b, s, x = nonneg(), unit(), positive(), real()
P, A = posdef(N, N), real(N, N)
for name, symbol in (("a", a), ("b", b), ("s", s), ("x", x), ("P", P), ("A", A)):
    symbol.named(name)

SIGNS: tuple[tuple[Expr, str, bool], ...] = (
    (b**-1 - 1, "positive", True),
    (b**-2 - 2, "positive", False),
    (1 - b**3, "positive", True),
    (s**-1 - 1, "positive", False),
    (1 / a, "positive", True),  # where it has a value
    (1 / -a, "nonneg", False),
    (1 / (a - 1), "nonneg", False),
    (b / a, "nonneg", True),
    (a / x, "nonneg", False),
    (x * x, "nonneg", True),
    (x * x * x, "nonneg", False),
    (Linear.of("det", (P,)), "positive", True),
    (Linear.of("det", (A,)), "nonzero", False),
)


@pytest.mark.parametrize(("e", "sign", "known"), SIGNS, ids=[f"{e} {sign}" for e, sign, _ in SIGNS])
def test_signs(e: Expr, sign: str, known: bool) -> None:
    assert getattr(Ranges()(e), sign) is known


def test_a_sum_over_numbers_is_empty_or_not() -> None:
    i = Index("i")
    assert Ranges()(Sum(s + i * i, (i, 1, 3))).positive
    assert not Ranges()(Sum(s + i * i, (i, 3, 1))).positive
    assert Ranges()(Sum(s + i * i, (i, 3, 1))).nonneg
    assert not Ranges()(Sum(s + i * i, (i, 1, Index("n")))).positive


def test_meeting_intervals() -> None:
    half = Interval((Fraction(-1), False), (Fraction(1, 2), False))
    assert half.meet(POSITIVE) == Interval((Fraction(0), True), (Fraction(1, 2), False))
    assert POSITIVE.meet(NONNEG) == NONNEG.meet(POSITIVE) == POSITIVE
    assert half.meet(AT_LEAST_ONE) == half  # nothing in common: a contradiction is not this one's to tell
    assert Ranges()(as_expr(2)).meet(POSITIVE) == Ranges()(as_expr(2))
