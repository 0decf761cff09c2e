"""Whatever is proved agrees in numbers: random expressions, tempting but wrong rewritings, random points and sizes."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import mpmath as mp
import pytest

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.build import (
    Prod,
    binary,
    counting,
    delta,
    nonneg,
    onehot,
    positive,
    real,
    simplex,
    symmetric,
    unit,
    where,
)
from derive.expr.dims import Dim
from derive.expr.leaves import Constant, Index, Number, Size, Symbol
from derive.expr.node import Expr, as_expr
from derive.expr.operations import (
    Apply,
    absolute,
    cos,
    exp,
    log,
    maximum,
    minimum,
    relu,
    sigmoid,
    sin,
    slope,
    softplus,
    sqrt,
    step,
    tanh,
)
from derive.expr.propositions import Relation
from derive.expr.structure import Bound, Delta, Indexed, Weighted, Where, over_dim
from derive.expr.substitute import substitute
from derive.meaning.normal import Undecided, equal, normalise

# -- values in 40 digits, nan for what is undefined or too close to a jump to be sure

Real = Any  # an mpf

N, M = Dim("n", index="i"), Dim("m", index="p")
mp.mp.dps = 40
NAN, CLOSE = mp.mpf("nan"), mp.mpf(10) ** -30


class Point:
    """Values of symbols, sizes of dims and positions of indices."""

    def __init__(self, rng: Random, sizes: dict[Dim, int]) -> None:
        self.rng, self.sizes = rng, sizes
        self.tables: dict[Symbol, dict[tuple[int, ...], Real]] = {}
        self.positions: dict[Index, int] = {}

    def entry(self, symbol: Symbol, at: tuple[int, ...]) -> Real:
        if symbol not in self.tables:
            shape = [self.sizes[d] for d in symbol.axes]
            places = list(product(*(range(1, size + 1) for size in shape)))
            values = symbol.domain.draw(self.rng, shape)
            exact = (mp.mpf(v.numerator) / v.denominator for v in values)
            self.tables[symbol] = dict(zip(places, exact, strict=True))
        return self.tables[symbol].get(at, NAN)


def near(x: Real) -> Real:
    """The integer that rounding may have missed."""
    return mp.nint(x) if not mp.isnan(x) and abs(x - mp.nint(x)) < CLOSE else x


def jump(x: Real, below: Real, above: Real) -> Real:
    return NAN if abs(x) < CLOSE else above if x > 0 else below


FUNCTIONS: dict[str, Callable[..., Real]] = {
    "exp": mp.exp, "log": lambda x: mp.log(x) if x > CLOSE else NAN, "sqrt": lambda x: mp.sqrt(x) if x >= 0 else NAN,
    "abs": abs, "sigmoid": lambda x: 1 / (1 + mp.exp(-x)), "tanh": mp.tanh, "softplus": lambda x: mp.log(1 + mp.exp(x)),
    "relu": lambda x: max(x, mp.mpf(0)), "max": max, "min": min, "sin": mp.sin, "cos": mp.cos,
    "step": lambda x: jump(x, mp.mpf(0), mp.mpf(1)),
}  # fmt: skip


def value(e: Expr, at: Point) -> Real:
    """The value of a core expression."""
    match e:
        case Number():
            return mp.mpf(e.value.numerator) / e.value.denominator
        case Constant():
            return mp.pi + 0
        case Size():
            return mp.mpf(at.sizes[e.dim])
        case Index():
            return mp.mpf(at.positions[e])
        case Symbol():
            return at.entry(e, ())
        case Indexed():
            assert isinstance(e.of_what, Symbol)
            return at.entry(e.of_what, tuple(int(near(value(p, at))) for p in e.places))
        case Add():
            return mp.fsum(value(a, at) for a in e.args)
        case Mul():
            return mp.fprod(value(a, at) for a in e.args)
        case Neg():
            return -value(e.args[0], at)
        case Div():
            below = value(e.args[1], at)
            return value(e.args[0], at) / below if abs(below) > CLOSE else NAN
        case Pow():
            return power(value(e.args[0], at), near(value(e.args[1], at)))
        case Apply():
            if e.operation.name.endswith("'") and e.operation.unfold is not None:
                return value(e.operation.unfold(*e.args), at)
            args = [value(a, at) for a in e.args]
            return NAN if any(map(mp.isnan, args)) else FUNCTIONS[e.operation.name](*args)
        case Delta():
            return mp.mpf(near(value(e.args[0], at)) == near(value(e.args[1], at)))
        case Where():
            condition = e.args[0]
            assert isinstance(condition, Relation)
            x = value(condition.left, at) - value(condition.right, at)
            cases = {"<": (1, 2), "<=": (1, 2), ">": (2, 1), ">=": (2, 1)}[condition.kind]
            return NAN if mp.isnan(x) or abs(x) < CLOSE else value(e.args[cases[int(x > 0)]], at)
        case Weighted():
            weight = value(e.args[0], at)
            return mp.mpf(0) if weight == 0 else weight * value(e.args[1], at)
        case Bound():
            return bound_value(e, at)
    raise AssertionError(f"no value for {e}")


def power(base: Real, exponent: Real) -> Real:
    whole = exponent == mp.floor(exponent)
    if mp.isnan(base + exponent) or (abs(base) < CLOSE and exponent <= 0) or (base < 0 and not whole):
        return NAN
    return mp.power(base, exponent)


def bound_value(e: Bound, at: Point) -> Real:
    low, high = value(e.low, at), value(e.high, at)
    if mp.isnan(low + high):
        return NAN
    before = at.positions.get(e.index)
    found = []
    for k in range(int(mp.ceil(near(low))), int(mp.floor(near(high))) + 1):
        at.positions[e.index] = k
        found.append(value(e.body, at))
    if before is not None:
        at.positions[e.index] = before
    if any(map(mp.isnan, found)) or (not found and e.kind in ("max", "logsumexp")):
        return NAN
    if e.kind == "logsumexp":
        return mp.log(mp.fsum(map(mp.exp, found)))
    return {"sum": mp.fsum, "prod": mp.fprod, "max": max}[e.kind](found)


def agree(left: Expr, right: Expr, free: list[Index], rng: Random, points: int = 5) -> bool:
    """Whether both sides agree wherever both are defined, at random points of several sizes."""
    for n in range(points):
        at = Point(rng, {N: 1 + (n + 2) % 3, M: 2 + n % 2})
        at.positions = {i: rng.randint(1, at.sizes[i.dim]) for i in free if i.dim}
        try:
            a, b = value(left, at), value(right, at)
        except (OverflowError, ValueError):
            continue
        usual = mp.isfinite(a) and mp.isfinite(b) and abs(a) < 1e15
        if usual and abs(a - b) > mp.mpf(10) ** -15 * (1 + abs(a) + abs(b)):
            return False
    return True


# -- random expressions


def declared(declare: Callable[..., Symbol], name: str, *axes: Dim) -> Symbol:
    symbol = declare(*axes)
    symbol.named(name)
    return symbol


SCALARS = [
    declared(real, "c"), declared(real, "d"), declared(positive, "s"), declared(unit, "b"), declared(nonneg, "w"),
    declared(binary, "y"), declared(counting, "t"),
]  # fmt: skip
VECTORS = [declared(real, "x", N), declared(positive, "v", N), declared(nonneg, "q", M), declared(binary, "e", N)]
MATRICES = [
    declared(real, "A", N, N), declared(real, "B", N, M), declared(onehot, "T", N, M), declared(simplex, "P", N, M),
    declared(symmetric, "S", N, N),
]  # fmt: skip
ROUND = (exp, log, sqrt, sigmoid, tanh, softplus, relu, absolute, sin, cos, step, slope(sigmoid), slope(relu))


class Generator:
    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.free = [Index("i", N), Index("j", N), Index("p", M)]

    def leaf(self, available: list[Index]) -> Expr:
        rng = self.rng
        kind = rng.randrange(6)
        if kind == 0:
            return as_expr(Fraction(rng.choice((-2, -1, 1, 2, 3, 4)), rng.choice((1, 1, 1, 2))))
        if kind == 1:
            return rng.choice(SCALARS)
        tensors: list[Symbol] = rng.choice((VECTORS, MATRICES))
        symbol = rng.choice(tensors)
        places = [[i for i in available if i.dim is d] for d in symbol.axes]
        if not all(places):
            return rng.choice(SCALARS)
        if kind == 5 and sum(i.dim is N for i in available) > 1:
            return delta(*rng.sample([i for i in available if i.dim is N], 2))
        return Indexed.of(symbol, tuple(rng.choice(p) for p in places))

    def expr(self, depth: int, available: list[Index]) -> Expr:
        rng = self.rng
        if depth <= 0:
            return self.leaf(available)
        sub = lambda: self.expr(depth - 1 - rng.randrange(2), available)  # noqa: E731
        match rng.randrange(14):
            case 0 | 1:
                return sub() + sub()
            case 2:
                return sub() - sub()
            case 3 | 4:
                return sub() * sub()
            case 5:
                return sub() / sub()
            case 6:
                return sub() ** rng.choice((2, 3, -1, -2, Fraction(1, 2), Fraction(-1, 2), Fraction(3, 2)))
            case 7:
                return sub() ** rng.choice(SCALARS)
            case 8 | 9:
                return rng.choice(ROUND)(sub())
            case 10:
                return rng.choice((maximum, minimum))(sub(), sub())
            case 11:
                return self.total(depth, available)
            case 12:
                return self.range_total(depth, available)
            case _:
                if rng.randrange(2):
                    i, p = Index.along(N), Index.along(M)
                    weight = Indexed.of(MATRICES[3], (i, p))
                    return over_dim(
                        "sum", over_dim("sum", Weighted.of(weight, self.expr(depth - 1, [*available, i, p])), p), i
                    )
                return where(rng.choice((sub() < 0, sub() <= sub(), sub() >= 1)), sub(), sub())

    def total(self, depth: int, available: list[Index]) -> Expr:
        """Over a whole dim; sometimes an index is bound again inside of where it is bound or free."""
        again = [i for i in available if i.dim is not None]
        i = self.rng.choice(again) if again and self.rng.randrange(4) == 0 else Index.along(self.rng.choice((N, M)))
        kind = self.rng.choice(("sum", "sum", "sum", "sum", "prod", "max", "logsumexp"))
        return over_dim(kind, self.expr(depth - 1, [*available, i, i]), i)

    def range_total(self, depth: int, available: list[Index]) -> Expr:
        """Over part of a dim, or over numbers: empty ranges and ranges that depend on other indices included."""
        rng = self.rng
        ends: list[Expr] = [i for i in available if i.dim is N]
        if ends and rng.randrange(2):
            i = Index("i", N)
            body = self.expr(depth - 1, [*available, i, i])
            return Bound.of("sum", body, i, as_expr(rng.choice((1, 2))), rng.choice([*ends, N.size]))
        i = Index("r")
        body = self.expr(depth - 1, available) * rng.choice(
            (i, as_expr(1), delta(i, rng.choice((as_expr(2), SCALARS[6]))))
        )
        low, high = (
            as_expr(rng.choice((0, 1, 2))),
            rng.choice((SCALARS[6], N.size, SCALARS[6] - 2, as_expr(3), SCALARS[2])),
        )
        return Bound.of("sum", body, i, low, high)


def nodes(e: Expr) -> list[Expr]:
    found = [e]
    for n in found:
        found += n.args
    return [n for n in found if not isinstance(n, Relation)]


def tempting(e: Expr, rng: Random) -> Expr | None:
    """A rewriting of one node that looks right; for some signs and shapes it is."""
    args: list[Expr] = list(e.args)
    match e:
        case Add() if len(args) > 1:
            a, b = args[0], args[1:]
            rest = b[0] if len(b) == 1 else Add.of(*b)
            return rng.choice((rest + a, a - rest, Add.of(*(2 * x for x in args)) / 2))
        case Mul():
            return rng.choice((Mul.of(*args[::-1]), Mul.of(*args, args[0]) / args[0], exp(log(e)), absolute(e)))
        case Div():
            a, b = args[0], args[1]
            return rng.choice((a * b**-1, (a + b) / b - 1, b / a, exp(log(a) - log(b)), (a * a) / (a * b)))
        case Pow():
            a, b = args[0], args[1]
            return rng.choice(
                (
                    exp(b * log(a)),
                    a * a ** (b - 1),
                    (a**2) ** (b / 2),
                    absolute(a) ** b,
                    (1 / a) ** (-b),
                    a ** (b / 2) * a ** (b / 2),
                )
            )
        case Apply(operation=operation) if operation is exp:
            a = args[0]
            return rng.choice(
                (exp(a / 2) ** 2, exp(a + 1) / exp(as_expr(1)), 1 / exp(-a), exp(2 * a) ** Fraction(1, 2))
            )
        case Apply(operation=operation) if operation is log:
            a = args[0]
            factors = a.args if isinstance(a, Mul) else (a,)
            split = Add.of(*map(log, factors)) if len(factors) > 1 else log(a)
            return rng.choice(
                (split, log(a**2) / 2, 2 * log(sqrt(a)), log(absolute(a)), log(3 * a) - log(as_expr(3)), -log(1 / a))
            )
        case Apply(operation=operation) if operation is sqrt:
            a = args[0]
            return rng.choice(
                (sqrt(4 * a) / 2, a / sqrt(a), sqrt(a**2) ** Fraction(1, 2), sqrt(absolute(a)), sqrt(9 * a) / 2)
            )
        case Apply(operation=operation) if operation is sigmoid:
            a = args[0]
            return rng.choice(
                (1 - sigmoid(-a), 1 / (1 + exp(-a)), (1 + tanh(a / 2)) / 2, exp(-softplus(-a)), sigmoid(-a))
            )
        case Apply(operation=operation) if operation in (relu, absolute):
            a = args[0]
            return rng.choice(
                (relu(a) + relu(-a), a + relu(-a), a * step(a), sqrt(a**2), maximum(a, as_expr(0)), a, relu(2 * a) / 2)
            )
        case Apply(operation=operation) if len(args) == 1:
            a = args[0]
            return rng.choice((operation(-a), -operation(-a), operation(2 * a / 2), 1 - operation(-a)))
        case Apply():
            a, b = args[0], args[1]
            return rng.choice(
                (e.operation(b, a), a + b - maximum(a, b), a + relu(b - a), (a + b + absolute(a - b)) / 2)
            )
        case Bound(kind="sum", index=i):
            j = Index(i.name, i.dim)

            def over(body: Expr, k: Index) -> Expr:
                return Bound.of("sum", body, k, e.low, e.high)

            renamed = Bound.of("sum", substitute(e.body, {i: j}), j, e.low, e.high)
            parts = e.body.args if isinstance(e.body, Mul | Add) else (e.body,)
            split = [Bound.of("sum", part, i, e.low, e.high) for part in parts]
            return rng.choice(
                (renamed, Add.of(*split), Mul.of(*split), 2 * e - renamed, over(over(delta(i, j) * e.body, i), j))
            )
        case Bound(kind="prod", index=i):
            return exp(over_dim("sum", log(e.body), i)) if rng.randrange(2) else Prod(absolute(e.body), i)
        case Bound(kind="logsumexp", index=i):
            return rng.choice((log(over_dim("sum", exp(e.body), i)), over_dim("logsumexp", e.body + 1, i) - 1))
        case Weighted():
            return args[0] * args[1]
        case Where():
            return rng.choice((args[1], where(args[0], args[1], args[2] + 0)))
        case Indexed():
            return rng.choice(
                (
                    e**2,
                    Indexed.of(e.of_what, e.places[::-1])
                    if len({p.dim for p in e.places if isinstance(p, Index)}) == 1
                    else e + 0,
                )
            )
        case Symbol():
            return rng.choice((e**2, absolute(e), sqrt(e**2), e + 0, sqrt(e) ** 2))
    return None


def replaced(e: Expr, old: Expr, new: Expr) -> Expr:
    if e is old:
        return new
    return e.rebuild(tuple(replaced(a, old, new) for a in e.args)) if e.args else e


def trial(seed: int, depth: int = 3) -> tuple[str, Expr, Expr]:
    """One random pair, and what became of it: "proved", "undecided" or "FALSE"."""
    g = Generator(seed)
    left = g.expr(depth, g.free)
    right = left
    for _ in range(g.rng.choice((1, 1, 2, 3))):
        node = g.rng.choice(nodes(right))
        new = tempting(node, g.rng)
        if new is not None and not new.axes:
            right = replaced(right, node, new)
    if right is left:
        return "same", left, right
    outcome = equal(left, right)
    if not outcome.proved:
        return "undecided", left, right
    return ("proved" if agree(left, right, g.free, g.rng) else "FALSE"), left, right


@pytest.mark.parametrize("seed", range(8))
def test_what_is_proved_agrees_in_numbers(seed: int) -> None:
    kinds: dict[str, int] = {}
    for n in range(60):
        kind, left, right = trial(1000 * seed + n)
        kinds[kind] = kinds.get(kind, 0) + 1
        assert kind != "FALSE", f"proved, but false: {left} = {right}"
    assert kinds.get("proved", 0) > 10


def test_the_normal_form_of_an_expression_is_the_expression() -> None:
    """Its rendering has the same value, and the same normal form again."""
    proved = 0
    for seed in range(150):
        g = Generator(seed)
        e = g.expr(3, g.free)
        try:
            p = normalise(e)
        except Undecided:
            continue
        proved += equal(e, e + 0).proved
        assert p.key == normalise(e + 0).key
    assert proved > 100
