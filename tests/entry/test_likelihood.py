"""The maximum-likelihood recipe: from a distribution and a link to the loss and its gradient."""

import pytest

from derive import library
from derive.entry import (
    Dim,
    Prod,
    binary,
    exp,
    gamma_function,
    half,
    maximum_likelihood,
    nonneg,
    onehot,
    pi,
    positive,
    real,
    sigmoid,
    softmax,
    unit,
)
from derive.entry.verification import verify
from derive.expr.errors import SortError
from derive.expr.leaves import Symbol
from derive.expr.node import Expr

N, K = Dim("N", index="i"), Dim("K", index="k")


def named(name: str, symbol: Symbol) -> Symbol:
    symbol.named(name)
    return symbol


f, F = named("f", real(N)), named("F", real(N, K))
y, b, t, T = named("y", real(N)), named("b", binary(N)), named("t", nonneg(N)), named("T", onehot(N, K))
mu, p, P = named("mu", real(N)), named("p", unit(N)), named("P", positive(N, K))
rate, sigma = named("rate", positive(N)), named("sigma", positive())

RECIPES = [
    (
        (2 * pi * sigma**2) ** -half * exp(-((y - mu) ** 2) / (2 * sigma**2)),
        mu,
        f,
        "1/2 * log(2 * pi * sigma**2) + (y - f)**2 / (2 * sigma**2)",
        "(f - y) / sigma**2",
    ),
    (
        exp(-abs(y - mu) / sigma) / (2 * sigma),
        mu,
        f,
        "abs(y - f) / sigma + log(2 * sigma)",
        "(f - y) / (sigma * abs(y - f))",
    ),
    (p**b * (1 - p) ** (1 - b), p, sigmoid(f), "softplus(f) - f * b", "sigmoid(f) - b"),
    (Prod(P**T, K), P, softmax(F, over=K), "logsumexp(F) - Sum(T * F, K)", "softmax(F) - T"),
    (
        exp(-rate) * rate**t / gamma_function(t + 1),
        rate,
        exp(f),
        "exp(f) + loggamma(t + 1) - t * f",
        "exp(f) - t",
    ),
    (rate * exp(-rate * t), rate, exp(f), "t * exp(f) - f", "t * exp(f) - 1"),
]


@pytest.mark.parametrize(
    ("density", "parameter", "link", "loss", "slope"),
    RECIPES,
    ids=["normal", "Laplace", "Bernoulli", "categorical", "Poisson", "exponential"],
)
def test_losses_and_gradients(density: Expr, parameter: Symbol, link: Expr, loss: str, slope: str) -> None:
    output = F if parameter is P else f
    nll, gradient = maximum_likelihood(density, {parameter: link}, wrt=output)
    assert str(nll.lines[-1].right) == loss
    assert str(gradient.lines[-1].right) == slope
    assert all(line.note for line in (*nll.lines, *gradient.lines) if not line.by)
    assert gradient.lines[0].by == (nll,)


def test_the_lines_of_the_entry_are_decided_like_any_other() -> None:
    record = library.entry("loss.maximum_likelihood")
    assert record.states == ("L4", "L5")
    results = [r for name in ("bernoulli_loss", "bernoulli_slope") for r in verify(record, name)]
    assert len(results) > 4
    assert all(r.verdict.kind == "proved" for r in results)


def test_a_parameter_that_is_not_there() -> None:
    with pytest.raises(SortError, match="does not depend on p"):
        maximum_likelihood(exp(-rate * t) * rate, {p: sigmoid(f)}, wrt=f)


def test_an_output_that_is_not_there() -> None:
    with pytest.raises(SortError, match="does not depend on F"):
        maximum_likelihood(exp(-rate * t) * rate, {rate: exp(f)}, wrt=F)
