"""The same minimisers: f = a·g + c with a > 0, or f = -exp(-g), and both sides defined everywhere.

Here a and c are free of the variables. Then x minimises f iff it minimises g. Equality where both sides are defined
is not enough: f may have a minimiser where g is undefined, or the other way round. So every operation that depends on
the variables must be defined on all of the declared domains; anything else is left undecided, as are claims under
premises, which could tie a or c to a variable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.domains import REAL
from derive.expr.leaves import ONE, Let, Number
from derive.expr.node import Expr, walk
from derive.expr.operations import Apply, log
from derive.expr.propositions import Relation
from derive.expr.structure import Bound, Indexed, Member, Weighted
from derive.meaning.index_form import unfold
from derive.meaning.interval import POSITIVE, Ranges, of_domain
from derive.prove.claim import Claim
from derive.prove.equality import prove_equality
from derive.prove.proof import Proof

Depends = Callable[[Expr], bool]
WHOLE = (Add, Mul, Neg, Bound, Indexed)  # defined wherever their parts are
PARTLY = ("step",)  # without a value at 0


def prove_same_argmin(claim: Claim) -> Proof | str:
    """A proof that both sides of a ``same_argmin`` claim have the same minimisers, or the reason why there is none."""
    if claim.premises:
        return "minimisers are not compared under premises"
    said = ""
    for goal in goals(claim):
        if isinstance(goal, str):
            return said or goal
        proof = prove_equality(goal)
        if isinstance(proof, str):
            said = said or proof
        elif proof.conditions:
            said = said or f"the sides agree only if {', '.join(proof.conditions)}"
        elif (partial := _undefined_part(goal, _dependence(claim))) is not None:
            said = said or f"`{partial}` is not known to be defined for all values of the variables"
        else:
            return replace(proof, method="increasing map")
    return said


def goals(claim: Claim) -> Iterator[Claim | str]:
    """Equations of which each shows that the sides have the same minimisers; last the reason why there are no more."""
    if (logarithmic := _logarithm(claim)) is not None:
        yield logarithmic
    yield moving_part(claim)


def _logarithm(claim: Claim) -> Claim | None:
    """Of -L with a positive L on the left, the claim that the right is -log L: u ↦ -log(-u) increases."""
    left = claim.left.expr if isinstance(claim.left, Let) else claim.left
    if not isinstance(left, Neg) or not Ranges()(unfold(left.args[0])).positive:
        return None
    goal = Relation.of("=", Neg.of(log(left.args[0])), claim.right)
    return Claim(goal, claim.premises, claim.derivatives)


def moving_part(claim: Claim) -> Claim | str:
    """The claim that the terms on the left that depend on the variables are a·right, for some a > 0 free of them."""
    left, right, depends = claim.left, claim.right, _dependence(claim)
    moving = [t for t in _terms(left) if depends(t)]
    if not moving:
        return f"`{left}` does not depend on {', '.join(map(str, claim.relation.wrt))}"
    scale = _factor_before(moving, depends)
    if not Ranges()(scale).positive:
        return f"the factor {scale} is not known to be positive"
    goal = Relation.of("=", Add.of(*moving) if len(moving) > 1 else moving[0], Mul.of(scale, right))
    return Claim(goal, claim.premises, claim.derivatives)


def _dependence(claim: Claim) -> Depends:
    """Whether an expression mentions a variable, or another entry or member of the same symbol."""
    bases = {_base(variable) for variable in claim.relation.wrt}
    return lambda e: any(_base(node) in bases for node in walk(e))


def _base(e: Expr) -> Expr:
    while isinstance(e, Indexed):
        e = e.of_what
    return e.family if isinstance(e, Member) else e


def _undefined_part(claim: Claim, depends: Depends) -> Expr | None:
    """A part of either side that depends on the variables and may be undefined; None if there is none."""
    for side in (claim.left, claim.right):
        found = _undefined_in(unfold(side), depends, Ranges(), set())
        if found is not None:
            return found
    return None


def _undefined_in(e: Expr, depends: Depends, ranges: Ranges, seen: set[Expr]) -> Expr | None:
    """The same of one expression; a term of an expectation counts where its weight is positive."""
    if e in seen or not depends(e):
        return None
    seen.add(e)
    if isinstance(e, Weighted) and not depends(e.args[0]) and ranges(e.args[0]).nonneg:
        return _undefined_in(e.args[1], depends, Ranges({e.args[0]: POSITIVE}), set())
    for part in e.args:
        found = _undefined_in(part, depends, ranges, seen)
        if found is not None:
            return found
    return None if _defined(e, ranges) else e


def _defined(node: Expr, ranges: Ranges) -> bool:
    match node:
        case Div():
            return ranges(node.args[1]).nonzero
        case Pow():
            base, exponent = node.args
            whole = isinstance(exponent, Number) and exponent.value.denominator == 1 and exponent.value > 0
            return whole or ranges(base).positive
        case Apply():
            name, inner = node.operation.name, ranges(node.args[0])
            if name == "sqrt":
                return inner.nonneg
            if node.operation.domain is REAL:
                return name not in PARTLY and not name.endswith("'")
            return of_domain(node.operation.domain).positive and inner.positive
    return not node.args or isinstance(node, WHOLE)


def _terms(e: Expr) -> tuple[Expr, ...]:
    while isinstance(e, Let):
        e = e.expr
    return e.args if isinstance(e, Add) else (e,)


def _factor_before(moving: list[Expr], depends: Depends) -> Expr:
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
