"""Equalities by normal form, by cases, by induction: `derive.prove.equality` proves, the checker of steps disposes."""

from __future__ import annotations

from typing import Any

from derive.expr.plain import plain
from derive.expr.propositions import Relation
from derive.meaning.facts import Fact
from derive.meaning.normal.prove import TIERS
from derive.prove.budget import Budget
from derive.prove.claim import Claim
from derive.prove.deciders import RecordError, require
from derive.prove.equality import INDUCTION, Goals, assumed_by, prove_equality, signs_given, usable, ways
from derive.prove.goal import Goal, recheck_goal
from derive.prove.proof import Proof

ONE_GOAL = (*TIERS.values(), "cases of signs")  # ways to prove one equality
METHODS = (*TIERS.values(), "induction", "cases", "inverse relations")


def accepts(claim: Claim) -> bool:
    return claim.relation.kind == "="


def prove(claim: Claim, budget: Budget) -> Proof | str:
    try:
        return prove_equality(claim)
    except RecursionError:
        return "the claim is nested too deeply for the normal form"


def recheck(claim: Claim, row: dict[str, Any]) -> str:
    require(claim.relation.kind == "=", f"{row['method']} does not prove a claim with {claim.relation.kind}")
    return check_parts(claim, row, row["method"])


def check_parts(claim: Claim, row: dict[str, Any], method: str) -> str:
    """Check every recorded part of a proof of an equality; an empty method is any one tier of the normal form."""
    parts = row["evidence"]["proof"]
    way, goals = _way(claim, method, [part["goal"] for part in parts])
    missing = [text for text in assumed_by(claim, way) if text not in row["assumptions"]]
    require(not missing, f"the proof needs the assumption {', '.join(missing)}, which is not recorded")
    signs = tuple(fact for text, fact in signs_given(claim) if text in row["assumptions"]) if way != INDUCTION else ()
    steps = sum(_check_part(part, goals[part["goal"]], usable(claim, way), signs, row) for part in parts)
    return f"steps checked: {steps}"


def _way(claim: Claim, method: str, labels: list[str]) -> tuple[str, Goals]:
    """The recorded way to prove the claim, with its equalities."""
    for way, goals in ways(claim):
        named = not method or (method == way if way else method in ONE_GOAL)
        if named and not isinstance(goals, str) and labels == list(goals):
            return way, goals
    raise RecordError(f"the proved parts ({', '.join(labels) or 'none'}) are no proof of the claim by {method!r}")


def _check_part(
    part: dict[str, Any], goal: Goal, premises: tuple[Relation, ...], signs: tuple[Fact, ...], row: dict[str, Any]
) -> int:
    """Check one part, and that what it rests on is recorded; the number of its steps."""
    label = part["goal"]
    sides = plain(goal.left), plain(goal.right)
    require((part.get("left"), part.get("right")) == sides, f"{label}: the recorded sides are not the claim's")
    found = recheck_goal(goal, part, premises, signs)
    for name, used, recorded in (
        ("law", found.laws, row["evidence"]["laws"]),
        ("assumption", found.assumptions, row["assumptions"]),
        ("condition", found.conditions, row["conditions"]),
    ):
        missing = [text for text in used if text not in recorded]
        require(not missing, f"{label}: the proof needs the {name} {', '.join(missing)}, which is not recorded")
    return found.steps
