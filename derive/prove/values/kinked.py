"""Nodes whose formula changes where their argument changes its sign: which argument, and which formulas. Trusted."""

from __future__ import annotations

from derive.expr.arithmetic import Add, Neg
from derive.expr.leaves import ONE, ZERO
from derive.expr.node import Expr
from derive.expr.operations import Apply
from derive.expr.propositions import Relation
from derive.expr.structure import Where

KINKED = ("abs", "relu", "sign", "step", "min", "max")
ORDERS = ("<", "<=", ">", ">=")


def is_kinked(node: Expr) -> bool:
    """Whether a node has a formula for each sign of its argument."""
    if isinstance(node, Where):
        return isinstance(node.args[0], Relation) and node.args[0].kind in ORDERS
    return isinstance(node, Apply) and node.operation.name in KINKED


def argument(node: Expr) -> Expr:
    """What changes its sign where the formula of a kinked node changes. Raises `ValueError` for another node."""
    if not is_kinked(node):
        raise ValueError(f"`{node}` has one formula")
    if isinstance(node, Where):
        return Add.of(node.args[0].args[0], Neg.of(node.args[0].args[1]))
    return node.args[0] if len(node.args) == 1 else Add.of(node.args[0], Neg.of(node.args[1]))


def formula(node: Expr, sign: int) -> Expr:
    """A kinked node where its argument is positive (1) or negative (-1)."""
    first, *others = node.args
    if isinstance(node, Where):
        greater = isinstance(first, Relation) and first.kind in (">", ">=")
        return others[0 if (sign > 0) == greater else 1]
    assert isinstance(node, Apply)
    match node.operation.name:
        case "abs":
            return first if sign > 0 else Neg.of(first)
        case "relu":
            return first if sign > 0 else ZERO
        case "sign":
            return ONE if sign > 0 else Neg.of(ONE)
        case "step":
            return ONE if sign > 0 else ZERO
        case "max":
            return first if sign > 0 else others[0]
    return others[0] if sign > 0 else first
