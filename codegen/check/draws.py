"""Inputs for checks: exact rationals from the entry's domains that floating point holds without rounding.

Sizes of axes all differ. Hyperparameters are neither their defaults nor edge values unless that is asked for, so that a
factor that is wrong cannot hide behind 1/2. A draw depends on its key alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random
from typing import Any, Literal

import torch
from torch import Tensor

from derive.expr.dims import Dim
from derive.expr.domains import Domain
from derive.expr.leaves import Symbol
from derive.expr.node import Expr
from derive.meaning.numbers import ball
from derive.meaning.numbers.sample import Names, Point, size_plans

Style = Literal["mild", "wide"]  # of ordinary size; or with edge values, some of them large or tiny
DOUBLE, BRAIN = 53, 8  # bits that float64 and bfloat16 hold
LONGEST = 24  # entries of the only axis there is
TRIES = 200


@dataclass(frozen=True)
class Draw:
    """Exact values of symbols, row-major, at given sizes of axes."""

    sizes: dict[Dim, int]
    values: dict[Symbol, list[Fraction]]

    def shape(self, symbol: Expr) -> tuple[int, ...]:
        return tuple(self.sizes[d] for d in symbol.axes)

    def tensor(self, symbol: Symbol, dtype: torch.dtype = torch.float64) -> Tensor:
        flat = [float(v) for v in self.values[symbol]]
        return torch.tensor(flat, dtype=torch.float64).reshape(self.shape(symbol)).to(dtype)

    def arguments(
        self, tensors: Mapping[str, Symbol], numbers: Mapping[str, Symbol], dtype: torch.dtype = torch.float64
    ) -> dict[str, Any]:
        """Tensors and Python numbers by the names of parameters."""
        return {p: self.tensor(s, dtype) for p, s in tensors.items()} | {
            p: float(self.values[s][0]) for p, s in numbers.items()
        }

    def point(self) -> Point:
        """The same as a point at which expressions are evaluated exactly."""
        point = Point(Names.of(), "check", dict(self.sizes))
        point.values = {(s, ()): (self.shape(s), [ball.exact(x) for x in v]) for s, v in self.values.items()}
        return point

    def with_values(self, values: Mapping[Symbol, list[Fraction]]) -> Draw:
        return replace(self, values={**self.values, **values})

    def moved(self, rng: Random, step: Fraction) -> Draw:
        """Every value moved by this relative step, up or down, except integers such as the labels 0 and 1.

        One-hot rows move by the step itself: where softmax meets its target, P - T cancels in every program.
        """
        return self.with_values({
            s: [v + (1 if s.domain.structure == "onehot" else v) * rng.choice((step, -step)) for v in values]
            for s, values in self.values.items()
            if not s.domain.integer or s.domain.structure == "onehot"
        })  # fmt: skip


def draws(
    symbols: Iterable[Symbol], count: int, style: Style = "wide", bits: int = DOUBLE,
    fixed: Mapping[str, Fraction] | None = None, key: str = "",
) -> Iterator[Draw]:  # fmt: skip
    """`count` draws of these symbols; those named in `fixed` have that value everywhere."""
    wanted = tuple(symbols)
    for k, sizes in enumerate(plans(wanted, count)):
        yield draw_at(wanted, sizes, style, bits, fixed, f"{key}/{style}/{k}")


def draw_at(
    symbols: Iterable[Symbol], sizes: dict[Dim, int], style: Style = "mild", bits: int = DOUBLE,
    fixed: Mapping[str, Fraction] | None = None, key: str = "",
) -> Draw:  # fmt: skip
    """One draw at these sizes."""
    values = {}
    for s in symbols:
        shape = tuple(sizes[d] for d in s.axes)
        if fixed and s.name in fixed:
            values[s] = [fixed[s.name]] * math.prod(shape)
        else:
            values[s] = drawn(s, shape, Random(f"{key}/{s.name}"), style, bits)
    return Draw(sizes, values)


def plans(symbols: Iterable[Symbol], count: int) -> list[dict[Dim, int]]:
    """Sizes of all axes, once for each draw; they differ from each other, and from draw to draw."""
    dims = list(dict.fromkeys(d for s in symbols for d in s.axes))
    if len(dims) == 1:
        return [{dims[0]: n} for n in ([LONGEST, 7, 2, 1] * count)[:count]]
    first = size_plans(len(dims), Random("sizes"), 3)  # rising, neighbours swapped, one with a 1
    more = [tuple(n + k for n in reversed(first[0])) for k in range(2, count)]
    return [dict(zip(dims, sizes, strict=True)) for sizes in [*first, *more][:count]]


def large(symbols: Iterable[Symbol]) -> dict[Dim, int]:
    """Sizes that leave a remainder in every block and vector; a single axis is longer than any block."""
    dims = list(dict.fromkeys(d for s in symbols for d in s.axes))
    return {dims[0]: 10_007} if len(dims) == 1 else dict(zip(dims, (67, 41, 13, 29, 5, 7, 3), strict=False))


def drawn(symbol: Symbol, shape: tuple[int, ...], rng: Random, style: Style, bits: int) -> list[Fraction]:
    """Exact entries of a symbol."""
    domain = symbol.domain
    bits = DOUBLE if symbol.role == "hyperparameter" else bits  # a Python number in every precision
    if domain.structure == "simplex":
        return _simplex(rng, shape, least=1 if style == "mild" else 0)
    if domain.structure:
        return [rounded(v, bits) for v in domain.draw(rng, shape)]
    avoided = {symbol.default, *domain.edges} if symbol.role == "hyperparameter" or style == "mild" else set()
    if domain.integer:
        avoided = set()
    return [_entry(domain, rng, style, bits, avoided) for _ in range(math.prod(shape))]


def rounded(value: Fraction, bits: int) -> Fraction:
    """The nearest number with this many binary digits; to even in a tie, as in hardware."""
    if not value:
        return value
    exponent = math.floor(math.log2(abs(value))) + 1 - bits
    scale = Fraction(2) ** exponent
    return round(value / scale) * scale


def _entry(domain: Domain, rng: Random, style: Style, bits: int, avoided: set[Fraction | None]) -> Fraction:
    for _ in range(TRIES):
        if style == "mild" and not domain.integer:
            value = rounded(_mild(domain, rng), bits)
        else:
            value = rounded(domain.draw(rng, ())[0], bits)
        if domain.contains(value) and value not in avoided:
            return value
    return domain.draw(rng, ())[0]  # a domain with very few values


def _mild(domain: Domain, rng: Random) -> Fraction:
    """A value well inside the domain, of ordinary size."""
    low = domain.lower if domain.lower is not None else min(Fraction(-3), (domain.upper or Fraction(0)) - 3)
    high = domain.upper if domain.upper is not None else max(Fraction(3), low + 3)
    return low + (high - low) * Fraction(rng.randint(64, 960), 1024)


def _simplex(rng: Random, shape: tuple[int, ...], least: int) -> list[Fraction]:
    """Entries that sum to 1, each a multiple of one power of 2, so that they do so in floating point too."""
    counts = [least] * math.prod(shape)
    total = 1 << (4 * len(counts)).bit_length()
    for _ in range(total - sum(counts)):
        counts[rng.randrange(len(counts))] += 1
    return [Fraction(n, total) for n in counts]
