"""Families in which a variable is an element of a finite lattice, and the joint of two variables is their join.

Subspaces of GF(q)^k: a variable is a few linear functions of k uniform symbols, its entropy the dimension times log q.
Partitions of m points: a variable is a function of a uniform one of m outcomes. A search assigns one variable after
another, and drops a branch as soon as a premise fails.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from random import Random

from derive.meaning.entropy.distribution import Distribution
from derive.prove.information.witness.target import NEAR, Target
from derive.prove.information.witness.witness import Witness

Label = tuple[int, ...]  # the value of a variable at each point


@dataclass(frozen=True)
class Lattice:
    """Elements by number: `joins[a][b]`, entropies in nats, and each as a labelling of the points."""

    name: str
    joins: tuple[tuple[int, ...], ...]
    entropies: tuple[float, ...]
    labels: tuple[Label, ...]
    first: tuple[int, ...]  # one element of each orbit under the symmetries of the points


@lru_cache
def partitions(points: int) -> Lattice:
    """The functions of one of so many equally likely outcomes."""
    labels = sorted(_growth(points), key=lambda p: (max(p), p))
    number = {label: k for k, label in enumerate(labels)}
    joins = tuple(tuple(number[_canonical(tuple(zip(a, b, strict=True)))] for b in labels) for a in labels)
    sizes = [sorted(map(label.count, set(label))) for label in labels]
    entropies = tuple(-math.fsum(s / points * math.log(s / points) for s in size) for size in sizes)
    first = tuple(k for k, size in enumerate(sizes) if size not in sizes[:k])
    return Lattice(f"functions of {points} outcomes", joins, entropies, tuple(labels), first)


@lru_cache
def subspaces(field: int, dimension: int) -> Lattice:
    """The linear functions of so many uniform elements of GF(field); `field` is a prime."""
    points = list(product(range(field), repeat=dimension))
    spaces = _subspaces(field, dimension, points)
    labels = [_labelling(space, points, field) for space in spaces]
    number = {label: k for k, label in enumerate(labels)}
    joins = tuple(tuple(number[_canonical(tuple(zip(a, b, strict=True)))] for b in labels) for a in labels)
    ranks = [round(math.log(len(space), field)) for space in spaces]
    first = tuple(ranks.index(r) for r in range(dimension + 1))
    entropies = tuple(r * math.log(field) for r in ranks)
    return Lattice(f"linear functions over GF({field}), {dimension} symbols", joins, entropies, tuple(labels), first)


def _growth(points: int) -> list[Label]:
    out: list[Label] = [(0,)]
    for _ in range(points - 1):
        out = [(*p, v) for p in out for v in range(max(p) + 2)]
    return out


def _canonical(values: tuple[object, ...]) -> Label:
    seen: dict[object, int] = {}
    return tuple([seen.setdefault(v, len(seen)) for v in values])


def _subspaces(q: int, k: int, points: list[Label]) -> list[frozenset[Label]]:
    """All subspaces of GF(q)^k, as sets of vectors, the small ones first."""
    zero: Label = (0,) * k
    layer: set[frozenset[Label]] = {frozenset([zero])}
    out = list(layer)
    for _ in range(k):
        bigger: set[frozenset[Label]] = set()
        for space in layer:
            for v in points:
                if v not in space:
                    span = (tuple((a + c * b) % q for a, b in zip(u, v, strict=True)) for u in space for c in range(q))
                    bigger.add(frozenset(span))
        layer = bigger
        out += sorted(layer, key=sorted)
    return out


def _labelling(space: frozenset[Label], points: list[Label], q: int) -> Label:
    """The values of all functionals in the space, at each point."""
    functionals = sorted(space)
    values = [tuple(sum(a * x for a, x in zip(f, p, strict=True)) % q for f in functionals) for p in points]
    return _canonical(tuple(values))


class Search:
    """Depth first through the assignments of one lattice, with a seed in random order.

    `nodes` bounds the work: one for each element tried, and more where many joints are to be formed.
    """

    def __init__(self, target: Target, lattice: Lattice, nodes: int, seed: int | None = None) -> None:
        self.target, self.lattice, self.nodes = target, lattice, nodes
        self.count = len(target.problem.names)
        self.random = None if seed is None else Random(seed)
        needed = set(target.masks)
        for mask in sorted(needed, reverse=True):  # the joint of a set is that of all but its last variable, and this
            while mask:
                needed.add(mask)
                mask &= ~(1 << (mask.bit_length() - 1))
        self.levels = [sorted(m for m in needed if m.bit_length() == i + 1) for i in range(self.count)]
        self.checks = [
            [[(m, float(c)) for m, c in row.items()] for row in target.pure if max(row).bit_length() == i + 1]
            for i in range(self.count)
        ]
        self.joint: dict[int, int] = {0: 0}
        self.entropies: dict[int, float] = {}
        self.chosen: list[int] = []

    def find(self) -> Witness | None:
        """The first assignment that refutes, or None."""
        return self._extend(0)

    def _extend(self, i: int) -> Witness | None:
        if i == self.count:
            return self._leaf()
        elements = list(self.lattice.first if i == 0 else range(len(self.lattice.labels)))
        if self.random is not None:
            self.random.shuffle(elements)
        bit, joins, entropies = 1 << i, self.lattice.joins, self.lattice.entropies
        for element in elements:
            if self.nodes <= 0:
                return None
            self.nodes -= 1 + len(self.levels[i]) // 16
            for mask in self.levels[i]:
                joined = joins[self.joint[mask ^ bit]][element]
                self.joint[mask] = joined
                self.entropies[mask] = entropies[joined]
            if any(abs(sum(c * self.entropies[m] for m, c in row)) > NEAR for row in self.checks[i]):
                continue
            self.chosen.append(element)
            found = self._extend(i + 1)
            if found is not None:
                return found
            self.chosen.pop()
        return None

    def _leaf(self) -> Witness | None:
        if not self.target.looks_right(self.entropies):
            return None
        labels = [self.lattice.labels[e] for e in self.chosen]
        outcomes = list(zip(*labels, strict=True))
        return self.target.witness(Distribution.uniform(self.target.problem.names, outcomes))
