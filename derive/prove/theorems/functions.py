"""Trusted facts about single functions: tangents, bounds and signs, each with its source and tested by balls.

A fact about f holds for every u in the domain of f.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from derive.expr.leaves import HALF, ZERO
from derive.expr.node import Expr, as_expr
from derive.expr.operations import absolute, erf, exp, log, maximum, normal_cdf, normal_pdf, softplus, tanh
from derive.expr.propositions import Relation

Statement = Callable[[Expr], tuple[Expr, ...]]


@dataclass(frozen=True)
class Fact:
    """`statement` maps u to relations about `operation` of u."""

    name: str
    cite: str
    operation: str
    statement: Statement


def sign_of(f: Callable[[Expr], Expr], middle: Expr = ZERO) -> Statement:
    """f(u) lies on the same side of `middle` as u of 0."""
    return lambda u: (Relation.of(">=", u * (f(u) if middle is ZERO else f(u) - middle), ZERO),)


FACTS = (
    Fact("exp_tangent", "DLMF 4.5(ii)", "exp", lambda u: (exp(u) >= 1 + u,)),
    Fact("exp_reciprocal", "DLMF 4.5(ii), at -u", "exp", lambda u: (exp(u) * (1 - u) <= 1,)),
    Fact("log_tangent", "DLMF 4.5(i)", "log", lambda u: (log(u) <= u - 1,)),
    Fact("log_reciprocal", "DLMF 4.5(i), at 1/u", "log", lambda u: (u * log(u) >= u - 1,)),
    Fact(
        "softplus_bounds",
        "Definition: 1 + exp u lies between max(1, exp u) and 2·max(1, exp u)",
        "softplus",
        lambda u: (softplus(u) > maximum(u, ZERO), softplus(u) <= maximum(u, ZERO) + log(as_expr(2))),
    ),
    Fact(
        "softplus_tangent",
        "Convexity of softplus: tangent at 0",
        "softplus",
        lambda u: (softplus(u) >= log(as_expr(2)) + u / 2,),
    ),
    Fact("softplus_exp", "log(1+t) < t for t > 0, DLMF 4.5(i)", "softplus", lambda u: (softplus(u) < exp(u),)),
    Fact("tanh_sign", "Monotone and odd", "tanh", sign_of(tanh)),
    Fact("tanh_identity", "|tanh u| <= |u|: tanh' <= 1", "tanh", lambda u: (absolute(tanh(u)) <= absolute(u),)),
    Fact("erf_sign", "Monotone and odd", "erf", sign_of(erf)),
    Fact("phi_peak", "2 pi > 25/4", "phi", lambda u: (normal_pdf(u) < as_expr(Fraction(2, 5)),)),
    Fact("Phi_sign", "Monotone, 1/2 at 0", "Phi", sign_of(normal_cdf, HALF)),
)
BY_OPERATION: dict[str, tuple[Fact, ...]] = {
    name: tuple(f for f in FACTS if f.operation == name) for name in dict.fromkeys(f.operation for f in FACTS)
}
TRUSTED = {f.name: f for f in FACTS}


def facts_about(operation: str, u: Expr) -> Iterator[tuple[str, Relation]]:
    """What is known about the operation at u, each relation under the name of its fact."""
    for fact in BY_OPERATION.get(operation, ()):
        for relation in fact.statement(u):
            assert isinstance(relation, Relation)
            yield fact.name, relation
