"""Limits without a value for all parameters: at an exact point they have one, and a point may refute."""

import pytest

import derive


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ("Limit((1 / p)**Sum(x**p, n), p, oo) = Max(x, n)", "x: nonneg[n]"),
        ("Limit(exp(-a*x)*sin(x) + b, x, oo) = c", "a: positive"),
    ],
)
def test_false_at_a_point(statement: str, where: str) -> None:
    assert derive.check(statement, where=where).kind == "refuted"


@pytest.mark.parametrize("statement", ["Limit(sin(x), x, oo) = 0", "Limit(sin(a*x), x, oo) = a"])
def test_what_oscillates_has_no_value(statement: str) -> None:
    assert derive.check(statement, where="a: positive").kind == "undecided"
