"""Structures that satisfy premises whatever the numbers: Bayesian networks, some of whose variables are functions.

The law is Π p(x | parents). Whether a network satisfies the premises is tried out on random numbers, and every table
that comes of it is checked exactly, so nothing here need be trusted. Edges are added in random order while the premises
hold: what is left out is needed. A hidden variable is one more node, over which the table is summed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from random import Random

from derive.meaning.entropy.distribution import Distribution
from derive.prove.information.problem import Row
from derive.prove.information.witness.target import NEAR, Target

WEIGHTS = 7  # random kernels have weights up to this
Kernel = dict[tuple[int, ...], tuple[int, ...]]  # values of the parents -> weights of the values, of one common sum


@dataclass(frozen=True)
class Network:
    """Nodes in `order`, each with its parents (a mask); `functions` are the nodes that their parents determine."""

    order: tuple[int, ...]
    parents: tuple[int, ...]  # by node
    functions: int  # a mask
    visible: int  # how many nodes are variables of the problem; those after are hidden

    def sources(self, node: int) -> tuple[int, ...]:
        """The parents of a node, ascending."""
        return tuple(i for i in range(len(self.order)) if self.parents[node] >> i & 1)

    def table(self, names: tuple[str, ...], kernels: dict[int, Kernel]) -> Distribution:
        """The joint distribution of the visible nodes."""
        rows: dict[tuple[int, ...], int] = {(0,) * len(self.order): 1}
        for node in self.order:
            sources, kernel = self.sources(node), kernels[node]
            grown = {}
            for outcome, weight in rows.items():
                for value, factor in enumerate(kernel[tuple([outcome[i] for i in sources])]):
                    if factor:
                        grown[(*outcome[:node], value, *outcome[node + 1 :])] = weight * factor
            rows = grown
        out: dict[tuple[int, ...], int] = {}
        for outcome, weight in rows.items():
            key = outcome[: self.visible]
            out[key] = out.get(key, 0) + weight
        return Distribution(names, out)


def random_kernels(network: Network, sizes: tuple[int, ...], random: Random, total: int) -> dict[int, Kernel]:
    """Weights with the sum `total` for every node and values of its parents; of functions all on one value."""
    kernels: dict[int, Kernel] = {}
    for node in network.order:
        kernel: Kernel = {}
        for key in product(*(range(sizes[i]) for i in network.sources(node))):
            if network.functions >> node & 1:
                value = random.randrange(sizes[node])
                kernel[key] = tuple(total * (v == value) for v in range(sizes[node]))
            else:
                cuts = sorted(random.randint(0, total) for _ in range(sizes[node] - 1))
                kernel[key] = tuple(b - a for a, b in zip([0, *cuts], [*cuts, total], strict=True))
        kernels[node] = kernel
    return kernels


def networks(target: Target, random: Random, count: int, hidden: int) -> Iterator[Network]:
    """Maximal networks that satisfy the premises about entropies alone, each once."""
    n = len(target.problem.names)
    seen = set()
    for _ in range(count):
        network = _grown(target, n, n + hidden, random)
        if network is not None and network not in seen:
            seen.add(network)
            yield network


def _grown(target: Target, visible: int, nodes: int, random: Random) -> Network | None:
    determined = [d for row in target.pure if (d := _function(row)) is not None]
    order = list(range(visible))
    random.shuffle(order)
    order = [*range(visible, nodes), *order]
    place = {node: k for k, node in enumerate(order)}
    parents, functions = [0] * nodes, 0
    for of, given in determined:  # the determined one comes last of the set, if the order will have it
        for node in (i for i in range(visible) if of >> i & 1):
            before = sum(1 << i for i in range(visible) if given >> i & 1 and place[i] < place[node])
            if before == given and not functions >> node & 1:
                functions |= 1 << node
                parents[node] = given
    edges = [(a, b) for k, b in enumerate(order) for a in order[:k] if not functions >> b & 1]
    random.shuffle(edges)
    network = Network(tuple(order), tuple(parents), functions, visible)
    if not _satisfies(network, target, random):
        return None
    for a, b in edges:
        more = list(network.parents)
        more[b] |= 1 << a
        candidate = Network(network.order, tuple(more), functions, visible)
        if _satisfies(candidate, target, random):
            network = candidate
    return network


def _function(row: Row) -> tuple[int, int] | None:
    """(of, given) if a row is a multiple of H(of | given)."""
    if len(row) == 1:
        return next(iter(row)), 0
    if len(row) == 2 and sum(row.values()) == Fraction(0):
        given, whole = sorted(row, key=int.bit_count)
        if given & whole == given:
            return whole & ~given, given
    return None


def _satisfies(network: Network, target: Target, random: Random) -> bool:
    if not target.pure:
        return True
    sizes = (2,) * len(network.order)
    if prod(sizes) > 4096:
        return False
    table = network.table(target.problem.names, random_kernels(network, sizes, random, WEIGHTS))
    values = (sum(float(c) * table.approximate(mask) for mask, c in row.items()) for row in target.pure)
    return all(abs(value) <= NEAR for value in values)
