"""The lines of a calculation that has only a start and an end: found by the engine, and checked like any other line."""

from __future__ import annotations

from functools import lru_cache

from derive.derivation import Derivation, derive
from derive.derivation.names import is_named
from derive.entry.record import Calc, Record
from derive.expr.errors import DeriveError
from derive.expr.layers import Layers
from derive.expr.node import Expr

MOST_LINES = 8  # of a calculation on a page


def found_lines(record: Record, calc: Calc) -> Derivation | None:
    """The derivation from start to end, if the calculation asks for it and every line was proved.

    It asks for it with a single equality without a reason: ``calc(start, eq(end))``.
    """
    if calc.expected != "holds" or len(calc.lines) != 1:
        return None
    if any(isinstance(premise, Layers) for premise in record.given):  # derivatives go through layers, not line by line
        return None
    (line,) = calc.lines
    if line.relation != "=" or line.by:
        return None
    return _found(calc.start, line.right, record.given + calc.given)


@lru_cache(maxsize=256)  # a page and its record ask for the same lines
def _found(start: Expr, end: Expr, premises: tuple[Expr, ...]) -> Derivation | None:
    try:
        found = derive(start, end, premises)
    except DeriveError:
        return None
    if found is None or not found.proved or not 0 < len(found.steps) <= MOST_LINES:
        return None
    if len(found.steps) == 1 and not all(is_named(rule) for step in found.steps for rule in step.rules):
        return None
    return found
