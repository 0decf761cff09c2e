"""Layers of symbolic number: their adjoints are those of the same network written out, and nothing is guessed."""

from __future__ import annotations

from typing import Any

import pytest
from flint import fmpq

from derive.chain.partial import NoDerivativeError
from derive.chain.positions import between, bounds, same
from derive.chain.resolve import Derivatives
from derive.entry import D, Dim, DimFamily, Index, Sum, function, hessian, jacobian, layers, log, outer, real, sweep
from derive.expr.errors import DeriveError
from derive.expr.layers import at_layer, member
from derive.expr.leaves import ONE, Let, Symbol
from derive.expr.node import Expr, as_expr
from derive.expr.propositions import Relation
from derive.meaning.numbers.evaluate import Evaluation
from derive.meaning.numbers.reading import Reading
from derive.meaning.numbers.sample import Names, Point
from derive.prove.claim import Claim
from derive.prove.decide import decide

K = Dim("K", index="k")
d = DimFamily("d", index="i")
k = Index("k", K)
last = K.size


def named(name: str, *axes: Dim, family: bool = True) -> Symbol:
    symbol = real(*axes, family=k if family else ())
    symbol.named(name)
    return symbol


a = function()
a.named("a")
x, s = named("x", d[0], family=False), named("s", family=False)
W, b, h, f = named("W", d[k], d[k - 1]), named("b", d[k]), named("h", d[k]), named("f", d[k])
FORWARD = layers(k, start={h: x}, step={f: W[k] @ h[k - 1] + s * b[k], h: a(f[k])})
LOSS = Let("loss", Sum(h[last] ** 3) + s)


def written_out(depth: int) -> tuple[Let, dict[tuple[Symbol, int], Let]]:
    """The same network with so many layers, every activation a named term."""
    terms: dict[tuple[Symbol, int], Let] = {}
    before: Expr = x
    for n in range(1, depth + 1):
        terms[f, n] = Let(f"f{n}", W[n] @ before + s * b[n])
        before = terms[h, n] = Let(f"h{n}", a(terms[f, n]))
    return Let("loss", Sum(before**3) + s), terms


def values(e: Expr, given: tuple[Expr, ...], depth: int, layer: int) -> list[Any]:
    """The entries of a derivative with so many layers, at one of them; equal names have equal values."""
    claim = Claim(Relation.of("=", e, e), given)
    point = Point(Names.of(claim.left, *claim.premises), "test", {K: depth}, positions={k: layer})
    table = Evaluation(Reading(claim.premises), point, 200).table(claim.left)
    return list(table.values)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_adjoints_are_those_of_the_network_written_out(depth: int) -> None:
    loss, terms = written_out(depth)
    for layer in range(1, depth + 1):
        for tensor in (W, b, h, f):
            explicit = terms.get((tensor, layer), tensor[layer])
            same_values(D(LOSS, tensor[k]), D(loss, explicit), depth, layer)
        below = terms[h, layer - 1] if layer > 1 else x
        same_values(D(LOSS, h[k - 1]), D(loss, below), depth, layer)
    for tensor in (x, s):
        same_values(D(LOSS, tensor), D(loss, tensor), depth, 1)
    same_values(D(LOSS, h[last]), D(loss, terms[h, depth]), depth, 1)


def same_values(layered: Expr, explicit: Expr, depth: int, layer: int) -> None:
    left, right = values(layered, (FORWARD,), depth, layer), values(explicit, (), depth, layer)
    assert left == right
    assert all(isinstance(v, fmpq) for v in left)  # the drawn functions are polynomials: all values are exact


g = named("g", d[k])
BACKWARD = sweep(k, start={g: D(LOSS, h[last])}, step={g: W[k].T @ (g[k] * D(a)(f[k]))})


@pytest.mark.parametrize(
    ("of", "by", "why"),
    [
        (LOSS, W[k + 1], "depends on the number of layers"),  # layer k + 1 may be there or not
        (LOSS, f[k + 1], "depends on the number of layers"),
        (Let("y", h[last] ** 2), s, "has axes"),
        (Let("loss", Sum(g[0] ** 2)), W[k], "more than one forward pass"),
        (Let("loss", Sum(h[1] * h[1]) + Sum(h[last] ** 2)), f[k], "depends on the number of layers"),
    ],
)
def test_what_is_not_certain_is_no_derivative(of: Expr, by: Expr, why: str) -> None:
    with pytest.raises(NoDerivativeError, match=why):
        Claim(Relation.of("=", D(of, by), D(of, by)), (FORWARD, BACKWARD))


