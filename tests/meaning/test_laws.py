"""Every trusted equation, as balls of 50 digits, at edge values of its variables and at random ones."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from random import Random

import pytest
from flint import arb, ctx, fmpq

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.build import real
from derive.expr.dims import Dim
from derive.expr.leaves import Constant, Index, Number
from derive.expr.node import Expr, as_expr
from derive.expr.operations import OPERATIONS, ROWS, Apply, slope
from derive.expr.propositions import Relation
from derive.expr.structure import Bound, Delta, Where
from derive.expr.tensor import Linear
from derive.meaning.laws import EQUATIONS, LAWS, MATRICES, NATIVE, NEEDS, Law, law
from derive.prove.falsify import falsify

F = Fraction
EDGES = (F(0), F(1), F(-1), F(1, 2), F(-1, 2), F(2), F(-3), F(30), F(-30), F(1, 1000), F(-1, 1000))
INSIDE = {
    "positive": lambda v: v > 0, "nonneg": lambda v: v >= 0, "nonpositive": lambda v: v <= 0,
    "negative": lambda v: v < 0, "nonzero": lambda v: v != 0, "constant": lambda v: v != 0,
    "integer": lambda v: v.denominator == 1,
}  # fmt: skip


@pytest.fixture(autouse=True)
def digits() -> Iterator[None]:
    before, ctx.dps = ctx.dps, 60
    yield
    ctx.dps = before


def ball(e: Expr, at: dict[Index, int]) -> arb | None:
    """The value of an expression without symbols; None where it is undefined."""
    match e:
        case Number():
            return arb(fmpq(e.value.numerator, e.value.denominator))
        case Constant():
            return arb.pi() if e.name == "pi" else arb.const_euler()
        case Index():
            return arb(at[e])
        case Delta():
            left, right = (ball(a, at) for a in e.args)
            return None if left is None or right is None else arb(int(left == right))
        case Where():
            condition = e.args[0]
            assert isinstance(condition, Relation)
            left, right = (ball(a, at) for a in condition.args)
            if left is None or right is None:
                return None
            holds = left < right if condition.kind == "<" else left == right
            return ball(e.args[1 if holds else 2], at)
        case Bound():
            low, high = (ball(end, at) for end in (e.low, e.high))
            assert low is not None
            assert high is not None
            values = [ball(e.body, {**at, e.index: k}) for k in range(round(float(low)), round(float(high)) + 1)]
            return None if None in values else total(e.kind, values)  # type: ignore[arg-type]
    args = [ball(a, at) for a in e.args]
    return None if None in args else defined(e, args)  # type: ignore[arg-type]


def total(kind: str, values: list[arb]) -> arb | None:
    if kind == "sum":
        return sum(values, arb(0))
    if kind == "logsumexp":
        return sum((v.exp() for v in values), arb(0)).log() if values else None
    out = arb(1)
    for v in values:
        out *= v
    return out


def defined(e: Expr, args: list[arb]) -> arb | None:
    out = None
    match e:
        case Add():
            return sum(args, arb(0))
        case Mul():
            return total("prod", args)
        case Neg():
            return -args[0]
        case Div():
            out = args[0] / args[1]
        case Pow():
            base, exponent = args
            whole = exponent.is_integer()
            if base == 0:
                return arb(0) if exponent > 0 else arb(1) if exponent == 0 else None
            out = base**exponent if base > 0 or whole else None
        case Apply():
            operation = e.operation
            if operation.name.endswith("'") and operation.unfold is not None:
                return ball(operation.unfold(*e.args), {})
            out = operation.ball(*args)
    return out if out is not None and out.is_finite() else None


def values_for(row: Law, variable: str, rng: Random) -> list[Fraction]:
    needs = [need for v, need in row.needs if v == variable]
    drawn = [F(rng.randint(-300, 300), rng.choice((7, 12, 30))) for _ in range(4)]
    return [v for v in (*EDGES, *drawn) if all(INSIDE[need](v) for need in needs)]


def instances(row: Law) -> Iterator[tuple[Expr, Expr]]:
    rng = Random(7)
    if "i" in row.variables:  # a law of binders: the body is a function of the index
        i = Index("i")
        j = Index("j")
        bodies: tuple[Expr, ...] = (as_expr(F(3, 2)), i / 4, i * i + F(1, 2), 2**i)
        if "j" in row.variables:
            bodies = (i * j + i, as_expr(1))
        ends = {"a": (1, 2), "b": (1, 2, 5), "n": (0, 1, 3), "c": (-2, 0, 3)}
        ends |= {"g": (i / 3 - 1, i + 1), "x": (0, F(-3, 2)), "d": (F(-3, 2), -1, F(1, 3))}
        if "constant" in (need for _, need in row.needs):
            ends["c"] = (-2, 1, 3)
        if "nonneg" in (need for v, need in row.needs if v == "c"):
            ends["c"] = (0, 1, 3)
        used = [name for name in ends if name in row.variables]
        for body, values in product(bodies, product(*(ends[name] for name in used))):
            if row.name in ("prod_power", "prod_product") and body is bodies[1] and "j" not in row.variables:
                body = i - 2  # 0 in the range
            given = {name: as_expr(value) for name, value in zip(used, values, strict=True)}
            named = {"f": body, "i": i, "j": j}
            yield row.instance({**{k: v for k, v in named.items() if k in row.variables}, **given})
        return
    for values in product(*(values_for(row, v, rng) for v in row.variables)):
        yield row.instance({v: as_expr(x) for v, x in zip(row.variables, values, strict=True)})


SLOPES = tuple(law(f"slope_{row.name}") for row in ROWS if row.arity == 1 and row.name != "trigamma")


@pytest.mark.parametrize(
    "row", [r for r in (*LAWS.values(), *SLOPES) if r.statement and not r.matrices], ids=lambda row: row.name
)
def test_an_equation_holds_at_edge_values(row: Law) -> None:
    """Wherever the left side is defined, the right side is defined, and the balls overlap."""
    if row.name == "relu_step":  # at the kink the step is undefined and is multiplied by 0
        held = [
            (a, b)
            for left, right in instances(row)
            if (a := ball(left, {})) is not None and (b := ball(right, {})) is not None
        ]
    else:
        held = []
        for left, right in instances(row):
            a, b = ball(left, {}), ball(right, {})
            if a is not None:
                assert b is not None, f"{left} is defined, {right} is not"
                held.append((a, b))
    assert held, "vacuous"
    for a, b in held:
        assert a.overlaps(b)
        assert (a - b).abs_upper() < arb("1e-20") * (1 + abs(a))


@pytest.mark.parametrize("row", [r for r in LAWS.values() if r.reversible], ids=lambda row: row.name)
def test_a_reversible_law_has_both_sides_defined_at_the_same_points(row: Law) -> None:
    for left, right in instances(row):
        assert (ball(left, {}) is None) == (ball(right, {}) is None), f"{left} = {right}"


def test_every_law_has_a_citation_and_a_name_of_its_own() -> None:
    names = [row.name for row in (*NATIVE, *EQUATIONS)]
    assert len(names) == len(set(names))
    for row in LAWS.values():
        assert row.cite
        assert bool(row.text) != (row.statement is not None)
        assert all(need in NEEDS and variable in row.variables for variable, need in row.needs)


@pytest.mark.parametrize(
    "row",
    [r for r in EQUATIONS if any(n in ("positive", "nonneg", "nonpositive", "negative") for _, n in r.needs)],
    ids=lambda r: r.name,
)
def test_a_need_is_needed(row: Law) -> None:
    """Without its needs, a law fails somewhere: a defined left side whose right side is undefined or different."""
    if "i" in row.variables:
        pytest.skip("tested with bodies that are positive")
    without = Law(row.name, row.cite, row.statement, tuple(n for n in row.needs if n[1] in ("integer", "constant")))

    def fails(left: Expr, right: Expr) -> bool:
        a, b = ball(left, {}), ball(right, {})
        return a is not None and (b is None or not a.overlaps(b))

    if row.name in ("exp_log", "power_factor", "log_power"):  # there, what needs a sign is undefined without it
        return
    assert any(fails(*pair) for pair in instances(without))


N = Dim("N")


@pytest.mark.parametrize("row", MATRICES, ids=lambda row: row.name)
def test_a_law_of_matrices_holds_at_drawn_matrices(row: Law) -> None:
    """At exact matrices of several sizes, singular ones among them."""
    i, j = Index("i", N), Index("j", N)
    values: dict[str, Expr] = {"p": i, "q": j}
    for name, shape in (("a", (N, N)), ("b", (N, N)), ("u", (N,)), ("v", (N,)), ("c", ())):
        values[name] = real(*shape)
        values[name].named(name)  # type: ignore[attr-defined]
    if row.name.endswith("_identity"):
        values["a"] = Linear.of("eye", (), (N,))
    values["d"] = Linear.of("det", (values["a"],))
    left, right = row.instance({name: values[name] for name in row.variables})
    claim, twin = Relation.of("=", left, right), Relation.of("=", left, 2 * right + 1)
    assert isinstance(claim, Relation)
    assert isinstance(twin, Relation)
    finding = falsify(claim, draws=24, indices=(i, j))
    assert finding.counterexample is None
    assert finding.draws_effective >= 8
    assert falsify(twin, draws=24, indices=(i, j)).counterexample is not None


def test_derivatives_of_operations_are_laws() -> None:
    left, right = law("slope_sigmoid").instance({"x": as_expr(F(1, 3))})
    assert isinstance(left, Apply)
    assert left.operation is slope(OPERATIONS["sigmoid"])
    assert right is OPERATIONS["sigmoid"].partials(as_expr(F(1, 3)))[0]
    for name in ("no_such_law", "slope_nothing", "slope_max"):
        with pytest.raises(KeyError):
            law(name)
    with pytest.raises(ValueError, match="no instances"):
        law("linearity").instance({})
