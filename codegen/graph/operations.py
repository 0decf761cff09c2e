"""The operations that a map may have: the rows of `derive.expr.operations`, and arithmetic, comparison, choice."""

from __future__ import annotations

from derive.expr.operations import OPERATIONS

ANY = -1  # two operands or more

ARITY = {
    "add": ANY, "multiply": ANY, "negate": 1, "divide": 2, "power": 2,
    "where": 3,  # condition, then, otherwise
    "less": 2, "less_equal": 2, "greater": 2, "greater_equal": 2, "equal": 2, "not_equal": 2,  # truth values
    "delta": 2,  # 1 where both operands are equal, else 0, as a number
    "weighted": 2,  # p·f where p ≠ 0, and 0 where p = 0, whatever f is there
    "identity": 1,  # another name, another order of axes, or a broadcast
    "diagonal": 1,  # one label on several axes of the operand
}  # fmt: skip
COMPARISONS = {"<": "less", "<=": "less_equal", ">": "greater", ">=": "greater_equal", "=": "equal", "!=": "not_equal"}
COMMUTATIVE = frozenset({"add", "multiply", "equal", "not_equal", "delta"})


def arity(operation: str) -> int | None:
    """The number of operands of a map, `ANY` for two or more; None for an operation that does not exist."""
    if operation in OPERATIONS:
        return OPERATIONS[operation].arity
    return ARITY.get(operation)
