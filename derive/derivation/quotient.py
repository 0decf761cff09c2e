"""Difference quotients: an independent look at a step about derivatives.

Every ∂f/∂x is replaced by (f(x + h) − f(x − h)) / 2h with h = 10⁻²⁰, and both lines are evaluated in balls of 512 bits
at exact points. The two agree to about h², unless the step is wrong. No rule of differentiation takes part.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from random import Random

from flint import arb, ctx

from derive.derivation.differentiate import leaf_of
from derive.derivation.entry import entry
from derive.expr.arithmetic import Add, Div, Mul, Neg
from derive.expr.errors import DeriveError
from derive.expr.leaves import Let, Number, indices_along
from derive.expr.node import Expr, walk
from derive.expr.propositions import Relation
from derive.expr.structure import Delta, Derivative, Indexed
from derive.expr.substitute import substitute
from derive.expr.tensor import Array
from derive.meaning import index_form
from derive.meaning.numbers.ball import State
from derive.meaning.numbers.evaluate import NotEvaluableError
from derive.meaning.numbers.sample import STYLES, Point, size_plans
from derive.meaning.numbers.table import TooLargeError, UnusablePointError
from derive.prove.comparison import Comparison

H = Number.of(Fraction(1, 10**20))
BITS = 512
POINTS = 3  # at which both lines have values
ATTEMPTS = 12
AGREEMENT = 18  # digits; what is left of a difference quotient at h is 40, less where a curve is steep
LARGEST = 400  # nodes of a line: beyond, difference quotients are not worth their time


@dataclass(frozen=True)
class Agreement:
    """At how many points the two lines agreed, and at how many they differed."""

    points: int = 0
    against: int = 0


def quotients(e: Expr) -> Expr:
    """The line with a difference quotient for every derivative, innermost first."""
    done: dict[Expr, Expr] = {}
    for node in walk(e, into_terms=False):
        new = node.rebuild(tuple(done[a] for a in node.args)) if node.args else node
        new = _unnamed(new)
        if isinstance(new, Derivative) and not new.axes and not new.x.axes:
            new = _quotient(new.f, new.x)
        done[node] = new
    return done[e]


def _unnamed(e: Expr) -> Expr:
    """A named derivative as the derivative that it stands for."""
    term, at = (e.of_what, e.places) if isinstance(e, Indexed) else (e, ())
    if isinstance(term, Let) and isinstance(term.expr, Derivative) and len(term.axes) == len(at):
        return entry(term.expr, at)
    return e


def _quotient(f: Expr, x: Expr) -> Expr:
    above, below = (substitute(f, {leaf_of(x): _moved(x, step)}) for step in (H, Neg.of(H)))
    return Div.of(Add.of(above, Neg.of(below)), Mul.of(Number.of(2), H))


def _moved(x: Expr, step: Expr) -> Expr:
    """x + h; for an entry, the tensor that differs there alone."""
    if not isinstance(x, Indexed):
        return Add.of(x, step)
    at = indices_along(x.of_what.axes)
    here = Mul.of(step, *(Delta.of(i, j) for i, j in zip(at, x.places, strict=True)))
    return Array.of(Add.of(Indexed.of(x.of_what, at), here), at)


def agree(before: Expr, after: Expr, points: int = POINTS) -> Agreement:
    """Compare two lines at drawn points. Where a line has no value, or is too large, nothing is learned."""
    if sum(1 for _ in walk(before, after)) > LARGEST:
        return Agreement()
    try:
        left, right = (index_form.unfold(index_form.entry(quotients(entry(e)))) for e in (before, after))
        comparison = Comparison(Relation.of("=", left, right), (), bits=(BITS,))
        return _compared(comparison, points)
    except (DeriveError, NotEvaluableError, RecursionError):
        return Agreement()


def _compared(comparison: Comparison, points: int) -> Agreement:
    good = bad = 0
    names = comparison.names
    for number, plan in enumerate(size_plans(len(names.dims), Random("difference quotients"), ATTEMPTS)):
        if good >= points:
            break
        sizes = dict(zip(names.dims, (min(n, 3) for n in plan), strict=True))
        point = Point(names, f"quotient/{number}", sizes, STYLES[number % len(STYLES)])
        try:
            outcome = comparison.at(point)
        except (TooLargeError, UnusablePointError, NotEvaluableError):
            continue
        if outcome is None:
            continue
        seen = [_near(a, b) for a, b in zip(outcome.left, outcome.right, strict=True)]
        bad += False in seen
        good += True in seen and False not in seen
    return Agreement(good, bad)


def _near(a: object, b: object) -> bool | None:
    """Whether two values agree; None where one is missing, or too uncertain to tell."""
    if isinstance(a, State) or isinstance(b, State):
        return None
    with ctx.workprec(BITS):
        x, y = arb(a), arb(b)  # type: ignore[arg-type]
        scale = arb(1).max(abs(x)).max(abs(y))
        gap = abs(x - y) / scale
        if gap < arb(10) ** -AGREEMENT:
            return True
        return False if gap > arb(10) ** (-AGREEMENT // 2) else None
