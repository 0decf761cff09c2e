"""Deciding an equality: by normal form, by cases on binary symbols, by induction over a recurrence."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from derive.expr.leaves import ONE, ZERO, Index, Symbol
from derive.expr.node import Expr, walk
from derive.expr.propositions import Recurrence
from derive.expr.structure import Indexed, Member
from derive.expr.substitute import substitute
from derive.meaning.index_form import entry, unfold
from derive.meaning.normal import Outcome, equal
from derive.meaning.normal.prove import TIERS
from derive.prove.claim import Claim

MOST_CASES = 3  # binary entries, hence at most 2³ cases
ALL = None  # every trusted law


@dataclass(frozen=True)
class Proof:
    """How an equality was proved."""

    method: str
    assumptions: tuple[str, ...]
    conditions: tuple[str, ...]
    laws: tuple[str, ...]
    certificate: dict


def prove_equality(claim: Claim, laws: frozenset[str] | None = ALL, cases: bool = True) -> Proof | str:
    """A proof of ``claim.left = claim.right``, or the reason why there is none. `laws` limits what may be used."""
    by_induction = _by_induction(claim, laws)
    if isinstance(by_induction, Proof):
        return by_induction
    reason = by_induction or ""
    for left, right in claim.unfoldings():
        outcome = equal(left, right, laws=laws)
        if outcome.proved:
            return _proof(TIERS[outcome.tier], [outcome])
        reason = outcome.reason or reason
    if cases:
        return _by_cases(claim, laws) or reason
    return reason


def _proof(method: str, outcomes: list[Outcome]) -> Proof:
    def union(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(x for o in outcomes for x in getattr(o, name)))

    certificates = [getattr(o, "certificate", None) for o in outcomes]
    return Proof(method, union("assumptions"), union("conditions"), union("laws_used"), {"parts": certificates})


def binary_entries(*sides: Expr) -> list[Expr]:
    """The distinct entries of binary symbols, free of bound indices, in order of first use."""
    found: dict[Expr, None] = {}
    for node in walk(*sides):
        leaf = node.of_what if isinstance(node, Indexed) else node
        scalar = isinstance(node, Indexed) or (isinstance(leaf, Symbol) and not leaf.axes)
        if isinstance(leaf, Symbol) and leaf.domain.name == "binary" and scalar:
            found[node] = None
    return list(found)


def _by_cases(claim: Claim, laws: frozenset[str] | None) -> Proof | None:
    """y ∈ {0, 1}: the equality holds if it holds for both values. Sound only if y occurs at one place."""
    left, right = unfold(claim.left), unfold(claim.right)
    places = binary_entries(left, right)
    bound_free = all(all(i in claim.indices for i in e.args[1:]) for e in places if isinstance(e, Indexed))
    if not places or len(places) > MOST_CASES or not bound_free:
        return None
    outcomes = []
    for values in product((ZERO, ONE), repeat=len(places)):
        here = dict(zip(places, values, strict=True))
        outcome = equal(substitute(left, here), substitute(right, here), laws=laws)
        if not outcome.proved:
            return None
        outcomes.append(outcome)
    names = ", ".join(str(e) for e in places)
    return _proof(f"cases on {names}", outcomes)


def _by_induction(claim: Claim, laws: frozenset[str] | None) -> Proof | str | None:
    """m[0] = start, m[t] = step(m[t−1]): the claim at 0 by the start, at t by the step and the claim at t−1."""
    for premise in claim.premises:
        if not isinstance(premise, Recurrence):
            continue
        family = premise.family
        uses = {n for n in walk(claim.left, claim.right) if isinstance(n, Member) and n.family is family}
        if not uses:
            continue
        return _induct(claim, premise, uses, laws)
    return None


def _induct(claim: Claim, recurrence: Recurrence, uses: set[Member], laws: frozenset[str] | None) -> Proof | str:
    """Prove m[t] = c(t) for every t ≥ 0, where c(t) is what the claim says; c must not mention m."""
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
    base = equal(start, substitute(right, {at: ZERO}), laws=laws)
    before = Member.of(recurrence.family, (recurrence.index - 1,))
    hypothesis = substitute(right, {at: at - 1})
    stepped = substitute(
        substitute(step, {recurrence.index: at}), {Member.of(recurrence.family, (at - 1,)): hypothesis}
    )
    if recurrence.index is at:
        stepped = substitute(step, {before: hypothesis})
    advance = equal(stepped, right, laws=laws)
    for name, outcome in (("base", base), ("step", advance)):
        if not outcome.proved:
            return f"induction over {at}: the {name} is not proved ({outcome.reason})"
    return _proof(f"induction over {at}", [base, advance])
