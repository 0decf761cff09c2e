"""Symbolic gradients of deep perceptrons: time and size by depth, beside SymPy's `diff` and tensorgrad.

    python -m benchmarks.backprop

All three take the gradients of the same network, h_l = tanh(W_l h_{l−1} + b_l) with a squared loss, in every W_l and
b_l. Ours keeps sizes and shapes symbolic and names every adjoint, so that work and size grow with the number of layers.
SymPy has the network written out at width 2 (it knows no symbolic sizes here) and differentiates the composed
expression, of which the size doubles per layer: it stops when one depth takes longer than a few seconds. tensorgrad is
timed where it is installed; it differentiates by one tensor at a time.
"""

from __future__ import annotations

import importlib
import importlib.util
import statistics
import time
from collections.abc import Callable, Iterable
from typing import Any

from derive.chain.chain import Chain
from derive.entry import Dim, Sum, real, tanh
from derive.expr.leaves import Let, Symbol
from derive.expr.node import Expr

DEPTHS = (2, 3, 4, 5, 6, 7, 8, 10, 12, 24, 48, 96, 200, 500)
PATIENCE = 12.0  # seconds for one depth, after which a library is not asked for more
RUNS = 3
Measured = tuple[float, int]  # seconds, and how long all gradients together are, written out


def _named(name: str, *axes: Dim) -> Symbol:
    symbol = real(*axes)
    symbol.named(name)
    return symbol


def ours(depth: int) -> Measured:
    """Every size symbolic, every activation and adjoint a named term."""
    sizes = [Dim(f"D{k}") for k in range(depth + 1)]
    parameters: list[Expr] = []
    h: Expr = _named("x", sizes[0])
    for k in range(1, depth + 1):
        w, b = _named(f"W{k}", sizes[k], sizes[k - 1]), _named(f"b{k}", sizes[k])
        parameters += [w, b]
        h = Let(f"h{k}", tanh(Let(f"z{k}", w @ h + b)))
    loss = Let("loss", Sum((h - _named("y", sizes[depth])) ** 2))
    began = time.perf_counter()
    adjoints = Chain(loss).backward(parameters)
    seconds = time.perf_counter() - began
    return seconds, _written((a.expr for a in adjoints), lambda e: e.args)


def with_sympy(depth: int) -> Measured:
    """Width 2, entry by entry."""
    sympy = importlib.import_module("sympy")
    h = list(sympy.symbols("x1 x2"))
    parameters = []
    for k in range(depth):
        w = [[sympy.Symbol(f"W{k}_{i}{j}") for j in range(2)] for i in range(2)]
        b = [sympy.Symbol(f"b{k}_{i}") for i in range(2)]
        parameters += [*w[0], *w[1], *b]
        h = [sympy.tanh(w[i][0] * h[0] + w[i][1] * h[1] + b[i]) for i in range(2)]
    y = sympy.symbols("y1 y2")
    loss = (h[0] - y[0]) ** 2 + (h[1] - y[1]) ** 2
    importlib.import_module("sympy.core.cache").clear_cache()  # nothing from the run before
    began = time.perf_counter()
    gradients = [sympy.diff(loss, p) for p in parameters]
    seconds = time.perf_counter() - began
    return seconds, _written(gradients, lambda e: e.args)


def with_tensorgrad(depth: int) -> Measured:
    """Every size symbolic, each gradient simplified by itself, which is how the library derives."""
    tensorgrad = importlib.import_module("tensorgrad")
    functions = importlib.import_module("tensorgrad.functions")
    sympy = importlib.import_module("sympy")
    sizes = sympy.symbols(f"d0:{depth + 1}")
    parameters = []
    h = tensorgrad.Variable("x", i0=sizes[0])
    for k in range(1, depth + 1):
        w = tensorgrad.Variable(f"W{k}", **{f"i{k - 1}": sizes[k - 1], f"i{k}": sizes[k]})
        b = tensorgrad.Variable(f"b{k}", **{f"i{k}": sizes[k]})
        parameters += [w, b]
        h = functions.tanh(w @ h + b)
    residual = h - tensorgrad.Variable("y", **{f"i{depth}": sizes[depth]})
    loss = residual @ residual
    began = time.perf_counter()
    gradients = [tensorgrad.Derivative(loss, p).full_simplify() for p in parameters]
    seconds = time.perf_counter() - began
    return seconds, sum(len(str(g)) for g in gradients)


def _written(roots: Iterable[Any], below: Callable[[Any], Iterable[Any]]) -> int:
    """The nodes of the formulas as they are written, a part that occurs twice counted twice."""
    sizes: dict[Any, int] = {}
    pending = list(roots)
    total = list(pending)
    while pending:
        node = pending[-1]
        missing = [c for c in below(node) if c not in sizes]
        pending += missing
        if not missing:
            sizes[pending.pop()] = 1 + sum(sizes[c] for c in below(node))
    return sum(sizes[r] for r in total)


def table() -> str:
    """Median seconds and sizes by depth, a dash where a library was not asked any more."""
    methods: dict[str, Callable[[int], Measured]] = {"derive": ours, "SymPy diff": with_sympy}
    if importlib.util.find_spec("tensorgrad") is not None:
        methods["tensorgrad"] = with_tensorgrad
    lines = ["layers  " + "  ".join(f"{name:>24}" for name in methods)]
    spent = dict.fromkeys(methods, 0.0)
    for depth in DEPTHS:
        cells = []
        for name, method in methods.items():
            if spent[name] > PATIENCE:
                cells.append("—")
                continue
            runs = [method(depth) for _ in range(RUNS if spent[name] < 1 else 1)]
            seconds = statistics.median(s for s, _ in runs)
            spent[name] = max(s for s, _ in runs)
            unit = "characters" if name == "tensorgrad" else "nodes"
            cells.append(f"{seconds:.3f} s {runs[0][1]:>8} {unit}")
        lines.append(f"{depth:>6}  " + "  ".join(f"{cell:>24}" for cell in cells))
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
    if importlib.util.find_spec("tensorgrad") is None:
        print("tensorgrad is not installed here")
