"""Whole lines of calculations by normal form: each equals the next, and none a later one with another sign."""

from __future__ import annotations

import pytest

from derive.expr.build import (
    E,
    Mean,
    Rational,
    Sum,
    delta,
    half,
    logsumexp,
    nonneg,
    onehot,
    positive,
    real,
    simplex,
    softmax,
    unit,
    unit_closed,
)
from derive.expr.leaves import PI, Index, Let
from derive.expr.node import Expr, as_expr
from derive.expr.operations import (
    absolute,
    exp,
    log,
    sigmoid,
    softplus,
    sqrt,
)
from derive.expr.structure import Bound, Weighted, over_dim
from derive.meaning.index_form import entry
from derive.meaning.laws import LAWS
from derive.meaning.normal import equal
from tests.meaning.normal_claims import (
    B,
    C,
    N,
    X,
    Y,
    beta,
    c,
    declared,
    lines,
    proved,
    refused,
    s,
    t,
    tried,
    u,
    z,
)


@pytest.mark.parametrize("label", [0, 1])
def test_focal(label: int) -> None:
    z = declared(real, "z", N)
    alpha, gamma, y = declared(unit_closed, "alpha"), declared(nonneg, "gamma"), as_expr(label)
    p = sigmoid(z)
    p_t = y * p + (1 - y) * (1 - p)
    alpha_t = y * alpha + (1 - y) * (1 - alpha)
    loss = -alpha_t * (1 - p_t) ** gamma * log(p_t)
    s = (2 * y - 1) * z
    lines(
        loss,
        -alpha_t * (1 - sigmoid(s)) ** gamma * log(sigmoid(s)),
        -alpha_t * sigmoid(-s) ** gamma * -softplus(-s),
        alpha_t * exp(-gamma * softplus(s)) * softplus(-s),
    )
    refused(loss, alpha_t * exp(gamma * softplus(s)) * softplus(-s))
    refused(loss, alpha_t * exp(-gamma * softplus(s)) * softplus(s))
    zero = -alpha_t * (1 - p_t) ** as_expr(0) * log(p_t)
    assert "power_zero" in proved(zero, -alpha_t * log(p_t)).laws_used
    refused(zero, -alpha_t * log(p_t), laws=frozenset())


def test_gaussian_likelihood() -> None:
    y, mu, sigma = declared(real, "y", N), declared(real, "mu", N), declared(positive, "sigma")
    density = (2 * PI * sigma**2) ** -half * exp(-((y - mu) ** 2) / (2 * sigma**2))
    mse = Mean((y - mu) ** 2, N)
    first = Sum(-log(density), N)
    lines(
        first,
        -Sum(log((2 * PI * sigma**2) ** -half) + log(exp(-((y - mu) ** 2) / (2 * sigma**2))), N),
        Sum(log(2 * PI * sigma**2) / 2 + (y - mu) ** 2 / (2 * sigma**2), N),
        N.size / 2 * log(2 * PI * sigma**2) + N.size / (2 * sigma**2) * mse,
    )
    refused(first, half * log(2 * PI * sigma**2) + N.size / (2 * sigma**2) * mse)
    refused(first, N.size / 2 * log(2 * PI * sigma) + N.size / (2 * sigma**2) * mse)
    refused(first, N.size / 2 * log(2 * PI * sigma**2) + N.size / (2 * sigma) * mse)


def test_mutual_information() -> None:
    p = declared(simplex, "p", X, Y)
    p_x, p_y = Sum(p, Y), Sum(p, X)
    h_x, h_y, h_xy = -E(p_x, log(p_x)), -E(p_y, log(p_y)), -E(p, log(p))
    lines(
        E(p, log(p / p_x / p_y)),
        E(p, log(p) - log(p_x) - log(p_y)),
        E(p, log(p)) - E(p, log(p_x)) - E(p, log(p_y)),
        E(p, log(p)) - E(p_x, log(p_x)) - E(p_y, log(p_y)),
        h_x + h_y - h_xy,
    )
    refused(E(p, log(p / p_x / p_y)), h_x + h_y + h_xy)
    refused(E(p, log(p_x)), E(p_y, log(p_y)))
    assert proved(E(p, log(p_x)), -h_x).conditions == ()


def test_mutual_information_as_one_quotient() -> None:
    p = declared(simplex, "p", X, Y)
    i, j, k, m = Index.along(X), Index.along(Y), Index.along(X), Index.along(Y)
    joint, p_x, p_y = p[i, j], over_dim("sum", p[i, m], m), over_dim("sum", p[k, j], k)

    def mean(f: Expr) -> Expr:
        return over_dim("sum", over_dim("sum", Weighted.of(joint, f), j), i)

    proved(mean(log(joint / (p_x * p_y))), mean(log(joint)) - mean(log(p_x)) - mean(log(p_y)))
    proved(mean(as_expr(1)), 1)
    refused(mean(log(joint / (p_x * p_x))), mean(log(joint)) - mean(log(p_x)) - mean(log(p_y)))
    elsewhere = over_dim("sum", Weighted.of(joint, log(p[k, j] * s)), j)  # p[k,j] may be 0 where p[i,j] is not
    refused(elsewhere, over_dim("sum", Weighted.of(joint, log(absolute(p[k, j]) + s)), j))