def test_a_symbol_below_no_layer() -> None:
    other = named("other", family=False)
    assert all(v == 0 for v in values(D(LOSS, other), (FORWARD,), 2, 1))


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: layers(Index("n"), start={}, step={}), "counted by an index along a dim"),
        (lambda: layers(k, start={h: x}, step={}), "no step"),
        (lambda: layers(k, start={h: x}, step={h: h[k]}), "not there before"),
        (lambda: layers(k, start={h: x}, step={h: a(f[k]), f: W[k] @ h[k - 1]}), "not there before"),
        (lambda: layers(k, start={}, step={f: W[k] @ f[k - 1]}), "not there before"),
        (lambda: layers(k, start={h: x}, step={h: W[k].T @ h[k - 1]}), "did you mean"),
        (lambda: layers(k, start={h: x}, step={h: h[k - 1]}), "axes"),
        (lambda: sweep(k, start={g: x}, step={g: W[k].T @ g[k]}), "axes"),
        (lambda: sweep(k, start={g: h[last]}, step={g: W[k].T @ g[k - 1]}), "@|not there"),
        (lambda: layers(k, start={W: x}, step={W: x}), "axes"),
    ],
)
def test_layers_that_cannot_be_computed_are_errors(make, why: str) -> None:
    with pytest.raises(DeriveError, match=why):
        make()


@pytest.mark.parametrize(
    ("position", "found"),
    [(k, True), (k - 1, None), (k + 1, None), (last, True), (last + 1, False), (as_expr(1), True), (as_expr(2), None)],
)
def test_whether_there_is_such_a_layer(position: Expr, found: bool | None) -> None:
    assert between(position, ONE, last, last) is found


def test_bounds_of_positions() -> None:
    assert bounds(last - k, last) == (0, None)
    assert bounds(k - last - 1, last) == (None, -1)
    assert bounds(k - 1 + 1 - k, last) == (0, 0)
    assert bounds(2 * k - last, last) == (None, None)
    assert bounds(k * k, last) is None
    assert same(k - 1, last, last) is False
    assert same(k, last, last) is None
    assert same(k - 1 + 1, k, last) is True


def test_a_layer_elsewhere_has_the_sizes_of_there() -> None:
    moved = at_layer(Sum(W[k] @ h[k - 1], d[k]), k, k + 1)
    assert moved is Sum(W[k + 1] @ member(h, k), d[k + 1])
    assert at_layer(outer(b[k], h[k - 1]), k, last).axes == (d[last], d[last - 1])
    with pytest.raises(DeriveError, match="index of the layers"):
        at_layer(Sum(Sum(b[k] ** 2), k), k, last)


def test_an_index_that_is_bound_is_no_layer_of_its_own() -> None:
    """∂ Σₖ h[k]² / ∂h[k] has two k: the one that is summed over, and the free one."""
    j = Index("j", K)
    for of in (Sum(Sum(W[k] ** 2), k), Sum(Sum(W[j] ** 2), j)):
        with pytest.raises(NoDerivativeError, match=r"binds the index|may be the same member"):
            Claim(Relation.of("=", D(Let("loss", of), W[k]), 2 * W[k]))
        with pytest.raises(NoDerivativeError, match=r"binds the index|may be the same member"):
            Claim(Relation.of("=", D(Let("loss", of + Sum(h[last])), W[k]), 2 * W[k]), (FORWARD,))


def test_a_derivative_has_no_value_where_a_step_has_none() -> None:
    """log of a negative number in a layer: 1/x is defined there, the loss is not."""
    m = named("m")
    forward = layers(k, start={m: s}, step={m: log(m[k - 1])})
    claim = Relation.of("=", D(Let("loss", m[last]), m[k - 1]), D(Let("loss", m[last]), m[k]) / m[k - 1])
    verdict = decide(claim, (forward,))
    assert verdict.kind == "proved"
    assert any("both sides defined" in condition or "> 0" in condition for condition in verdict.conditions)


def test_no_second_derivative_and_no_jacobian_through_layers() -> None:
    """They would miss what depends on x through the adjoints of the layers; so they are not taken."""
    w, m = named("w"), named("m")
    forward = layers(k, start={m: s}, step={m: a(w[k] * m[k - 1])})
    loss = Let("loss", m[last] ** 2)
    for e in (
        D(D(loss, w[k]), w[k]),
        D(D(loss, m[k]), s),
        D(Let("slope", D(loss, m[k]) ** 2), w[k]),
        jacobian(Let("y", h[last] ** 2), x),
        hessian(LOSS, x),
        hessian(Let("loss", Sum(W[k] @ h[k - 1])), x),
    ):
        with pytest.raises(NoDerivativeError, match="layers"):
            Claim(Relation.of("=", e, e), (FORWARD, forward))


def test_a_derivative_that_is_not_taken_spoils_no_other() -> None:
    derivatives = Derivatives()
    bad = Let("loss", Sum(h[1] ** 2) + Sum(h[last] ** 2))  # h[1] may be h[K]
    with pytest.raises(NoDerivativeError):
        Claim(Relation.of("=", D(bad, f[k]), D(bad, f[k])), (FORWARD,), derivatives)
    good = Relation.of("=", D(LOSS, W[k]), outer(D(LOSS, f[k]), h[k - 1]))
    assert decide(good, (FORWARD,), derivatives).kind == "proved"
