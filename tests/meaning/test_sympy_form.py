"""Expressions to SymPy and back: what returns means the same, and what cannot be said is refused by name."""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import Any

import pytest
import sympy
from flint import arb, ctx
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from derive.expr import operations as op
from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.build import (
    D,
    E,
    H,
    Mean,
    Prod,
    Rational,
    Sum,
    binary,
    counting,
    delta,
    equals,
    function,
    half,
    integer,
    logsumexp,
    nonneg,
    norm,
    positive,
    real,
    simplex,
    softmax,
    unit,
    variable,
    where,
)  # fmt: skip
from derive.expr.dims import Dim
from derive.expr.leaves import EULER_GAMMA, INFINITY, PI, Constant, Index, Let, Number, Symbol
from derive.expr.node import Expr, as_expr, walk
from derive.expr.propositions import Relation
from derive.expr.structure import Bound, Call, Indexed, Where
from derive.expr.tensor import Linear, Reduce
from derive.meaning.sympy_answer import from_tree
from derive.meaning.sympy_form import Building, from_sympy, sympy_names, to_sympy, tree_of
from derive.meaning.sympy_tree import MOST_NODES, SympyFormError, assumptions_of, to_trees


def called(name: str, symbol: Symbol) -> Symbol:
    symbol.named(name)
    return symbol


N, M = Dim("N"), Dim("M", index="j")
x, y, t, m = called("x", real()), called("y", positive()), called("t", nonneg()), called("m", integer())
n, f = called("n", counting()), called("f", function())
v, w, p = called("v", real(N)), called("w", positive(N)), called("p", simplex(N))
A, Q = called("A", real(N, M)), called("Q", real(N, N))
l = Index("l")
W = called("W", real(N, family=l))
i, j, k = Index("i", N), Index("j", N), Index("k")

ROUND_TRIPS = [
    as_expr(-3), Rational(2, 3), PI * EULER_GAMMA, INFINITY, -INFINITY, x, -x / 2 + y, x - 2 * y / 3, 1 / y, -1 / y,
    y**half, y ** Rational(-1, 2), y**x, x**-3, op.exp(-(x**2)), op.log(1 + op.exp(x)), op.sqrt(y), op.absolute(x),
    op.sign(x), op.step(x), op.relu(x), op.minimum(x, y), op.maximum(op.maximum(x, y), t), op.sigmoid(x),
    op.softplus(x), op.tanh(x), op.sin(x) * op.cos(x), op.sinh(x) / op.cosh(x), op.acos(x), op.erf(x), op.normal_cdf(x),
    op.normal_pdf(x), op.gamma_function(y), op.loggamma(y), op.digamma(y), op.trigamma(y), D(op.softplus)(x),
    where(x > y, x, where(x <= -y, -y, 0)), f(x) + f(y), delta(i, j) * v[i], v[i] * v[j], v[1] + v[2], W[l][i], W[2][1],
    logsumexp(v), softmax(v)[i], Mean(v), norm(v), Prod(w), v @ v, Sum(A), Sum(p * op.log(w)), n * N.size + m,
    Sum(as_expr(1) / k, (k, 1, n)), Sum(x**k, (k, 0, INFINITY)), Sum(W[k] @ v, (k, 1, n)), E(p, op.log(w)),
]  # fmt: skip


@pytest.mark.parametrize("e", ROUND_TRIPS, ids=str)
def test_round_trip(e: Expr) -> None:
    there = to_sympy(e)
    back = from_sympy(there, sympy_names(e))
    assert to_sympy(back) == there
    assert from_sympy(to_sympy(back), sympy_names(back)) is back or sympy_names(back).keys() == sympy_names(e).keys()


scalars = st.recursive(
    st.sampled_from([x, y, t, v[1], v[2], as_expr(2), as_expr(-1), Rational(1, 3), PI]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda ab: ab[0] + ab[1]),
        st.tuples(inner, inner).map(lambda ab: ab[0] * ab[1]),
        st.tuples(inner, st.sampled_from([y, as_expr(3), t + 1])).map(lambda ab: ab[0] / ab[1]),
        st.tuples(inner, st.integers(1, 3)).map(lambda ab: ab[0] ** ab[1]),
        st.tuples(inner, inner).map(lambda ab: op.maximum(*ab)),
        st.sampled_from([op.exp, op.tanh, op.sigmoid, op.absolute]).flatmap(lambda row: inner.map(row)),
        st.tuples(inner, inner).map(lambda ab: where(ab[0] < ab[1], ab[1], 0)),
    ),
    max_leaves=8,
)


