"""The table of an integral at a point: its integrand read as a function of one variable, then enclosed.

What does not contain the variable is computed as everywhere else; sums over an index are written out.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from flint import arb, fmpq

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.calculus import Integral
from derive.expr.leaves import INFINITY, ZERO, Number, Variable
from derive.expr.node import Expr, walk
from derive.expr.operations import OPERATIONS, Apply
from derive.expr.propositions import Relation
from derive.expr.structure import Bound, Weighted, Where
from derive.expr.substitute import substitute, unbound
from derive.meaning.numbers import ball
from derive.meaning.numbers.ball import Scalar, State
from derive.meaning.numbers.evaluate import Evaluation, NotEvaluableError
from derive.meaning.numbers.integrand import EVALUABLE, Tree, X, add, apply, constant, multiply, power
from derive.meaning.numbers.quadrature import End, integral
from derive.meaning.numbers.table import Table, TooLargeError, count

MOST_INTEGRALS = 16  # positions of the free indices
LONGEST_SUM = 32  # written out inside of an integrand
MINUS_INFINITY = Neg.of(INFINITY)


class _WithoutValueError(Exception):
    """A part of the integrand has no value at this point."""

    def __init__(self, state: State) -> None:
        self.state = state


def table_of(evaluation: Evaluation, e: Integral) -> Generator[Any, Any, Table[Scalar]]:
    """The enclosures of an integral at all positions of its free indices."""
    outer = evaluation.reading.free(e)
    positions = count(outer, evaluation.ranges)
    if positions > MOST_INTEGRALS:
        raise TooLargeError(f"{positions} integrals at one point")
    body = yield from written_out(evaluation, e.body, e.variable)
    if e.low is INFINITY or e.high is MINUS_INFINITY:
        raise NotEvaluableError(f"`{e}` runs from the far end")
    ends = [end for end in (e.low, e.high) if end is not MINUS_INFINITY and end is not INFINITY]
    columns: dict[Expr, Sequence[Scalar]] = {}
    for part in (*fixed(body, e.variable), *ends):
        if any(isinstance(leaf, Variable) for leaf in unbound(part)):
            raise NotEvaluableError(f"`{part}` contains the variable of another integral")
        table = yield evaluation._node(part)
        columns[part] = table.over(outer, evaluation.ranges)
    out: list[Scalar] = []
    for k in range(positions):
        here = {part: column[k] for part, column in columns.items()}
        try:
            f = _tree(body, e.variable, here)
            out.append(integral(f, _end(e.low, here), _end(e.high, here), evaluation.bits))
        except _WithoutValueError as why:
            out.append(why.state)
    return Table(outer, out)


def written_out(evaluation: Evaluation, e: Expr, x: Variable) -> Generator[Any, Any, Expr]:
    """Sums whose terms contain the variable, as their terms."""
    done: dict[Expr, Expr] = {}
    for node in walk(e, into_terms=False):
        new = node.rebuild(tuple(done[a] for a in node.args)) if node.args else node
        if isinstance(new, Bound) and x in set(walk(new.low, new.high)):
            raise NotEvaluableError(f"the range of `{new}` depends on {x}")
        if isinstance(new, Bound) and x in set(walk(new.body)):
            if new.kind != "sum" or evaluation.reading.free(new.low) or evaluation.reading.free(new.high):
                raise NotEvaluableError(f"`{new}` in an integrand")
            low = ball.integer((yield evaluation._node(new.low)).values[0])
            high = ball.integer((yield evaluation._node(new.high)).values[0])
            if isinstance(low, State) or isinstance(high, State) or high - low >= LONGEST_SUM:
                raise NotEvaluableError(f"`{new}` in an integrand")
            terms = [substitute(new.body, {new.index: Number.of(k)}) for k in range(low, high + 1)]
            new = Add.of(*terms) if len(terms) > 1 else terms[0] if terms else ZERO
        done[node] = new
    return done[e]


def fixed(e: Expr, x: Variable) -> list[Expr]:
    """The largest parts in which the variable does not occur."""
    if x not in set(walk(e)):
        return [e]
    args = (e.args[0].args + e.args[1:]) if isinstance(e, Where) else e.args
    return list(dict.fromkeys(part for a in args for part in fixed(a, x)))


def _end(e: Expr, here: dict[Expr, Scalar]) -> End:
    if e is MINUS_INFINITY or e is INFINITY:
        return None
    return _number(here[e])


def _number(value: Scalar):
    if isinstance(value, State):
        raise _WithoutValueError(value)
    return value


def _tree(e: Expr, x: Variable, here: dict[Expr, Scalar]) -> Tree:
    if e is x:
        return X
    if e in here:
        return constant(_number(here[e]))
    match e:
        case Add():
            return add(*(_tree(a, x, here) for a in e.args))
        case Mul() | Weighted():
            return multiply(*(_tree(a, x, here) for a in e.args))
        case Neg():
            return multiply(constant(ball.exact(-1)), _tree(e.args[0], x, here))
        case Div():
            return multiply(_tree(e.args[0], x, here), _power(_tree(e.args[1], x, here), ball.exact(-1)))
        case Pow():
            base, exponent = (_tree(a, x, here) for a in e.args)
            if exponent.kind == "const":
                return _power(base, exponent.number)
            return apply("exp", multiply(exponent, apply("log", base)))
        case Apply():
            return _applied(e, x, here)
        case Where() if isinstance(e.args[0], Relation):
            parts = (e.args[0].left, e.args[0].right, *e.args[1:])
            return Tree("where", tuple(_tree(a, x, here) for a in parts), relation=e.args[0].kind)
    raise NotEvaluableError(f"`{e}` in an integrand")


def _power(base: Tree, exponent: fmpq | arb) -> Tree:
    if base.kind == "const" and base.number == 0 and not exponent > 0:
        raise _WithoutValueError(State.UNDEFINED)
    return power(base, exponent)


def _applied(e: Apply, x: Variable, here: dict[Expr, Scalar]) -> Tree:
    operation = e.operation
    if operation.name in EVALUABLE:
        return apply(operation.name, *(_tree(a, x, here) for a in e.args))
    if operation.name not in OPERATIONS and operation.unfold is not None and len(set(walk(e.args[0]))) > 0:
        unfolded = operation.unfold(*e.args)
        parts = [p for p in fixed(unfolded, x) if p not in here]
        if all(isinstance(p, Number) for p in parts):
            exact = {p: ball.exact(p.value) for p in parts if isinstance(p, Number)}
            return _tree(unfolded, x, {**here, **exact})
    raise NotEvaluableError(f"`{operation.name}` in an integrand")
