"""What must hold wherever an expression is defined, and what only one side of a claim needs. Trusted."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.leaves import ONE, Number
from derive.expr.node import Expr
from derive.expr.operations import Apply, absolute, sqrt, step
from derive.expr.plain import plain
from derive.expr.propositions import Relation
from derive.expr.structure import Bound, Call, Indexed, Weighted, Where
from derive.expr.substitute import free_indices
from derive.expr.tensor import Linear
from derive.meaning.facts import NEGATIVE, NONNEG, NONPOSITIVE, NONZERO, POSITIVE, Fact
from derive.meaning.interval import Interval, of_domain
from derive.meaning.normal.signs import Signs

WORDS = {POSITIVE: "> 0", NONNEG: ">= 0", NEGATIVE: "< 0", NONPOSITIVE: "<= 0"}


def requirements(*sides: Expr) -> tuple[Fact, ...]:
    """What holds at every point at which all of `sides` are defined, by the operations that are always evaluated."""
    found: dict[Fact, None] = {}
    done: set[Expr] = set()
    stack = list(reversed(sides))
    while stack:
        e = stack.pop()
        if e in done:
            continue
        done.add(e)
        for fact in _required(e):
            found.update(dict.fromkeys(_plainer(*fact)))
        match e:
            case Where():  # only one of the branches is evaluated
                condition = e.args[0]
                stack += reversed(condition.args if isinstance(condition, Relation) else ())
            case Weighted():  # 0 where the weight is 0
                stack.append(e.args[0])
            case Bound():  # the range may be empty, and facts about a bound index hold inside only
                stack += (e.high, e.low)
                if e.index.dim is not None and e.low is ONE and e.high is e.index.dim.size:
                    found.update({f: None for f in requirements(e.body) if e.index not in free_indices(f[1])})
            case Add() | Mul() | Neg() | Div() | Pow() | Apply() | Call():
                stack += reversed(e.args)
    return tuple(found)


def _required(e: Expr) -> Iterable[Fact]:
    match e:
        case Apply():
            operation = e.operation
            if operation.name.rstrip("'") != operation.name:
                return
            whole = of_domain(operation.domain)
            for a in e.args:
                if isinstance(whole.low[0], Fraction):
                    yield POSITIVE if whole.low[1] else NONNEG, _minus(a, whole.low[0])
                if isinstance(whole.high[0], Fraction):
                    yield NEGATIVE if whole.high[1] else NONPOSITIVE, _minus(a, whole.high[0])
            if operation is step:
                yield NONZERO, e.args[0]
        case Div():
            yield NONZERO, e.args[1]
        case Indexed() if isinstance(e.of_what, Linear) and e.of_what.name == "inv":
            yield NONZERO, Linear.of("det", e.of_what.args)
        case Pow():
            base, exponent = e.args
            below = isinstance(exponent, Neg)
            number = exponent.args[0] if isinstance(exponent, Neg) else exponent
            if isinstance(number, Div) and all(isinstance(a, Number) for a in number.args):
                top, bottom = number.args
                if isinstance(top, Number) and isinstance(bottom, Number) and bottom.value:
                    number = Number.of(top.value / bottom.value)
            if isinstance(number, Number) and number.value:
                root = number.value.denominator != 1
                if root:
                    yield POSITIVE if below else NONNEG, base
                elif below:
                    yield NONZERO, base


def _minus(a: Expr, end: Fraction) -> Expr:
    return a if end == 0 else Add.of(a, Neg.of(Number.of(end))) if end > 0 else Add.of(a, Number.of(-end))


def _positive_exponent(e: Pow) -> Fraction | None:
    exponent = e.args[1]
    return exponent.value if isinstance(exponent, Number) and exponent.value > 0 else None


def _plainer(sign: str, e: Expr) -> Iterable[Fact]:
    """The same fact about what it comes down to: |u| ≠ 0 if u ≠ 0, a product is not 0 if no factor is."""
    stack = [e]
    while stack:
        e = stack.pop()
        if sign in (NONZERO, POSITIVE) and isinstance(e, Apply) and e.operation in (absolute, sqrt):
            inner = e.args[0]
            if e.operation is absolute:
                yield from _plainer(NONZERO, inner)
            else:
                yield from _plainer(POSITIVE, inner)
        elif sign == NONZERO and isinstance(e, Mul):
            stack += e.args
        elif sign == NONZERO and isinstance(e, Neg | Div):
            stack.append(e.args[0])
        elif sign in (NONZERO, POSITIVE) and isinstance(e, Pow) and (n := _positive_exponent(e)):
            if sign == NONZERO or (n.denominator == 1 and n % 2 == 0):
                yield from _plainer(NONZERO, e.args[0])
            else:
                yield POSITIVE, e.args[0]
        elif not isinstance(e, Number):
            yield sign, e


def one_sided(left: Expr, right: Expr, assumed: dict[Expr, Interval], given: tuple[Fact, ...]) -> tuple[str, ...]:
    """The signs that only one of two sides needs in order to be defined, as conditions; 0 is noted where it cancels."""
    out: dict[str, None] = {}
    for here, there in ((left, right), (right, left)):
        wanted = [fact for fact in requirements(here) if fact[0] != NONZERO and fact not in given]
        if wanted:
            signs = Signs(assumed, (), (*given, *requirements(there)))
            out.update({f"{plain(e)} {WORDS[sign]}": None for sign, e in wanted if not signs.holds(sign, e)})
    return tuple(out)
