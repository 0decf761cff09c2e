"""The checker of derivations of integrals: what each rule needs, and the value that follows. Trusted.

It does not search. Equations are confirmed from the steps of their proofs, signs come from the domains, laws about
integrals from `derive.meaning.integrals`. A goal that is concluded has an integrand that is absolutely integrable over
the range wherever the needs are met, so that sums, splittings and changes of variables may be made freely.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from derive.chain.partial import NoDerivativeError, collect, partial
from derive.expr.arithmetic import Add, Mul, Neg
from derive.expr.leaves import INFINITY, ONE, ZERO, Symbol
from derive.expr.node import Expr, walk
from derive.expr.operations import exp
from derive.expr.plain import plain
from derive.expr.propositions import Relation
from derive.expr.substitute import substitute
from derive.meaning.integrals import INTEGRAL_LAWS, MINUS_INFINITY
from derive.meaning.integrals.law import collected
from derive.meaning.interval import INFINITE, Ranges
from derive.meaning.normal.checker import Confirmation
from derive.meaning.regularity import Needs, closed, continuous, defined, evaluable, smooth
from derive.prove.values.derivation import Derivation, NoValueError, Step
from derive.prove.values.ends import limit_at_end, with_known_angles
from derive.prove.values.goal import Goal
from derive.prove.values.kinked import argument, formula

SIGNS = ("!=", ">", ">=", "<", "<=")  # of conditions


@dataclass(frozen=True)
class Concluded:
    """The value of a goal, what it needs, the laws used, and how it was found."""

    value: Expr
    needs: Needs = ()
    laws: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()


def conclude(goal: Goal, step: Derivation) -> Concluded:
    """The value of a goal by a derivation. Raises `NoValueError`, or what a damaged record brings about."""
    if isinstance(step, Step) and step.goal is goal and step.concluded is not None:
        return step.concluded
    rule = RULES.get(step.rule)
    if rule is None:
        raise NoValueError(f"there is no rule {step.rule!r}")
    out = rule(goal, step)
    if any(goal.x in set(walk(need)) for need in out.needs) or goal.x in set(walk(out.value)):
        raise NoValueError(f"a condition is about the variable {goal.x} of the integral")
    if isinstance(step, Step) and step.goal is goal:
        step.concluded = out
    return out


# -- helpers


def _free_of(x: Symbol, *exprs: Expr) -> None:
    for e in exprs:
        if x in set(walk(e)):
            raise NoValueError(f"`{e}` contains the variable {x} of the integral")


def _sum(parts: list[Expr]) -> Expr:
    return ZERO if not parts else parts[0] if len(parts) == 1 else Add.of(*parts)


def _united(*groups: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for group in groups for name in group))


def _together(value: Expr, below: list[Concluded], needs: Iterable[Relation], method: tuple[str, ...]) -> Concluded:
    every = dict.fromkeys((*needs, *(need for c in below for need in c.needs)))
    laws = _united(*(c.laws for c in below))
    return Concluded(value, tuple(every), laws, _united(method, *(c.methods for c in below)))


def _conditions(found: Confirmation, goal: Goal, *sides: Expr) -> Needs:
    """The conditions of a proof of an equation as relations, found again among the parts of its sides."""
    if found.assumptions:
        raise NoValueError(f"the equation assumes {'; '.join(found.assumptions)}")
    wanted, out = set(found.conditions), {}
    for node in walk(*sides):
        if wanted and not node.axes:
            for kind in SIGNS:
                for text in (f"{plain(node)} {kind} 0", f"({node}) {kind} 0"):
                    if text in wanted:
                        wanted.discard(text)
                        if node is not goal.x or kind != "!=":  # one point is nothing to an integral
                            out[Relation.of(kind, node, ZERO)] = None
    if wanted:
        raise NoValueError(f"the equation needs {'; '.join(sorted(wanted))}")
    return tuple(out)


# -- rules


def _terms(goal: Goal, step: Derivation) -> Concluded:
    """The integrand is a combination of integrands of laws, and of others whose integrals are derived below."""
    exprs, x = step.exprs(), goal.x
    if not evaluable(goal.body, x):
        raise NoValueError(f"`{goal.body}` may have no value for {x} inside of the range")
    integrands: list[Expr] = []
    values: list[Expr] = []
    concluded: list[Concluded] = []
    needs: dict[Relation, None] = {}
    laws: list[str] = []
    under = 0
    for k, name in enumerate(step.names()):
        c = exprs[f"{k}"]
        _free_of(x, c)
        if name == "below":
            inner = goal.term(exprs[f"{k}.integrand"])
            one = conclude(inner, step.below(under, inner))
            under += 1
            concluded.append(one)
            integrand, value = inner.body, one.value
        else:
            integrand, value, own = _instance(goal, name, k, exprs)
            needs.update(dict.fromkeys(own))
            laws.append(f"integral_{name}")
        integrands.append(Mul.of(c, integrand))
        values.append(Mul.of(c, value))
    whole = _sum(integrands)
    needs.update(dict.fromkeys(_conditions(step.confirm(0, goal.body, whole), goal, goal.body, whole)))
    out = _together(_sum(values), concluded, needs, ("integral laws",) if laws else ())
    return Concluded(out.value, out.needs, _united(laws, out.laws), out.methods)


def _instance(goal: Goal, name: str, k: int, exprs: dict[str, Expr]) -> tuple[Expr, Expr, list[Relation]]:
    """Integrand and value of a law at the recorded parameters; the needs that the domains do not give."""
    law = INTEGRAL_LAWS.get(name)
    if law is None:
        raise NoValueError(f"there is no law {name!r} about integrals")
    given = {p: exprs[f"{k}.{p}"] for p in law.parameters}
    _free_of(goal.x, *given.values())
    try:
        instance = law.instance(goal.x, given)
    except ValueError as why:
        raise NoValueError(str(why)) from why
    if instance.low is not goal.low or instance.high is not goal.high:
        raise NoValueError(f"{name} is about another range")
    ranges, needs = Ranges(), []
    for need, e in instance.needs:
        e = collected(e)
        lies = ranges(e)
        if getattr(lies, need):
            continue
        if (need == "positive" and (-lies).nonneg) or lies.low[0] == 0 == lies.high[0]:
            raise NoValueError(f"{name} needs {e} to be {need}, which it never is")
        needs.append(Relation.of({"positive": ">", "nonneg": ">=", "nonzero": "!="}[need], e, ZERO))
    return instance.integrand, instance.value, needs


def _antiderivative(goal: Goal, step: Derivation) -> Concluded:
    """F′ = f inside, F continuous up to the ends or with limits there; f continuous up to them, or of one sign."""
    F, x = step.exprs()["F"], goal.x
    needs = [smooth(F, x), _integrable(goal)]
    try:
        slope = collect(partial(F, x, ()))
    except NoDerivativeError as why:
        raise NoValueError(str(why)) from why
    needs.append(_conditions(step.confirm(0, slope, goal.body), goal, F, slope, goal.body))
    values = []
    for end, is_low in ((goal.high, False), (goal.low, True)):
        value, own = _at_end(F, x, end, is_low)
        values.append(value)
        needs.append(own)
    if any(n is None for n in needs):
        raise NoValueError(f"`{F}` is not known to be continuously differentiable on the range of {x}")
    upper, lower = values
    value = upper if lower is ZERO else Neg.of(lower) if upper is ZERO else Add.of(upper, Neg.of(lower))
    every = dict.fromkeys(need for group in needs for need in group or ())
    return Concluded(value, tuple(every), (), ("antiderivative",))


def _integrable(goal: Goal) -> Needs:
    """Why the integral of a derivative converges absolutely: it is proper, or the integrand has one sign."""
    needs = continuous(*closed(goal.body, goal.x)) if goal.finite else None
    if needs is not None:
        return needs
    lies = Ranges()(goal.body)
    inside = continuous(goal.body, goal.x)
    if inside is not None and (lies.nonneg or (-lies).nonneg):
        return inside
    raise NoValueError(f"the integral of {goal.body} is not known to converge absolutely")


def _at_end(F: Expr, x: Symbol, end: Expr, is_low: bool) -> tuple[Expr, Needs]:
    """The limit of F at an end of the range, from inside."""
    if end is not INFINITY and end is not MINUS_INFINITY:
        near, at_end = closed(F, x, low=is_low, high=not is_low) if _ordered(x, end, is_low) else closed(F, x)
        inside = continuous(near, at_end)
        value = with_known_angles(substitute(F, {x: end}))
        there = defined(value)
        if inside is not None and there is not None:
            return value, (*inside, *there)
    value = limit_at_end(F, x, end)
    if value is None:
        raise NoValueError(f"the limit of {F} at {end} is not known")
    there = defined(value)
    if there is None:
        raise NoValueError(f"{value} may be undefined")
    return value, there


def _ordered(x: Symbol, end: Expr, is_low: bool) -> bool:
    """Whether an end is the low (high) end of the domain of x itself."""
    lies = Ranges()(end)
    edge = x.domain.lower if is_low else x.domain.upper
    return edge is not None and lies.low[0] == edge == lies.high[0]


def _affine(goal: Goal, step: Derivation) -> Concluded:
    """x = shift + scale·t."""
    exprs = step.exprs()
    shift, scale, low, high = (exprs[name] for name in ("shift", "scale", "low", "high"))
    _free_of(goal.x, shift, scale, low, high)
    lies = Ranges()(scale)
    if not lies.positive and not (-lies).positive:
        raise NoValueError(f"the sign of {scale} is not known")
    needs: list[Relation] = []
    ends = ((low, goal.low), (high, goal.high)) if lies.positive else ((low, goal.high), (high, goal.low))
    number = 0
    for new, old in ends:
        if new is INFINITY or new is MINUS_INFINITY:
            same = lies.positive == (new is old)
            if not same or old not in (INFINITY, MINUS_INFINITY):
                raise NoValueError(f"{new} does not belong to {old}")
            continue
        image = shift + scale * new
        needs += _conditions(step.confirm(number, image, old), goal, image, old)
        number += 1
    factor = scale if lies.positive else Neg.of(scale)
    inner = goal.mapped(shift + scale * goal.x, None if factor is ONE else factor, low, high)
    one = conclude(inner, step.below(0, inner))
    return _together(one.value, [one], needs, ("substitution",))


def _pieces(goal: Goal, step: Derivation) -> Concluded:
    """The range split at points; they may stand in any order, since every part converges absolutely."""
    exprs = step.exprs()
    points = [exprs[f"{k}"] for k in range(len(exprs))]
    _free_of(goal.x, *points)
    if not points or any(p in (INFINITY, MINUS_INFINITY) for p in points):
        raise NoValueError("a range is split at finite points")
    ends = [goal.low, *points, goal.high]
    parts = [goal.part(low, high) for low, high in itertools.pairwise(ends)]
    found = [conclude(part, step.below(k, part)) for k, part in enumerate(parts)]
    return _together(_sum([c.value for c in found]), found, (), ("split range",))


def _branch(goal: Goal, step: Derivation) -> Concluded:
    """A kinked part of the integrand whose argument, a product, has one sign on the range: its formula there."""
    exprs = step.exprs()
    node, first, second = exprs["node"], exprs["first"], exprs["second"]
    if node not in set(walk(goal.body)):
        raise NoValueError(f"`{node}` is no part of the integrand")
    changing, product = argument(node), first * second
    needs = _conditions(step.confirm(0, changing, product), goal, changing, product)
    lies = Ranges()(product)
    if not lies.positive and not (-lies).positive:
        raise NoValueError(f"the sign of {product} is not known")
    inner = goal.term(substitute(goal.body, {node: formula(node, 1 if lies.positive else -1)}))
    one = conclude(inner, step.below(0, inner))
    return _together(one.value, [one], needs, ("split range",))


def _exponential_map(goal: Goal, step: Derivation) -> Concluded:
    """x = eᵗ, from the positive numbers to all."""
    if goal.low is not ZERO or goal.high is not INFINITY:
        raise NoValueError("x = exp(t) is for a range from 0 to oo")
    inner = goal.mapped(exp(goal.x), exp(goal.x), MINUS_INFINITY, INFINITY)
    one = conclude(inner, step.below(0, inner))
    return _together(one.value, [one], (), ("substitution",))


def _power_map(goal: Goal, step: Derivation) -> Concluded:
    """x = t^q with q > 0, from (0, ∞) or (0, 1) to itself."""
    q = step.exprs()["power"]
    _free_of(goal.x, q)
    if goal.low is not ZERO or goal.high not in (ONE, INFINITY) or not Ranges()(q).positive:
        raise NoValueError("x = t**q is for q > 0 and a range from 0 to 1 or to oo")
    inner = goal.mapped(goal.x**q, q * goal.x ** (q - 1), ZERO, goal.high)
    one = conclude(inner, step.below(0, inner))
    return _together(one.value, [one], (), ("substitution",))


def _odd(goal: Goal, step: Derivation) -> Concluded:
    """f(−x) = −f(x) on a range that is its own mirror image; f is bounded, or bounded times what is integrable."""
    exprs, x, number = step.exprs(), goal.x, 1
    mirrored, negative = substitute(goal.body, {x: Neg.of(x)}), Neg.of(goal.body)
    needs = list(_conditions(step.confirm(0, mirrored, negative), goal, mirrored, negative))
    if not goal.whole_line:
        needs += _conditions(step.confirm(1, goal.low, Neg.of(goal.high)), goal, goal.low, goal.high)
        number = 2
    inside = continuous(*closed(goal.body, x)) if goal.finite else continuous(goal.body, x)
    if inside is None:
        raise NoValueError(f"`{goal.body}` is not known to be continuous")
    needs += inside
    below: list[Concluded] = []
    if not goal.finite:
        bounded, rest = exprs["bounded"], exprs["integrable"]
        lies = Ranges()(bounded)
        if lies.low[0] == -INFINITE or lies.high[0] == INFINITE or not Ranges()(rest).nonneg:
            raise NoValueError(f"`{bounded}` is not known to be bounded, or `{rest}` not to be nonnegative")
        product = bounded * rest
        needs += _conditions(step.confirm(number, goal.body, product), goal, goal.body, product)
        inner = goal.term(rest)
        below.append(conclude(inner, step.below(0, inner)))
    return _together(ZERO, below, needs, ("odd integrand",))


RULES: dict[str, Callable[[Goal, Derivation], Concluded]] = {
    "terms": _terms,
    "antiderivative": _antiderivative,
    "affine": _affine,
    "pieces": _pieces,
    "branch": _branch,
    "exponential map": _exponential_map,
    "power map": _power_map,
    "odd": _odd,
}
