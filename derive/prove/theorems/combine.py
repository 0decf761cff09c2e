"""Non-negative combinations: exact rational c ≥ 0 with Σ cₖ aₖ = b, by the first phase of the simplex method.

Bland's rule makes it finite and its answer the same on every machine (R. G. Bland 1977).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from derive.prove.budget import Budget

Vector = Mapping[str, Fraction]  # by the key of a monomial


def useful(columns: Sequence[Vector], target: Vector) -> list[int]:
    """The columns that can take part: one with a coordinate that nothing else cancels cannot."""
    kept = list(range(len(columns)))
    while True:
        signs: dict[str, set[int]] = {}
        for k in kept:
            for key, c in columns[k].items():
                signs.setdefault(key, set()).add(1 if c > 0 else -1)
        hopeless = {key for key, found in signs.items() if len(found) == 1 and not target.get(key)}
        hopeless |= {key for key, c in target.items() if signs.get(key, set()) == {-1 if c > 0 else 1}}
        rest = [
            k
            for k in kept
            if not any(key in hopeless and not _helps(columns[k][key], target.get(key)) for key in columns[k])
        ]
        if rest == kept:
            return kept
        kept = rest


def _helps(c: Fraction, wanted: Fraction | None) -> bool:
    return wanted is not None and (c > 0) == (wanted > 0)


def combination(columns: Sequence[Vector], target: Vector, budget: Budget) -> dict[int, Fraction] | None:
    """c ≥ 0 by column, zeros left out; None if there is none. Raises `Exhausted`."""
    kept = useful(columns, target)
    keys = list(dict.fromkeys(key for v in (target, *(columns[k] for k in kept)) for key in v))
    if any(not any(key in columns[k] for k in kept) for key in target):
        return None
    rows = []
    for key in keys:
        row = [columns[k].get(key, Fraction(0)) for k in kept]
        value = target.get(key, Fraction(0))
        rows.append([-c for c in (*row, value)] if value < 0 else [*row, value])
    n, m = len(kept), len(rows)
    basis = list(range(n, n + m))  # an artificial variable for every row
    costs = [-sum((row[k] for row in rows), Fraction(0)) for k in range(n + 1)]
    while True:
        entering = next((k for k in range(n) if costs[k] < 0), None)
        if entering is None:
            break
        budget.spend(1 + m * n // 10)
        ratios = [(rows[r][-1] / rows[r][entering], basis[r], r) for r in range(m) if rows[r][entering] > 0]
        if not ratios:
            return None
        _, _, leaving = min(ratios)
        _pivot(rows, costs, leaving, entering)
        basis[leaving] = entering
    if costs[-1] != 0:
        return None
    return {kept[basis[r]]: rows[r][-1] for r in range(m) if basis[r] < n and rows[r][-1]}


def _pivot(rows: list[list[Fraction]], costs: list[Fraction], r: int, k: int) -> None:
    scale = rows[r][k]
    rows[r] = [c / scale for c in rows[r]]
    for row in (*(row for q, row in enumerate(rows) if q != r), costs):
        factor = row[k]
        if factor:
            for j, c in enumerate(rows[r]):
                if c:
                    row[j] -= factor * c
