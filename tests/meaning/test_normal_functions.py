"""Laws of functions in the normal form: pairs of a true statement and its false twin, and what cancels."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest

from derive.expr.build import (
    D,
    Rational,
    Sum,
    binary,
    function,
    half,
    unit,
    unit_closed,
    where,
)
from derive.expr.leaves import Index
from derive.expr.node import Expr, as_expr
from derive.expr.operations import (
    absolute,
    cos,
    cosh,
    erf,
    exp,
    log,
    maximum,
    minimum,
    normal_cdf,
    normal_pdf,
    relu,
    sigmoid,
    sin,
    sinh,
    softplus,
    sqrt,
    step,
    tanh,
)
from derive.meaning.interval import POSITIVE
from derive.meaning.normal import equal
from tests.meaning.normal_claims import (
    N,
    c,
    d,
    declared,
    proved,
    q,
    r,
    refused,
    s,
    t,
    tried,
    u,
    v,
    w,
    x,
)

PAIRS: Sequence[tuple[Expr, Expr | int, Expr | int]] = (
    # true, false
    (sigmoid(x) + sigmoid(-x), 1, 0),
    (tanh(x), 2 * sigmoid(2 * x) - 1, 2 * sigmoid(x) - 1),
    (tanh(x), (1 - exp(-2 * x)) / (1 + exp(-2 * x)), (1 + exp(-2 * x)) / (1 - exp(-2 * x))),
    (softplus(x) - softplus(-x), x, -x),
    (D(sigmoid)(x), sigmoid(x) * sigmoid(-x), sigmoid(x) * sigmoid(x)),
    (D(softplus)(x), sigmoid(x), sigmoid(-x)),
    (D(tanh)(x), 1 - tanh(x) ** 2, 1 + tanh(x) ** 2),
    (D(relu)(x), step(x), relu(x)),
    (log(sigmoid(x)), -softplus(-x), softplus(-x)),
    (log(1 - sigmoid(x)), -softplus(x), -softplus(-x)),
    (softplus(x), log(1 + exp(x)), log(1 - exp(x))),
    (exp(-softplus(x)), sigmoid(-x), sigmoid(x)),
    (cosh(x) ** 2 - sinh(x) ** 2, 1, -1),
    (sin(x) ** 2 + cos(x) ** 2, 1, 2),
    (sin(x) ** 3 + sin(x) * cos(x) ** 2, sin(x), cos(x)),
    (sin(-x), -sin(x), sin(x)),
    (cos(-x), cos(x), -cos(x)),
    (erf(-x) + erf(x), 0, 1),
    (normal_cdf(x) + normal_cdf(-x), 1, 0),
    (D(normal_cdf)(x), normal_pdf(x), normal_pdf(x) / 2),
    (relu(x) - relu(-x), x, absolute(x)),
    (relu(x) + relu(-x), absolute(x), x),
    (relu(3 * x), 3 * relu(x), relu(x)),
    (relu(s * x), s * relu(x), relu(x)),
    (relu(x) * step(x), relu(x), step(x)),
    (absolute(-2 * x * s), 2 * s * absolute(x), 2 * s * x),
    (absolute(x) ** 3, x**2 * absolute(x), x**3),
    (x / absolute(x), absolute(x) / x, 1),
    (maximum(x, w) + minimum(x, w), x + w, x - w),
    (maximum(x, w), maximum(w, x), minimum(w, x)),
    (maximum(x, w) - minimum(x, w), absolute(x - w), x - w),
    (sqrt(x**2), absolute(x), x),
    (sqrt(s**2), s, -s),
    (sqrt(q) ** 2, q, absolute(-q) + 1),
    (sqrt(s) * sqrt(r), sqrt(s * r), sqrt(s + r)),
    (sqrt(q / s), sqrt(q) / sqrt(s), sqrt(q) / s),
    (sqrt(4 * s), 2 * sqrt(s), 4 * sqrt(s)),
    (sqrt(as_expr(8)), 2 * sqrt(as_expr(2)), 4),
    (s**half * s ** Rational(1, 3), s ** Rational(5, 6), s ** Rational(1, 6)),
    ((s * r) ** w, s**w * r**w, s**w + r**w),
    ((s**w) ** x, s ** (w * x), s ** (w + x)),
    (s ** (w / 2) * s ** (w / 2), s**w, s ** (w**2)),
    (s ** (2 * w - 1), (s**w) ** 2 / s, s**w / s),
    (exp(x + w), exp(x) * exp(w), exp(x) + exp(w)),
    (exp(x / 2) ** 2, exp(x), exp(x**2)),
    (exp(x) ** w, exp(x * w), exp(x) * exp(w)),
    (exp(w * log(s)), s**w, w**s),
    (log(s**w), w * log(s), log(s) ** w),
    (log(s * r), log(s) + log(r), log(s) * log(r)),
    (log(s / r), log(s) - log(r), log(r) - log(s)),
    (log(s**2 + s), log(s) + log(1 + s), log(s) + log(s)),
    (log(as_expr(12)), 2 * log(as_expr(2)) + log(as_expr(3)), 3 * log(as_expr(4))),
    (log(as_expr(Fraction(1, 2))), -log(as_expr(2)), log(as_expr(2))),
    (where(x < 0, c, d), where(x >= 0, d, c), where(x <= 0, c, d)),
    (where(x < w, c + c, d), where(w > x, 2 * c, d), where(w < x, 2 * c, d)),
    (where(x < w, c, c), c, d),
)  # fmt: skip


@pytest.mark.parametrize(("left", "right", "wrong"), PAIRS, ids=[f"{a} = {b}" for a, b, _ in PAIRS])
def test_functions(left: Expr, right: Expr | int, wrong: Expr | int) -> None:
    proved(left, right)
    refused(left, wrong)


UNLICENSED: Sequence[tuple[Expr, Expr]] = (
    ((x**2) ** half, x),
    ((x**w) ** t, x ** (w * t)),
    ((x * w) ** c, x**c * w**c),
    (absolute(x + w), absolute(x) + absolute(w)),
    (relu(c * x), c * relu(x)),
    (log(x + s), log(x) + log(s)),
    (x ** (w + 1), x**w * x),
    (sqrt(x**2 + s**2), x + s),
)


@pytest.mark.parametrize(("left", "right"), UNLICENSED, ids=[f"{a} = {b}" for a, b in UNLICENSED])
def test_a_law_without_its_sign_is_not_applied(left: Expr, right: Expr) -> None:
    refused(left, right)


WHERE_DEFINED: Sequence[tuple[Expr, Expr, tuple[str, ...], Expr]] = (
    # left, right, what one side alone needs, a false twin
    (log(x * w), log(x) + log(w), ("w > 0", "x > 0"), log(x) - log(w)),
    (log(x**2), 2 * log(x), ("x > 0",), log(x)),
    (log(x**2), 2 * log(absolute(x)), (), log(absolute(x))),
    (exp(log(x)), x, ("x > 0",), -x),
    (sqrt(x) ** 2, x, ("x >= 0",), absolute(x) + 1),
    (sqrt(x * w), sqrt(x) * sqrt(w), ("w >= 0", "x >= 0"), sqrt(x) + sqrt(w)),
)


@pytest.mark.parametrize(
    ("left", "right", "needs", "wrong"), WHERE_DEFINED, ids=[f"{a} = {b}" for a, b, *_ in WHERE_DEFINED]
)
def test_a_law_holds_where_both_sides_are_defined(left: Expr, right: Expr, needs: tuple[str, ...], wrong: Expr) -> None:
    """What the operations of a claim need in order to be defined may be used; where only one side needs it, it is a
    condition."""
    assert proved(left, right).conditions == needs
    refused(left, wrong)


def test_what_cancels_is_a_condition_unless_the_domain_excludes_0() -> None:
    assert proved(x * w / x, w).conditions == ("x != 0",)
    assert proved((x**2 - w**2) / (x - w), x + w).conditions == ("x - w != 0",)
    assert proved(x * s / s, x).conditions == ()
    assert proved(x / (w * c) * c, x / w).conditions == ("c != 0",)
    assert proved(1 / x + 1 / w, (x + w) / (x * w)).conditions == ()
    assert proved(1 / (1 + 1 / x), x / (1 + x)).conditions == ("x != 0",)
    assert proved(x / (1 + x**2) * (1 + x**2), x).conditions == ()
    assert proved(N.size * x / N.size, x).conditions == ()
    assert proved((x + 1) ** 3 / (x + 1), x**2 + 2 * x + 1).conditions == ("x + 1 != 0",)
    refused(x / w, w / x)
    refused(1 / (x + w), 1 / x + 1 / w)
    assert not tried(1 / (x - x), 1 / (x - x) + 1).proved


def test_a_condition_in_one_case_is_always_reported() -> None:
    left, right = where(c < 0, as_expr(0), x / x) + 1 / w, where(c < 0, as_expr(0), as_expr(1)) + 1 / w
    assert proved(left, right).conditions == ("x != 0",)


def test_an_extremum_may_be_the_end_that_one_argument_excludes() -> None:
    open_, closed = declared(unit, "o"), declared(unit_closed, "e")
    gap = 1 - maximum(open_, closed)
    assert proved(c * gap / gap, c).conditions != ()
    assert proved(c * (1 - open_) / (1 - open_), c).conditions == ()


def test_binary_symbols_and_intervals() -> None:
    y, e = declared(binary, "y"), declared(binary, "e", N)
    assert proved(y * y, y).laws_used == ("idempotent",)
    proved(y**3 * (1 - y), 0)
    proved(Sum(e**2, N), Sum(e, N))
    refused(x * x, x)
    refused(sqrt(c**2), c)
    assert equal(sqrt(c**2), c, assumed={c: POSITIVE}).proved


def test_an_undefined_function_is_an_atom() -> None:
    f, i = declared(function, "f"), Index.along(N)
    proved(Sum(f(u[i] + v[i]), i), Sum(f(v + u), N))
    refused(f(x + w), f(x) + f(w))
    refused(f(x), f(w))
