"""The table of a limit at a point: with exact values for all parameters, the limit of a function of one variable.

Sums are written out and every part without the variable is replaced by its rational value; then the expansions of
`derive.meaning.limits` decide, which need no signs of parameters any more. What is not rational has no value here.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from fractions import Fraction
from typing import Any

from flint import fmpq

from derive.expr.calculus import Limit
from derive.expr.leaves import INFINITY, Number, Variable
from derive.expr.node import Expr
from derive.expr.substitute import substitute, unbound
from derive.meaning.limits.limit import Leaf, Question, Undefined
from derive.meaning.numbers.ball import UNDEFINED, UNKNOWN, Scalar
from derive.meaning.numbers.evaluate import Evaluation, NotEvaluableError
from derive.meaning.numbers.improper import MINUS_INFINITY, fixed, written_out
from derive.meaning.numbers.reading import Reading
from derive.meaning.numbers.sample import Names, Point
from derive.meaning.numbers.table import Table, TooLargeError, count

MOST_LIMITS = 8  # positions of the free indices


def table_of(evaluation: Evaluation, e: Limit) -> Generator[Any, Any, Table[Scalar]]:
    """The values of a limit at all positions of its free indices."""
    outer = evaluation.reading.free(e)
    positions = count(outer, evaluation.ranges)
    if positions > MOST_LIMITS:
        raise TooLargeError(f"{positions} limits at one point")
    body = yield from written_out(evaluation, e.body, e.variable)
    ends = [] if e.point is INFINITY or e.point is MINUS_INFINITY else [e.point]
    columns: dict[Expr, Sequence[Scalar]] = {}
    for part in (*fixed(body, e.variable), *ends):
        if any(isinstance(leaf, Variable) for leaf in unbound(part)):
            raise NotEvaluableError(f"`{part}` contains the variable of another limit")
        table = yield evaluation._node(part)
        columns[part] = table.over(outer, evaluation.ranges)
    out: list[Scalar] = []
    for k in range(positions):
        here = {part: column[k] for part, column in columns.items()}
        out.append(_limit(body, e.variable, e.point, here, evaluation.bits))
    return Table(outer, out)


def _limit(body: Expr, x: Variable, point: Expr, here: dict[Expr, Scalar], bits: int) -> Scalar:
    if UNDEFINED in here.values():
        return UNDEFINED
    if not all(isinstance(value, fmpq) for value in here.values()):
        return UNKNOWN
    exact = {part: Number.of(Fraction(int(v.p), int(v.q))) for part, v in here.items() if isinstance(v, fmpq)}
    found = Question(substitute(body, exact), x, substitute(point, exact)).answer()
    if isinstance(found, Undefined):
        return UNDEFINED
    if not isinstance(found, Leaf) or found.needs or not found.finite:
        return UNKNOWN
    closed = Evaluation(Reading(), Point(Names.of(found.value), "limit", {}), bits)
    (value,) = closed.table(found.value).values
    return value
