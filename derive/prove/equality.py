"""Deciding an equality: by normal form, by cases on binary symbols, by induction over a recurrence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from derive.expr.leaves import ONE, ZERO, Index, Symbol
from derive.expr.node import Expr, walk
from derive.expr.propositions import Recurrence, Relation
from derive.expr.structure import Indexed, Member
from derive.expr.substitute import substitute
from derive.meaning.index_form import entry, unfold
from derive.meaning.normal import Outcome, equal
from derive.meaning.normal.certificate import Certificate
from derive.meaning.normal.prove import TIERS
from derive.prove.claim import Claim

MOST_CASES = 3  # binary entries, hence at most 2³ cases
ALL = None  # every trusted law


@dataclass(frozen=True)
class Proof:
    """How a claim was proved: by which method, from what, under which conditions.

    `parts` are the equalities that were proved, each with its certificate under the label of its goal (see `ways`).
    """

    method: str
    assumptions: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    laws: tuple[str, ...] = ()
    parts: tuple[tuple[str, Certificate], ...] = ()

    def to_json(self) -> list[dict[str, Any]]:
        """The parts as JSON values, for a certificate on disk."""
        return [{"goal": label, **certificate.to_json()} for label, certificate in self.parts]


Sides = tuple[Expr, Expr]
Goals = dict[str, Sides]  # by label


def prove_equality(claim: Claim, laws: frozenset[str] | None = ALL, cases: bool = True) -> Proof | str:
    """A proof of ``claim.left = claim.right``, or the reason why there is none. `laws` limits what may be used."""
    induction = _induction(claim)
    reason = induction if isinstance(induction, str) else ""
    for method, goals in ways(claim):
        if cases or method != "cases":
            proof = _all(method, goals, laws, usable(claim, method))
            if isinstance(proof, Proof):
                return replace(proof, assumptions=(*_recurrences(claim, method), *proof.assumptions))
            reason = reason or proof
    return reason


def _recurrences(claim: Claim, method: str) -> tuple[str, ...]:
    """The premises that a proof by induction stands on, as text."""
    return tuple(str(p) for p in claim.premises if isinstance(p, Recurrence)) if method == "induction" else ()


def ways(claim: Claim) -> Iterator[tuple[str, Goals]]:
    """Each way to prove a claim, in the order of trying: its method, and the equalities that together prove the claim.

    The method is empty if it is the tier in which the one equality is proved.
    """
    induction = _induction(claim)
    if isinstance(induction, dict):
        yield "induction", induction
    for number, sides in enumerate(claim.unfoldings()):
        yield "", {f"unfolding {number}": sides}
    cases = _cases(claim)
    if cases:
        yield "cases", cases


def usable(claim: Claim, method: str) -> tuple[Relation, ...]:
    """The equations that a proof by this method may use; none in an induction, which would need them at every step."""
    return () if method == "induction" else claim.equations


def _all(method: str, goals: Goals, laws: frozenset[str] | None, given: tuple[Relation, ...]) -> Proof | str:
    """All goals proved, or the first that is not."""
    outcomes: dict[str, Outcome] = {}
    for label, sides in goals.items():
        outcome = outcomes[label] = equal(*sides, laws=laws, premises=given)
        if not outcome.proved:
            return f"{label}: {outcome.reason}" if method else outcome.reason
        method = method or TIERS[outcome.tier]
    return _proof(method, outcomes)


def _proof(method: str, outcomes: dict[str, Outcome]) -> Proof:
    def union(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(x for o in outcomes.values() for x in getattr(o, name)))

    parts = tuple((label, o.certificate) for label, o in outcomes.items() if o.certificate is not None)
    return Proof(method, union("assumptions"), union("conditions"), union("laws_used"), parts)


def binary_entries(*sides: Expr) -> list[Expr]:
    """The distinct entries of binary symbols, free of bound indices, in order of first use."""
    found: dict[Expr, None] = {}
    for node in walk(*sides):
        leaf = node.of_what if isinstance(node, Indexed) else node
        scalar = isinstance(node, Indexed) or (isinstance(leaf, Symbol) and not leaf.axes)
        if isinstance(leaf, Symbol) and leaf.domain.name == "binary" and scalar:
            found[node] = None
    return list(found)


def _cases(claim: Claim) -> Goals | None:
    """y ∈ {0, 1}: the equality holds if it holds for both values. Sound only if every y stands at one fixed place."""
    left, right = unfold(claim.left), unfold(claim.right)
    places = binary_entries(left, right)
    fixed = all(all(i in claim.indices for i in e.args[1:]) for e in places if isinstance(e, Indexed))
    if not places or len(places) > MOST_CASES or not fixed:
        return None
    goals: Goals = {}
    for values in product((ZERO, ONE), repeat=len(places)):
        here = dict(zip(places, values, strict=True))
        label = ", ".join(f"{place} = {value}" for place, value in here.items())
        goals[label] = substitute(left, here), substitute(right, here)
    return goals


def _induction(claim: Claim) -> Goals | str | None:
    """For a claim m[t] = c(t) over a recurrence m[0] = start, m[t] = step(m[t−1]): the claim at 0 by the start, and at
    t by the step with the claim at t−1. None if no recurrence is about the claim; the reason if it has another form.
    """
    for premise in claim.premises:
        if isinstance(premise, Recurrence):
            uses = {n for n in walk(claim.left, claim.right) if isinstance(n, Member) and n.family is premise.family}
            if uses:
                return _induct(claim, premise, uses)
    return None


def _induct(claim: Claim, recurrence: Recurrence, uses: set[Member]) -> Goals | str:
    if len(uses) != 1:
        return "induction needs one member of the family in the claim"
    (member,) = uses
    (at,) = member.args
    if not isinstance(at, Index | Symbol):
        return f"induction runs over an index, not over {at}"
    left, right = unfold(claim.left), unfold(claim.right)
    if left is not member:
        return f"induction needs the claim in the form {member} = …"
    if any(n is member for n in walk(right)):
        return "the closed form mentions the recurrence"
    start, step = unfold(entry(recurrence.start)), unfold(entry(recurrence.step))
    earlier = {n for n in walk(step) if isinstance(n, Member) and n.family is recurrence.family}
    before = Member.of(recurrence.family, (recurrence.index - 1,))
    if earlier - {before}:
        return f"the step uses more than {before}"
    hypothesis = substitute(right, {at: recurrence.index - 1})
    stepped = substitute(step, {before: hypothesis})
    return {
        f"{at} = 0": (start, substitute(right, {at: ZERO})),
        f"{at} - 1 to {at}": (stepped, substitute(right, {at: recurrence.index})),
    }