def test_adam() -> None:
    theta, g, m = (declared(real, name, N) for name in ("theta", "g", "m"))
    second, alpha, epsilon = declared(nonneg, "v", N), declared(positive, "alpha"), declared(positive, "epsilon")
    beta1, beta2 = declared(unit, "beta1"), declared(unit, "beta2")
    m_new, v_new = Let("m_new", beta1 * m + (1 - beta1) * g), Let("v_new", beta2 * second + (1 - beta2) * g**2)
    m_hat, v_hat = m_new / (1 - beta1**t), v_new / (1 - beta2**t)
    theta_new = theta - alpha * m_hat / (sqrt(v_hat) + epsilon)

    def torch(root: Expr, eps: Expr) -> Expr:
        return theta - alpha / (1 - beta1**t) * m_new / (sqrt(v_new) / root + eps)

    root = sqrt(1 - beta2**t)
    assert proved(theta_new, torch(root, epsilon)).conditions == ()
    for wrong in (
        torch(root, epsilon * root),
        torch(1 - beta2**t, epsilon),
        torch(sqrt(1 - beta1**t), epsilon),
        torch(1 / root, epsilon),
    ):
        refused(theta_new, wrong)
    at = Index.along(N)  # the same with the terms closed: their definitions give the signs
    left, right = entry(theta_new, (at,)), entry(torch(root, epsilon), (at,))
    assert equal(left, right).proved


def test_exponential_average() -> None:
    proved(beta * (1 - beta ** (t - 1)) * c + (1 - beta) * c, (1 - beta**t) * c)
    refused(beta * (1 - beta ** (t - 1)) * c + (1 - beta) * c, (1 - beta ** (t + 1)) * c)
    assert proved(beta ** (t - 1) * beta, beta**t).laws_used == ("power_sum",)
    refused(c ** (t - 1) * c, c**t, laws=frozenset({"power_sum"}))  # c may be 0 and t - 1 any number


def test_softmax() -> None:
    proved(softmax(z + c), softmax(z))
    proved(Sum(softmax(z), C), 1)
    proved(log(softmax(z)), z - logsumexp(z))
    proved(logsumexp(z + c), logsumexp(z) + c)
    largest = Bound.of("max", z[(k := Index.along(C))], k, as_expr(1), C.size)
    proved(logsumexp(z - largest) + largest, logsumexp(z))
    refused(softmax(2 * z), softmax(z))
    refused(softmax(z * c), softmax(z))
    refused(Sum(softmax(z), C), C.size)
    refused(logsumexp(z + c), logsumexp(z))


def test_softmax_cross_entropy() -> None:
    T, R, P = declared(onehot, "T", B, C), declared(real, "R", B, C), softmax(declared(real, "Z", B, C))
    b, k, j = Index.along(B), Index.along(C), Index.along(C)

    def gradient(target: Expr) -> Expr:
        return -over_dim("sum", target[b, k] * (delta(k, j) - P[b, j]), k)

    outcome = proved(gradient(T), P[b, j] - T[b, j])
    assert outcome.assumptions == ("rows of T sum to 1",)
    assert "rows_sum_to_one" in outcome.laws_used
    refused(gradient(R), P[b, j] - R[b, j])
    refused(gradient(T), T[b, j] - P[b, j])
    refused(gradient(T), P[b, k] - T[b, k])
    refused(gradient(T), P[b, j] - T[b, j], laws=frozenset(LAWS) - {"rows_sum_to_one"})
    proved(Sum(T, B, C), B.size)
    refused(over_dim("sum", T[b, k], b), 1)  # columns do not sum to 1
    proved(Sum(T * T, C), 1)


def test_divergences() -> None:
    p, other = declared(simplex, "p", X), declared(simplex, "r", X)
    outcome = proved(E(p, log(p / other)), -E(p, log(other)) + E(p, log(p)))
    assert "expectation" in outcome.laws_used
    refused(E(p, log(p / other)), -E(other, log(p)) + E(p, log(p)))
    refused(E(p, log(p / other)), E(other, log(other / p)))
    proved(Sum(p, X), 1)
    refused(Sum(p**2, X), 1)
    negative = declared(real, "f", X)
    assert not tried(E(negative, log(p)), E(negative, log(p))).proved  # a weight that may be negative


def test_a_weight_is_positive_only_inside_its_own_term() -> None:
    p = declared(simplex, "p", X)
    i = Index.along(X)
    term = Weighted.of(p[i], 1 / p[i])  # 0 where p is 0, else 1
    assert proved(term, 1).conditions == ("p[x] != 0",)
    inside, apart = Weighted.of(p[i], log(p[i] * c)), Weighted.of(p[i], log(p[i]))
    refused(inside, apart + p[i] * log(absolute(c)))
    assert proved(inside, apart + p[i] * log(c)).conditions == ("c > 0",)  # log(c) is there at every point


def test_attention_and_layer_norm() -> None:
    """Two identities that SymPy does not decide for symbolic sizes."""
    eps = declared(positive, "eps")
    mean, i, j = Mean(u, N), Index.along(N), Index.along(N)
    variance = Mean((u - mean) ** 2, N) + eps
    hat = (u - mean) / sqrt(variance)
    proved(hat * sqrt(variance), u - mean)
    proved(Sum(hat, N), 0)
    refused(Sum(hat, N), 1)
    one = (delta(i, j) - 1 / N.size) * variance**-half - (u[i] - mean) * (u[j] - mean) / N.size * variance ** Rational(
        -3, 2
    )
    other = (delta(i, j) - 1 / N.size - hat[i] * hat[j] / N.size) / sqrt(variance)
    assert proved(one, other).conditions == ()
    refused(one, (delta(i, j) - 1 / N.size + hat[i] * hat[j] / N.size) / sqrt(variance))
    S, G = declared(real, "S", N, C), declared(real, "G", N, C)
    P, row, k, m = softmax(S), Index.along(N), Index.along(C), Index.along(C)
    pulled_back = P[row, k] * (G[row, k] - over_dim("sum", P[row, m] * G[row, m], m))
    proved(over_dim("sum", pulled_back, k), 0)
    refused(over_dim("sum", pulled_back, row), 0)
