"""Domains: which values a symbol may take, how to draw one exactly, and the edge values worth planting.

A draw is a flat, row-major list of exact rationals. Every domain plants its edge values: the points at which wrong
formulas hide (0, 1, large magnitudes, zeros of a probability table, both signs).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.expr.errors import DomainError

if TYPE_CHECKING:
    from random import Random

F = Fraction
EDGE_SHARE = 0.2  # of the entries of a draw


@dataclass(frozen=True)
class Domain:
    """An interval (open or closed, over the reals or the integers), or a structured set of tensors.

    `structure` is one of ``""`` (entries are independent), ``"onehot"``, ``"simplex"``, ``"kernel"`` (rows of the last
    axis are distributions), ``"distinct"`` (no two entries are equal), ``"symmetric"``,
    ``"posdef"``, ``"permutation"``, ``"function"`` and ``"variable"``.
    """

    name: str
    tex: str
    lower: Fraction | None = None
    upper: Fraction | None = None
    open_lower: bool = False
    open_upper: bool = False
    integer: bool = False
    edges: tuple[Fraction, ...] = ()
    structure: str = ""

    def within(self, low: Fraction, high: Fraction) -> Domain:
        """The part of this domain in the closed range [low, high]."""
        if low > high:
            raise DomainError(f"empty range [{low}, {high}] for {self.name}")
        lower, open_lower = low, False
        if self.lower is not None and self.lower >= low:
            lower, open_lower = self.lower, self.open_lower
        upper, open_upper = high, False
        if self.upper is not None and self.upper <= high:
            upper, open_upper = self.upper, self.open_upper
        if lower > upper or (lower == upper and (open_lower or open_upper)):
            raise DomainError(f"no value of {self.name} lies in [{low}, {high}]")
        kept = replace(self, lower=lower, upper=upper, open_lower=open_lower, open_upper=open_upper)
        edges = {e for e in (*self.edges, low, high) if kept.contains(e)}
        return replace(kept, edges=tuple(sorted(edges)))

    def contains(self, value: Fraction) -> bool:
        """Whether one entry may have this value (structure apart)."""
        if self.integer and value.denominator != 1:
            return False
        if self.lower is not None and (value < self.lower or (self.open_lower and value == self.lower)):
            return False
        return self.upper is None or not (value > self.upper or (self.open_upper and value == self.upper))

    def draw(self, rng: Random, shape: Sequence[int]) -> list[Fraction]:
        """Entries of a tensor of this shape, row-major; reproducible from the state of `rng`."""
        count = math.prod(shape)
        if self.structure in STRUCTURED:
            return STRUCTURED[self.structure](rng, tuple(shape))
        return [self._entry(rng) for _ in range(count)]

    def _entry(self, rng: Random) -> Fraction:
        if self.edges and rng.random() < EDGE_SHARE:
            return rng.choice(self.edges)
        if self.integer:
            low = math.ceil(self.lower) if self.lower is not None else -9
            high = math.floor(self.upper) if self.upper is not None else max(low, 0) + 11
            return F(rng.randint(low, high))
        low = self.lower if self.lower is not None else (self.upper - 6 if self.upper is not None else F(-4))
        high = self.upper if self.upper is not None else max(low, F(0)) + 4
        steps = rng.choice((12, 30, 210, 1024))
        k = rng.randint(1 if self.open_lower else 0, steps - 1 if self.open_upper else steps)
        return low + (high - low) * F(k, steps)


def _onehot(rng: Random, shape: tuple[int, ...]) -> list[Fraction]:
    """One 1 in every row of the last axis."""
    rows, classes = math.prod(shape[:-1]), shape[-1]
    out: list[Fraction] = []
    for _ in range(rows):
        hot = rng.randrange(classes)
        out += [F(int(k == hot)) for k in range(classes)]
    return out


def _simplex(rng: Random, shape: tuple[int, ...]) -> list[Fraction]:
    """Non-negative entries that sum to 1 over all axes, zeros included."""
    weights = [rng.choice((0, 1, 1, 2, 3, 5, 8)) for _ in range(math.prod(shape))]
    weights[rng.randrange(len(weights))] += 1
    total = sum(weights)
    return [F(w, total) for w in weights]


def _kernel(rng: Random, shape: tuple[int, ...]) -> list[Fraction]:
    """Rows along the last axis, each a distribution."""
    return [entry for _ in range(math.prod(shape[:-1])) for entry in _simplex(rng, shape[-1:])]


def _distinct(rng: Random, shape: tuple[int, ...]) -> list[Fraction]:
    """Entries of which no two are equal."""
    count = math.prod(shape)
    return rng.sample([k + F(rng.choice((0, 0, 1)), 2) for k in range(-count, count + 1)], count)


def _symmetric(rng: Random, shape: tuple[int, ...]) -> list[Fraction]:
    n = shape[-1]
    upper = {(i, j): F(rng.randint(-12, 12), rng.choice((1, 2, 3))) for i in range(n) for j in range(i, n)}
    return [upper[min(i, j), max(i, j)] for i in range(n) for j in range(n)]


def _posdef(rng: Random, shape: tuple[int, ...]) -> list[Fraction]:
    """M Mᵀ + I/2 for a random rational M."""
    n = shape[-1]
    m = [[F(rng.randint(-4, 4), 2) for _ in range(n)] for _ in range(n)]
    return [sum((m[i][k] * m[j][k] for k in range(n)), F(0)) + F(int(i == j), 2) for i in range(n) for j in range(n)]


def _permutation(rng: Random, shape: tuple[int, ...]) -> list[Fraction]:
    """One 1 in every row and in every column."""
    n = shape[-1]
    image = rng.sample(range(n), n)
    return [F(int(image[i] == j)) for i in range(n) for j in range(n)]


STRUCTURED = {
    "onehot": _onehot, "simplex": _simplex, "kernel": _kernel, "symmetric": _symmetric, "posdef": _posdef,
    "distinct": _distinct, "permutation": _permutation,
}  # fmt: skip

SMALL, LARGE = F(1, 1000), F(30)
REAL = Domain("real", r"\mathbb{R}", edges=(F(0), F(1), F(-1), LARGE, -LARGE, SMALL, -SMALL))
POSITIVE = Domain("positive", r"\mathbb{R}_{>0}", lower=F(0), open_lower=True, edges=(F(1), SMALL, LARGE))
NONNEG = Domain("nonneg", r"\mathbb{R}_{\ge 0}", lower=F(0), edges=(F(0), F(1), SMALL, LARGE))
UNIT = Domain(
    "unit", "(0,1)", lower=F(0), upper=F(1), open_lower=True, open_upper=True, edges=(SMALL, 1 - SMALL, F(1, 2))
)
UNIT_CLOSED = Domain("unit_closed", "[0,1]", lower=F(0), upper=F(1), edges=(F(0), F(1), F(1, 2)))
BINARY = Domain(r"binary", r"\{0,1\}", lower=F(0), upper=F(1), integer=True, edges=(F(0), F(1)))
INTEGER = Domain("int", r"\mathbb{Z}", integer=True, edges=(F(0), F(1), F(-1)))
COUNTING = Domain("counting", r"\mathbb{N}_{\ge 1}", lower=F(1), integer=True, edges=(F(1), F(2)))
ONEHOT = Domain("onehot", r"\{e_k\}", lower=F(0), upper=F(1), integer=True, structure="onehot")
SIMPLEX = Domain("simplex", r"\Delta", lower=F(0), upper=F(1), structure="simplex")
KERNEL = Domain("kernel", r"\Delta", lower=F(0), upper=F(1), structure="kernel")
DISTINCT = Domain("distinct", r"\mathbb{R}", structure="distinct")
SYMMETRIC = Domain("symmetric", r"\mathbb{S}", structure="symmetric")
POSDEF = Domain("posdef", r"\mathbb{S}_{\succ 0}", structure="posdef")
PERMUTATION = Domain("permutation", r"\mathbb{P}", lower=F(0), upper=F(1), integer=True, structure="permutation")
FUNCTION = Domain("function", r"\mathbb{R}\to\mathbb{R}", structure="function")
# the values of random variables: not said, countably many, a density with respect to Lebesgue measure
VARIABLE = Domain("random variable", "", structure="variable")
DISCRETE = Domain("discrete", "", structure="variable")
CONTINUOUS = Domain("continuous", "", structure="variable")

DOMAINS = {
    d.name: d
    for d in (
        REAL,
        POSITIVE,
        NONNEG,
        UNIT,
        UNIT_CLOSED,
        BINARY,
        INTEGER,
        COUNTING,
        ONEHOT,
        SIMPLEX,
        SYMMETRIC,
        POSDEF,
        PERMUTATION,
        FUNCTION,
    )
}
