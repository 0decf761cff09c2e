"""Where an integrand changes its formula: the points at which to split the range. A search."""

from __future__ import annotations

from functools import cmp_to_key

from derive.expr.arithmetic import Add, Neg
from derive.expr.leaves import INFINITY, ONE, ZERO
from derive.expr.node import Expr, walk
from derive.expr.substitute import substitute
from derive.meaning.interval import Ranges
from derive.meaning.normal.signs import rational
from derive.meaning.normal.work import Undecided
from derive.prove.values.goal import MINUS_INFINITY, Goal
from derive.prove.values.kinked import argument, is_kinked
from derive.prove.values.terms import Terms

MOST_POINTS = 4


def changes(goal: Goal) -> list[Expr]:
    """What changes its sign where the formula of the integrand changes."""
    out = {argument(node): None for node in walk(goal.body) if is_kinked(node)}
    return [u for u in out if goal.x in set(walk(u))]


def branches(goal: Goal) -> list[tuple[Expr, Expr, Expr]]:
    """Kinked parts of the integrand whose argument is a multiple of x, or of x minus something, and the two factors."""
    terms, out = Terms(goal, ZERO), []
    for node in walk(goal.body):
        if not is_kinked(node):
            continue
        try:
            line = terms.affine(argument(node))
        except Undecided:
            continue
        if line is not None and line[1] is ZERO:
            out.append((node, line[0], goal.x))
    return out


def split_points(goal: Goal) -> list[Expr]:
    """The points inside of the range at which to split it, in order; empty if there are none, or they are not known."""
    terms, found = Terms(goal, ZERO), {}
    simple = _simple_roots(goal, terms)
    for u in changes(goal):
        try:
            line = terms.affine(u)
            if line is None:
                continue
            point = next((p for p in simple if terms.tidy(substitute(u, {goal.x: p})) is ZERO), None)
            point = point if point is not None else terms.tidy(Neg.of(line[1]) / line[0])
        except Undecided:
            continue
        if inside(goal, point):
            found[point] = None
    points = list(found)
    if len(points) > MOST_POINTS:
        return []
    try:
        return sorted(points, key=cmp_to_key(lambda a, b: _compared(terms, a, b)))
    except ValueError:
        return []


def _simple_roots(goal: Goal, terms: Terms) -> list[Expr]:
    """Where x minus something is 0, for such differences in the integrand."""
    out: dict[Expr, None] = {}
    for node in walk(goal.body):
        if isinstance(node, Add) and goal.x in set(walk(node)):
            try:
                line = terms.affine(node)
            except Undecided:
                continue
            if line is not None and line[0] is ONE:
                out[terms.tidy(Neg.of(line[1]))] = None
    return list(out)


def inside(goal: Goal, point: Expr) -> bool:
    """Whether a point is not certainly outside of the range."""
    gaps = []
    if goal.low is not MINUS_INFINITY:
        gaps.append(_gap(goal, goal.low, point))
    if goal.high is not INFINITY:
        gaps.append(_gap(goal, point, goal.high))
    return not any((-gap).nonneg for gap in gaps)


def _gap(goal: Goal, low: Expr, high: Expr):
    try:
        return Ranges()(Terms(goal, ZERO).tidy(Add.of(high, Neg.of(low))))
    except Undecided:
        return Ranges()(Add.of(high, Neg.of(low)))


def _compared(terms: Terms, a: Expr, b: Expr) -> int:
    p, q = rational(a), rational(b)
    if p is not None and q is not None:
        return (p > q) - (p < q)
    gap = Ranges()(terms.tidy(Add.of(b, Neg.of(a))))
    if gap.nonneg:
        return -1
    if (-gap).nonneg:
        return 1
    raise ValueError


def is_number(e: Expr) -> bool:
    return rational(e) is not None
