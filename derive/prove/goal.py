"""Equalities that together prove a claim, and proofs of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from derive.expr.arithmetic import Pow
from derive.expr.errors import DeriveError
from derive.expr.leaves import ZERO, Index, Let, Number
from derive.expr.node import Expr, walk
from derive.expr.operations import Apply
from derive.expr.propositions import Relation
from derive.expr.structure import Bound, Where
from derive.meaning.facts import Fact
from derive.meaning.normal import equal
from derive.meaning.normal.cases import Distinction, by_cases, verify_cases
from derive.meaning.normal.certificate import Certificate, verify
from derive.meaning.normal.checker import Unconfirmed
from derive.meaning.normal.defined import requirements
from derive.meaning.normal.lower import Normaliser
from derive.meaning.normal.poly import Monomial, Poly
from derive.meaning.normal.powers import content
from derive.meaning.normal.prove import TIERS, simplified
from derive.meaning.normal.render import written
from derive.meaning.normal.work import Undecided

SPLITTING = frozenset({"abs", "sign", "step", "relu", "min", "max"})


@dataclass(frozen=True)
class Goal:
    """Two sides that are to be equal, and what may be used besides the premises of the claim.

    `hypotheses` are equations, `facts` signs; both are part of the way to prove the claim and no assumptions of it.
    `constant` names what no condition may speak of: the variable of an induction.
    """

    left: Expr
    right: Expr
    hypotheses: tuple[Relation, ...] = ()
    facts: tuple[Fact, ...] = ()
    constant: str = ""


@dataclass(frozen=True)
class Solved:
    """A proof of one goal: the certificate, and what it rests on besides the goal."""

    method: str
    certificate: Certificate | Distinction
    laws: tuple[str, ...]
    assumptions: tuple[str, ...]
    conditions: tuple[str, ...]


def solve(
    goal: Goal, laws: frozenset[str] | None, given: tuple[Relation, ...], facts: tuple[Fact, ...], cases: bool
) -> Solved | str:
    """A proof of the goal by normal form or by cases of signs, or the reason why there is none."""
    premises, known = (*given, *goal.hypotheses), (*goal.facts, *facts)
    outcome = equal(goal.left, goal.right, laws=laws, premises=premises, facts=known)
    found: Solved | str = outcome.reason
    if outcome.certificate is not None:
        found = Solved(
            TIERS[outcome.tier], outcome.certificate, outcome.laws_used, outcome.assumptions, outcome.conditions
        )  # fmt: skip
    elif cases and _may_split(goal.left, goal.right):
        split = by_cases(goal.left, goal.right, laws=laws, premises=premises, facts=known)
        if isinstance(split, str):
            return split
        found = Solved("cases of signs", split, split.laws, split.assumptions, split.conditions)
    if isinstance(found, str):
        return found
    return _admitted(goal, found)


def missing(goal: Goal) -> tuple[Expr, Expr] | None:
    """What would have to be equal for the goal to hold, besides its hypotheses; None if nothing is missing.

    The difference of both sides has to be 0, or the arguments of a function if it is a difference of two values.
    """
    search = Normaliser(facts=(*goal.facts, *requirements(goal.left, goal.right)))
    try:
        search.assume(goal.hypotheses)
        difference = simplified(search, search.normalise(goal.left) - search.normalise(goal.right))
        if difference.is_zero:
            return None
        _, _, part = content(search, difference)
        values = _two_values(part)
        if values is not None:
            return written(search, values[0]), written(search, values[1])
        return written(search, part), ZERO
    except (Undecided, DeriveError):
        return None


def _two_values(p: Poly) -> tuple[Poly, Poly] | None:
    """The arguments u and w if `p` is a multiple of f(u) − f(w)."""
    calls = {a: None for m, _ in p.ordered for a, e in m.factors if a.kind == "call" and e == 1 and len(a.args) == 1}
    if len(calls) != 2:
        return None
    one, other = calls
    factors = []
    for a in (one, other):
        terms = {m: c for m, c in p.terms.items() if a in m.exponents}
        factors.append(Poly({Monomial([f for f in m.factors if f[0] != a]): c for m, c in terms.items()}))
    alike = one.head == other.head and (factors[0] + factors[1]).is_zero
    return (one.args[0], other.args[0]) if alike and len(p.terms) == 2 * len(factors[0].terms) else None


def _admitted(goal: Goal, found: Solved) -> Solved | str:
    own = {f"{h.left} = {h.right}" for h in goal.hypotheses}
    spoiled = [c for c in found.conditions if _mentions(c, goal.constant)]
    if spoiled:
        return f"the step needs {', '.join(spoiled)} all the way"
    kept = tuple(a for a in found.assumptions if a not in own)
    return Solved(found.method, found.certificate, found.laws, kept, found.conditions)


def _mentions(condition: str, name: str) -> bool:
    """Whether a name occurs in a condition; a condition in other words than a relation may speak of anything."""
    words = "".join(c if c.isalnum() or c == "_" else " " for c in condition).split()
    return bool(name) and name in words


@dataclass(frozen=True)
class Rechecked:
    """What a stored certificate of a goal was found to rest on."""

    laws: tuple[str, ...]
    assumptions: tuple[str, ...]
    conditions: tuple[str, ...]
    steps: int


def recheck_goal(goal: Goal, data: dict[str, Any], given: tuple[Relation, ...], facts: tuple[Fact, ...]) -> Rechecked:
    """Check a stored certificate against a goal. Raises `Unconfirmed` if it does not prove it."""
    premises, known = (*given, *goal.hypotheses), (*goal.facts, *facts)
    if data.get("kind") == "cases":
        found = verify_cases(goal.left, goal.right, data, premises=premises, facts=known)
        parts = (found.laws, found.assumptions, found.conditions)
        laws, assumptions, conditions = (tuple(sorted(part)) for part in parts)
        steps = found.steps
    else:
        plain = verify(goal.left, goal.right, data, premises=premises, facts=known)
        laws, assumptions, conditions, steps = plain.laws, plain.assumptions, plain.conditions, len(plain.steps)
    if any(_mentions(c, goal.constant) for c in conditions):
        raise Unconfirmed(f"a condition speaks of {goal.constant}")
    own = {f"{h.left} = {h.right}" for h in goal.hypotheses}
    return Rechecked(laws, tuple(a for a in assumptions if a not in own), conditions, steps)


def _may_split(*sides: Expr) -> bool:
    """Whether a sign could help: a piecewise function, a power that is no number, a range that may be empty."""
    for node in walk(*sides):
        if isinstance(node, Let):
            return False
        if isinstance(node, Where) or (isinstance(node, Apply) and node.operation.name in SPLITTING):
            return True
        if isinstance(node, Bound) and not (isinstance(node.index, Index) and node.high is _size(node.index)):
            return True
        if isinstance(node, Pow) and not isinstance(node.args[1], Number):
            return True
    return False


def _size(i: Index) -> Expr | None:
    return i.dim.size if i.dim is not None else None
