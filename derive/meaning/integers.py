"""Which expressions are integers at every point, by their form. Trusted."""

from __future__ import annotations

from derive.expr.arithmetic import Add, Mul, Neg
from derive.expr.leaves import Index, Number, Size, Symbol
from derive.expr.node import Expr
from derive.expr.structure import Delta, Indexed


def counts(e: Expr) -> bool:
    """Whether `e` is an integer at every point."""
    match e:
        case Number():
            return e.value.denominator == 1
        case Index() | Size() | Delta():
            return True
        case Symbol():
            return e.domain.integer and not e.axes
        case Indexed():
            return isinstance(e.of_what, Symbol) and e.of_what.domain.integer
        case Add() | Mul() | Neg():
            return all(map(counts, e.args))
    return False
