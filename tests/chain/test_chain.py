"""The chain: adjoints against divided differences in balls, against a closed form, and linear in depth."""

from __future__ import annotations

import pytest
from flint import arb, ctx

from derive.chain.chain import Chain
from derive.chain.partial import NoDerivativeError
from derive.chain.resolve import Derivatives
from derive.entry import D, Dim, Index, Sum, exp, log, real, relu, sigmoid, softmax, tanh
from derive.expr.domains import POSITIVE, REAL
from derive.expr.errors import DeriveError, SortError, UnknownNameError
from derive.expr.leaves import Let, Symbol
from derive.expr.node import Expr, walk
from derive.expr.operations import ROWS, Operation
from derive.expr.propositions import Relation
from derive.prove.claim import Claim
from derive.prove.falsify import falsify

N, M = Dim("N", index="i"), Dim("M", index="j")


def named(name: str, *axes: Dim) -> Symbol:
    symbol = real(*axes)
    symbol.named(name)
    return symbol


x, y, W, b = named("x", N), named("y", M), named("W", M, N), named("b", M)


def holds(left: Expr, right: Expr) -> bool:
    """No counterexample at 24 points, and at least 8 of them usable."""
    finding = falsify(Claim(Relation.of("=", left, right)).core)
    return finding.counterexample is None and finding.draws_effective >= 8


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.name)
def test_partials_are_divided_differences(row: Operation) -> None:
    """(f(x + h) − f(x − h)) / 2h → f′(x), at three points away from kinks, to a third of 300 bits."""
    ctx.prec, saved = 400, ctx.prec
    try:
        h = arb(2) ** -100
        for point in ((7, 3), (11, 2), (5, 9)):
            at = [arb(p) / 13 for p in point[: row.arity]]
            symbols = [Symbol(f"v{k}", domain=POSITIVE if row.domain is POSITIVE else REAL) for k in range(row.arity)]
            if row.name == "trigamma":
                with pytest.raises(DeriveError, match="has no row"):
                    row.partials(*symbols)
                continue
            for k, slope in enumerate(row.partials(*symbols)):
                up, down = list(at), list(at)
                up[k], down[k] = at[k] + h, at[k] - h
                difference = (row.ball(*up) - row.ball(*down)) / (2 * h)
                assert abs(difference - value(slope, dict(zip(symbols, at, strict=True)))) < arb(10) ** -45
    finally:
        ctx.prec = saved


def value(e: Expr, at: dict) -> arb:
    """A scalar expression at a point, by its own small evaluator."""
    from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
    from derive.expr.leaves import Constant, Number
    from derive.expr.operations import Apply

    done: dict[Expr, arb] = dict(at)
    for node in walk(e):
        args = [done[a] for a in node.args]
        match node:
            case Symbol():
                pass
            case Number():
                done[node] = arb(node.value.numerator) / node.value.denominator
            case Constant():
                done[node] = arb.pi()
            case Add():
                done[node] = sum(args, arb(0))
            case Mul():
                product = arb(1)
                for factor in args:
                    product *= factor
                done[node] = product
            case Neg():
                done[node] = -args[0]
            case Div():
                done[node] = args[0] / args[1]
            case Pow():
                done[node] = args[0] ** args[1]
            case Apply():
                done[node] = node.operation.ball(*args)
            case _:
                raise AssertionError(node)
    return done[e]


def test_adjoints_of_a_layer() -> None:
    z = Let("z", W @ x + b)
    loss = Let("loss", Sum((y - tanh(z)) ** 2, M))
    delta = -2 * (y - tanh(z)) * (1 - tanh(z) ** 2)
    assert holds(D(loss, z), delta)
    assert holds(D(loss, x), W.T @ delta)
    assert holds(D(loss, b), delta)
    i, j = Index("i", N), Index("j", M)
    assert holds(D(loss, W)[j, i], delta[j] * x[i])
    assert not holds(D(loss, x), W.T @ (y - tanh(z)))


def test_shared_use_is_summed() -> None:
    h = Let("h", exp(x))
    loss = Let("loss", Sum(h * h, N) + Sum(h, N))
    assert holds(D(loss, x), 2 * exp(2 * x) + exp(x))


def test_interior_term_has_only_downstream() -> None:
    u = Let("u", x**2)
    f = Let("f", Sum(u**3, N))
    assert holds(D(f, u), 3 * u**2)


def test_bound_index_is_never_captured() -> None:
    """∂/∂z_j log Σᵢ exp zᵢ with the letter i on both sides, where a textual index would capture."""
    i = Index("i", N)
    lse = log(Sum(exp(x[i]), i))
    assert holds(D(lse, x), softmax(x))
    assert holds(D(lse, x[i]), exp(x[i]) / Sum(exp(x), N))
    assert holds(D(Sum(x[i] ** 2, i), x[i]), 2 * x[i])


def test_entrywise_or_an_error() -> None:
    assert holds(D(sigmoid(x), x), sigmoid(x) * (1 - sigmoid(x)))
    with pytest.raises(SortError, match=r"jacobian, or D\(Sum"):
        Derivatives().resolve(D(softmax(x), x))
    with pytest.raises(UnknownNameError, match="does not depend"):
        Chain(Let("f", Sum(x, N))).adjoint(b)


def test_depth_costs_linear_work() -> None:
    """Sizes of all adjoints of an L-layer chain: linear in L, where expanded forms double per layer."""

    def nodes(depth: int) -> int:
        h: Expr = x
        square = named("A", N, N)
        for k in range(depth):
            h = Let(f"h{k}", relu(Let(f"z{k}", square @ h)))
        chain = Chain(Let("loss", Sum(h, N)))
        return sum(1 for _ in walk(*chain.backward(chain.inputs)))

    assert nodes(48) < 13 * nodes(4)


def test_a_term_that_depends_on_a_bound_index_has_no_adjoint() -> None:
    """s is one number per i; its derivative is no number, and certainly not 0."""
    i = Index("i", N)
    s = Let("s", x[i] ** 2)
    total = Let("total", Sum(s, i))
    with pytest.raises(NoDerivativeError, match="depends on an index that `total` binds"):
        Derivatives().resolve(D(total, s))
    assert holds(D(total, x), 2 * x)


def test_a_term_with_a_free_index_has_one() -> None:
    """An index that nothing binds is a constant, also in the definition of a term."""
    i = Index("i", N)
    s = Let("s", W[Index("j", M), i] * x)
    assert holds(D(Let("f", Sum(s**2, N)), s), 2 * s)


def test_each_adjoint_is_taken_once() -> None:
    """All gradients of a deep chain: the work in nodes is linear, and so are the graph and the adjoints."""
    h: Expr = x
    square = named("A", N, N)
    for k in range(200):
        h = Let(f"h{k}", relu(Let(f"z{k}", square @ h)))
    chain = Chain(Let("loss", Sum(h, N)))
    adjoints = chain.backward(chain.inputs)
    assert len(adjoints) == 402
    assert sum(1 for _ in walk(*(a.expr for a in adjoints), into_terms=False)) < 402 * 20
    assert len(set(adjoints)) == len(adjoints)
