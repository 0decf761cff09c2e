"""Inequalities between rational functions, exactly: signs of coefficients and sums of squares; in one variable, roots.

The certificate of a sum of squares is the squares, which the checker multiplies out. With one variable Sturm's theorem
decides, and the checker counts the roots again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from derive.meaning.interval import INFINITE, Interval, Ranges
from derive.prove.budget import Budget
from derive.prove.claim import Claim
from derive.prove.conditions import one_sided, require_conditions
from derive.prove.deciders import RecordError, require
from derive.prove.polynomial.positive import unbounded
from derive.prove.polynomial.rational_function import NotRationalError, Reader, Terms
from derive.prove.polynomial.squares import Square, never_zero, squares, total
from derive.prove.proof import Proof
from derive.prove.scalar import INEQUALITIES, Scalar, scalar

SQUARES, ROOTS = "sum of squares", "roots of a polynomial"
METHODS = (SQUARES, ROOTS)
COST = 50
LARGEST_DEGREE = 40


@dataclass(frozen=True)
class Squares:
    """The squares that add up to the polynomial, brought to all of space."""

    terms: tuple[Square, ...]

    def to_json(self) -> dict[str, Any]:
        return {"squares": [s.to_json() for s in self.terms]}


def accepts(claim: Claim) -> bool:
    return claim.relation.kind in INEQUALITIES


def prove(claim: Claim, budget: Budget) -> Proof | str:
    goal = scalar(claim)
    try:
        p, domains = _problem(goal)
    except NotRationalError as why:
        return str(why)
    budget.spend(COST + len(p))
    if len(domains) == 1 and _by_roots(p, domains[0], goal.strict):
        return Proof(ROOTS, conditions=one_sided(goal.claim))
    if goal.strict and not _strict_everywhere(p, domains):
        return "a sum of squares gives no strict inequality here"
    found = squares(unbounded(p, domains))
    if found is None or (goal.strict and not never_zero(found)):
        return "no sum of squares was found"
    count = f"{len(found)} square" + ("" if len(found) == 1 else "s")
    parts = (("the difference", Squares(tuple(found))),)
    return Proof(f"{SQUARES}, {count}", conditions=one_sided(goal.claim), parts=parts)


def _problem(goal: Scalar) -> tuple[Terms, list[Interval]]:
    """The polynomial, and where its variables lie. Raises `NotRationalError`."""
    reader, ranges = Reader(goal.gap), Ranges()
    p = reader.terms(goal.gap)
    if not p:
        raise NotRationalError("the difference is 0")
    if max(sum(key) for key in p) > LARGEST_DEGREE:
        raise NotRationalError("the degree is too high")
    return p, [ranges(leaf) for leaf in reader.leaves]


def _by_roots(p: Terms, domain: Interval, strict: bool) -> bool:
    from derive.prove.polynomial.roots import dense, never_negative

    return never_negative(dense(p), domain, strict)


def _strict_everywhere(p: Terms, domains: list[Interval]) -> bool:
    """Whether a positive constant may be among the squares, and speaks of all points: an upper end is left out."""
    return any(not any(key) for key in p) and all(d.high[1] or abs(d.low[0]) == INFINITE for d in domains)


def recheck(claim: Claim, row: dict[str, Any]) -> str:
    require(accepts(claim), f"{row['method']} does not prove a claim with {claim.relation.kind}")
    goal = scalar(claim)
    try:
        p, domains = _problem(goal)
    except NotRationalError as why:
        raise RecordError(str(why)) from why
    require_conditions(goal.claim, row)
    parts = row["evidence"]["proof"]
    if row["method"] == ROOTS:
        require(not parts, "a proof by roots has no parts")
        require(len(domains) == 1 and _by_roots(p, domains[0], goal.strict), "the polynomial changes its sign")
        return "roots counted again"
    require([part["goal"] for part in parts] == ["the difference"], "there is not one sum of squares")
    found = [Square.of_json(s) for s in parts[0]["squares"]]
    require(all(s.weight >= 0 for s in found), "a square has a negative weight")
    require(total(found) == unbounded(p, domains), "the squares do not add up to the difference")
    strict = never_zero(found) and _strict_everywhere(p, domains)
    require(strict or not goal.strict, "the squares give no strict inequality")
    return f"squares multiplied out again: {len(found)}"
