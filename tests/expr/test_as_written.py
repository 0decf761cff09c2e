"""Expressions keep the form that was written, are exact, and say where they do not fit."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.entry import Dim, Index, Rational, Sum, exp, half, log, real, sigmoid, softmax, sqrt
from derive.expr.arithmetic import Add
from derive.expr.errors import DomainError, ShapeError, SortError
from derive.expr.leaves import Let, Symbol
from derive.expr.node import Expr, as_expr
from derive.expr.structure import Bound
from derive.expr.substitute import free_indices, substitute

N, M, K = Dim("N", index="i"), Dim("M", index="j"), Dim("K", index="k")


def named(name: str, *axes: Dim) -> Symbol:
    symbol = real(*axes)
    symbol.named(name)
    return symbol


x, y, W, A = named("x", N), named("y", N), named("W", M, N), named("A", N, N)
a, b = named("a"), named("b")


@pytest.mark.parametrize(
    ("e", "text"),
    [
        ((y - x) ** 2, "(y - x)**2"),
        (log(exp(a)), "log(exp(a))"),
        (sqrt(a**2), "sqrt(a**2)"),
        (a - a, "a - a"),
        (a + b + a, "a + b + a"),
        (a + (b + a), "a + (b + a)"),
        (a / b / a, "a / b / a"),
        (-(a**2), "-a**2"),
        ((-a) ** 2, "(-a)**2"),
        (2 * half * a, "2 * (1/2) * a"),
        (a * 0, "a * 0"),
        (W @ x, "W @ x"),
        (Sum(x * y, N), "Sum(x * y, N)"),
    ],
)
def test_nothing_simplifies(e: Expr, text: str) -> None:
    assert str(e) == text


def test_equal_formulas_are_one_object() -> None:
    assert (a + b) * sigmoid(a) is (a + b) * sigmoid(a)
    assert a + b is not b + a


def test_equal_names_are_two_symbols() -> None:
    assert named("a") is not a
    assert Let("p", a + b) is not Let("p", a + b)


def test_a_long_sum_is_one_flat_node() -> None:
    total: Expr = a
    for _ in range(5000):
        total = total + b
    assert isinstance(total, Add)
    assert len(total.args) == 5001
    assert len(str(total)) > 15_000


@pytest.mark.parametrize("value", [0.1, 1.0, float("inf")])
def test_floats_are_rejected(value: float) -> None:
    with pytest.raises(DomainError, match="float"):
        as_expr(value)
    with pytest.raises(DomainError, match="float"):
        _ = a * value  # type: ignore[operator]


def test_numbers_are_exact() -> None:
    assert as_expr(Fraction(1, 3)) is Rational(1, 3)
    assert str(Rational(-1, 3)) == "-(1/3)"


def test_no_truth_value() -> None:
    for e in (a, a < b, a + b):
        with pytest.raises(TypeError, match="truth value"):
            bool(e)


def test_immutable() -> None:
    with pytest.raises(AttributeError, match="immutable"):
        a.name = "c"
    with pytest.raises(AttributeError):
        (a + b).args = ()


@pytest.mark.parametrize(
    ("build", "fragments"),
    [
        (lambda: x @ W, ("`x` with axes (N)", "`W` with axes (M, N)", "N is not M", ".T")),
        (lambda: W + W.T, ("`W` with axes (M, N)", "`W.T` with axes (N, M)", "indices")),
        (lambda: x + named("z", M), ("(N)", "(M)", "indices")),
        (lambda: A + x, ("a dim occurs twice", "indices")),
        (lambda: softmax(x, over=M), ("axes are (N)", "M must be one of them")),
        (lambda: Sum(x, M), ("axes are (N)",)),
        (lambda: x[1, 2], ("1 indices are needed, 2 given",)),
        (lambda: x[0], ("positions are 1, 2",)),
        (lambda: x.T, ("no transpose",)),
        (lambda: a[1], ("0 indices are needed",)),
    ],
)
def test_shape_errors_quote_formula_and_dims(build, fragments: tuple[str, ...]) -> None:
    with pytest.raises((ShapeError, DomainError)) as caught:
        build()
    for fragment in fragments:
        assert fragment in str(caught.value)


def test_sorts_do_not_mix() -> None:
    with pytest.raises(SortError, match="proposition"):
        _ = (a < b) + a
    with pytest.raises(SortError, match="not a function"):
        a(b)


def test_broadcasting_follows_dims_not_lengths() -> None:
    assert (W * x).axes == (M, N)
    assert (W + named("c", M)).axes == (M, N)
    assert (a + W).axes == (M, N)


def test_substitution_captures_nothing() -> None:
    i, j = Index("i", N), Index("j", N)
    total = Sum(x[i] * y[j], j)
    assert free_indices(total) == (i,)
    moved = substitute(total, {i: j})
    assert isinstance(moved, Bound)
    assert moved.index is not j
    assert free_indices(moved) == (j,)


def test_substitution_reaches_named_terms() -> None:
    p = Let("p", sigmoid(a))
    moved = substitute(p * b, {a: b})
    (q, _) = moved.args
    assert isinstance(q, Let)
    assert q is not p
    assert q.name == "p"
    assert q.expr is sigmoid(b)
