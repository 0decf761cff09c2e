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
from derive.expr.propositions import ORDERED, Relation
from derive.meaning.numbers.recorded import RecordedPoint
from derive.prove.attempts import verdict_by_draws
from derive.prove.claim import Claim
from derive.prove.closed_forms import prepared_again, without_values
from derive.prove.comparison import Comparison
from derive.prove.decide import assumed_by_tables, meant
from derive.prove.deciders import RecordError, by_method, require
from derive.prove.falsify import falsify
from derive.prove.information import THEORY

CONFIRMED, FAILED = "confirmed", "failed"
MOST_DRAWS = 10_000  # that a record may ask for
LONGEST = 300  # characters of an explanation
NO_EVIDENCE = {"assumed": "nothing to check", "undecided": "nothing is claimed"}


@dataclass(frozen=True)
class Recheck:
    """Whether the evidence was confirmed, and what was checked or what is wrong."""

    status: str  # "confirmed" or "failed"
    what: str


def recheck(relation: Relation, premises: tuple[Expr, ...], derivatives: Derivatives, row: dict[str, Any]) -> Recheck:
    """Check what `row`, one check of a certificate, records about a claim. Never raises."""
    if row["verdict"] in NO_EVIDENCE:
        return Recheck(CONFIRMED, NO_EVIDENCE[row["verdict"]])
    try:
        if row["evidence"].get("theory") == THEORY:
            from derive.prove.information.recheck import recheck as recheck_measures

            return Recheck(CONFIRMED, recheck_measures(relation, premises, row))
        if row["verdict"] == "proved":
            missing = [text for text in assumed_by_tables(relation, premises) if text not in row["assumptions"]]
            require(not missing, f"the proof assumes {'; '.join(missing)}")
        relation, premises = meant(relation, premises)
        claim = prepared_again(relation, premises, derivatives, row["evidence"].get("values", []))
        return Recheck(CONFIRMED, CHECKS[row["verdict"]](claim, without_values(claim, row)))
    except RecordError as wrong:
        return Recheck(FAILED, str(wrong))
    except Exception as error:  # a tampered record may break anything below; that is a failure, not a crash
        return Recheck(FAILED, f"not evidence for this claim ({type(error).__name__}: {error})"[:LONGEST])


# -- proved


def _proved(claim: Claim, row: dict[str, Any]) -> str:
    return by_method(row["method"]).recheck(claim, row)


# -- refuted


def _refuted(claim: Claim, row: dict[str, Any]) -> str:
    """Both sides once more at the recorded point; everything about it must come out as recorded."""
    recorded = row["counterexample"]
    if recorded is None or claim.relation.kind not in ORDERED:
        raise RecordError("there is no counterexample to this claim")
    comparison = Comparison(claim.core, claim.premises, claim.indices)
    point = RecordedPoint(comparison.names, recorded["shapes"], recorded["at"])
    outcome = comparison.at(point, repairs=0)
    if outcome is None:
        raise RecordError("the premises do not hold at the recorded point")
    if outcome.refuted is None:
        raise RecordError("the claim is not contradicted at the recorded point")
    found = comparison.shown(point, outcome, outcome.refuted)
    for name, value, expected in (
        ("shapes", found.shapes, recorded["shapes"]),
        ("at", found.at, recorded["at"]),
        ("entry", list(found.entry), recorded["entry"]),
        ("lhs", _digits(found.left), _digits(recorded["lhs"])),
        ("rhs", _digits(found.right), _digits(recorded["rhs"])),
    ):
        require(value == expected, f"counterexample.{name} is {value}, not {expected} as recorded")
    return "evaluated again at the recorded point"


def _digits(value: str) -> str:
    """The certain digits of a printed value, without the radius of its ball."""
    return value.split(" ± ")[0]


# -- tested


def _tested(claim: Claim, row: dict[str, Any]) -> str:
    """The same draws once more; they must find the same."""
    draws = row["draws"]
    require(0 < draws <= MOST_DRAWS, f"{draws} draws were asked for")
    finding = falsify(claim.core, premises=claim.premises, draws=draws, seed=row["seed"], indices=claim.indices)
    require(finding.counterexample is None, "the draws refute the claim")
    found = verdict_by_draws(finding)
    for name, value, expected in (
        ("verdict", found.kind, row["verdict"]),
        ("method", found.method, row["method"]),
        ("conditions", list(found.conditions), row["conditions"]),
        ("evidence", found.evidence, {k: row["evidence"].get(k) for k in found.evidence}),
    ):
        require(value == expected, f"{name} is {value}, not {expected} as recorded")
    return f"draws repeated: {finding.draws_effective}"


CHECKS: dict[str, Callable[[Claim, dict[str, Any]], str]] = {
    "proved": _proved,
    "tested": _tested,
    "refuted": _refuted,
}
