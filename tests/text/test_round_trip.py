"""What `plain` prints, the parser reads back as the same object."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from derive.expr import (
    arithmetic,
    build,
    calculus,
    density,
    dependence,
    divergence,
    information,
    leaves,
    operations,
    propositions,
    structure,
    tensor,
)
from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.calculus import Hessian, Integral, Jacobian, Limit
from derive.expr.density import BETWEEN, Contrast, Density, Expectation, Outcome
from derive.expr.dependence import Cardinality, Independence, MarkovChain, Unequal
from derive.expr.dims import Dim
from derive.expr.divergence import KINDS as DIVERGENCES
from derive.expr.divergence import Divergence
from derive.expr.errors import DeriveError
from derive.expr.families import DimFamily
from derive.expr.information import Information
from derive.expr.law import Law
from derive.expr.leaves import EULER_GAMMA, INFINITY, PI, Index, Let, Number, Size, Symbol, Variable
from derive.expr.node import Expr, walk
from derive.expr.operations import OPERATIONS, Apply, slope
from derive.expr.plain import plain
from derive.expr.propositions import ORDERED, Recurrence, Relation
from derive.expr.structure import BINDERS, Bound, Call, Delta, Derivative, Evaluated, Expect, Weighted, Where, index
from derive.expr.tensor import Along, Array, Linear, MatMul, Reduce, Transpose
from derive.text.errors import ParseError
from derive.text.statement import parse_expression


def named(name: str, symbol: Symbol) -> Symbol:
    symbol.named(name)
    return symbol


N, M, K = Dim("N"), Dim("M"), Dim("K")
LONGER = Dim("N + 1", extent=N.size + 1)
d = DimFamily("d", "u")
i, j, t, u = Index("i", N), Index("j", M), Index("t"), Index("u")
DIMS = (N, M, K, LONGER, d[u], d[u - 1])
VARIABLES = tuple(named(name, build.variable()) for name in ("X", "Y", "Z"))
DRAWN = tuple(named(name, build.variable()) for name in ("Omega1", "Z_hat", "Theta", "U1"))
omega1, z_hat, theta, u1 = OUTCOMES = tuple(map(Outcome.of, DRAWN))  # their names are those of no symbol
LAWS = ("r", "q_phi", "p_data", "law0")
FUNCTIONS = tuple(named(name, build.function()) for name in ("f", "g"))
m = named("m", build.real(family=t))
SYMBOLS = (
    named("a", build.real()), named("b", build.positive()), named("beta", build.unit()), named("x", build.real(N)),
    named("y", build.real(N)), named("A", build.real(N, M)), named("B", build.real(M, K)),
    named("S", build.symmetric(N, N)), named("w", build.real(LONGER)), named("p", build.simplex(N)),
    named("q", build.simplex(N, M)),
)  # fmt: skip
a, b, beta, x, y, A, B, S, w, p, q = SYMBOLS
W = named("W", build.real(d[u], d[u - 1], family=u))
v = Variable("v")
TERM = Let("loss", (x - y) @ (x - y))
LEAVES: tuple[Expr, ...] = (
    *SYMBOLS, TERM, v, i, j, t, u, N.size, M.size, LONGER.size, d[u].size, PI, EULER_GAMMA, W[u], m[t], m[0],
    *(Number.of(Fraction(value)) for value in ("0", "1", "2", "3", "1/2", "7/3", "1/10")),
    Linear.of("ones", (), (N, M)), Linear.of("eye", (), (N,)), Linear.of("ones", (), (LONGER,)),
    *OUTCOMES, Cardinality.of(DRAWN[0]), Unequal.of(DRAWN[0], DRAWN[1]), Unequal.of(DRAWN[0], DRAWN[1], under="law0"),
    Density.of("r", (omega1,)), Density.of("q_phi", (omega1, z_hat), (theta,)),
    Density.of("law0", (z_hat,), (omega1, theta)),
    Information.of((VARIABLES[:2],), VARIABLES[2:]), Information.of(((VARIABLES[0],), (VARIABLES[1],)), under="q"),
)  # fmt: skip
SCOPE: dict[str, object] = {
    "N": N, "M": M, "K": K, "longer": LONGER, "d": d, "W": W, "m": m, "loss": TERM, "i": i, "j": j, "t": t, "u": u,
    "v": v,
    "law0": Law("law0"),
    **{s.name: s for s in (*VARIABLES, *DRAWN, *FUNCTIONS, *SYMBOLS, *OUTCOMES)},
}  # fmt: skip

# Each takes a choice function and makes a node, or raises a DeriveError where the operands do not fit.
Choose = Callable[[Any], Any]
CONSTRUCTORS: tuple[Callable[[Choose, Choose], Expr], ...] = (
    lambda e, o: Add.of(e(0), e(0)),
    lambda e, o: Add.of(e(0), Neg.of(e(0)), e(0)),
    lambda e, o: Mul.of(e(0), e(0)),
    lambda e, o: Mul.of(e(0), e(0), e(0)),
    lambda e, o: Div.of(e(0), e(0)),
    lambda e, o: Neg.of(e(0)),
    lambda e, o: Pow.of(e(0), e(0)),
    lambda e, o: MatMul.of(e(0), e(0)),
    lambda e, o: Transpose.of(e(0)),
    lambda e, o: _apply(OPERATIONS[o(tuple(OPERATIONS))], e),
    lambda e, o: Apply.of(slope(OPERATIONS[o(("relu", "tanh", "trigamma"))]), (e(0),)),
    lambda e, o: Apply.of(slope(slope(OPERATIONS["exp"])), (e(0),)),
    lambda e, o: Along.of(o(("softmax", "logsumexp")), e(0), o(DIMS)),
    lambda e, o: Reduce.of(o(("sum", "prod", "mean", "max", "norm")), e(0), (o(DIMS),)),
    lambda e, o: Reduce.of("sum", e(0), (N, M)),
    lambda e, o: Bound.of(
        o(BINDERS), e(0), o((i, j, t)), o((Number.of(1), Number.of(0), Neg.of(INFINITY), e(0))), e(0)
    ),
    lambda e, o: Bound.of("sum", e(0), t, Number.of(0), INFINITY),
    lambda e, o: Linear.of(o(("tr", "det", "inv", "diag")), (e(0),)),
    lambda e, o: Linear.of("outer", (e(0), e(0))),
    lambda e, o: Array.of(e(0), o(((i, j), (i,), (j, i)))),
    lambda e, o: index(e(0), (o((i, j, t, t + 1, Number.of(1), N.size)),)),
    lambda e, o: index(e(0), (o((i, Number.of(2))), o((j, i, t)))),
    lambda e, o: index(W, (e(0),)),
    lambda e, o: Call.of(o(FUNCTIONS), (e(0),), o((0, 0, 1, 2))),
    lambda e, o: Call.of(o(FUNCTIONS), (e(0), e(0))),
    lambda e, o: Delta.of(e(0), e(0)),
    lambda e, o: Where.of(Relation.of(o(ORDERED), e(0), e(0)), e(0), e(0)),
    lambda e, o: Derivative.of(e(0), e(0)),
    lambda e, o: Integral.of(e(0), v, o((Number.of(0), Neg.of(INFINITY), e(0))), o((INFINITY, e(0)))),
    lambda e, o: Limit.of(e(0), v, o((Number.of(0), INFINITY, Neg.of(INFINITY), e(0)))),
    lambda e, o: Divergence.of(o(("entropy", "h")), e(0)),
    lambda e, o: Divergence.of(o([kind for kind, (count, _) in DIVERGENCES.items() if count == 2]), e(0), e(0)),
    lambda e, o: Jacobian.of(e(0), e(0)),
    lambda e, o: Hessian.of(e(0), e(0)),
    lambda e, o: Evaluated.of(e(0), {o(SYMBOLS[:2]): e(0)}),
    lambda e, o: Evaluated.of(e(0), {a: e(0), x: e(0)}),
    lambda e, o: Expect.of(e(0), e(0)),
    lambda e, o: Expectation.of(e(0), _law(o)),
    lambda e, o: Expectation.of(e(0), (Density.of(o(LAWS), (omega1,)), Density.of(o(LAWS), (theta,), (omega1, u1)))),
    lambda e, o: Contrast.of(o(BETWEEN), _law(o), _law(o), o(((), (Density.of("r", (u1,)),)))),
    lambda e, o: Contrast.of("entropy", _law(o), (), o(((), (Density.of("r", (u1,)),)))),
    lambda e, o: Weighted.of(e(0), e(0)),
)
PROPOSITIONS: tuple[Callable[[Choose, Choose], Expr], ...] = (
    lambda e, o: Relation.of(o(ORDERED), e(0), e(0)),
    lambda e, o: Relation.of("same_argmin", e(0), e(0), (a, x)),
    lambda e, o: Recurrence.of(m, t, e(0), e(0)),
    lambda e, o: MarkovChain.of(tuple(o((DRAWN[:2], DRAWN[2:3], VARIABLES)) for _ in range(3)), o(("p", *LAWS))),
    lambda e, o: Independence.of((DRAWN[:2], VARIABLES), o(((), DRAWN[2:])), o(("p", *LAWS))),
)


def _law(o: Choose) -> tuple[Density, ...]:
    over, given = o(((omega1,), (omega1, theta), (theta, u1))), o(((), (z_hat,)))
    return (Density.of(o(LAWS), over, given),)


def _apply(operation: operations.Operation, e: Choose) -> Expr:
    return Apply.of(operation, tuple(e(0) for _ in range(operation.arity)))


@st.composite
def expressions(draw: st.DrawFn) -> Expr:
    """An expression grown from the leaves by up to eight constructors that fit; now and then a proposition about it."""
    pool = list(LEAVES)

    def operand(_: object) -> Expr:
        recent = pool[-4:] if draw(st.booleans()) else pool
        return draw(st.sampled_from(recent))

    def option(values: Any) -> Any:
        return draw(st.sampled_from(values))

    for _ in range(draw(st.integers(1, 8))):
        try:
            pool.append(draw(st.sampled_from(CONSTRUCTORS))(operand, option))
        except DeriveError:
            continue
    if draw(st.integers(0, 5)) == 0:
        try:
            return draw(st.sampled_from(PROPOSITIONS))(operand, option)
        except DeriveError:
            pass
    return pool[-1]


@settings(
    max_examples=600,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(expressions())
def test_print_then_parse_is_the_same_object(e: Expr) -> None:
    text = plain(e)
    assume(len(text) < 10_000)
    try:
        read = parse_expression(text, scope=SCOPE)
    except ParseError as error:
        assume("constant power" not in error.message)  # a cap of the text, not of the core
        raise
    assert read is e, f"{text} was read as {read}"


KINDS = (
    Number.of(Fraction(1, 2)), PI, Size.of(N), i, a, TERM, a + b - beta, a * b, -a, a / b, a**b, OPERATIONS["exp"](x),
    build.Sum(x), build.Sum(x[i], (i, 1, N.size)), build.softmax(A, over=N), A @ B, A.T,
    Linear.of("eye", (), (N,)), Array.of(x[i] * A[i, j], (i, j)), x[i], W[u], FUNCTIONS[0](a), build.delta(i, j),
    build.where(a > 0, a, 0),
    build.D(TERM, x), (a * b).at(a=1), build.E(p, x), a <= b, build.recurrence(m, t, 0, beta * m[t - 1]),
    build.I(*VARIABLES), Weighted.of(p, x),
    Integral.of(v * a, v, Number.of(0), INFINITY), Limit.of(a / v, v, INFINITY), Jacobian.of(x, x), Hessian.of(a, x), v,
    Divergence.of("KL", p, p), Contrast.of("KL", (Density.of("r", (omega1,)),), (Density.of("p_data", (omega1,)),)),
    Expectation.of(Mul.of(omega1, a), (Density.of("r", (omega1,)), Density.of("law0", (theta,), (omega1,)))),
    MarkovChain.of((DRAWN[:2], DRAWN[2:3], VARIABLES), "r"), Independence.of((DRAWN[:1], DRAWN[1:3]), VARIABLES),
    Cardinality.of(DRAWN[0]), Unequal.of(DRAWN[0], DRAWN[1], under="law0"),
)  # fmt: skip


@pytest.mark.parametrize("e", KINDS, ids=lambda e: type(e).__name__)
def test_every_kind_of_node(e: Expr) -> None:
    assert parse_expression(plain(e), scope=SCOPE) is e


def test_no_kind_of_node_is_left_out() -> None:
    modules = (
        arithmetic,
        calculus,
        density,
        dependence,
        divergence,
        information,
        leaves,
        operations,
        propositions,
        structure,
        tensor,
    )
    abstract = {arithmetic.Entrywise, leaves.Unique}
    kinds = {
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Expr) and value is not Expr
    }
    assert kinds - abstract == {type(node) for e in KINDS for node in walk(e)} | {leaves.Constant}


@pytest.mark.parametrize(
    "e",
    [
        Mul.of(Mul.of(a, b), beta), Mul.of(a, Mul.of(b, beta)), Add.of(Add.of(a, b), beta),
        Add.of(a, Neg.of(Add.of(b, a))), Mul.of(Div.of(a, b), beta), Div.of(Mul.of(a, b), beta),
        Div.of(a, Mul.of(b, beta)),
        Neg.of(Pow.of(a, b)), Pow.of(Neg.of(a), b), Pow.of(Pow.of(a, b), a), Pow.of(a, Pow.of(b, a)),
        Pow.of(a, Neg.of(Pow.of(b, a))), Mul.of(a, Number.of(Fraction(1, 2))), Mul.of(Number.of(Fraction(1, 2)), a),
        Pow.of(Number.of(Fraction(1, 2)), a),
        Neg.of(Number.of(Fraction(1, 2))), Div.of(Number.of(2), Number.of(4)), Div.of(a, Number.of(Fraction(1, 3))),
        MatMul.of(Mul.of(a, x), y), Mul.of(a, MatMul.of(x, y)), Mul.of(MatMul.of(x, y), a), Neg.of(Neg.of(a)),
    ],
    ids=plain,
)  # fmt: skip
def test_brackets_keep_the_form(e: Expr) -> None:
    assert parse_expression(plain(e), scope=SCOPE) is e


def test_a_bound_index_is_fresh_where_none_is_given() -> None:
    first, second = (parse_expression("Sum(x[k], k, 1, N)", scope=SCOPE) for _ in range(2))
    assert isinstance(first, Bound)
    assert isinstance(second, Bound)
    assert first.index is not second.index
    assert first.index.dim is N


def test_a_long_sum_is_one_flat_node() -> None:
    e = parse_expression(" + ".join(["a"] * 2000), scope=SCOPE)
    assert isinstance(e, Add)
    assert len(e.args) == 2000
