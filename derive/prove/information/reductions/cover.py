"""Atoms of a chain taken together: few rectangles of runs instead of many runs, so that certificates stay short.

With g(i, j) = I(Xi; Xj), g(i, i) = H(Xi), the sum of the atoms of all runs that hold i…j, a statement about a chain is
Σ w_ij g(i, j). The run k…l has the coefficient Σ w_ij over k ≤ i ≤ j ≤ l.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

Table = list[list[Fraction]]  # [i][j], i ≤ j, from 0
Rectangle = tuple[int, int, int, int]  # (a, b, c, d), b ≤ c: the runs that begin at a+1…b and end at c…d−1
Cover = list[tuple[Rectangle, Fraction]]


def coefficients(weight: Table) -> Table:
    """The coefficients of runs."""
    n = len(weight)
    out = [[Fraction(0)] * n for _ in range(n)]
    for k in reversed(range(n)):
        column = Fraction(0)  # Σ w_kj over j ≤ l
        for l in range(k, n):
            column += weight[k][l]
            out[k][l] = column + (out[k + 1][l] if k < l else 0)
    return out


def cover(weight: Table) -> Cover:
    """Rectangles with factors > 0 that give every run its coefficient. No coefficient may be negative."""
    matched = _matched(weight)
    apart = _stretches(coefficients(weight))
    return apart if matched is None or len(apart) < len(matched) else matched


def _matched(weight: Table) -> Cover | None:
    """Each g with a negative weight is taken from one with a positive: g(i, j) − g(p, q), p ≤ i, j ≤ q.

    That is two rectangles, I(Xi; Xj | Xp) and I(Xp; Xj | Xq). None if some is left.
    """
    n = len(weight)
    cells = [(i, j) for i in range(n) for j in range(i, n)]
    have = {(i, j): weight[i][j] for i, j in cells if weight[i][j] > 0}
    parts: list[tuple[Rectangle, Fraction]] = []
    for p, q in sorted((c for c in cells if weight[c[0]][c[1]] < 0), key=lambda c: (c[1] - c[0], c)):
        wanted = -weight[p][q]
        for i, j in sorted((c for c in have if p <= c[0] and c[1] <= q), key=lambda c: (c[0] - p + q - c[1], c)):
            some = min(wanted, have[i, j])
            wanted -= some
            have[i, j] -= some
            if not have[i, j]:
                del have[i, j]
            if p < i:
                parts.append(((p, i, j, n), some))
            if j < q:
                parts.append(((-1, p, j, q), some))
            if not wanted:
                break
        if wanted:
            return None
    parts += [((-1, i, j, n), value) for (i, j), value in have.items()]
    return _collected(parts)


def _stretches(coefficient: Table) -> Cover:
    """Disjoint rectangles of runs that have one coefficient."""
    n = len(coefficient)
    out: Cover = []
    open_: dict[tuple[int, int, Fraction], int] = {}  # (c, d, value) -> a
    for k in range(n + 1):
        here: dict[tuple[int, int, Fraction], int] = {}
        l = k
        while l < n:
            start, value = l, coefficient[k][l]
            while l < n and coefficient[k][l] == value:
                l += 1
            if value:
                here[(start, l, value)] = open_.pop((start, l, value), k - 1)
        out += [((a, k - 1, c, d), value) for (c, d, value), a in open_.items()]
        open_ = here
    return out


def _collected(parts: Iterable[tuple[Rectangle, Fraction]]) -> Cover:
    out: dict[Rectangle, Fraction] = {}
    for rectangle, value in parts:
        out[rectangle] = out.get(rectangle, Fraction(0)) + value
    return list(out.items())
