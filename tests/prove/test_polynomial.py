"""Inequalities of polynomials and rational functions: squares that add up, roots that are counted."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from flint import fmpq, fmpq_poly

from derive import check
from derive.meaning.interval import Interval
from derive.prove.budget import Budget, Exhausted
from derive.prove.polynomial.positive import unbounded
from derive.prove.polynomial.roots import never_negative, roots_inside
from derive.prove.polynomial.squares import squares, total
from derive.prove.proof import Proof

SQUARES = [
    ("x**2 + y**2 >= 2*x*y", ""),
    ("x**2 + y**2 + z**2 >= x*y + y*z + z*x", ""),
    ("x/y + y/x >= 2", "x, y: positive"),
    ("(x + y)**2 <= 2*x**2 + 2*y**2", ""),
    ("(t*x + (1 - t)*y)**2 <= t*x**2 + (1 - t)*y**2", "t: unit_closed"),
    ("h*x - L/2*h**2*x <= x/(2*L)", "L: positive; x: nonneg"),
    ("(a*c + b*d)**2 <= (a**2 + b**2)*(c**2 + d**2)", ""),
    ("2/(1/a + 1/b) <= (a + b)/2", "a, b: positive"),
    ("x*y <= 1", "x, y: unit_closed"),
    ("x**2 + y**2 + 1 > 0*x*y", ""),
]
ROOTS = [
    ("x**4 - 4*x**2 + 4 >= 0", ""),
    ("x*(1 - x) <= 1/4", ""),
    ("2*x/(1 + x**2) <= 1", ""),
    ("x**5 - 5*x + 4 >= 0", "x: nonneg"),
    ("x**2 - 3*x + 2 > 0", "x: real in [3,9]"),
    ("x**3 > x**2", "x: real in [11/10,5]"),
    ("1/x >= 2 - x", "x: positive"),
]
FALSE = [
    ("x**2 + y**2 >= 201/100*x*y", ""),
    ("x/y + y/x > 2", "x, y: positive"),
    ("x**4 - 4*x**2 + 4 > 1/100000", ""),
    ("x**5 - 5*x + 399/100 >= 0", "x: nonneg"),
    ("x**2 - 3*x + 2 > 0", "x: real in [2,9]"),
    ("1/x >= 2 - x", ""),
    ("x*(1 - x) <= 249/1000", ""),
    ("(x + y)**2 <= 2*x**2 + 199/100*y**2", ""),
    ("x*y < 1", "x, y: unit_closed"),
    ("1 - x > 0", "x: unit_closed"),
    ("x**2 >= x**3", "x: nonneg"),
]


@pytest.mark.parametrize(("text", "where"), SQUARES + ROOTS)
def test_true_inequalities_are_proved(asked: Callable, text: str, where: str) -> None:
    claim = asked(text, where)
    row = claim.row("polynomial")
    assert claim.again(row).status == "confirmed"
    assert row["method"].startswith("sum of squares" if (text, where) in SQUARES else "roots of a polynomial")


@pytest.mark.parametrize(("text", "where"), FALSE)
def test_false_inequalities_are_not(asked: Callable, text: str, where: str) -> None:
    assert not isinstance(asked(text, where).by("polynomial"), Proof)
    assert check(text, where=where).kind == "refuted"


def test_tampered_squares_are_rejected(asked: Callable) -> None:
    claim = asked("x**2 + y**2 >= 2*x*y")
    row = claim.row("polynomial")
    other = asked("x**2 + y**2 >= 3*x*y")
    assert other.again(row).status == "failed"
    for change in (
        lambda s: s.clear(),
        lambda s: s.append({"weight": "-1", "root": [[[0, 0], "1"]]}),
        lambda s: s[0].update(weight="2"),
        lambda s: s[0].update(root=[[[1, 0], "1"], [[0, 1], "1"]]),
    ):
        copy = json.loads(json.dumps(row))
        change(copy["evidence"]["proof"][0]["squares"])
        assert claim.again(copy).status == "failed"
    assert claim.again({**row, "method": "roots of a polynomial"}).status == "failed"


def test_a_strict_inequality_needs_more_than_squares(asked: Callable) -> None:
    """x·y ≤ 1 on the closed unit square is an equality at its corner, which no substitution reaches."""
    row = asked("x*y <= 1", "x, y: unit_closed").row("polynomial")
    assert asked("x*y < 1", "x, y: unit_closed").again(row).status == "failed"


def test_one_sided_denominators_are_conditions(asked: Callable) -> None:
    claim = asked("(x**2 + y**2)/x**2 >= 2*y/x - 0*y")
    proof = claim.by("polynomial")
    assert isinstance(proof, Proof)
    row = asked("y**2/x**2 + 1 >= 0 + 0*y").row("polynomial")
    assert row["conditions"] == ["x**2 != 0"]
    assert asked("y**2/x**2 + 1 >= 0 + 0*y").again({**row, "conditions": []}).status == "failed"


def test_the_budget_is_spent(asked: Callable) -> None:
    with pytest.raises(Exhausted):
        asked("x**2 + y**2 >= 2*x*y").by("polynomial", Budget(10))


# -- the parts


def test_squares_add_up() -> None:
    p = {(2, 0): Fraction(2), (1, 1): Fraction(-2), (0, 2): Fraction(1)}
    found = squares(p)
    assert found is not None
    assert total(found) == p
    assert squares({(2, 0): Fraction(1), (1, 1): Fraction(-3), (0, 2): Fraction(1)}) is None
    assert squares({(3,): Fraction(1)}) is None


@pytest.mark.parametrize("count", range(6))
def test_roots_are_counted(count: int) -> None:
    p = fmpq_poly([1])
    for k in range(count):
        p *= fmpq_poly([fmpq(-2 * k - 1, 3), 1])  # a root at (2k+1)/3
    ends: list[Any] = [fmpq(1), fmpq(3), float("inf")]
    for low, high in product((fmpq(-1), fmpq(0), fmpq(1, 3)), ends):
        inside = [
            k for k in range(count) if fmpq(2 * k + 1, 3) > low and (high == float("inf") or fmpq(2 * k + 1, 3) < high)
        ]
        assert roots_inside(p, low, high) == len(inside)


def test_a_double_root_does_not_change_the_sign() -> None:
    whole = Interval()
    square = fmpq_poly([-2, 0, 1]) ** 2
    assert never_negative(square, whole, strict=False)
    assert not never_negative(square, whole, strict=True)
    assert not never_negative(square * fmpq_poly([-1, 1]), whole, strict=False)
    assert not never_negative(-square, whole, strict=False)


@pytest.mark.parametrize("ends", [(0, 1), (-2, 3), (1, float("inf")), (-float("inf"), 2)])
def test_a_bounded_variable_is_replaced_by_squares(ends: tuple) -> None:
    """The new polynomial at w has the sign of the old one at the number that w stands for."""
    low, high = (e if abs(e) == float("inf") else Fraction(e) for e in ends)
    p = {(3,): Fraction(1), (1,): Fraction(-2), (0,): Fraction(1, 3)}
    q = unbounded(p, [Interval((low, False), (high, False))])
    for w in map(Fraction, ("0", "1/2", "1", "5/3", "4")):
        if abs(low) == float("inf"):
            x = high - w**2
        elif abs(high) == float("inf"):
            x = low + w**2
        else:
            x = (low + high * w**2) / (1 + w**2)
        old, new = (sum(c * v ** key[0] for key, c in poly.items()) for poly, v in ((p, x), (q, w)))
        assert (old > 0) == (new > 0)
        assert (old < 0) == (new < 0)
