"""Linear inequalities with rational coefficients: whether they contradict each other. Trusted.

Fourier and Motzkin's elimination: every row that arises is a combination of given rows with non-negative factors, so
that it holds wherever they do. A row without unknowns that is false is a contradiction (A. Schrijver, Theory of Linear
and Integer Programming (1986), §12.2). The number of rows is capped: beyond it, nothing is known.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

MAX_ROWS = 300


@dataclass(frozen=True)
class Row:
    """Σ factor·unknown + constant ≥ 0, or > 0 if strict."""

    factors: Mapping[Hashable, Fraction]
    constant: Fraction
    strict: bool = False

    @property
    def false(self) -> bool:
        return not self.factors and (self.constant < 0 or (self.strict and self.constant == 0))


def contradictory(rows: Iterable[Row]) -> bool:
    """Whether no values of the unknowns satisfy all rows; False also where the cap is reached."""
    left = list(rows)
    while not any(row.false for row in left):
        counts: dict[Hashable, list[int]] = {}
        for row in left:
            for unknown, factor in row.factors.items():
                counts.setdefault(unknown, [0, 0])[factor > 0] += 1
        if not counts:
            return False
        unknown = min(counts, key=lambda u: counts[u][0] * counts[u][1] - sum(counts[u]))  # the first of the cheapest
        if len(left) + counts[unknown][0] * counts[unknown][1] > MAX_ROWS:
            return False
        below = [row for row in left if row.factors.get(unknown, 0) > 0]
        above = [row for row in left if row.factors.get(unknown, 0) < 0]
        left = [row for row in left if unknown not in row.factors]
        left += [_without(unknown, a, b) for a in below for b in above]
    return True


def _without(unknown: Hashable, a: Row, b: Row) -> Row:
    """The sum of both rows, scaled so that the unknown cancels."""
    s, t = -b.factors[unknown], a.factors[unknown]  # both are positive
    factors = {u: s * f for u, f in a.factors.items()}
    for u, f in b.factors.items():
        factors[u] = factors.get(u, Fraction(0)) + t * f
    return Row({u: f for u, f in factors.items() if f}, s * a.constant + t * b.constant, a.strict or b.strict)