def value(e: Expr, at: dict[Expr, Fraction]) -> Any:
    """A ball around the value of e, by the table's own ball arithmetic: SymPy has no part in it."""
    known: dict[Expr, Any] = {}
    for node in walk(e):
        args = [known[a] for a in node.args] if not isinstance(node, Indexed) else []
        match node:
            case Number() | Symbol(axes=()) | Indexed():
                exact = node.value if isinstance(node, Number) else at[node]
                known[node] = arb(exact.numerator) / exact.denominator
            case Constant(name="pi"):
                known[node] = arb.pi()
            case Add():
                known[node] = sum(args, arb(0))
            case Mul():
                known[node] = prod(args, start=arb(1))
            case Neg():
                known[node] = -args[0]
            case Div():
                known[node] = args[0] / args[1]
            case Pow():
                known[node] = args[0] ** args[1]
            case op.Apply():
                known[node] = node.operation.ball(*args)
            case Relation(kind=kind):
                left, right = args
                assume(not left.overlaps(right))
                known[node] = left < right if "<" in kind else left > right
            case Where():
                known[node] = args[1] if args[0] else args[2]
    return known[e]


@settings(max_examples=60, deadline=None)
@given(scalars, st.tuples(*[st.integers(1, 30)] * 4, st.sampled_from([-1, 1]), st.sampled_from([-1, 1])))
def test_what_goes_and_what_returns_has_the_same_value(e: Expr, drawn: tuple[int, ...]) -> None:
    signs = (drawn[4], 1, 1, drawn[5], 1)
    at: dict[Expr, Fraction] = {
        s: Fraction(sign * k, 7) for s, k, sign in zip((x, y, t, v[1], v[2]), (*drawn[:4], 5), signs, strict=True)
    }
    names = sympy_names(e)
    there = to_sympy(e)
    back = from_sympy(there, names)
    with ctx.workprec(400):
        expected = value(e, at)
        assume(expected.is_finite() and abs(expected) < 10**50)
        point = {s: sympy.Rational(at[names[s.name]]) for s in there.free_symbols}
        by_sympy = sympy.N(there.subs(point), 60)
        difference = abs(arb(str(by_sympy)) - expected)
        assert difference < arb(10) ** -40 * (1 + abs(expected))
        assert value(back, at).overlaps(expected)


def test_what_returns_reads_as_one_writes_it() -> None:
    e = x - 2 * y / 3 - op.exp(-(x**2)) / 2
    names = sympy_names(e)
    assert str(from_sympy(to_sympy(-op.exp(-(x**2)) / 2), names)) == "-exp(-x**2) / 2"
    assert str(from_sympy(sympy.Symbol("x") / sympy.sqrt(sympy.Symbol("y")), names)) == "x / sqrt(y)"
    assert str(from_sympy(to_sympy(e), names)) == "x - 2 * y / 3 - exp(-x**2) / 2"


@pytest.mark.parametrize(
    ("symbol", "assumed"),
    [(x, ["real"]), (y, ["real", "positive"]), (t, ["real", "nonnegative"]), (m, ["integer"]),
     (n, ["integer", "positive"]), (unit(), ["real", "positive"]), (binary(), ["integer", "nonnegative"]),
     (p, ["real", "nonnegative"]), (real(within=(-2, -1)), ["real", "negative"]),
     (real(within=(-2, 0)), ["real", "nonpositive"]), (real(within=(-2, 1)), ["real"])],
    ids=lambda s: s.domain.name if isinstance(s, Symbol) else "",
)  # fmt: skip
def test_assumptions_follow_the_domain(symbol: Symbol, assumed: list[str]) -> None:
    assert assumptions_of(symbol.domain) == assumed


def test_symbols_of_one_name_stay_two() -> None:
    other = called("x", positive())
    assert str(to_sympy(x - other)) == "x - x_2"
    assert sympy_names(x - other) == {"x": x, "x_2": other}
    assert to_sympy(x).is_positive is None
    assert to_sympy(other).is_positive


def test_entries_are_symbols_unless_a_sum_runs_over_them() -> None:
    assert to_sympy(v[i] + v[1]).free_symbols == {sympy.Symbol("v[i]", real=True), sympy.Symbol("v[1]", real=True)}
    mixed = to_sympy(v[1] * w[1] + Sum(v))
    assert {str(e) for e in mixed.atoms(sympy.Indexed)} == {"v[1]", "v[n]"}
    assert sympy.Symbol("w[1]", positive=True) in mixed.free_symbols
    assert sympy_names(v[i] + v[1]) == {"v[i]": v[i], "v[1]": v[1]}


