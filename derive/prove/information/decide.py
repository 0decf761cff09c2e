"""The order in which a statement about entropies is decided."""

from __future__ import annotations

from derive.expr.node import Expr
from derive.expr.propositions import Relation
from derive.prove.verdict import Verdict


def decide(
    relation: Relation, premises: tuple[Expr, ...], *, command: str = "", screening: bool = False
) -> Verdict | None:
    """The verdict, or None if the statement is none about measures alone."""
    return None
