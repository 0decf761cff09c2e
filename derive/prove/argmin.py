"""The same minimisers: f = a·g + c with a > 0, and both a and c free of the variables.

Then x minimises f iff it minimises g. Anything else is left undecided: minimisers would have to be found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from derive.expr.arithmetic import Add, Div, Mul, Neg
from derive.expr.leaves import ONE, Let
from derive.expr.node import Expr, walk
from derive.expr.propositions import Relation
from derive.meaning.interval import Ranges
from derive.prove.claim import Claim
from derive.prove.equality import Proof, prove_equality


def prove_same_argmin(claim: Claim) -> Proof | str:
    """A proof that both sides of a ``same_argmin`` claim have the same minimisers, or the reason why there is none."""
    scaled = moving_part(claim)
    if isinstance(scaled, str):
        return scaled
    proof = prove_equality(scaled)
    return proof if isinstance(proof, str) else replace(proof, method="increasing map")


def moving_part(claim: Claim) -> Claim | str:
    """The claim that the terms on the left that depend on the variables are a·right, for some a > 0 free of them."""
    wrt = set(claim.relation.wrt)
    left, right = claim.left, claim.right

    def depends(e: Expr) -> bool:
        return any(n in wrt for n in walk(e))

    moving = [t for t in _terms(left) if depends(t)]
    if not moving:
        return f"`{left}` does not depend on {', '.join(map(str, wrt))}"
    scale = _factor_before(moving, depends)
    if not Ranges()(scale).positive:
        return f"the factor {scale} is not known to be positive"
    goal = Relation.of("=", Add.of(*moving) if len(moving) > 1 else moving[0], Mul.of(scale, right))
    return Claim(goal, claim.premises, claim.derivatives)


def _terms(e: Expr) -> tuple[Expr, ...]:
    while isinstance(e, Let):
        e = e.expr
    return e.args if isinstance(e, Add) else (e,)


def _factor_before(moving: list[Expr], depends: Callable[[Expr], bool]) -> Expr:
    """The factors free of the variables in the first term that moves."""
    term, sign = moving[0], ONE
    if isinstance(term, Neg):
        term, sign = term.args[0], -ONE
    factors = list(term.args) if isinstance(term, Mul) else [term]
    free: list[Expr] = [] if sign is ONE else [sign]
    for f in factors:
        if not depends(f):
            free.append(f)
        elif isinstance(f, Div) and not depends(f.args[1]):
            free.append(ONE / f.args[1])
    return Mul.of(*free) if len(free) > 1 else free[0] if free else ONE
