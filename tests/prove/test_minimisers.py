"""The same minimisers: an affine or logarithmic map with the right sign, and both sides defined everywhere."""

from __future__ import annotations

import pytest

from derive.expr.build import Prod, Sum, onehot, positive, real, simplex, softmax
from derive.expr.dims import Dim
from derive.expr.leaves import Symbol
from derive.expr.measures import KL, H
from derive.expr.node import Expr
from derive.expr.operations import exp, log
from derive.expr.propositions import Relation
from derive.prove.attempts import attempt

N, K = Dim("N"), Dim("K")


def named(declared: Symbol, name: str) -> Symbol:
    declared.named(name)
    return declared


T, z, theta = named(onehot(N, K), "T"), named(real(K), "z"), named(real(N), "theta")
data, free, u = named(simplex(K), "p"), named(simplex(K), "q"), named(positive(N), "u")
model = softmax(z)
LIKELIHOOD = Prod(Prod(model**T, K), N)
LOGARITHM = Sum(log(Prod(model**T, K)), N)


def same(left: Expr, right: Expr, wrt: Symbol) -> str:
    return attempt(Relation.of("same_argmin", left, right, (wrt,))).kind


def test_the_largest_likelihood_has_the_largest_logarithm() -> None:
    assert same(-LIKELIHOOD, -LOGARITHM, z) == "proved"
    assert same(-Prod(exp(-theta), N), Sum(theta, N), theta) == "proved"


@pytest.mark.parametrize(
    ("left", "right"), [(LIKELIHOOD, -LOGARITHM), (-LIKELIHOOD, LOGARITHM), (-LIKELIHOOD - 1, -2 * LOGARITHM + z @ z)]
)
def test_a_turned_map_is_no_reason(left: Expr, right: Expr) -> None:
    assert same(left, right, z) != "proved"


def test_the_entropy_of_the_data_does_not_move_the_minimiser() -> None:
    """A term of a mean counts where its weight is positive: there the logarithm of p/softmax(z) is defined."""
    assert same(H(data) + KL(data, model), KL(data, model), z) == "proved"
    assert same(H(model) + KL(data, model), KL(data, model), z) != "proved"


def test_sides_that_may_be_undefined_are_not_compared() -> None:
    assert same(1 + KL(data, free), KL(data, free), free) != "proved"  # q may be 0 where p is not
    assert same(-Prod(u - 1, N), -Sum(log(u - 1), N), u) != "proved"  # u - 1 may be negative
