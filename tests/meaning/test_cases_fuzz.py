"""Random piecewise expressions: what is proved by cases holds at every point of a grid; disguises are seen through."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

import pytest

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.build import real, where
from derive.expr.leaves import Number, Symbol
from derive.expr.node import Expr, as_expr
from derive.expr.operations import Apply, absolute, maximum, minimum, relu, sign, step
from derive.expr.propositions import Relation
from derive.expr.structure import Where
from derive.meaning.normal.cases import Distinction, by_cases

F = Fraction
GRID = (F(-3), F(-2), F(-1), F(-1, 2), F(0), F(1, 3), F(1), F(2), F(5, 2))
x, y = real(), real()
x.named("x")
y.named("y")


def value(e: Expr, at: dict[Symbol, Fraction]) -> Fraction | None:
    """The exact value, None where there is none."""
    if isinstance(e, Number):
        return e.value
    if isinstance(e, Symbol):
        return at[e]
    if isinstance(e, Where):
        condition = e.args[0]
        assert isinstance(condition, Relation)
        left, right = (value(a, at) for a in condition.args)
        if left is None or right is None:
            return None
        holds = {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right, "=": left == right}
        return value(e.args[1 if holds[condition.kind] else 2], at)
    args = [value(a, at) for a in e.args]
    if any(a is None for a in args):
        return None
    return operated(e, [a for a in args if a is not None])


def operated(e: Expr, args: list[Fraction]) -> Fraction | None:
    match e:
        case Add():
            return sum(args, F(0))
        case Mul():
            out = F(1)
            for a in args:
                out *= a
            return out
        case Neg():
            return -args[0]
        case Div():
            return args[0] / args[1] if args[1] else None
        case Pow():
            return args[0] ** int(args[1]) if args[0] or args[1] > 0 else None
        case Apply():
            a, b = args[0], args[-1]
            sign_of = F((a > 0) - (a < 0))
            of = {"abs": abs(a), "sign": sign_of, "relu": max(a, F(0)), "max": max(a, b), "min": min(a, b)}
            return of.get(e.operation.name, (F(int(a > 0)) if a else None) if e.operation is step else None)
    raise AssertionError(type(e).__name__)


def drawn(rng: Random, depth: int) -> Expr:
    if depth == 0:
        return rng.choice((x, y, x, y, as_expr(rng.randint(-2, 2)), x - y, 2 * x + 1))
    a, b = drawn(rng, depth - 1), drawn(rng, depth - 1)
    kind = rng.randrange(11)
    if kind < 6:
        operation = (absolute, sign, relu, step, maximum, minimum)[kind]
        return operation(a, b) if operation in (maximum, minimum) else operation(a)
    if kind < 9:
        return where(Relation.of(rng.choice(("<", "<=", ">", ">=", "=")), a, b), b, rng.choice((a, x * y)))
    return a + b if kind == 9 else a * rng.choice((x, as_expr(-1), as_expr(2)))


def disguised(rng: Random, e: Expr) -> Expr:
    """The same value in other words, by definitions."""
    args = tuple(disguised(rng, a) for a in e.args) if not isinstance(e, Relation) else e.args
    if isinstance(e, Where):
        args = (e.args[0], *(disguised(rng, a) for a in e.args[1:]))
    e = e.rebuild(args) if e.args else e
    if not isinstance(e, Apply) or rng.random() < 0.4:
        return e
    a, b = e.args[0], e.args[-1]
    forms = {
        "abs": (relu(a) + relu(-a), maximum(a, -a), where(a < 0, -a, a)),
        "relu": (maximum(a, 0), (a + absolute(a)) / 2, where(a > 0, a, 0)),
        "max": (b + relu(a - b), -minimum(-a, -b), where(a >= b, a, b)),
        "min": (a + b - maximum(a, b), b - relu(b - a)),
        "sign": (where(a > 0, 1, where(a < 0, -1, 0)),),
        "step": (1 - step(-a),),
    }
    return rng.choice(forms[e.operation.name])


def contradicted(left: Expr, right: Expr) -> dict[Symbol, Fraction] | None:
    for values in product(GRID, repeat=2):
        at = dict(zip((x, y), values, strict=True))
        a, b = value(left, at), value(right, at)
        if a is not None and b is not None and a != b:
            return at
    return None


@pytest.mark.parametrize("seed", range(60))
def test_what_is_proved_by_cases_holds_on_a_grid(seed: int) -> None:
    rng = Random(seed)
    left = drawn(rng, 2)
    for right in (disguised(rng, left), drawn(rng, 2), disguised(rng, left) + step(x) * 0, left + relu(x - 2)):
        found = by_cases(left, right)
        if isinstance(found, Distinction):
            assert contradicted(left, right) is None, f"{left} = {right} at {contradicted(left, right)}"


def test_disguises_are_seen_through() -> None:
    found = []
    for seed in range(40):
        rng = Random(seed)
        left = drawn(rng, 1)
        right = disguised(rng, left)
        assert contradicted(left, right) is None
        found.append(isinstance(by_cases(left, right), Distinction))
    assert sum(found) == len(found)
