"""Where expressions are smooth, continuous, or have a value: sufficient signs, and never too much."""

from __future__ import annotations

import pytest

from derive.expr.calculus import Integral
from derive.expr.domains import POSITIVE, REAL, UNIT
from derive.expr.leaves import INFINITY, Symbol
from derive.expr.node import Expr, as_expr
from derive.meaning.index_form import entry
from derive.meaning.regularity import between, closed, continuous, evaluable, smooth, under_integral
from derive.text.statement import parse_expression

LINE, HALF_LINE, INSIDE = Symbol("x", domain=REAL), Symbol("x", domain=POSITIVE), Symbol("x", domain=UNIT)
SYMBOLS = {"a": Symbol("a", domain=REAL), "k": Symbol("k", domain=POSITIVE)}


def of(text: str, x: Symbol) -> Expr:
    return entry(parse_expression(text, scope={**SYMBOLS, "x": x}))


@pytest.mark.parametrize("text", ["x**3*exp(-x**2)", "softplus(x)/k", "1/(1+x**2)", "Phi(k*x+a)", "log(1+exp(x))"])
def test_smooth_on_the_line(text: str) -> None:
    assert smooth(of(text, LINE), LINE) == ()


@pytest.mark.parametrize("text", ["abs(x)", "1/x", "log(x)", "sqrt(x)", "x**(1/2)", "relu(x)", "max(x, a)", "step(x)"])
def test_not_smooth_on_the_line(text: str) -> None:
    assert smooth(of(text, LINE), LINE) is None


@pytest.mark.parametrize("text", ["1/x", "log(x)", "sqrt(x)", "x**a", "abs(x)", "relu(x)"])
def test_smooth_on_the_half_line_and_not_up_to_its_end(text: str) -> None:
    e = of(text, HALF_LINE)
    assert smooth(e, HALF_LINE) == ()
    assert smooth(*closed(e, HALF_LINE)) is None


@pytest.mark.parametrize(
    ("text", "up_to_the_ends"), [("sqrt(x)", True), ("abs(x-1/2)", True), ("log(x)", False), ("1/(1-x)", False)]
)
def test_continuous_up_to_the_ends(text: str, up_to_the_ends: bool) -> None:
    e = of(text, INSIDE)
    assert continuous(e, INSIDE) is not None
    assert (continuous(*closed(e, INSIDE)) is not None) == up_to_the_ends


def test_what_divides_without_the_variable_is_a_condition() -> None:
    needs = smooth(of("exp(a*x)/a", LINE), LINE)
    assert needs is not None
    assert [str(need) for need in needs] == ["a != 0"]


@pytest.mark.parametrize(
    ("text", "x", "has_values"),
    [
        ("1/x", LINE, True),
        ("where(x > 0, log(x), 0)", HALF_LINE, True),
        ("where(x > 0, 0, log(-x))", HALF_LINE, True),
        ("where(x > a, log(x), 0)", LINE, False),
        ("log(-x) - log(-x)", HALF_LINE, False),
        ("sqrt(x-2)", INSIDE, False),
    ],
)
def test_values_almost_everywhere(text: str, x: Symbol, has_values: bool) -> None:
    assert evaluable(of(text, x), x) == has_values


def test_a_range_contains_what_lies_between_its_ends_in_either_order() -> None:
    for low, high in ((as_expr(-1), as_expr(2)), (as_expr(2), as_expr(-1))):
        found = between(low, high)
        assert (found.lower, found.upper) == (-1, 2)
    assert between(SYMBOLS["k"], INFINITY).lower == 0
    assert between(SYMBOLS["a"], as_expr(1)).lower is None


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("Integral(exp(a*x), x, 0, 1)", True),
        ("Integral(sin(a*x), x, 0, a)", True),
        ("Integral(exp(-k*x), x, 0, oo)", False),
        ("Integral(abs(x-a), x, 0, 1)", False),
        ("Integral(x**a, x, 0, 1)", False),
        ("Integral(1/(x-a), x, 0, 1)", False),
        ("Integral(1/(x+k), x, 0, 1)", True),
        ("Integral(log(x)*k, x, 0, 1)", False),
        ("Integral(step(x-a), x, 0, 1)", False),
    ],
)
def test_leibniz(text: str, allowed: bool) -> None:
    node = entry(parse_expression(text, scope=SYMBOLS))
    assert isinstance(node, Integral)
    assert under_integral(node) == allowed
