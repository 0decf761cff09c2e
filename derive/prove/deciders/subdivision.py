"""Inequalities in one variable, by a cover of its domain with pieces of certain sign.

The pieces are the certificate. Checking them takes enclosures and normal forms, and no search.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from derive.expr.leaves import Symbol
from derive.expr.substitute import substitute
from derive.meaning.normal import Certificate
from derive.prove.budget import Budget, Exhausted
from derive.prove.candidate import Candidate
from derive.prove.claim import Claim
from derive.prove.conditions import one_sided, require_conditions
from derive.prove.deciders import RecordError, require
from derive.prove.proof import Proof
from derive.prove.scalar import INEQUALITIES, scalar
from derive.prove.subdivision.domain import Single, single

if TYPE_CHECKING:
    from derive.prove.subdivision.chart import Chart
    from derive.prove.subdivision.pieces import Line, Piece

METHODS = ("subdivision",)
SHARE = 60_000  # units of work
WHOLE = "the whole claim"


@dataclass(frozen=True)
class Cover:
    """The pieces of every chart of a plan."""

    plan: int
    charts: tuple[tuple[str, tuple[Piece, ...]], ...]

    @property
    def pieces(self) -> list[Piece]:
        return [p for _, pieces in self.charts for p in pieces]

    def to_json(self) -> dict[str, Any]:
        shown = [{"chart": chart, "pieces": [p.to_json() for p in pieces]} for chart, pieces in self.charts]
        return {"plan": self.plan, "charts": shown}


def accepts(claim: Claim) -> bool:
    return claim.relation.kind in INEQUALITIES


def prove(claim: Claim, budget: Budget) -> Proof | Candidate | str:
    goal = scalar(claim)
    whole = single(goal)
    if isinstance(whole, str):
        return whole
    own = Budget(min(SHARE, budget.left))
    try:
        reason = ""
        for goals in _ways(whole):
            covers: dict[str, Cover] = {}
            for label, branch in goals.items():
                found = _covered(branch, own)
                if isinstance(found, Candidate):
                    return found
                if isinstance(found, str):
                    reason = reason or found
                    break
                covers[label] = found
            else:
                return _proof(whole, covers, one_sided(goal.claim))
        return reason
    except Exhausted as spent:
        return f"subdivision: {spent}"
    finally:
        budget.spend(own.units - max(own.left, 0))


def _ways(whole: Single) -> list[dict[str, Single]]:
    """The inequality itself, or the branches of its absolute values and maxima one by one."""
    branches = whole.branches()
    ways = [{WHOLE: whole}]
    if len(branches) > 1:
        ways.append({f"branch {k + 1} of {len(branches)}": branch for k, branch in enumerate(branches)})
    return ways


def _covered(goal: Single, budget: Budget) -> Cover | Candidate | str:
    """A cover by one plan, or a point at which the inequality fails. Raises `Exhausted`."""
    from derive.prove.subdivision.chart import plans
    from derive.prove.subdivision.search import Below, Search, StuckError

    reason = ""
    for number, plan in enumerate(plans(goal.domain)):
        charts: list[tuple[str, tuple[Piece, ...]]] = []
        try:
            for chart in plan:
                found = Search(line_of(goal, chart), chart, budget).run()
                if isinstance(found, Below):
                    candidate = _candidate(goal, chart, found.at)
                    return candidate or "the claim fails where no simple rational was found"
                charts.append((str(chart), tuple(found)))
        except StuckError as why:
            reason = reason or str(why)
            continue
        return Cover(number, tuple(charts))
    return reason


def line_of(goal: Single, chart: Chart) -> Line:
    """The difference in the coordinate of a chart."""
    from derive.prove.subdivision.chart import coordinate
    from derive.prove.subdivision.pieces import Line
    from derive.prove.subdivision.resolve import opened

    s = coordinate()
    return Line(opened(substitute(goal.gap, {goal.leaf: chart.at(s)})), s, goal.strict)


def _candidate(goal: Single, chart: Chart, s: Fraction) -> Candidate | None:
    """A rational point near one at which the claim fails, where it fails too."""
    from flint import ctx

    from derive.meaning.numbers import ball
    from derive.prove.subdivision.enclosure import enclose, sign

    if not isinstance(goal.leaf, Symbol):
        return None
    with ctx.workprec(256):
        for digits in (1, 3, 6, 12, 24):
            x = chart.near(s, digits)
            fails = (-1, 0) if goal.strict else (-1,)
            if goal.contains(x) and sign(enclose(goal.gap, {goal.leaf: ball.exact(x)})) in fails:
                return Candidate({goal.leaf: x})
    return None


def _proof(whole: Single, covers: dict[str, Cover], conditions: tuple[str, ...]) -> Proof:
    pieces = [p for cover in covers.values() for p in cover.pieces]
    laws = dict.fromkeys(step.law for p in pieces for z in p.zeros if isinstance(z, Certificate) for step in z.steps)
    method = f"subdivision, {len(pieces)} piece{'' if len(pieces) == 1 else 's'}"
    return Proof(method, whole.assumptions, conditions, tuple(laws), tuple(covers.items()))


def recheck(claim: Claim, row: dict[str, Any]) -> str:
    require(accepts(claim), f"subdivision does not prove a claim with {claim.relation.kind}")
    goal = scalar(claim)
    whole = single(goal)
    if isinstance(whole, str):
        raise RecordError(whole)
    require_conditions(goal.claim, row)
    parts = row["evidence"]["proof"]
    labels = [p["goal"] for p in parts]
    goals = next((goals for goals in _ways(whole) if list(goals) == labels), None)
    if goals is None:
        raise RecordError(f"the covers ({', '.join(labels) or 'none'}) do not prove the claim")
    missing = [text for text in whole.assumptions if text not in row["assumptions"]]
    require(not missing, f"the domain rests on {', '.join(missing)}, which is not recorded")
    return f"pieces evaluated again: {sum(_check(goals[p['goal']], p) for p in parts)}"


def _check(goal: Single, part: dict[str, Any]) -> int:
    """The number of pieces of a cover, each of which was found to show its sign."""
    from derive.prove.subdivision.chart import plans
    from derive.prove.subdivision.pieces import Piece, UnsettledError, check_chart

    known = plans(goal.domain)
    require(type(part["plan"]) is int and 0 <= part["plan"] < len(known), "there is no such plan for the domain")
    plan = known[part["plan"]]
    require([c["chart"] for c in part["charts"]] == [str(c) for c in plan], "the charts do not cover the domain")
    count = 0
    for chart, shown in zip(plan, part["charts"], strict=True):
        pieces = [Piece.of_json(p) for p in shown["pieces"]]
        count += len(pieces)
        try:
            check_chart(line_of(goal, chart), chart, pieces)
        except UnsettledError as why:
            raise RecordError(f"{chart}: {why}") from why
    return count
