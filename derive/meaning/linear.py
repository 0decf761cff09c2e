"""Linear inequalities with rational coefficients: whether they contradict each other. Trusted.

Fourier and Motzkin's elimination: every row that arises is a combination of given rows with non-negative factors, so
that it holds wherever they do. A row without unknowns that is false is a contradiction (A. Schrijver, Theory of Linear
and Integer Programming (1986), §12.2). The number of rows is capped: beyond it, nothing is known.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

MAX_ROWS = 300


@dataclass(frozen=True)
class Row:
    """Σ factor·unknown + constant ≥ 0, or > 0 if strict."""

    factors: Mapping[Hashable, Fraction]
    constant: Fraction
    strict: bool = False


def contradictory(rows: Iterable[Row]) -> bool:
    """Whether no values of the unknowns satisfy all rows; False also where the cap is reached."""
    left = list(dict.fromkeys(map(_whole, rows)))
    while not any(not factors and (constant < 0 or (strict and constant == 0)) for factors, constant, strict in left):
        counts: dict[Hashable, list[int]] = {}
        for factors, _, _ in left:
            for unknown, factor in factors:
                counts.setdefault(unknown, [0, 0])[factor > 0] += 1
        if not counts:
            return False
        unknown = min(counts, key=lambda u: counts[u][0] * counts[u][1] - sum(counts[u]))  # the first of the cheapest
        if len(left) + counts[unknown][0] * counts[unknown][1] > MAX_ROWS:
            return False
        below = [(dict(row[0]), *row[1:]) for row in left if any(u == unknown and f > 0 for u, f in row[0])]
        above = [(dict(row[0]), *row[1:]) for row in left if any(u == unknown and f < 0 for u, f in row[0])]
        left = [row for row in left if all(u != unknown for u, _ in row[0])]
        left = list(dict.fromkeys((*left, *(_without(unknown, a, b) for a in below for b in above))))
    return True


Whole = tuple[tuple[tuple[Hashable, int], ...], int, bool]  # factors, constant, strict: in integers without a divisor


def _whole(row: Row) -> Whole:
    """A row times a positive number that makes it one of integers."""
    scale = lcm(row.constant.denominator, *(f.denominator for f in row.factors.values()))
    return _reduced({u: int(f * scale) for u, f in row.factors.items()}, int(row.constant * scale), row.strict)


def _reduced(factors: dict[Hashable, int], constant: int, strict: bool) -> Whole:
    divisor = gcd(constant, *factors.values()) or 1
    return tuple((u, f // divisor) for u, f in factors.items() if f), constant // divisor, strict


def _without(
    unknown: Hashable, a: tuple[dict[Hashable, int], int, bool], b: tuple[dict[Hashable, int], int, bool]
) -> Whole:
    """The sum of both rows, scaled so that the unknown cancels."""
    s, t = -b[0][unknown], a[0][unknown]  # both are positive
    factors = {u: s * f for u, f in a[0].items()}
    for u, f in b[0].items():
        factors[u] = factors.get(u, 0) + t * f
    return _reduced(factors, s * a[1] + t * b[1], a[2] or b[2])
