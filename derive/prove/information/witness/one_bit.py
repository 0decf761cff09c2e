"""The smallest witnesses: one fair bit that the variables of a set T share, all others being constant.

H(S) is then one bit if S meets T, else 0. An equation without premises that holds for all of these holds for all
distributions: the matrix [S meets T] has an inverse (Möbius). A first look costs only additions of rationals.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import combinations

from derive.meaning.entropy.distribution import Distribution
from derive.prove.information.problem import Row
from derive.prove.information.reductions import chain
from derive.prove.information.witness.target import NONNEG, ZERO, Target
from derive.prove.information.witness.witness import Witness

MOST_VARIABLES = 12  # beyond, only sets that the rows name, and what refutes statements about a Markov chain


def shared_bit(names: tuple[str, ...], among: int) -> Distribution:
    """A fair bit that is the value of the variables of a mask."""
    return Distribution(names, {tuple(bit * (among >> i & 1) for i in range(len(names))): 1 for bit in (0, 1)})


def find(target: Target) -> Witness | None:
    """A shared bit that refutes, over the fewest variables, or None."""
    names = target.problem.names
    bare = all(k > 0 for a in target.alternatives for _, row in a.conditions for k in row)
    point = target.witness(Distribution(names, {(0,) * len(names): 1}))
    if point is not None:
        return point
    wanted = [[(kind, _values(row, len(names))) for kind, row in a.conditions] for a in target.alternatives if bare]
    for among in _sets(target):
        if bare and not any(all(_holds(kind, value(among)) for kind, value in each) for each in wanted):
            continue
        found = target.witness(shared_bit(names, among), looked=bare)
        if found is not None:
            return found
    return None


def _holds(kind: int, value: Fraction | int) -> bool:
    return value >= 0 if kind == NONNEG else value == 0 if kind == ZERO else value > 0


def _values(row: Row, count: int) -> Callable[[int], Fraction | int]:
    """The value of a row, in bits, as a function of the set that shares the bit; up to a positive factor.

    A long row is summed over the subsets of all sets at once: what meets T is all but the subsets of the rest.
    """
    if count > MOST_VARIABLES or len(row) <= 4 * count:
        return lambda among: sum((c for mask, c in row.items() if mask & among), Fraction(0))
    scale = math.lcm(*(c.denominator for c in row.values()))
    sums = [0] * (1 << count)
    for mask, c in row.items():
        sums[mask] = int(c * scale)
    for i in range(count):
        bit = 1 << i
        for mask in range(1 << count):
            if mask & bit:
                sums[mask] += sums[mask ^ bit]
    full = (1 << count) - 1
    return lambda among: sums[full] - sums[full & ~among]


def _sets(target: Target) -> Iterator[int]:
    n = len(target.problem.names)
    if n <= MOST_VARIABLES:
        for size in range(1, n + 1):
            yield from (sum(1 << i for i in some) for some in combinations(range(n), size))
        return
    full = (1 << n) - 1
    run = chain.refuting(target.problem)
    if run is not None:
        yield run
    bits = [1 << i for i in range(n)]
    sets = [*bits, *(a | b for a, b in combinations(bits, 2)), full, *(full & ~b for b in bits)]
    sets += [m for mask in target.masks for m in (mask, full & ~mask)]
    yield from (m for m in dict.fromkeys(sets) if m)
