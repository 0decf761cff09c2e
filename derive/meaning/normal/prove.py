"""Equality in three tiers: normal form, cleared denominators, definitions unfolded; each proof is checked."""

from __future__ import annotations

from dataclasses import dataclass

from derive.expr.errors import DeriveError
from derive.expr.node import Expr
from derive.meaning.interval import Interval
from derive.meaning.normal.checker import Checker, Unconfirmed
from derive.meaning.normal.clear import cleared
from derive.meaning.normal.lower import Normaliser
from derive.meaning.normal.poly import Poly
from derive.meaning.normal.work import Undecided

TIERS = ("", "normal form", "denominators cleared", "definitions unfolded")


@dataclass(frozen=True)
class Outcome:
    proved: bool
    reason: str = ""
    tier: int = 0
    laws_used: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()


def normalise(e: Expr, *, laws=None, assumed=None) -> Poly:
    return Normaliser(laws, assumed).normalise(e)


def key(e: Expr) -> str:
    return normalise(e).key


def equal(
    left: Expr,
    right: Expr,
    *,
    laws: frozenset[str] | None = None,
    assumed: dict[Expr, Interval] | None = None,
    premises=(),
) -> Outcome:
    for unfolding in (False, True):
        n = Normaliser(laws, assumed)
        n.unfolding = unfolding
        try:
            d = n.normalise(left) - n.normalise(right)
            tier = 3 if unfolding else 1
            if not d.is_zero:
                d = cleared(n, d)
                tier = 3 if unfolding else 2
            if d.is_zero:
                import os

                if os.environ.get("STEPS"):
                    for st in n.steps:
                        print("   ", st.law, dict(st.values), "back" if st.backwards else "", st.weights)
                done = Checker(laws, assumed or {}, premises).confirm(left, right, n.steps)
                return Outcome(True, "", tier, done.laws, done.assumptions, done.conditions)
            reason = f"the difference is {d!r}"
        except (Undecided, Unconfirmed, DeriveError) as e:
            reason = str(e)
        except (RecursionError, OverflowError) as e:
            reason = f'the expression is too deep or too large ({type(e).__name__})'
    return Outcome(False, reason)
