"""Equality in three tiers: normal form, cleared denominators, definitions unfolded; every proof is checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from derive.expr.errors import DeriveError
from derive.expr.node import Expr
from derive.expr.propositions import Relation
from derive.meaning.facts import Fact
from derive.meaning.interval import Interval
from derive.meaning.normal.certificate import Certificate
from derive.meaning.normal.checker import Checker, Unconfirmed
from derive.meaning.normal.clear import cleared
from derive.meaning.normal.defined import requirements
from derive.meaning.normal.lower import Normaliser
from derive.meaning.normal.poly import Poly
from derive.meaning.normal.ranges import aligned
from derive.meaning.normal.work import Undecided

NORMAL_FORM, CLEARED, UNFOLDED = 1, 2, 3
TIERS = {NORMAL_FORM: "normal form", CLEARED: "denominators cleared", UNFOLDED: "definitions unfolded"}


@dataclass(frozen=True)
class Outcome:
    """Proved, with what the proof rests on; or not, with the reason. Not proved says nothing about being false.

    The equality holds wherever both sides are defined, the domains hold and the `conditions` are met.
    """

    proved: bool
    reason: str = ""
    tier: int = 0
    laws_used: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    certificate: Certificate | None = None
    work: int = 0  # products of monomials and the like: the same on every machine


def equal(
    left: Expr,
    right: Expr,
    *,
    laws: frozenset[str] | None = None,
    assumed: Mapping[Expr, Interval] | None = None,
    premises: Sequence[Relation] = (),
    facts: tuple[Fact, ...] = (),
) -> Outcome:
    """Try to prove that two scalar core expressions are equal.

    `laws` restricts the laws to ring arithmetic and those named; None allows all. `assumed` gives narrower intervals
    for chosen expressions; they must hold at every position of the indices in them. `premises` are equations that may
    be used, at the positions they speak of; `facts` are signs that hold at the points considered, besides those that
    make both sides defined. Raises nothing: what goes wrong is a reason.
    """
    known, work, reasons = dict(assumed or {}), 0, []
    seen = (*facts, *requirements(left, right))
    for unfolding in (False, True):
        search = Normaliser(laws, known, unfolding, seen)
        try:
            search.assume(premises)
            difference = search.normalise(left) - search.normalise(right)
            tier = UNFOLDED if unfolding else NORMAL_FORM
            if not difference.is_zero:
                difference, tier = simplified(search, difference), max(tier, CLEARED)
            if difference.is_zero:
                return confirmed(left, right, laws, known, premises, facts, search, tier, work)
            reasons.append("the difference is " + search.shown(difference))
        except (Undecided, Unconfirmed, DeriveError) as e:
            reasons.append(str(e))
        except (RecursionError, OverflowError) as e:
            reasons.append(f"an expression is too deep or a number too large ({type(e).__name__})")
        except Exception as e:  # whatever goes wrong, the answer is that nothing is known
            reasons.append(f"internal error: {type(e).__name__}: {e}")
        work += search.work
    return Outcome(False, reasons[0], work=work)


def simplified(search: Normaliser, difference: Poly) -> Poly:
    """The difference without denominators, and with the ranges of its sums brought together."""
    cleared_once = cleared(search, difference)
    if cleared_once.is_zero:
        return cleared_once
    together = aligned(search, difference)
    return cleared_once if together.key == difference.key else cleared(search, together)


def confirmed(
    left: Expr,
    right: Expr,
    laws: frozenset[str] | None,
    assumed: dict[Expr, Interval],
    premises: Sequence[Relation],
    facts: tuple[Fact, ...],
    search: Normaliser,
    tier: int,
    work: int,
) -> Outcome:
    """The outcome of a search that succeeded, if the checker agrees. Raises `Unconfirmed`."""
    checker = Checker(laws, assumed, premises, facts)
    found = checker.confirm(left, right, search.steps)
    if len(found.steps) < len(search.steps):
        try:  # the needed steps alone should do: then they are what the proof rests on
            found = Checker(laws, assumed, premises, facts).confirm(left, right, found.steps)
        except Unconfirmed:
            found = replace(found, steps=tuple(search.steps))
    certificate = Certificate(left, right, found.steps, laws, tuple(premises))
    return Outcome(
        True, "", tier, found.laws, found.assumptions, found.conditions, certificate, work + search.work + checker.work
    )  # fmt: skip


def normalise(e: Expr, *, laws: frozenset[str] | None = None, assumed: Mapping[Expr, Interval] | None = None) -> Poly:
    """The normal form of a core expression. Raises `Undecided` with the reason if there is none within budget."""
    return Normaliser(laws, dict(assumed or {})).normalise(e)


def key(e: Expr) -> tuple[str, tuple[Expr, ...]]:
    """A hashable value, the same for expressions that have the same normal form over the same leaves."""
    search = Normaliser()
    p = search.normalise(e)
    return p.key, search.leaves(p)
