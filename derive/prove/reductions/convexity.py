"""h ≥ 0 if h is convex in one variable, and 0 with slope 0 at a point of its interval; |v| ≤ L·|x - y| if |v′| ≤ L."""

from __future__ import annotations

from collections.abc import Iterator

from derive.chain.partial import NoDerivativeError, collect, partial
from derive.expr.leaves import ONE, ZERO, Symbol
from derive.expr.node import Expr, walk
from derive.expr.operations import Apply, absolute
from derive.expr.propositions import Relation
from derive.expr.substitute import substitute
from derive.meaning.normal import Undecided, equal
from derive.meaning.normal.lower import Normaliser
from derive.meaning.normal.render import written
from derive.prove.reductions import Reduction
from derive.prove.reductions.defined import smooth_everywhere
from derive.prove.scalar import Scalar
from derive.prove.smt.linear import as_written, combination, scaled

MOST_VARIABLES = 3


def reductions(goal: Scalar) -> Iterator[Reduction]:
    yield from _convex(goal)
    yield from _lipschitz(goal)


def _variables(e: Expr) -> list[Symbol]:
    """The scalar symbols whose values are all numbers of an interval."""
    found = [
        n for n in walk(e) if isinstance(n, Symbol) and not n.axes and not n.domain.integer and not n.domain.structure
    ]
    return found if len(found) <= MOST_VARIABLES else []


def _slope(e: Expr, x: Expr) -> Expr:
    """∂e/∂x, quotients of x multiplied out where that is shown to be the same."""
    slope = collect(partial(e, x, ()))
    search = Normaliser()
    try:
        short = written(search, search.normalise(slope))
    except (Undecided, RecursionError):
        return slope
    same = equal(slope, short)
    return short if same.proved and not same.conditions else slope


def _convex(goal: Scalar) -> Iterator[Reduction]:
    """Taylor with remainder: h(x) = h(a) + h′(a)(x - a) + h″(ξ)(x - a)²/2."""
    h = goal.gap
    variables = _variables(h)
    if goal.strict or len(variables) < 2 or not smooth_everywhere(h):
        return
    for x in variables:
        try:
            first = _slope(h, x)
            second = _slope(first, x)
        except NoDerivativeError:
            continue
        for a in variables:
            if a is not x and a.domain == x.domain:
                at = {x: a}
                zeros = ((substitute(h, at), ZERO), (substitute(first, at), ZERO))
                name = f"convex in {x}, 0 with slope 0 at {x} = {a}"
                yield Reduction(name, "Taylor's formula, DLMF 1.4(vi)", zeros, (Relation.of(">=", second, ZERO),))


def _lipschitz(goal: Scalar) -> Iterator[Reduction]:
    """The mean value theorem: v(y, y) = 0 and |∂v/∂x| ≤ L give |v(x, y)| ≤ L·|x - y|."""
    if goal.strict:
        return
    terms = combination(goal.gap)
    distances = [t for t, c in terms.items() if c > 0 and _distance(t) is not None]
    for distance in distances:
        assert isinstance(distance, Apply)
        x, y = _distance(distance) or (ZERO, ZERO)
        rate = terms[distance]
        rest = {t: c for t, c in terms.items() if t is not distance}
        ((bounded, c),) = rest.items() if len(rest) == 1 else ((ZERO, rate),)
        if not (isinstance(bounded, Apply) and bounded.operation is absolute and c < 0):
            continue
        v = as_written(scaled(combination(bounded.args[0]), -c / rate))
        if not smooth_everywhere(v):
            continue
        try:
            slope = _slope(v, x)
        except NoDerivativeError:
            continue
        yield Reduction(
            f"mean value theorem in {x}",
            "Mean value theorem, DLMF 1.4(iii)",
            ((substitute(v, {x: y}), ZERO),),
            (Relation.of(">=", ONE - slope, ZERO), Relation.of(">=", ONE + slope, ZERO)),
        )


def _distance(e: Expr) -> tuple[Symbol, Symbol] | None:
    """x and y of |x - y|."""
    if not isinstance(e, Apply) or e.operation is not absolute:
        return None
    parts = combination(e.args[0])
    if len(parts) != 2 or sorted(parts.values()) != [-1, 1]:
        return None
    x, y = parts
    if not (isinstance(x, Symbol) and isinstance(y, Symbol) and x.domain == y.domain) or x.axes or y.axes:
        return None
    return None if x.domain.integer else (x, y)
