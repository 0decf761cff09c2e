"""A claim as a relation between two scalars, named terms opened, with the premises that speak of single numbers."""

from __future__ import annotations

from dataclasses import dataclass

from derive.expr.node import Expr
from derive.expr.propositions import ORDERED, Relation
from derive.expr.substitute import free_indices
from derive.meaning.index_form import entry, unfold
from derive.prove.claim import Claim

INEQUALITIES = ("<", "<=", ">", ">=")


@dataclass(frozen=True)
class Scalar:
    """`claim` between entries, and what is given at the same positions."""

    claim: Relation
    premises: tuple[Relation, ...]

    @property
    def gap(self) -> Expr:
        """What an inequality says is not negative (positive, if strict)."""
        large, small = self.claim.left, self.claim.right
        return large - small if self.claim.kind in (">", ">=") else small - large

    @property
    def strict(self) -> bool:
        return self.claim.kind in ("<", ">")


def scalar(claim: Claim) -> Scalar:
    """Both sides and the premises in core language, without named terms."""
    relation = Relation.of(claim.relation.kind, unfold(claim.left), unfold(claim.right))
    known = set(free_indices(relation))
    premises = []
    for given in claim.premises:
        if not isinstance(given, Relation) or given.kind not in ORDERED or given.axes:
            continue
        left, right = (unfold(entry(claim.derivatives.resolve(side))) for side in (given.left, given.right))
        one = Relation.of(given.kind, left, right)
        if all(i in known or i.dim is not None for i in free_indices(one)):
            premises.append(one)
    return Scalar(relation, tuple(premises))
