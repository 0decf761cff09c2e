"""Addition theorems, the gamma function, and derivatives of activations."""

from __future__ import annotations

import pytest

from tests.prove.claims import proved, refuted

TWINS = (
    ("sin(x+y) = sin(x)*cos(y) + cos(x)*sin(y)", "sin(x+y) = sin(x)*cos(y) - cos(x)*sin(y)", ""),
    ("cos(x-y) = cos(x)*cos(y) + sin(x)*sin(y)", "cos(x-y) = cos(x)*cos(y) - sin(x)*sin(y)", ""),
    ("cos(3*x) = 4*cos(x)**3 - 3*cos(x)", "cos(3*x) = 4*cos(x)**3 + 3*cos(x)", ""),
    ("sin(x + 2*pi) = sin(x)", "sin(x + pi) = sin(x)", ""),
    ("sin(pi/2 - x) = cos(x)", "sin(pi/2 + x) = -cos(x)", ""),
    ("cos(5*pi) = -1", "cos(4*pi) = -1", ""),
    ("sinh(x+y) = sinh(x)*cosh(y) + cosh(x)*sinh(y)", "sinh(x+y) = sinh(x)*cosh(y) - cosh(x)*sinh(y)", ""),
    ("tanh(a+b) = (tanh(a) + tanh(b))/(1 + tanh(a)*tanh(b))", "tanh(a+b) = tanh(a) + tanh(b)", ""),
    ("gamma(x+1) = x*gamma(x)", "gamma(x+1) = (x+1)*gamma(x)", ""),
    ("gamma(x+2) = x*(x+1)*gamma(x)", "gamma(x+2) = x**2*gamma(x)", "x: positive"),
    ("gamma(5) = 24", "gamma(5) = 120", ""),
    ("gamma(7/2) = 15*sqrt(pi)/8", "gamma(7/2) = 15*sqrt(pi)/4", ""),
    ("loggamma(x+1) = loggamma(x) + log(x)", "loggamma(x+1) = loggamma(x) + x", "x: positive"),
    ("digamma(x+1) = digamma(x) + 1/x", "digamma(x+1) = digamma(x) - 1/x", "x: positive"),
    ("digamma(3) = 3/2 - eulergamma", "digamma(3) = 3/2 + eulergamma", ""),
    ("erf(x) = 2*Phi(sqrt(2)*x) - 1", "erf(x) = 2*Phi(x) - 1", ""),
    ("D(x*Phi(x), x) = Phi(x) + x*phi(x)", "D(x*Phi(x), x) = Phi(x) - x*phi(x)", ""),
    (
        "D(x*tanh(softplus(x)), x) = tanh(softplus(x)) + x*sigmoid(x)*(1 - tanh(softplus(x))**2)",
        "D(x*tanh(softplus(x)), x) = tanh(softplus(x)) + x*(1 - tanh(softplus(x))**2)", "",
    ),
    ("softmax(z)[1] = sigmoid(z[1] - z[2])", "softmax(z)[1] = sigmoid(z[2] - z[1])", "z: real[2]"),
    (
        "D(Prod(x[i], i, 1, n), x[k]) = Prod(x[i], i, 1, n)/x[k]", "D(Prod(x[i], i, 1, n), x[k]) = Prod(x[i], i, 1, n)",
        "x: positive[n]; k: int in [1,n]",
    ),
)  # fmt: skip


@pytest.mark.parametrize(("true", "false", "where"), TWINS, ids=[true for true, _, _ in TWINS])
def test_twins(true: str, false: str, where: str) -> None:
    proved(true, where)
    refuted(false, where)


def test_an_argument_is_shifted_only_where_it_stays_positive() -> None:
    assert proved("gamma(x+1) = x*gamma(x)").conditions[:1] == ("x > 0",)
    assert proved("gamma(x+1) = gamma(1+x)").conditions == ()
