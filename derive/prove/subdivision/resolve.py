"""Cases decided on an interval of one variable: what is smooth between two kinks has derivatives there. Trusted.

On [low, high] an absolute value, a maximum or a distinction of cases is replaced by the branch that holds inside. At
the ends themselves another branch may hold: `ends` says that the expression has to be looked at there apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from derive.expr.arithmetic import Div, Mul
from derive.expr.leaves import ONE, ZERO
from derive.expr.node import Expr, as_expr, walk
from derive.expr.operations import OPERATIONS, Apply, absolute, maximum, minimum, relu, sign, step
from derive.expr.propositions import Relation
from derive.expr.structure import Weighted, Where
from derive.meaning.numbers.ball import State
from derive.prove.smt.linear import combination
from derive.prove.subdivision.enclosure import between, enclose

KINKS = (absolute, relu, maximum, minimum, sign, step)


@dataclass(frozen=True)
class Resolved:
    """`smooth` if no case is left; `ends` are those at which the value may be another than that of the expression."""

    expr: Expr
    smooth: bool
    ends: frozenset[Fraction]


def opened(e: Expr) -> Expr:
    """`e` with the slopes of operations replaced by what they are, the slope of |x| by the sign of x."""
    done: dict[Expr, Expr] = {}
    for node in walk(e, into_terms=False):
        new = node.rebuild(tuple(done[a] for a in node.args)) if node.args else node
        if isinstance(new, Apply) and new.operation.name not in OPERATIONS and new.operation.unfold is not None:
            unfolded = new.operation.unfold(*new.args)
            new = new if unfolded is new else opened(unfolded)
        if isinstance(new, Div) and new.args[1] is absolute(new.args[0]):
            new = sign(new.args[0])  # which has a value at 0 too: more is shown than is claimed
        done[node] = new
    return done[e]


def switch(e: Expr) -> Expr | None:
    """What changes its sign where an expression changes its case; None if it has no cases."""
    if isinstance(e, Where) and isinstance(e.args[0], Relation):
        return e.args[0].left - e.args[0].right
    if isinstance(e, Apply) and e.operation in KINKS:
        return e.args[0] - e.args[1] if e.operation in (maximum, minimum) else e.args[0]
    return None


def kinks(e: Expr, s: Expr, low: Fraction, high: Fraction) -> list[Fraction]:
    """The points inside at which a case changes, as far as they are zeros of linear expressions."""
    found = set()
    for node in walk(e, into_terms=False):
        argument = switch(node)
        if argument is not None:
            line = combination(argument)
            if set(line) <= {s, ONE} and s in line:
                found.add(-line.get(ONE, Fraction(0)) / line[s])
    return sorted(point for point in found if low < point < high)


def resolve(e: Expr, s: Expr, low: Fraction, high: Fraction) -> Resolved:
    """The expression on [low, high], with every case decided that can be."""
    done: dict[Expr, Expr] = {}
    smooth, ends = True, frozenset[Fraction]()
    for node in walk(e, into_terms=False):
        new = node.rebuild(tuple(done[a] for a in node.args)) if node.args else node
        if isinstance(new, Weighted):  # where the weight is not 0 it is a factor
            weight = enclose(new.args[0], {s: between(low, high)})
            positive = not isinstance(weight, State) and bool(weight > 0)
            new = Mul.of(*new.args) if positive else new
            smooth = smooth and positive
        argument = switch(new)
        if argument is not None:
            found, apart = _sign(argument, s, low, high)
            if found is None:
                smooth = False
            else:
                continuous = isinstance(new, Apply) and new.operation not in (sign, step)
                new = _branch(new, found)
                ends = ends if continuous else ends | apart
        done[node] = new
    return Resolved(done[e], smooth, ends)


def _sign(argument: Expr, s: Expr, low: Fraction, high: Fraction) -> tuple[int | None, frozenset[Fraction]]:
    """The sign of an expression inside an interval, and the ends at which it is 0."""
    while isinstance(argument, Apply) and argument.operation.parity == "odd" and argument.operation.monotone == 1:
        argument = argument.args[0]  # tanh u has the sign of u
    line = combination(argument)
    if not line:
        return 0, frozenset()
    if set(line) <= {s, ONE}:
        values = [line.get(ONE, Fraction(0)) + line.get(s, Fraction(0)) * end for end in (low, high)]
        if min(values) >= 0 or max(values) <= 0:
            apart = {end for end, value in zip((low, high), values, strict=True) if value == 0}
            return (1 if max(values) > 0 else -1), frozenset(apart)
        return None, frozenset()
    value = enclose(argument, {s: between(low, high)})
    if isinstance(value, State) or not (value > 0 or value < 0):
        return None, frozenset()
    return (1 if value > 0 else -1), frozenset()


def _branch(e: Expr, found: int) -> Expr:
    """The case that holds where `switch` has this sign."""
    if isinstance(e, Where):
        holds = (
            found in {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1), "=": (0,), "!=": (-1, 1)}[e.args[0].params[0]]
        )
        return e.args[1] if holds else e.args[2]
    assert isinstance(e, Apply)
    x = e.args[0]
    if e.operation is absolute:
        return x if found >= 0 else -x
    if e.operation is relu:
        return x if found >= 0 else ZERO
    if e.operation is sign:
        return as_expr(found)
    if e.operation is step:
        return e if found == 0 else as_expr(int(found > 0))
    return x if (found >= 0) == (e.operation is maximum) else e.args[1]
