"""Inequalities about sums: the difference of both sides as a non-negative combination of named inequalities.

The certificate lists the instances with their coefficients, and the steps by which the normal form of their combination
is that of the difference. The checker looks at the needs of every instance and goes through the steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from derive.expr.arithmetic import Add, Mul, Pow
from derive.expr.leaves import ONE, ZERO, Number
from derive.expr.node import Expr, as_expr, walk
from derive.expr.operations import Apply
from derive.expr.plain import plain
from derive.expr.structure import Bound
from derive.meaning.interval import Ranges
from derive.meaning.normal import Certificate, Undecided, equal
from derive.meaning.normal.certificate import MALFORMED, Leaves, verify
from derive.meaning.normal.checker import Unconfirmed
from derive.meaning.normal.lower import Normaliser
from derive.meaning.normal.poly import UNIT, Poly
from derive.meaning.normal.render import as_power, monomial
from derive.prove.budget import Budget
from derive.prove.claim import Claim
from derive.prove.conditions import one_sided, require_conditions
from derive.prove.deciders import RecordError, require
from derive.prove.proof import Proof
from derive.prove.scalar import INEQUALITIES, Scalar, scalar
from derive.prove.theorems.combine import combination
from derive.prove.theorems.propose import Instance, instances, multipliers
from derive.prove.theorems.table import TABLE, Theorem

METHODS = ("theorems",)
COST = 12  # units of work for the normal form of an instance
FIRST, MOST_INSTANCES = 50, 600
MOST_MONOMIALS = 40  # of an instance


@dataclass(frozen=True)
class Use:
    """An instance of a theorem, times a coefficient and a factor that is not negative."""

    theorem: Theorem
    values: dict[str, Expr]
    factor: Expr
    coefficient: Fraction = Fraction(1)

    @cached_property
    def gap(self) -> Expr:
        """What the instance says is not negative."""
        large, small = self.theorem.instance(self.values)
        gap = large - small
        if self.coefficient != 1:
            gap = as_expr(self.coefficient) * gap
        return gap if self.factor is ONE else Mul.of(self.factor, gap)

    @property
    def holds(self) -> bool:
        """Whether the instance holds, if the totals of its weights are 1."""
        met = self.theorem.holds_for(self.values, shown=True)
        return self.coefficient > 0 and met and Ranges()(self.factor).nonneg

    @property
    def strict(self) -> bool:
        return self.theorem.strict and Ranges()(self.factor).positive


@dataclass(frozen=True)
class Combination:
    """Σ uses + constant = the difference, with the steps that show it."""

    goal: Scalar
    uses: tuple[Use, ...]
    constant: Fraction
    certificate: Certificate
    totals: tuple[tuple[Certificate, ...], ...]  # of the weights of every use

    def to_json(self) -> dict[str, Any]:
        writing = Leaves((self.goal.claim, *self.goal.premises))
        shown = [
            {
                "theorem": use.theorem.name,
                "coefficient": str(use.coefficient),
                "factor": writing.data(use.factor),
                "values": {name: writing.data(value) for name, value in use.values.items()},
                "totals": [total.to_json() for total in totals],
                "text": f"{plain(use.gap)} >= 0",
            }
            for use, totals in zip(self.uses, self.totals, strict=True)
        ]
        return {"uses": shown, "constant": str(self.constant), "equality": self.certificate.to_json()}


def accepts(claim: Claim) -> bool:
    return claim.relation.kind in INEQUALITIES


def prove(claim: Claim, budget: Budget) -> Proof | str:
    goal = scalar(claim)
    gap = goal.gap
    if not any(isinstance(n, Bound) for n in walk(gap)) and not _has_powers(gap):
        return "there are no sums that a theorem speaks of"
    search = Normaliser()
    try:
        search.assume([p for p in goal.premises if p.kind == "="])
        target = search.normalise(gap)
        found = [*_signs(search, target), *instances(gap)]
    except (Undecided, RecursionError) as why:
        return str(why)
    known, reason = vocabulary(gap), "no combination of theorems gives the difference"
    near = _in_turns([one for one in found if vocabulary(Use(*one, ONE).gap) <= known])
    factors = [*multipliers(gap), *_divisors(search, target)]
    for chosen, by in ((near[:FIRST], [ONE]), (near, [ONE]), (near, factors), (found, [ONE])):
        uses = [Use(*one, factor) for one in chosen for factor in by][:MOST_INSTANCES]
        result = _combined(goal, search, target, uses, budget)
        if isinstance(result, Proof):
            return result
        reason = result or reason
    return reason


def _in_turns(found: list[Instance]) -> list[Instance]:
    """The first instances of all theorems, then the second ones, and so on."""
    turns: dict[str, int] = {}
    numbered = []
    for one in found:
        turns[one[0].name] = turns.get(one[0].name, 0) + 1
        numbered.append((turns[one[0].name], len(numbered), one))
    return [one for _, _, one in sorted(numbered, key=lambda n: n[:2])]


def _signs(search: Normaliser, target: Poly) -> list[Instance]:
    """The monomials of the difference that are not negative by where their factors lie."""
    out: list[Instance] = []
    for m, _ in target.ordered:
        for name in ("positive", "nonneg"):
            values = {"x": monomial(search, m)}
            if m.factors and TABLE[name].holds_for(values):
                out.append((TABLE[name], values))
                break
    return out


def _divisors(search: Normaliser, target: Poly) -> list[Expr]:
    """The powers that the difference is divided by, if they are positive."""
    ranges = Ranges()
    powers = {(a.key, e): (a, e) for m, _ in target.ordered for a, e in m.factors if e < 0}
    written = [as_power(search, a, e) for a, e in powers.values()]
    return [e for e in written if ranges(e).positive][:3]


def _combined(goal: Scalar, search: Normaliser, target: Poly, uses: list[Use], budget: Budget) -> Proof | str:
    """A proof by some of the instances; empty if none combine to the difference. Raises `Exhausted`."""
    columns: list[dict[str, Fraction]] = [_vector(_CONSTANT)]
    kept: list[Use | None] = [None]
    for use in uses:
        column = _column(search, use, budget)
        if column is not None and column.terms:
            kept.append(use)
            columns.append(_vector(column))
    chosen = combination(columns, _vector(target), budget)
    if chosen is None:
        return ""
    picked = [replace(use, coefficient=c) for k, c in sorted(chosen.items()) if (use := kept[k]) is not None]
    constant = chosen.get(0, Fraction(0))
    if goal.strict and not constant and not any(use.strict for use in picked):
        return "theorems give the inequality, but not a strict one"
    outcome = equal(goal.gap, _total(picked, constant), premises=goal.premises)
    if outcome.certificate is None:
        return f"the combination of theorems is not confirmed: {outcome.reason}"
    names = tuple(dict.fromkeys(use.theorem.name for use in picked))
    totals = tuple(_totals(use) for use in picked)
    evidence = Combination(goal, tuple(picked), constant, outcome.certificate, totals)
    method = f"theorems, {', '.join(names)}" if names else "theorems"
    laws = (*names, *outcome.laws_used)
    conditions = tuple(dict.fromkeys((*outcome.conditions, *one_sided(goal.claim))))
    return Proof(method, outcome.assumptions, conditions, laws, (("the difference", evidence),))


def _totals(use: Use) -> tuple[Certificate, ...]:
    """The certificates that the weights of an instance sum to 1, which was seen when it was proposed."""
    outcomes = [equal(*sides) for sides in use.theorem.totals(use.values)]
    return tuple(o.certificate for o in outcomes if o.certificate is not None)


def vocabulary(e: Expr) -> frozenset[str]:
    """The functions and kinds of totals in an expression; sums are in every one."""
    names = {n.operation.name for n in walk(e) if isinstance(n, Apply)} | {
        n.kind for n in walk(e) if isinstance(n, Bound)
    }
    return frozenset(names - {"sum"})


_CONSTANT = Poly({UNIT: 1})


def _has_powers(gap: Expr) -> bool:
    return any(isinstance(n, Pow) and not isinstance(n.args[1], Number) for n in walk(gap))


def _column(search: Normaliser, use: Use, budget: Budget) -> Poly | None:
    budget.spend(COST)
    try:
        column = search.normalise(use.gap)
    except (Undecided, RecursionError, ValueError):
        return None
    return column if len(column.terms) <= MOST_MONOMIALS else None


def _vector(p: Poly) -> dict[str, Fraction]:
    return {m.key: Fraction(c) for m, c in p.terms.items()}


def _total(uses: Sequence[Use], constant: Fraction) -> Expr:
    terms = [use.gap for use in uses]
    if constant or not terms:
        terms.append(as_expr(constant) if constant else ZERO)
    return terms[0] if len(terms) == 1 else Add.of(*terms)


def recheck(claim: Claim, row: dict[str, Any]) -> str:
    require(accepts(claim), f"theorems about sums do not prove a claim with {claim.relation.kind}")
    goal = scalar(claim)
    require([p["goal"] for p in row["evidence"]["proof"]] == ["the difference"], "there is not one combination")
    require_conditions(goal.claim, row)
    (part,) = row["evidence"]["proof"]
    reading = Leaves((goal.claim, *goal.premises))
    try:
        uses = [_read(reading, use) for use in part["uses"]]
        constant = Fraction(part["constant"])
        for use, data in zip(uses, part["uses"], strict=True):
            require(use.holds, f"{use.theorem.name} does not hold for the recorded values")
            for sides, total in zip(use.theorem.totals(use.values), data["totals"], strict=True):
                require(not verify(*sides, total).conditions, "weights sum to 1 under conditions only")
        require(constant >= 0, "the constant is negative")
        strict = bool(constant) or any(use.strict for use in uses)
        require(strict or not goal.strict, "the theorems give no strict inequality")
        found = verify(goal.gap, _total(uses, constant), part["equality"], premises=goal.premises)
    except Unconfirmed as why:
        raise RecordError(f"the combination is not the difference: {why}") from why
    except MALFORMED as why:
        raise RecordError(f"the combination does not fit this claim ({type(why).__name__}: {why})") from why
    for name, used, recorded in (
        ("law", (*(use.theorem.name for use in uses), *found.laws), row["evidence"]["laws"]),
        ("assumption", found.assumptions, row["assumptions"]),
        ("condition", found.conditions, row["conditions"]),
    ):
        missing = [text for text in used if text not in recorded]
        require(not missing, f"the proof needs the {name} {', '.join(missing)}, which is not recorded")
    return f"instances checked: {len(uses)}, steps checked: {len(part['equality']['steps'])}"


def _read(reading: Leaves, data: dict[str, Any]) -> Use:
    values = {name: reading.expr(value) for name, value in data["values"].items()}
    return Use(TABLE[data["theorem"]], values, reading.expr(data["factor"]), Fraction(data["coefficient"]))
