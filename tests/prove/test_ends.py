"""Limits at the ends of a range: right where they are known, and not known where they have no value."""

from __future__ import annotations

import pytest

from derive.expr.domains import POSITIVE, REAL
from derive.expr.leaves import INFINITY, ZERO, Symbol
from derive.expr.node import Expr
from derive.meaning.index_form import entry
from derive.meaning.normal import equal
from derive.prove.values.ends import limit_at_end, with_known_angles
from derive.prove.values.goal import MINUS_INFINITY
from derive.text.statement import parse_expression

K = Symbol("k", domain=POSITIVE)


def of(text: str, x: Symbol) -> Expr:
    return entry(parse_expression(text, scope={"x": x, "k": K}))


@pytest.mark.parametrize(
    ("text", "end", "value"),
    [
        ("exp(-k*x)*x**3", INFINITY, "0"),
        ("Phi(x)", INFINITY, "1"),
        ("x*Phi(x)**2", MINUS_INFINITY, "0"),
        ("x**2*phi(x)", INFINITY, "0"),
        ("softplus(x)", MINUS_INFINITY, "0"),
        ("1/(k + x**2)", INFINITY, "0"),
        ("tanh(k*x)", MINUS_INFINITY, "-1"),
        ("log(x)*x**k", ZERO, "0"),
        ("sqrt(x)*log(x)**2 + k", ZERO, "k"),
        ("x**(-k)", INFINITY, "0"),
    ],
)
def test_limits(text: str, end: Expr, value: str) -> None:
    x = Symbol("x", domain=POSITIVE if end in (ZERO, INFINITY) else REAL)
    found = limit_at_end(of(text, x), x, end)
    assert found is not None
    assert equal(found, of(value, x)).proved


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("exp(k*x)", INFINITY),
        ("x - x", INFINITY),
        ("x*exp(x)", INFINITY),
        ("sin(x)", INFINITY),
        ("x*tanh(x)", MINUS_INFINITY),
        ("log(x)", ZERO),
        ("1/x", ZERO),
        ("x**(-k)*log(x)", ZERO),
        ("x*exp(-sqrt(x))*exp(x)", INFINITY),
        ("(-x)**(1/2)", INFINITY),
    ],
)
def test_no_limit(text: str, end: Expr) -> None:
    x = Symbol("x", domain=POSITIVE)
    assert limit_at_end(of(text, x), x, end) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("sin(pi)", "0"),
        ("cos(pi)", "-1"),
        ("cos(-pi)", "-1"),
        ("sin(pi/2)", "1"),
        ("cos(3*pi/2)", "0"),
        ("sin(-pi/2)", "-1"),
    ],
)
def test_known_angles(text: str, value: str) -> None:
    assert equal(with_known_angles(of(text, K)), of(value, K)).proved


@pytest.mark.parametrize("text", ["sin(pi/3)", "cos(k*pi)", "sin(1)"])
def test_other_angles_stay(text: str) -> None:
    assert with_known_angles(of(text, K)) is of(text, K)
