"""Inequalities that follow from simpler ones: term by term, by convexity, by the mean value theorem.

A reduction says which equalities and which inequalities together give a claim. Each is proved by another decider, and
checked again by it. The reductions are trusted; which one is tried is not.
"""

from __future__ import annotations

from dataclasses import dataclass

from derive.expr.node import Expr
from derive.expr.propositions import Relation


@dataclass(frozen=True)
class Reduction:
    """`name` says by which theorem and where, and is different for every reduction of a claim.

    `everywhere`: the inequalities are needed at all points, not only where they have values.
    """

    name: str
    cite: str
    equalities: tuple[tuple[Expr, Expr], ...]
    claims: tuple[Relation, ...]
    everywhere: bool = True