def test_sums_that_differ_by_a_letter_are_one() -> None:
    first, second = (
        Sum(v[i] * Sum(A[i, 1], (i, 1, 3)), (i, 1, N.size)),
        Sum(v[j] * Sum(A[k, 1], (k, 1, 3)), (j, 1, N.size)),
    )
    assert to_sympy(first - second) == 0


def test_no_index_is_bound_twice_or_captured() -> None:
    product = to_sympy(Sum(v[i], (i, 1, N.size)) * Sum(w[i], (i, 1, N.size)) * i)
    indices = [s.limits[0][0] for s in product.atoms(sympy.Sum)]
    assert len({str(s) for s in indices}) == 2
    assert not product.free_symbols & set(indices)
    assert len([s for s in product.free_symbols if str(s).startswith("i")]) == 1  # the free one, next to both
    nested = to_sympy(Sum(v[i] * Sum(w[i], (i, 1, N.size)), (i, 1, N.size)))
    assert nested.function.atoms(sympy.Sum).pop().limits[0][0] != nested.limits[0][0]


def test_named_terms_are_replaced_by_their_definitions() -> None:
    assert to_sympy(Let("s", v**2)[1]) == to_sympy(v[1] ** 2)


def test_given_sizes_sums_are_written_out() -> None:
    (tree,) = to_trees(Sum(v**2) / N.size, sizes={N: 2}).trees
    square = [["pow", ["symbol", f"v[{place}]"], ["number", "2"]] for place in (1, 2)]
    assert tree == ["mul", ["add", *square], ["pow", ["number", "2"], ["number", "-1"]]]
    largest = to_trees(Reduce.of("max", v, (N,)), sizes={N: 3})
    assert Building(largest.assumptions).build(largest.trees[0]).func is sympy.Max
    shifted = to_trees(Sum(v[k + 1], (k, 1, N.size - 1)), sizes={N: 3}).trees[0]
    assert shifted == ["add", ["symbol", "v[2]"], ["symbol", "v[3]"]]
    assert to_trees(Sum(v[k], (k, 2, N.size)), sizes={N: 1}).trees == (["number", "0"],)
    assert to_trees(Prod(v[k], (k, 2, N.size)), sizes={N: 1}).trees == (["number", "1"],)


def test_a_weight_that_may_be_zero_keeps_its_convention() -> None:
    term = to_sympy(E(p, 1 / p))
    (piece,) = term.atoms(sympy.Piecewise)
    assert piece.args[-1] == (0, True)  # 0 where p is, though 1/p is undefined there
    assert not to_sympy(E(w, 1 / w)).atoms(sympy.Piecewise)  # positive: the product


REFUSED = [
    (where(equals(x, y), x, y), "where(x = y, x, y)"),
    (Linear.of("inv", (Q,))[1, 1], "inv(Q)[1, 1]"),
    (Linear.of("det", (Q,)), "det(Q)"),
    (H(called("X", variable())), "H(X)"),
    (Reduce.of("max", v, (N,)), "Max(v[n], n, 1, N)"),
    (Bound.of("max", v[k], k, as_expr(2), as_expr(1)), "Max(v[k], k, 2, 1)"),
    (Call.of(f, (x,), 1), "f'(x)"),
    (D(op.trigamma)(y), "trigamma"),
    (x + INFINITY, "oo"),
    (x > 0, "x > 0"),
    (D(x**2, x), "was not taken"),
    (v, "has axes"),
    (1 / (x - x), "undefined"),
    (op.log(as_expr(-2)), "not real"),
    (x + 10**5000, "digits"),
    (Add.of(*(x**e for e in range(MOST_NODES))), "too many"),
]


@pytest.mark.parametrize(("e", "named"), REFUSED, ids=[named for _, named in REFUSED])
def test_what_is_not_faithful_is_refused_by_name(e: Expr, named: str) -> None:
    with pytest.raises(SympyFormError) as caught:
        to_sympy(e)
    assert named in str(caught.value)


def test_deep_nesting_is_an_error_of_ours() -> None:
    e: Expr = x
    for _ in range(3000):
        e = op.sin(e)
    with pytest.raises(SympyFormError, match="deep"):
        to_sympy(e)


X, Y, K = sympy.Symbol("x"), sympy.Symbol("y"), sympy.Symbol("k")
V: Any = sympy.IndexedBase("v")
HEAVISIDE: Any = sympy.Heaviside


