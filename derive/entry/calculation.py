"""Calculations: `calc(start, eq(...), le(...), same_argmin(...))`, and `refute(...)` for known falsehoods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from derive.entry.record import Calc, Line
from derive.expr.errors import SortError
from derive.expr.leaves import Let
from derive.expr.node import Expr, as_expr
from derive.expr.propositions import Relation


class Calculation(Let):
    """What `calc` returns: the start as a named term, usable in later lines, with the lines attached."""

    __slots__ = ("expected", "given", "lines", "note")
    lines: Sequence[Line]
    expected: str
    note: str
    given: tuple[Expr, ...]

    def __init__(self, start: Expr, lines: tuple[Line, ...], expected: str, note: str, given: tuple[Expr, ...]) -> None:
        super().__init__("", start)
        for line in lines:
            if not isinstance(line, Line):
                raise SortError(f"a line is eq(...), le(...), same_argmin(...) or another relation, not {line!r}")
        before = start
        for line in lines:  # shapes are checked where the line stands
            Relation.of(line.relation, before, line.right, line.wrt)
            before = line.right
        for field, value in (("lines", lines), ("expected", expected), ("note", note), ("given", given)):
            object.__setattr__(self, field, value)

    @property
    def calc(self) -> Calc:
        return Calc(self, self.lines, self.expected, self.note, self.given)


def calc(start: Expr, *lines: Line, note: str = "", given: tuple[Expr, ...] = ()) -> Calculation:
    """A calculation that holds line by line; each line relates to the right side of the one before."""
    return Calculation(as_expr(start), lines, "holds", note, given)


def refute(start: Expr, *lines: Line, note: str = "", given: tuple[Expr, ...] = ()) -> Calculation:
    """A falsehood worth keeping: the last line must be refuted by a counterexample."""
    if not lines:
        raise SortError("refute needs a line that is false")
    return Calculation(as_expr(start), lines, "refuted", note, given)


def _line(relation: str, right: Expr | int, by: Any, note: str, wrt: Any = ()) -> Line:
    reasons = tuple(by) if isinstance(by, tuple | list) else (by,)
    if any(isinstance(reason, str) for reason in reasons):
        raise SortError("by takes rules and step names of derive.rules; prose goes into note=")
    variables = tuple(wrt) if isinstance(wrt, tuple | list) else (wrt,)
    return Line(relation, as_expr(right), reasons, variables, note)


def eq(right: Expr | int, by: Any = (), note: str = "") -> Line:
    """= right."""
    return _line("=", right, by, note)


def le(right: Expr | int, by: Any = (), note: str = "") -> Line:
    """≤ right."""
    return _line("<=", right, by, note)


def ge(right: Expr | int, by: Any = (), note: str = "") -> Line:
    """≥ right."""
    return _line(">=", right, by, note)


def lt(right: Expr | int, by: Any = (), note: str = "") -> Line:
    """< right."""
    return _line("<", right, by, note)


def gt(right: Expr | int, by: Any = (), note: str = "") -> Line:
    """> right."""
    return _line(">", right, by, note)


def same_argmin(right: Expr, wrt: Any, by: Any = (), note: str = "") -> Line:
    """The same minimisers in the variables `wrt` as `right`."""
    return _line("same_argmin", right, by, note, wrt)


def proportional(right: Expr, wrt: Any, by: Any = (), note: str = "") -> Line:
    """∝ right: a multiple of it by a factor, not 0, that is free of the variables `wrt`."""
    return _line("∝", right, by, note, wrt)
