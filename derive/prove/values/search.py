"""The search for the value of an integral: which rule to try, in which order. Everything found goes to the checker."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from derive.expr.arithmetic import Add, Mul, Neg, Pow
from derive.expr.errors import DeriveError
from derive.expr.leaves import INFINITY, ONE, ZERO
from derive.expr.node import Expr, as_expr, walk
from derive.expr.operations import Apply, exp, normal_pdf
from derive.expr.substitute import substitute
from derive.meaning.interval import INFINITE, Ranges
from derive.meaning.normal.work import Undecided
from derive.prove.budget import Budget
from derive.prove.values.antiderivatives import as_written, by_sympy, by_table
from derive.prove.values.derivation import NoValueError, Step
from derive.prove.values.goal import MINUS_INFINITY, Goal
from derive.prove.values.integral_checker import conclude
from derive.prove.values.kinked import formula
from derive.prove.values.kinks import branches, changes, is_number, split_points
from derive.prove.values.terms import Terms, by_shapes, by_terms

DEEPEST = 4  # steps one below the other
UNITS = 200  # of work for one attempt
MOST_LINES = 3  # affine substitutions tried


def found(goal: Goal, budget: Budget, depth: int = 0, helped: bool = True) -> Step:
    """A derivation that the checker accepts. Raises `NoValueError`; `Exhausted` when the budget is spent.

    SymPy is asked last, and only if `helped`.
    """
    reason = f"no rule for the integral of {goal.body}"
    if depth > DEEPEST:
        raise NoValueError(reason)
    for attempt in _attempts(goal, budget, depth, helped):
        budget.spend(UNITS)
        try:
            step = attempt()
            conclude(goal, step)
            return step
        except (NoValueError, Undecided, DeriveError) as why:
            reason = str(why)
    raise NoValueError(reason)


def _attempts(goal: Goal, budget: Budget, depth: int, helped: bool) -> Iterator[Callable[[], Step]]:
    kinked = bool(changes(goal))
    plain = _without_density(goal.body)
    yield lambda: by_terms(goal, plain)
    if kinked:
        for node, first, second in branches(goal):
            if Ranges()(first * second).nonzero:
                yield lambda node=node, first=first, second=second: _chosen(goal, node, first, second, budget, depth)
        yield lambda: _pieces(goal, budget, depth)
    if goal.low is ZERO and goal.high is INFINITY and _has_log(goal):
        yield lambda: Step(
            goal,
            "exponential map",
            under=(_below(goal.mapped(exp(goal.x), exp(goal.x), MINUS_INFINITY, INFINITY), budget, depth),),
        )
    if not kinked:
        if plain is not goal.body or any(isinstance(n, Apply) for n in walk(goal.body)):
            yield lambda: by_terms(goal, goal.body, unfolding=True)
        yield lambda: as_written(goal)
        yield lambda: by_table(goal)
        if goal.whole_line and _has_exponential(goal):
            yield lambda: by_shapes(goal)
            yield lambda: by_shapes(goal, unfolding=True)
        if goal.whole_line and depth < 2:
            for shift, scale in _lines(goal):
                yield lambda shift=shift, scale=scale: _moved(
                    goal, shift, scale, MINUS_INFINITY, INFINITY, budget, depth
                )
    if goal.whole_line or goal.low is goal.high or _mirrored(goal):
        yield lambda: _odd(goal, budget, depth)
    if helped and depth == 0 and not kinked and not goal.whole_line:
        yield lambda: by_sympy(goal)


def _below(goal: Goal, budget: Budget, depth: int) -> Step:
    return found(goal, budget, depth + 1, helped=False)


def _without_density(e: Expr) -> Expr:
    """φ(u) written out: its exponent goes with the others."""
    for node in walk(e):
        if isinstance(node, Apply) and node.operation is normal_pdf:
            assert normal_pdf.unfold is not None
            return _without_density(substitute(e, {node: normal_pdf.unfold(*node.args)}))
    return e


def _has_log(goal: Goal) -> bool:
    return any(isinstance(n, Apply) and n.operation.name == "log" and goal.x in set(walk(n)) for n in walk(goal.body))


def _has_exponential(goal: Goal) -> bool:
    return any(isinstance(n, Apply) and n.operation.name in ("exp", "sigmoid") for n in walk(goal.body))


# -- splitting


def _pieces(goal: Goal, budget: Budget, depth: int) -> Step:
    points = split_points(goal)
    if not points:
        if depth:
            raise NoValueError(f"`{goal.body}` has kinks at unknown points")
        return _shifted(goal, budget, depth)
    ends = [goal.low, *points, goal.high]
    under = []
    for low, high in itertools.pairwise(ends):
        part = goal.part(low, high)
        numbers = [e for e in (low, high) if is_number(e) or e in (MINUS_INFINITY, INFINITY)]
        under.append(_below(part, budget, depth) if len(numbers) == 2 else _shifted(part, budget, depth + 1))
    return Step(goal, "pieces", values={str(k): p for k, p in enumerate(points)}, under=tuple(under))


def _chosen(goal: Goal, node: Expr, first: Expr, second: Expr, budget: Budget, depth: int) -> Step:
    """The formula of a kinked part on this range."""
    sign = 1 if Ranges()(first * second).positive else -1
    inner = goal.term(substitute(goal.body, {node: formula(node, sign)}))
    return Step(
        goal, "branch", values={"node": node, "first": first, "second": second}, under=(_below(inner, budget, depth),)
    )


def _shifted(goal: Goal, budget: Budget, depth: int) -> Step:
    """The range moved so that it begins at 0: signs are then those of the new variable."""
    low, high = goal.low, goal.high
    finite = Terms(goal, ZERO)
    for start, scale, other in ((low, ONE, high), (high, Neg.of(ONE), low)):
        if start in (MINUS_INFINITY, INFINITY):
            continue
        length = INFINITY if other in (MINUS_INFINITY, INFINITY) else finite.tidy((other - start) * scale)
        if length is not INFINITY and not Ranges()(length).nonneg:
            continue
        if start is ZERO and scale is ONE:
            continue
        try:
            return _moved(goal, start, scale, ZERO, length, budget, depth)
        except NoValueError:
            continue
    return _below(goal, budget, depth)


# -- changes of variable


def _moved(goal: Goal, shift: Expr, scale: Expr, low: Expr, high: Expr, budget: Budget, depth: int) -> Step:
    """x = shift + scale·t for t from low to high."""
    factor = scale if Ranges()(scale).positive else Neg.of(scale)
    inner = goal.mapped(shift + scale * goal.x, None if factor is ONE else factor, low, high)
    step = Step(
        goal,
        "affine",
        values={"shift": shift, "scale": scale, "low": low, "high": high},
        under=(_below(inner, budget, depth),),
    )
    conclude(goal, step)
    return step


def _lines(goal: Goal) -> list[tuple[Expr, Expr]]:
    """Substitutions that make an affine argument of the integrand the variable."""
    terms, out = Terms(goal, ZERO), {}
    for node in walk(goal.body):
        if goal.x not in set(walk(node)) or not isinstance(node, Apply | Pow):
            continue
        line = _affine_below(terms, node.args[0])
        if line is None:
            continue
        c, d = line
        sign = Ranges()(c)
        if (c is ONE and d is ZERO) or not (sign.positive or (-sign).positive):
            continue
        shift, scale = terms.tidy(Neg.of(d) / c), terms.tidy(ONE / c)
        if (-Ranges()(scale)).positive:
            scale = terms.tidy(Neg.of(scale))
        out[shift, scale] = None
    return list(out)[:MOST_LINES]


def _affine_below(terms: Terms, e: Expr) -> tuple[Expr, Expr] | None:
    try:
        return terms.affine(e)
    except Undecided:
        return None


# -- symmetry


def _mirrored(goal: Goal) -> bool:
    try:
        terms = Terms(goal, ZERO)
        return goal.finite and terms.tidy(goal.low + goal.high) is ZERO
    except Undecided:
        return False


def _odd(goal: Goal, budget: Budget, depth: int) -> Step:
    if not goal.whole_line:
        step = Step(goal, "odd")
        conclude(goal, step)
        return step
    factors = goal.body.args if isinstance(goal.body, Mul) else (goal.body,)
    ranges = Ranges()

    def bounded(e: Expr) -> bool:
        lies = ranges(e)
        return lies.low[0] != -INFINITE and lies.high[0] != INFINITE and not lies.nonneg

    product = [f for f in factors if bounded(f)]
    rest = [f for f in factors if not bounded(f)]
    if not product or not rest or not _is_odd(goal):
        raise NoValueError(f"{goal.body} is not known to be odd")
    values = {"bounded": _times(product), "integrable": _times(rest)}
    inner = goal.term(values["integrable"])
    return Step(goal, "odd", values=values, under=(_below(inner, budget, depth),))


def _is_odd(goal: Goal) -> bool:
    terms = Terms(goal, ZERO)
    mirrored = substitute(goal.body, {goal.x: Neg.of(goal.x)})
    return terms.tidy(Add.of(goal.body, mirrored)) is ZERO


def _times(factors: list[Expr]) -> Expr:
    return as_expr(1) if not factors else factors[0] if len(factors) == 1 else Mul.of(*factors)
