"""Sums, ranges, totals and bound indices in the normal form, with their false twins."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from derive.expr.build import (
    Mean,
    Prod,
    Rational,
    Sum,
    counting,
    delta,
    equals,
    function,
    norm,
    onehot,
    real,
    simplex,
    symmetric,
)
from derive.expr.leaves import INFINITY, Index
from derive.expr.node import Expr, as_expr
from derive.expr.operations import (
    exp,
    log,
    step,
)
from derive.expr.structure import Indexed, Weighted, over_dim
from derive.expr.tensor import Linear
from derive.meaning.normal import equal
from tests.meaning.normal_claims import (
    N,
    X,
    c,
    declared,
    proved,
    refused,
    s,
    u,
    v,
)


def sums() -> Sequence[tuple[Expr, Expr, Expr]]:
    i, j, k = Index.along(N), Index.along(N), Index.along(N)
    A, Q, G = declared(real, "A", N, N), declared(real, "Q", N, N), declared(symmetric, "G", N, N)
    tr = lambda e: Linear.of("tr", (e,))  # noqa: E731
    return (
        (Sum(u[i], i), Sum(u[j], j), u[i]),
        (Sum(c * u[i] + v[i], i), c * Sum(u, N) + Sum(v, N), c * Sum(u, N) + v[j]),
        (Sum(u[i] * v[j], i, j), Sum(u, N) * Sum(v, N), Sum(u * v, N)),
        (Sum(u, N) ** 2, Sum(u[i] * u[j], i, j), Sum(u**2, N)),
        (Sum(Sum(A[i, j] * u[j], j), i), Sum(Sum(A[i, j] * u[j], i), j), Sum(Sum(A[i, j] * u[i], j), i)),
        (Sum(as_expr(1), i), N.size, as_expr(1)),
        (Sum(c, i, j), N.size**2 * c, N.size * c),
        (Sum(delta(k, j) * u[k], k), u[j], Sum(u, N)),
        (Sum(delta(i, j) * A[i, j], i, j), tr(A), Sum(A[i, j], i, j)),
        (delta(i, j) * u[i], delta(i, j) * u[j], delta(i, j)),
        (delta(i, j) ** 2, delta(j, i), as_expr(1)),
        (Mean((u - Mean(u, N)) ** 2, N), Mean(u**2, N) - Mean(u, N) ** 2, Mean(u**2, N) + Mean(u, N) ** 2),
        (tr(A @ Q @ G), tr(G @ A @ Q), tr(A @ G @ Q)),
        (tr(A @ Q), tr(Q @ A), tr(A @ Q.T)),
        (tr(A @ G), tr(A.T @ G), tr(A.T @ Q)),
        (G.T @ u, G @ u, A @ u),
        ((A @ Q).T, Q.T @ A.T, A.T @ Q.T),
        ((A + Q) @ u, A @ u + Q @ u, A @ u + Q @ v),
        (A @ (Q @ u), (A @ Q) @ u, (Q @ A) @ u),
        (u @ (A @ v), v @ (A.T @ u), v @ (A @ u)),
        (norm(u, N) ** 2, Sum(u**2, N), Sum(u, N) ** 2),
        (Linear.of("diag", (u,)) @ v, u * v, u),
        (Linear.of("eye", (), (N,)) @ u, u, 2 * u),
        (Linear.of("outer", (u, v)) @ u, u * (v @ u), v * (u @ u)),
        (Prod(exp(u), N), exp(Sum(u, N)), Sum(exp(u), N)),
        (log(Prod(exp(u) * s, N)), Sum(u, N) + N.size * log(s), Sum(u, N) + log(s)),
        (Sum(Sum(i * u[j], (j, 1, i)), i), Sum(Sum(u[j] * i, (j, 1, i)), i), Sum(Sum(u[j] * j, (j, 1, i)), i)),
    )  # fmt: skip


SUMS = sums()


@pytest.mark.parametrize(("left", "right", "wrong"), SUMS, ids=[f"{a} = {b}" for a, b, _ in SUMS])
def test_sums(left: Expr, right: Expr, wrong: Expr) -> None:
    proved(left, right)
    refused(left, wrong)


def test_ranges() -> None:
    i, j, n = Index("i"), Index("j"), declared(counting, "n")
    proved(Sum(as_expr(1), (i, 1, n)), n)
    proved(Sum(c, (i, 0, n)), (n + 1) * c)
    refused(Sum(as_expr(1), (i, 2, n - 2)), n - 3)  # n may be 1: the empty sum is 0, not -2
    refused(Sum(as_expr(1), (i, 1, declared(real, "a"))), declared(real, "a"))
    f = declared(function, "f")
    proved(Sum(f(i), (i, 1, n)) * 2, Sum(2 * f(j), (j, 1, n)))
    refused(Sum(f(i), (i, 1, n)), Sum(f(i), (i, 0, n)))
    refused(Sum(delta(i, j) * f(i), (i, 1, n)), f(j))  # j may lie outside
    proved(Sum(delta(i, 1) * f(i), (i, 1, n)), f(as_expr(1)))
    refused(Sum(delta(i, 2) * f(i), (i, 1, n)), f(as_expr(2)))  # n may be 1
    refused(Sum(f(i), (i, 1, INFINITY)), Sum(f(i), (i, 1, INFINITY)) + 0 * c)  # convergence is not looked at
    proved(Sum(Sum(delta(i, j) * f(i), (i, 1, n)), (j, 1, n)), Sum(f(i), (i, 1, n)))
    refused(Sum(Sum(delta(i, j) * f(i), (i, 1, n)), (j, 0, n)), Sum(f(i), (i, 0, n)))


def test_a_range_that_is_no_range_of_integers_has_no_length() -> None:
    i = Index("i")
    refused(Sum(as_expr(1), (i, 1, s)), s)  # s = 5/2 has two terms
    refused(Sum(delta(i, Rational(3, 2)) * i, (i, 1, 2)), Rational(3, 2))  # no i is 3/2
    over_the_end = Sum(u[(j := Index.along(N))], (j, 0, N.size))
    refused(over_the_end, over_the_end + 0)


def test_an_index_bound_twice_takes_no_sign_from_outside() -> None:
    """Where p[i] > 0, the p[i] of an inner sum over the same index need not be positive."""
    p, i, k = declared(simplex, "p", X), Index.along(X), Index.along(X)
    inner, renamed = Prod(p[i], i), Prod(p[k], k)

    def mean(f: Expr) -> Expr:
        return over_dim("sum", Weighted.of(p[i], f), i)

    proved(mean(inner), mean(renamed))
    for product in (inner, renamed):
        refused(mean(product), mean(exp(over_dim("sum", log(p[k]), k))))
    refused(mean(over_dim("sum", step(p[i]), i)), mean(X.size))
    proved(mean(step(p[i])), 1)


def test_totals_need_their_axes() -> None:
    T, p = declared(onehot, "T"), declared(simplex, "p")  # no axes: no rows
    refused(T * c, c)
    refused(Sum(T * u, N), Sum(u, N))
    refused(p * c, c)
    square = declared(simplex, "P", X, X)
    i = Index.along(X)
    refused(over_dim("sum", square[i, i], i), 1)
    refused(over_dim("sum", square[i, (j := Index.along(X))], j), 1)


def test_a_premise_about_one_position_is_not_about_all() -> None:
    i = Index.along(N)
    one = equals(u[i], 1)
    proved(u[i] * c, c, premises=[one])
    refused(over_dim("sum", u[i], i), N.size, premises=[one])


def test_no_index_is_captured() -> None:
    """The cases in which SymPy 1.14 gives a wrong result without a word (research/tensor-calculus.md, 2)."""
    i, j, k = Index.along(N), Index.along(N), Index.along(N)
    total = Sum(exp(u[i]), i)
    refused(total, exp(u[i]))
    refused(Sum(u[i] * v[j], i), Sum(u[i] * v[i], i))
    proved(Sum(u[i] * v[j], i), v[j] * Sum(u[k], k))
    proved(Sum(u[i] * Sum(u[i], i), i), Sum(u, N) ** 2)  # one index object, bound twice
    refused(Sum(u[i] * Sum(u[i], i), i), Sum(u**2, N))
    nested = Sum(u[i] * Sum(delta(i, j) * v[i], i), (j, 1, N.size))
    proved(nested, u[i] * Sum(v, N))
    softmax_i = exp(u[i]) / total
    jacobian = softmax_i * (delta(i, j) - exp(u[j]) / total)
    proved(Sum(jacobian, (k := Index.along(N))), N.size * jacobian)
    proved(over_dim("sum", jacobian, j), 0)
    refused(jacobian, 0)


def test_stress_of_labels() -> None:
    A = declared(real, "A", N, N)

    def cycle(shift: int, n: int = 6) -> Expr:
        at = [Index.along(N) for _ in range(n)]
        body = as_expr(1)
        for k in range(n):
            body = body * A[at[(k + shift) % n], at[(k + shift + 1) % n]]
        return Sum(body, *at)

    proved(cycle(0), cycle(3))
    root, leaves = Index.along(N), [Index.along(N) for _ in range(5)]
    star = u[root]
    for leaf in leaves:
        star = star * A[root, leaf] * v[leaf]
    i = Index.along(N)
    proved(Sum(star, root, *leaves), over_dim("sum", u[i] * (A @ v)[i] ** 5, i))


def test_entries_of_an_inverse_are_atoms() -> None:
    A = declared(real, "A", N, N)
    i, j = Index.along(N), Index.along(N)
    inverse = Linear.of("inv", (A,))
    assert equal(Sum(inverse[i, j] * u[j], j), Sum(u[j] * inverse[i, j], j)).proved
    assert not equal(Indexed.of(inverse, (i, j)), Indexed.of(inverse, (j, i))).proved
