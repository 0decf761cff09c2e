"""Checking recorded evidence again, without searching.

A proof is checked from its stored steps by the small checker alone, a counterexample is evaluated at its exact point,
draws are repeated from their seed. Whatever does not fit the claim, or is no evidence at all, fails: a record is data
from outside and never makes this raise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from derive.chain.resolve import Derivatives
from derive.expr.node import Expr
from derive.expr.plain import plain
from derive.expr.propositions import ORDERED, Relation
from derive.meaning.normal.certificate import verify
from derive.meaning.normal.prove import TIERS
from derive.meaning.numbers.recorded import RecordedPoint
from derive.prove.argmin import moving_part
from derive.prove.claim import Claim
from derive.prove.comparison import Comparison
from derive.prove.decide import holds_by_interval, verdict_by_draws
from derive.prove.equality import Goals, usable, ways
from derive.prove.falsify import falsify
from derive.prove.shannon import same_measure

CONFIRMED, FAILED = "confirmed", "failed"
MOST_DRAWS = 10_000  # that a record may ask for
LONGEST = 300  # characters of an explanation
NO_EVIDENCE = {"assumed": "nothing to check", "undecided": "nothing is claimed"}


@dataclass(frozen=True)
class Recheck:
    """Whether the evidence was confirmed, and what was checked or what is wrong."""

    status: str  # "confirmed" or "failed"
    what: str


class _WrongError(Exception):
    """What is wrong with a record, in words."""


def recheck(relation: Relation, premises: tuple[Expr, ...], derivatives: Derivatives, row: dict[str, Any]) -> Recheck:
    """Check what `row`, one check of a certificate, records about a claim. Never raises."""
    if row["verdict"] in NO_EVIDENCE:
        return Recheck(CONFIRMED, NO_EVIDENCE[row["verdict"]])
    try:
        return Recheck(CONFIRMED, CHECKS[row["verdict"]](Claim(relation, premises, derivatives), row))
    except _WrongError as wrong:
        return Recheck(FAILED, str(wrong))
    except Exception as error:  # a tampered record may break anything below; that is a failure, not a crash
        return Recheck(FAILED, f"not evidence for this claim ({type(error).__name__}: {error})"[:LONGEST])


# -- proved


def _proved(claim: Claim, row: dict[str, Any]) -> str:
    method, parts = row["method"], row["evidence"]["proof"]
    if method in ("joint-entropy coordinates", "interval of the difference"):
        is_measures = method == "joint-entropy coordinates" and claim.relation.kind == "="
        holds = same_measure(claim.left, claim.right) if is_measures else holds_by_interval(claim)
        _require(bool(holds) and not parts, f"the claim does not hold by {method}")
        return "computed again"
    equality = claim
    if claim.relation.kind == "same_argmin":
        _require(method == "increasing map", f"{method} does not prove the same minimisers")
        moving = moving_part(claim)
        if isinstance(moving, str):
            raise _WrongError(moving)
        equality = moving
    else:
        _require(claim.relation.kind == "=", f"{method} does not prove a claim with {claim.relation.kind}")
    way, goals = _way(equality, method, [part["goal"] for part in parts])
    for part in parts:
        _check_part(part, goals, usable(equality, way), row)
    return f"steps checked: {sum(len(part['steps']) for part in parts)}"


def _way(claim: Claim, method: str, labels: list[str]) -> tuple[str, Goals]:
    """The recorded way to prove the claim, with its equalities."""
    for way, goals in ways(claim):
        named = method == "increasing map" or (method == way if way else method in TIERS.values())
        if named and labels == list(goals):
            return way, goals
    raise _WrongError(f"the proved parts ({', '.join(labels) or 'none'}) are no proof of the claim by {method!r}")


def _check_part(part: dict[str, Any], goals: Goals, premises: tuple[Relation, ...], row: dict[str, Any]) -> None:
    label = part["goal"]
    left, right = goals[label]
    _require(
        (part["left"], part["right"]) == (plain(left), plain(right)), f"{label}: the recorded sides are not the claim's"
    )
    found = verify(left, right, part, premises=premises)
    for name, used, recorded in (
        ("law", found.laws, row["evidence"]["laws"]),
        ("assumption", found.assumptions, row["assumptions"]),
        ("condition", found.conditions, row["conditions"]),
    ):
        missing = [text for text in used if text not in recorded]
        _require(not missing, f"{label}: the proof needs the {name} {', '.join(missing)}, which is not recorded")


# -- refuted


def _refuted(claim: Claim, row: dict[str, Any]) -> str:
    """Both sides once more at the recorded point; everything about it must come out as recorded."""
    recorded = row["counterexample"]
    if recorded is None or claim.relation.kind not in ORDERED:
        raise _WrongError("there is no counterexample to this claim")
    comparison = Comparison(claim.core, claim.premises, claim.indices)
    point = RecordedPoint(comparison.names, recorded["shapes"], recorded["at"])
    outcome = comparison.at(point, repairs=0)
    if outcome is None:
        raise _WrongError("the premises do not hold at the recorded point")
    if outcome.refuted is None:
        raise _WrongError("the claim is not contradicted at the recorded point")
    found = comparison.shown(point, outcome, outcome.refuted)
    for name, value, expected in (
        ("shapes", found.shapes, recorded["shapes"]),
        ("at", found.at, recorded["at"]),
        ("entry", list(found.entry), recorded["entry"]),
        ("lhs", _digits(found.left), _digits(recorded["lhs"])),
        ("rhs", _digits(found.right), _digits(recorded["rhs"])),
    ):
        _require(value == expected, f"counterexample.{name} is {value}, not {expected} as recorded")
    return "evaluated again at the recorded point"


def _digits(value: str) -> str:
    """The certain digits of a printed value, without the radius of its ball."""
    return value.split(" ± ")[0]


# -- tested


def _tested(claim: Claim, row: dict[str, Any]) -> str:
    """The same draws once more; they must find the same."""
    draws = row["draws"]
    _require(0 < draws <= MOST_DRAWS, f"{draws} draws were asked for")
    finding = falsify(claim.core, premises=claim.premises, draws=draws, seed=row["seed"], indices=claim.indices)
    _require(finding.counterexample is None, "the draws refute the claim")
    found = verdict_by_draws(finding)
    for name, value, expected in (
        ("verdict", found.kind, row["verdict"]),
        ("method", found.method, row["method"]),
        ("conditions", list(found.conditions), row["conditions"]),
        ("evidence", found.evidence, {k: row["evidence"].get(k) for k in found.evidence}),
    ):
        _require(value == expected, f"{name} is {value}, not {expected} as recorded")
    return f"draws repeated: {finding.draws_effective}"


CHECKS: dict[str, Callable[[Claim, dict[str, Any]], str]] = {
    "proved": _proved,
    "tested": _tested,
    "refuted": _refuted,
}


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise _WrongError(otherwise)
