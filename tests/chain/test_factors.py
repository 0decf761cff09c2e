"""Gradients as products of local factors: which prefix is shared, and by whom."""

from __future__ import annotations

import networkx as nx

from derive.chain.chain import Chain
from derive.chain.factors import Product, products
from derive.entry import Dim, Sum, exp, real, relu
from derive.expr.leaves import Let, Symbol
from derive.library import entry

N, M = Dim("N", index="i"), Dim("M", index="j")


def named(name: str, *axes: Dim) -> Symbol:
    symbol = real(*axes)
    symbol.named(name)
    return symbol


def said(found: tuple[Product, ...]) -> list[str]:
    """One line for each product: the prefix in brackets, the new factors, those that share it."""
    lines = []
    for p in found:
        prefix = f"[{p.prefix}] " if p.prefix is not None else ""
        shared = f" for {', '.join(map(str, p.shared))}" if p.shared else ""
        lines.append(f"{p.x}: {prefix}{' '.join(f'{a}/{b}' for a, b in p.factors)}{shared}")
    return lines


def test_two_layers_share_the_factors_down_to_the_hidden_layer() -> None:
    record = entry("backprop.two_layers")
    parameters = [s for s in record.symbols if s.role == "parameter"]
    assert said(products(Chain(record.term("loss")), parameters)) == [
        "f: loss/f for W2, W1, b1",
        "W2: [f] f/W2",
        "z: [f] f/h h/z for W1, b1",
        "W1: [z] z/W1",
        "b1: [z] z/b1",
    ]


def test_two_ways_are_one_factor() -> None:
    """Where paths part and meet again, only the terms that all of them pass are factors."""
    w, x = named("w", N), named("x", N)
    u = Let("u", w * x)
    left, right = Let("left", exp(u)), Let("right", relu(u))
    loss = Let("loss", Sum(left * right, N))
    assert said(products(Chain(loss), [w, x])) == ["u: loss/u for w, x", "w: [u] u/w", "x: [u] u/x"]


def test_nothing_is_shared() -> None:
    a, b = named("a", N), named("b", N)
    loss = Let("loss", Sum(a * b, N))
    assert said(products(Chain(loss), [a, b])) == ["a: loss/a", "b: loss/b"]


def test_every_factor_is_passed_by_every_path() -> None:
    record = entry("backprop.mlp2")
    chain = Chain(record.term("loss"))
    back = chain.graph.reverse()
    for p in products(chain, [s for s in record.symbols if s.role == "parameter"]):
        for path in nx.all_simple_paths(back, chain.output, p.x):
            assert set(p.path) <= set(path)
