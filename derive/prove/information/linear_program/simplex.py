"""The dual simplex method in whole numbers, for small programs: minimise Σ y over A y = b, y ≥ 0, some y free.

Costs are not negative, so the method starts with artificial variables that have to become 0, and every step keeps the
reduced costs non-negative (C. E. Lemke 1954). The tableau is kept in whole numbers over one common denominator, the
last pivot (J. Edmonds, J.-F. Maurras 1997). After many steps the smallest index decides, so that it ends (R. Bland
1977).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import lcm

from derive.prove.information.linear_program.matrix import Matrix


class Solution(dict[int, Fraction]):
    """y, the entries that are not 0."""


class Ray(dict[int, Fraction]):
    """h over rows of the matrix with h·b < 0, h·A ≥ 0, and = 0 for free columns: no y exists (Farkas)."""


def solve(matrix: Matrix, target: dict[int, Fraction], spend: Callable[[int], None]) -> Solution | Ray:
    """The exact answer. `spend` is told the work of every step, in entries, and may raise."""
    m, n, first_free = matrix.rows, matrix.columns, matrix.columns - matrix.free
    tableau = [[0] * (n + m + 1) for _ in range(m)]
    for j in range(n):
        for row, value in matrix.column(j):
            tableau[row][j] = value
    scale = lcm(*(value.denominator for value in target.values()))
    for i in range(m):
        tableau[i][n + i] = 1
        tableau[i][-1] = int(target.get(i, Fraction(0)) * scale)
    tableau.append([1] * first_free + [0] * (n + m + 1 - first_free))  # reduced costs
    basis = [n + i for i in range(m)]
    unit = 1  # the common denominator

    def pivot(r: int, c: int) -> None:
        nonlocal unit
        spend((m + 1) * (n + m + 1))
        if tableau[r][c] < 0:
            tableau[r] = [-x for x in tableau[r]]
        line, p = tableau[r], tableau[r][c]
        for i, other in enumerate(tableau):
            f = other[c]
            if i == r or (not f and p == unit):
                continue
            if f:
                tableau[i] = [(x * p - f * y) // unit if y else x * p // unit for x, y in zip(other, line, strict=True)]
            else:
                tableau[i] = [x * p // unit for x in other]
        unit, basis[r] = p, c

    for c in range(first_free, n):
        r = next((i for i in range(m) if basis[i] >= n and tableau[i][c]), None)
        if r is not None:
            pivot(r, c)

    steps = 0
    while True:
        wrong = [
            i for i in range(m) if (basis[i] >= n and tableau[i][-1]) or (basis[i] < first_free and tableau[i][-1] < 0)
        ]
        if not wrong:
            return Solution(
                {
                    j: Fraction(tableau[i][-1], unit * scale)
                    for i, j in sorted(enumerate(basis), key=lambda pair: pair[1])
                    if tableau[i][-1]
                }
            )
        steps += 1
        bland = steps > 4 * m + 20
        r = min(wrong, key=lambda i: basis[i]) if bland else max(wrong, key=lambda i: (abs(tableau[i][-1]), -i))
        line, costs = tableau[r], tableau[-1]
        sign = 1 if line[-1] > 0 else -1
        best, best_cost, best_entry = -1, 0, 1
        for j in range(first_free):
            entry = line[j] * sign
            if entry > 0 and (best < 0 or costs[j] * best_entry < best_cost * entry):
                best, best_cost, best_entry = j, costs[j], entry
        if best < 0:
            return Ray({i: Fraction(-sign * line[n + i], unit) for i in range(m) if line[n + i]})
        pivot(r, best)
