"""What is new in a line: as little as possible, and never a part that stands elsewhere unchanged."""

import pytest

from derive.expr.build import Sum, real
from derive.expr.dims import Dim
from derive.expr.leaves import Symbol
from derive.expr.node import Expr
from derive.expr.operations import exp, log
from derive.page.difference import changed, worth_colour


def named(name: str, symbol: Symbol) -> Symbol:
    symbol.named(name)
    return symbol


N = Dim("N", index="i")
x, y, a, b = (named(name, real()) for name in ("x", "y", "a", "b"))
u, v = named("u", real(N)), named("v", real(N))

DIFFERENCES = [
    (x + y, x + y, set()),
    (a * log(x) + b, a * log(y) + b, {y}),
    (a + b, a + log(exp(b)), {log(exp(b))}),
    (a + b, a + x + b, {x}),
    (a * x, a * log(x) * y, {log(x), y}),
    (a + x + b, a + b, {a + b}),
    (x + y, x * y, {x * y}),
    (x / y, a / b, {a / b}),
    (Sum(u, N), Sum(v, N), {v}),
    (Sum(u, N), x, {x}),
    (x**2 + y, x**2 + x, {x**2 + x}),  # x stands in x**2 too
    (log(x) + x * a, log(y) + x * y, {y}),
    (-a * b, a * b, {a}),
    (-a * b * -x, a * log(b) * x, {log(b)}),  # signs that cancel are no new factors
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "expected"), DIFFERENCES, ids=[f"{a} to {b}" for a, b, _ in DIFFERENCES])
def test_difference(before: Expr, after: Expr, expected: set[Expr]) -> None:
    assert changed(before, after) == expected


def test_a_line_that_is_new_in_all_its_parts_is_not_coloured() -> None:
    assert worth_colour(frozenset({a, b, x}), a + b - x) == frozenset()
    assert worth_colour(frozenset({a * b}), a * b) == frozenset()
    assert worth_colour(frozenset({a, b}), a + b - x) == {a, b}