@pytest.mark.parametrize(
    ("s", "text"),
    [
        (sympy.tan(X), "sin(x) / cos(x)"),
        (sympy.erfc(X), "1 - erf(x)"),
        (sympy.E * X, "exp(1) * x"),
        (sympy.polygamma(1, X), "trigamma(x)"),
        (sympy.Max(X, Y, 0), "max(0, max(x, y))"),
        (sympy.Piecewise((X, (X > 0) & (Y > 0)), (Y, True)), "where(x > 0, where(y > 0, x, y), y)"),
        (sympy.Piecewise((X, (X > 0) | (Y > 0)), (Y, True)), "where(x > 0, x, where(y > 0, x, y))"),
        (sympy.Sum(X**K, (K, 1, sympy.Symbol("n")), (sympy.Symbol("n"), 1, 3)), "Sum(Sum(x**k, k, 1, n), n, 1, 3)"),
        (V[2], "v[2]"),
        (sympy.Function("f")(X), "f(x)"),
        (-sympy.oo, "-oo"),
    ],
)
def test_sympy_written_by_a_user(s: sympy.Expr, text: str) -> None:
    assert str(from_sympy(s, {"x": x, "y": y, "v": v, "f": f})) == text


@pytest.mark.parametrize(
    ("s", "named"),
    [
        (sympy.atan(X), "atan"),
        (sympy.I * X, "ImaginaryUnit"),
        (sympy.Float("0.1"), "Float"),
        (sympy.zoo, "ComplexInfinity"),
        (sympy.nan, "NaN"),
        (sympy.Integral(sympy.exp(sympy.exp(X)), X), "Integral"),
        (sympy.Derivative(sympy.Function("f")(X), X), "Derivative"),
        (HEAVISIDE(X, 0), "Heaviside"),
        (sympy.polygamma(2, X), "polygamma"),
        (sympy.Dummy("x"), "Dummy"),
        (sympy.Symbol("x#1"), "Symbol"),
        (sympy.Symbol("q"), "'q'"),
        (sympy.Symbol("v"), "v is not a number"),
        (sympy.Function("x")(X), "x is a number"),
        (V[1, 1], "1 indices are needed"),
        (sympy.Piecewise((X, sympy.Eq(X, 1)), (Y, True)), "Eq(x, 1)"),
        (sympy.Piecewise((X, X > 1)), "undefined"),
        (X + sympy.Integer(10) ** 5000, "digits"),
        (X + sympy.oo * sympy.Symbol("y", real=True), "oo"),
    ],
)
def test_what_the_table_cannot_say_is_refused_by_name(s: sympy.Expr, named: str) -> None:
    with pytest.raises(SympyFormError) as caught:
        from_sympy(s, {"x": x, "y": y, "v": v, "f": f})
    assert named in str(caught.value)


BROKEN_TREES = [
    None, 3, "x", [], {}, ["number"], ["number", 2], ["number", "1/0"], ["number", "0.1"], ["number", "1e9"],
    ["number", "9" * 5000], ["number", "١"], ["symbol"], ["symbol", "q"], ["symbol", "v"], ["symbol", ["pi"]],
    ["add", ["oo"], "x"], ["call", "eval", ["pi"]], ["call", "exp", ["pi"], ["pi"]], ["call", "__class__", ["pi"]],
    ["entry", "v"], ["entry", "x", ["pi"]], ["sum", ["pi"], "k", ["pi"]], ["sum", ["pi"], 3, ["pi"], ["pi"]],
    ["where", "=", ["pi"], ["pi"], ["pi"], ["pi"]], ["where", "<", ["pi"]], ["delta", ["pi"]], ["pow", ["pi"]],
]  # fmt: skip


@pytest.mark.parametrize("tree", BROKEN_TREES, ids=lambda tree: str(tree)[:40])
def test_a_broken_tree_is_an_error(tree: object) -> None:
    with pytest.raises(SympyFormError):
        from_tree(tree, {"x": x, "v": v})
    if tree != ["symbol", "v"] and not str(tree).startswith("['entry'"):  # SymPy has no shapes
        with pytest.raises(SympyFormError):
            Building({"x": ["real"], "v": ["real"]}).build(tree)


def test_a_name_is_never_run() -> None:
    name = "__import__('os').abort()"
    assert tree_of(Building({name: ["real"]}).build(["symbol", name])) == ["symbol", name]
    with pytest.raises(SympyFormError, match="commutative"):
        Building({"x": ["commutative"]})
