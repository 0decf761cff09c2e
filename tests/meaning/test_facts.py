"""What follows from signs by adding them up, and what does not."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.expr.build import integer, nonneg, positive, real
from derive.expr.leaves import Symbol
from derive.expr.node import Expr, as_expr
from derive.expr.operations import absolute, exp, log, maximum, minimum, relu, tanh
from derive.meaning.facts import NEGATIVE, NONNEG, NONPOSITIVE, NONZERO, POSITIVE, ZERO, Fact, Facts
from derive.meaning.interval import Ranges
from derive.meaning.linear import MAX_ROWS, Row, contradictory

F = Fraction


def named(symbol: Symbol, name: str) -> Symbol:
    symbol.named(name)
    return symbol


x, y, z = (named(real(), name) for name in "xyz")
d, q, n = named(positive(), "d"), named(nonneg(), "q"), named(integer(), "n")


def facts(*given: Fact) -> Facts:
    return Facts(given, Ranges())


FOLLOWS: tuple[tuple[tuple[Fact, ...], str, Expr, Expr], ...] = (
    # facts, a sign, what has it, what need not have it
    (((POSITIVE, x - y), (POSITIVE, y - z)), POSITIVE, x - z, z - x),
    (((NONNEG, x - y), (NONNEG, y)), NONNEG, x, -x),
    (((POSITIVE, x - d),), POSITIVE, x, x - 2 * d),
    (((NEGATIVE, x + d),), NEGATIVE, x, -x),
    (((ZERO, x - y),), ZERO, 2 * y - 2 * x, x + y),
    (((NONNEG, x), (NONZERO, x)), POSITIVE, x, x - 1),
    (((NONZERO, x - y),), NONZERO, 3 * y - 3 * x, x),
    (((POSITIVE, n),), NONNEG, n - 1, n - 2),
    (((NONNEG, q - 1),), POSITIVE, q * 2, q - 2),
    (((POSITIVE, x),), NONPOSITIVE, absolute(x) - x, absolute(x) + x),
    (((NEGATIVE, x),), ZERO, absolute(x) + x, absolute(x) - x),
    (((POSITIVE, x - y),), ZERO, maximum(x, y) - x, maximum(x, y) - y),
    (((POSITIVE, x - y),), ZERO, minimum(x, y) - y, minimum(x, y) - x),
    (((NEGATIVE, x),), ZERO, relu(x) + 0, x + 0),
    (((POSITIVE, x),), POSITIVE, exp(x) - 1, exp(x) - 2),
    (((POSITIVE, x - y),), POSITIVE, exp(x) - exp(y), exp(x) - 2 * exp(y)),
    (((NEGATIVE, x - 1), (POSITIVE, x)), NEGATIVE, log(x) + 0, log(x) + 1),
    (((NONPOSITIVE, x),), NONPOSITIVE, tanh(x) + x, tanh(x) - x),
)


@pytest.mark.parametrize(("given", "sign", "e", "other"), FOLLOWS, ids=[f"{s} {e}" for _, s, e, _ in FOLLOWS])
def test_what_follows_and_what_does_not(given: tuple[Fact, ...], sign: str, e: Expr, other: Expr) -> None:
    assert facts(*given).holds(sign, e)
    assert not facts(*given).holds(sign, other)
    assert not facts().holds(sign, e)


def test_what_piecewise_functions_always_satisfy() -> None:
    known = facts((NONZERO, y))
    for e in (absolute(x) - x, absolute(x) + x, relu(x) - x, maximum(x, y) - y, x - minimum(x, y)):
        assert known.holds(NONNEG, e)
        assert not known.holds(POSITIVE, e)


def test_contradictions() -> None:
    assert facts((POSITIVE, x - d), (NEGATIVE, x)).impossible
    assert facts((ZERO, x), (NONZERO, 2 * x)).impossible
    assert facts((POSITIVE, n), (NEGATIVE, n - 1)).impossible  # no integer lies between
    assert not facts((POSITIVE, x), (NEGATIVE, x - 1)).impossible  # but a real number does
    assert not facts((NONZERO, x), (NONNEG, x)).impossible
    assert facts((ZERO, absolute(x) - 1), (NONNEG, x), (NONZERO, x - 1)).impossible
    assert not facts((ZERO, absolute(x) - 1), (NONZERO, x - 1)).impossible


def test_products_are_unknowns_of_their_own() -> None:
    known = facts((POSITIVE, x * y - 1))
    assert known.holds(POSITIVE, y * x)
    assert not known.holds(POSITIVE, x)


def test_elimination() -> None:
    a, b = "ab"
    up, down = Row({a: F(1)}, F(-1)), Row({a: F(-1)}, F(1))  # a ≥ 1 and a ≤ 1
    assert not contradictory([up, down])
    assert contradictory([up, Row({a: F(-1)}, F(1), strict=True)])
    assert contradictory([Row({a: F(1), b: F(1)}, F(0)), Row({a: F(-1)}, F(-1)), Row({b: F(-1)}, F(0))])
    assert not contradictory([])
    assert contradictory([Row({}, F(-1))])
    many = [Row({j: F(1 if k & 1 << j else -1) for j in range(8)}, F(k)) for k in range(MAX_ROWS)]  # 0 satisfies them
    assert not contradictory(many)  # beyond the cap nothing is known, and nothing hangs


def test_a_number_needs_no_facts() -> None:
    assert not facts().holds(POSITIVE, as_expr(1))  # signs that intervals give are not asked here
    with pytest.raises(ValueError, match="unknown sign"):
        facts((POSITIVE, x)).holds("odd", x)
