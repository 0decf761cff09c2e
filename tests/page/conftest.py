"""The formulas of five entries, built by hand: what the printers must print beautifully."""

from collections.abc import Callable

import pytest

from derive.expr.build import (
    D,
    Mean,
    Rational,
    Sum,
    binary,
    counting,
    half,
    nonneg,
    onehot,
    outer,
    positive,
    real,
    simplex,
    softmax,
    unit,
    unit_closed,
)  # fmt: skip
from derive.expr.dims import Dim
from derive.expr.leaves import PI, Let
from derive.expr.node import Expr
from derive.expr.operations import exp, log, relu, sigmoid, softplus, sqrt
from derive.expr.propositions import Relation
from derive.expr.structure import Expect

Lines = dict[str, Expr]

N, B = Dim("N", index="i"), Dim("B", index="b")
F, H, C = Dim("F"), Dim("H"), Dim("C", index="k")
X, Y = Dim("X", index="x"), Dim("Y", index="y")


def named(**symbols: Expr) -> list[Expr]:
    """The symbols, each with its keyword as its name."""
    for name, symbol in symbols.items():
        symbol.named(name)  # type: ignore[attr-defined]
    return list(symbols.values())


def focal() -> Lines:
    z, y, alpha, gamma = named(z=real(N), y=binary(N), alpha=unit_closed(), gamma=nonneg())
    p = Let("p", sigmoid(z))
    p_t = Let("p_t", y * p + (1 - y) * (1 - p))
    alpha_t = Let("alpha_t", y * alpha + (1 - y) * (1 - alpha))
    loss = Let("loss", -alpha_t * (1 - p_t) ** gamma * log(p_t))
    s = Let("s", (2 * y - 1) * z)
    return {
        "p": p.expr,
        "p_t": p_t.expr,
        "alpha_t": alpha_t.expr,
        "loss": loss.expr,
        "s": s.expr,
        "stable 1": -alpha_t * (1 - sigmoid(s)) ** gamma * log(sigmoid(s)),
        "stable 2": -alpha_t * sigmoid(-s) ** gamma * -softplus(-s),
        "stable 3": alpha_t * exp(-gamma * softplus(s)) * softplus(-s),
        "slope": D(loss, z),
        "slope 1": alpha_t * (2 * y - 1) * (1 - p_t) ** gamma * (gamma * p_t * log(p_t) + p_t - 1),
        "without focus": loss.at(gamma=0),
        "without focus 1": -alpha_t * log(p_t),
    }


def gaussian_nll() -> Lines:
    y, mu, sigma = named(y=real(N), mu=real(N), sigma=positive())
    density = Let("density", (2 * PI * sigma**2) ** -half * exp(-((y - mu) ** 2) / (2 * sigma**2)))
    nll = Let("nll", -log(density))
    total = Let("total", Sum(nll, N))
    mse = Let("mse", Mean((y - mu) ** 2, N))
    split = log((2 * PI * sigma**2) ** -half) + log(exp(-((y - mu) ** 2) / (2 * sigma**2)))
    return {
        "density": density.expr,
        "nll": nll.expr,
        "total": total.expr,
        "mse": mse.expr,
        "to mse 1": -Sum(split, N),
        "to mse 2": Sum(log(2 * PI * sigma**2) / 2 + (y - mu) ** 2 / (2 * sigma**2), N),
        "to mse 3": N.size / 2 * log(2 * PI * sigma**2) + N.size / (2 * sigma**2) * mse,
        "to mse 4": Relation.of("same_argmin", total, mse, (mu,)),
    }


def mutual_information() -> Lines:
    (p,) = named(p=simplex(X, Y))
    p_x, p_y = Let("p_x", Sum(p, Y)), Let("p_y", Sum(p, X))
    h_x, h_y = Let("H_x", -Expect.of(p_x, log(p_x))), Let("H_y", -Expect.of(p_y, log(p_y)))
    h_xy = Let("H_xy", -Expect.of(p, log(p)))
    return {
        "p_x": p_x.expr,
        "p_y": p_y.expr,
        "H_x": h_x.expr,
        "H_xy": h_xy.expr,
        "value": Expect.of(p, log(p / outer(p_x, p_y))),
        "by entropies 1": Expect.of(p, log(p) - log(p_x) - log(p_y)),
        "by entropies 2": Expect.of(p, log(p)) - Expect.of(p, log(p_x)) - Expect.of(p, log(p_y)),
        "by entropies 3": Expect.of(p, log(p)) - Expect.of(p_x, log(p_x)) - Expect.of(p_y, log(p_y)),
        "by entropies 4": h_x + h_y - h_xy,
    }


def mlp2() -> Lines:
    x, t = named(X=real(B, F), T=onehot(B, C))
    w1, b1, w2, b2 = named(W1=real(H, F), b1=real(H), W2=real(C, H), b2=real(C))
    z1 = Let("Z1", x @ w1.T + b1)
    a1 = Let("A1", relu(z1))
    z2 = Let("Z2", a1 @ w2.T + b2)
    p = Let("P", softmax(z2, over=C))
    loss = Let("loss", -Sum(t * log(p), B, C) / B.size)
    dz2 = Let("dZ2", D(loss, z2))
    da1, dz1 = Let("dA1", dz2 @ w2), Let("dZ1", D(loss, z1))
    return {
        "Z1": z1.expr,
        "A1": a1.expr,
        "Z2": z2.expr,
        "P": p.expr,
        "loss": loss.expr,
        "dZ2": D(loss, z2),
        "dZ2 1": (p - t) / B.size,
        "dW2": D(loss, w2),
        "dW2 1": dz2.T @ a1,
        "db2": D(loss, b2),
        "db2 1": Sum(dz2, B),
        "dA1 1": dz2 @ w2,
        "dZ1 1": da1 * D(relu)(z1),
        "dW1 1": dz1.T @ x,
        "db1 1": Sum(dz1, B),
    }


def adam() -> Lines:
    theta, g, m, v, t = named(theta=real(N), g=real(N), m=real(N), v=nonneg(N), t=counting())
    alpha, beta1, beta2, epsilon = named(alpha=positive(), beta1=unit(), beta2=unit(), epsilon=positive())
    m_new = Let("m_new", beta1 * m + (1 - beta1) * g)
    v_new = Let("v_new", beta2 * v + (1 - beta2) * g**2)
    m_hat, v_hat = Let("m_hat", m_new / (1 - beta1**t)), Let("v_hat", v_new / (1 - beta2**t))
    return {
        "m_new": m_new.expr,
        "v_new": v_new.expr,
        "m_hat": m_hat.expr,
        "v_hat": v_hat.expr,
        "theta_new": theta - alpha * m_hat / (sqrt(v_hat) + epsilon),
        "as in torch": theta - alpha / (1 - beta1**t) * m_new / (sqrt(v_new) / sqrt(1 - beta2**t) + epsilon),
        "default": alpha * Rational(1, 1000),
    }


ENTRIES: dict[str, Callable[[], Lines]] = {
    "loss.focal": focal,
    "loss.gaussian_nll": gaussian_nll,
    "info.mutual_information": mutual_information,
    "backprop.mlp2": mlp2,
    "update.adam": adam,
}


@pytest.fixture(scope="session")
def exemplars() -> dict[str, Lines]:
    """The formulas of every entry, by a label."""
    return {entry: build() for entry, build in ENTRIES.items()}
