"""Random rational formulas: tables equal, exactly and also in what is undefined, a direct recursion in fractions."""

from fractions import Fraction
from itertools import product
from math import prod
from random import Random

import pytest
from flint import fmpq

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.build import integer, real
from derive.expr.dims import Dim
from derive.expr.leaves import Index, Let, Number, Size, Symbol
from derive.expr.node import Expr
from derive.expr.operations import Apply, absolute, maximum, minimum, relu, sign, step
from derive.expr.propositions import Relation
from derive.expr.structure import Bound, Delta, Indexed, Weighted, Where
from derive.expr.tensor import Array
from derive.meaning import index_form
from derive.meaning.numbers.ball import UNDEFINED, fraction
from derive.meaning.numbers.evaluate import Evaluation
from derive.meaning.numbers.reading import Reading
from derive.meaning.numbers.sample import Names, Point

N, M = Dim("N", "i"), Dim("M", "j")
SYMBOLS = {"x": real(N), "y": real(M), "A": real(N, M), "a": real(), "c": integer(N), "k": integer()}
for name, symbol in SYMBOLS.items():
    symbol.named(name)


class Formulas:
    """Random core formulas over the symbols, with the indices in scope as free indices."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)

    def number(self, depth: int, scope: tuple[Index, ...]) -> Expr:
        pick = self.rng.choice
        if depth == 0:
            return self.leaf(scope)
        sub = lambda: self.number(depth - 1, scope)  # noqa: E731
        match pick(
            (
                "add",
                "add",
                "mul",
                "mul",
                "neg",
                "div",
                "pow",
                "apply",
                "sum",
                "sum",
                "bound",
                "delta",
                "where",
                "let",
                "weighted",
                "leaf",
            )
        ):
            case "add":
                return Add.of(*(sub() for _ in range(pick((2, 3)))))
            case "mul":
                return Mul.of(sub(), sub())
            case "neg":
                return Neg.of(sub())
            case "div":
                return Div.of(sub(), sub())
            case "pow":
                return Pow.of(sub(), pick((Number.of(2), Number.of(0), Neg.of(Number.of(1)), self.place(scope))))
            case "apply":
                row = pick((absolute, relu, sign, step, maximum, minimum))
                return row(*(sub() for _ in range(row.arity)))
            case "sum":
                dim = pick((N, M))
                index = Index("s", dim)
                return Bound.of("sum", self.number(depth - 1, (*scope, index)), index, Number.of(1), dim.size)
            case "bound":
                index = Index("r", None)
                body = self.number(depth - 1, (*scope, index))
                return Bound.of(pick(("sum", "prod", "max")), body, index, self.place(scope), self.place(scope))
            case "delta":
                return Mul.of(Delta.of(self.place(scope), self.place(scope)), sub())
            case "where":
                return Where.of(Relation.of(pick(("=", "<", "<=", ">", ">=", "!=")), sub(), sub()), sub(), sub())
            case "weighted":
                return Weighted.of(sub(), sub())
            case "let":
                first, second = Index("p", N), Index("q", M)
                inner = self.number(depth - 1, (*scope, first, second))
                term = Let("term", Array.of(inner, (first, second)))
                return Indexed.of(term, (self.place(scope), self.place(scope)))
        return self.leaf(scope)

    def leaf(self, scope: tuple[Index, ...]) -> Expr:
        s = SYMBOLS[self.rng.choice(("x", "y", "A", "a"))]
        choices = [Number.of(self.rng.choice((0, 1, 2, Fraction(1, 2)))), s]
        leaf = self.rng.choice((*choices, s, s))
        if isinstance(leaf, Symbol) and leaf.axes:
            return Indexed.of(leaf, tuple(self.fitting(scope, d) for d in leaf.axes))
        return leaf

    def fitting(self, scope: tuple[Index, ...], dim: Dim) -> Expr:
        """A place along the dim: mostly an index over it."""
        fit = [i for i in scope if i.dim is dim]
        return (
            self.rng.choice(fit)
            if fit and self.rng.random() < 0.8
            else self.place([i for i in scope if i.dim is not dim])
        )

    def place(self, scope) -> Expr:
        options: list[Expr] = [Number.of(1), Number.of(2), SYMBOLS["k"], Size.of(N)]
        for i in scope:
            options += [Add.of(i, Number.of(self.rng.choice((0, 1)))), Add.of(Number.of(3), Neg.of(i))]
            if i.dim is N:
                options.append(Indexed.of(SYMBOLS["c"], (i,)))
        return self.rng.choice(options)


def direct(e: Expr, env: dict, point: Point) -> Fraction | None:
    """The value by recursion, None if undefined."""
    if isinstance(e, Number):
        return e.value
    if isinstance(e, Size):
        return Fraction(point.sizes[e.dim])
    if isinstance(e, Index):
        return Fraction(env[e])
    if isinstance(e, Symbol):
        return fraction(point.entries(e, (), ())[0])
    if isinstance(e, Bound):
        return direct_total(e, env, point)
    if isinstance(e, Where):
        condition = e.args[0]
        assert isinstance(condition, Relation)
        a, b = direct(condition.left, env, point), direct(condition.right, env, point)
        if a is None or b is None:
            return None
        holds = {"=": a == b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b, "!=": a != b}[condition.kind]
        return direct(e.args[1] if holds else e.args[2], env, point)
    if isinstance(e, Weighted) and direct(e.args[0], env, point) == 0:
        return Fraction(0)
    if isinstance(e, Indexed):
        return direct_entry(e, env, point)
    values = [direct(part, env, point) for part in e.args]
    if any(v is None for v in values):
        return None
    return direct_operation(e, [v for v in values if v is not None])


def direct_total(e: Bound, env: dict, point: Point) -> Fraction | None:
    low, high = direct(e.low, env, point), direct(e.high, env, point)
    if low is None or high is None or low.denominator != 1 or high.denominator != 1:
        return None
    values = [direct(e.body, {**env, e.index: k}, point) for k in range(int(low), int(high) + 1)]
    if any(v is None for v in values) or (not values and e.kind == "max"):
        return None
    found = [v for v in values if v is not None]
    return Fraction({"sum": sum, "prod": prod, "max": max}[e.kind](found))


def direct_entry(e: Indexed, env: dict, point: Point) -> Fraction | None:
    at = [direct(p, env, point) for p in e.places]
    shape = tuple(point.sizes[d] for d in e.of_what.axes)
    if any(p is None or p.denominator != 1 or not 1 <= p <= n for p, n in zip(at, shape, strict=True)):
        return None
    places = [int(p) for p in at if p is not None]
    if isinstance(e.of_what, Let):
        array = e.of_what.expr
        assert isinstance(array, Array)
        return direct(index_form.entry(array.body), {**env, **dict(zip(array.indices, places, strict=True))}, point)
    offset = 0
    for n, p in zip(shape, places, strict=True):
        offset = offset * n + p - 1
    assert isinstance(e.of_what, Symbol)
    return fraction(point.entries(e.of_what, (), shape)[offset])


def direct_operation(e: Expr, values: list[Fraction]) -> Fraction | None:
    match e:
        case Add():
            return sum(values, Fraction(0))
        case Mul() | Weighted():
            return prod(values, start=Fraction(1))
        case Neg():
            return -values[0]
        case Div():
            return None if values[1] == 0 else values[0] / values[1]
        case Pow():
            return None if values[0] == 0 and values[1] < 0 else Fraction(values[0] ** int(values[1]))
        case Delta():
            return Fraction(values[0] == values[1])
        case Apply():
            x = values[0]
            if e.operation is step and x == 0:
                return None
            name = e.operation.name
            if name in ("min", "max"):
                return {"min": min, "max": max}[name](values)
            return Fraction({"abs": abs(x), "relu": max(x, 0), "sign": (x > 0) - (x < 0), "step": x > 0}[name])
    raise AssertionError(type(e))


@pytest.mark.parametrize("seed", range(200))
def test_random_formulas(seed):
    i, j = Index("i", N), Index("j", M)
    e = index_form.entry(Formulas(seed).number(4, (i, j)))
    point = Point(Names.of(e), str(seed), {N: 2 + seed % 2, M: 3 - seed % 2}, "simple" if seed % 3 else "generic")
    evaluation = Evaluation(Reading(), point, 64)
    evaluation.place((i, j))
    table = evaluation.table(e).over((i, j), evaluation.ranges)
    for value, (p, q) in zip(table, product(evaluation.ranges[i], evaluation.ranges[j]), strict=True):
        expected = direct(e, {i: p, j: q}, point)
        if isinstance(value, fmpq):
            assert fraction(value) == expected
        else:  # no rational of these sizes is too long
            assert value is UNDEFINED
            assert expected is None
