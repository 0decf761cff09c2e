"""Descent over the numbers of a network, many starts at once, and then rational numbers near the end points.

The slope of Σ c·H(S) in the table p is −Σ c·(log p(S) + 1), and of a kernel in its logits as for softmax. Premises that
the structure satisfies stay satisfied; those that are inequalities enter as penalties.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import numpy as np

from derive.meaning.entropy.distribution import Distribution
from derive.prove.information.problem import Row
from derive.prove.information.witness.network import Kernel, Network
from derive.prove.information.witness.target import NONNEG, POSITIVE, Condition
from derive.prove.information.witness.witness import Values

Array = np.ndarray
STARTS = 24
STEPS = 150
KEPT = 6  # end points that are made rational
DENOMINATORS = (1, 2, 3, 4, 6, 8, 12, 16, 32, 64, 256, 1024, 10_000)
PENALTY = 4.0
MARGIN = 1e-3
TINY = 1e-300


def tables(
    names: tuple[str, ...],
    network: Network,
    sizes: tuple[int, ...],
    wanted: tuple[tuple[Condition, ...], Values],
    seed: int,
) -> Iterator[Distribution]:
    """Rational tables near the points at which the goal fails most; `wanted` are conditions and their constants."""
    conditions, choice = wanted
    rng = np.random.default_rng(seed)
    logits = {v: _start(network, v, sizes, rng) for v in network.order}
    rows = [(kind, *_split(row, choice)) for kind, row in conditions if kind in (NONNEG, POSITIVE)]
    rate, moments = 0.3, {v: np.zeros_like(z) for v, z in logits.items()}
    squares = {v: np.zeros_like(z) for v, z in logits.items()}
    for step in range(1, STEPS + 1):
        kernels = {v: _softmax(z) for v, z in logits.items()}
        slopes = _slopes(network, kernels, sizes, rows)[1]
        for v, slope in slopes.items():
            if network.functions >> v & 1:
                continue
            moments[v] = 0.9 * moments[v] + 0.1 * slope  # Adam (Kingma, Ba 2015)
            squares[v] = 0.99 * squares[v] + 0.01 * slope**2
            root = np.sqrt(squares[v] / (1 - 0.99**step)) + 1e-9
            logits[v] = np.clip(logits[v] - rate * moments[v] / (1 - 0.9**step) / root, -40, 40)
    kernels = {v: _softmax(z) for v, z in logits.items()}
    loss = _slopes(network, kernels, sizes, rows)[0]
    for k in np.argsort(loss, kind="stable")[:KEPT]:
        if loss[k] >= 0:
            break
        for denominator in DENOMINATORS:
            rounded = {v: _rounded(kernels[v][k], denominator) for v in network.order}
            yield network.table(names, rounded)


def _split(row: Row, choice: Values) -> tuple[list[tuple[int, float]], float]:
    constant = sum(float(c) * float(choice[k]) for k, c in row.items() if k < 0)
    return [(k, float(c)) for k, c in row.items() if k > 0], constant


def _start(network: Network, v: int, sizes: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Logits of a node, axes: start, parents ascending, value; those of functions are all but 0 and 1."""
    shape = (STARTS, *(sizes[i] for i in network.sources(v)), sizes[v])
    if network.functions >> v & 1:
        chosen = rng.integers(sizes[v], size=shape[:-1])
        return np.where(np.arange(sizes[v]) == chosen[..., None], 0.0, -2000.0)
    spread = rng.uniform(0.3, 4, size=(STARTS, *(1,) * (len(shape) - 1)))
    return rng.normal(size=shape) * spread


def _softmax(z: Array) -> Array:
    e = np.exp(z - z.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def _placed(network: Network, v: int, kernel: Array, sizes: tuple[int, ...]) -> Array:
    """A kernel with one axis per node."""
    axes = [*network.sources(v), v]
    shape = [kernel.shape[0], *(sizes[i] if i in axes else 1 for i in range(len(sizes)))]
    inner = np.argsort(axes, kind="stable")
    return kernel.transpose(0, *(int(i) + 1 for i in inner)).reshape(shape)


def _slopes(network: Network, kernels: dict[int, Array], sizes: tuple[int, ...], rows: list) -> tuple[Array, dict]:
    """The loss of each start, and its slopes in the logits."""
    p = np.ones((STARTS, *(1,) * len(sizes)))
    for v in network.order:
        p = p * _placed(network, v, kernels[v], sizes)
    count = len(sizes)
    entropy, slope = {}, {}
    for mask in {m for _, row, _ in rows for m, _ in row}:
        out = tuple(i + 1 for i in range(count) if not mask >> i & 1)
        marginal = p.sum(out, keepdims=True)
        log = np.log(np.maximum(marginal, TINY))
        entropy[mask] = -(marginal * log).reshape(STARTS, -1).sum(1)
        slope[mask] = -(log + 1)
    loss, gradient = np.zeros(STARTS), np.zeros_like(p)
    for kind, row, constant in rows:
        value = constant + sum(c * entropy[m] for m, c in row)
        if kind == POSITIVE:
            weight = -np.ones(STARTS)
            loss = loss - value
        else:
            short = np.maximum(MARGIN - value, 0)
            loss = loss + PENALTY * short
            weight = -PENALTY * (short > 0)
        for m, c in row:
            gradient = gradient + weight.reshape(-1, *(1,) * count) * c * slope[m]
    flow = p * gradient
    slopes = {}
    for v in network.order:
        axes = [*network.sources(v), v]
        part = flow.sum(tuple(i + 1 for i in range(count) if i not in axes))
        part = part.transpose(0, *(sorted(axes).index(i) + 1 for i in axes))
        slopes[v] = part - kernels[v] * part.sum(-1, keepdims=True)
    return loss, slopes


def _rounded(kernel: Array, denominator: int) -> Kernel:
    """Weights with the sum `denominator`, by largest remainders."""
    out: Kernel = {}
    for key in np.ndindex(*kernel.shape[:-1]):
        exact = kernel[key] * denominator
        whole = np.floor(exact + 1e-9).astype(int)
        order = np.argsort(whole - exact, kind="stable")
        for k in range(denominator - int(whole.sum())):
            whole[order[k % len(order)]] += 1
        out[tuple(int(i) for i in key)] = tuple(int(w) for w in whole)
    return out


def shapes(network: Network, random: Random) -> tuple[int, ...]:
    """Numbers of values of the nodes: mostly 2, sometimes 3 or 4 where the table stays small."""
    count = len(network.order)
    largest = 4 if count <= 3 else 3 if count <= 5 else 2
    return tuple(random.choice((2, 2, largest)) for _ in range(count))
