"""Exact answers from floating-point proposals: fractions that add up, or a ray that separates.

A proposal is tried as it is, its entries read as simple fractions; then its basis is solved exactly. If neither gives a
solution, what is left is blown up and proposed again (iterative refinement: A. Gleixner, D. Steffy, K. Wolter 2016,
doi:10.1287/ijoc.2016.0692). Only sums that were added up exactly are returned.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from fractions import Fraction
from math import inf

from derive.prove.budget import Exhausted
from derive.prove.information.linear_program.highs import Program, interior
from derive.prove.information.linear_program.matrix import Matrix
from derive.prove.information.linear_program.simplex import Ray, Solution

ROUNDS = 12
LARGE = 200  # rows from where the interior-point method is faster than the simplex method
FAR = 10**6  # how far an entry may move in a refinement, in units of what is left
SIMPLE = (1, 60, 10_000)  # denominators that an entry is read with


def solve(
    matrix: Matrix, target: dict[int, Fraction], spend: Callable[[int], None], iterations: int
) -> Solution | Ray | str:
    """A solution or a ray, both exact, or in words why there is neither."""
    import numpy as np

    program: Program | None = None
    free = matrix.columns - matrix.free
    at: dict[int, Fraction] = {}  # y so far
    left = target
    for _ in range(ROUNDS):
        if not left:
            return Solution(at)
        blow = 1 / max(abs(value) for value in left.values())
        right = np.zeros(matrix.rows)
        for row, value in left.items():
            right[row] = float(value * blow)
        loose = {j: y for j, y in at.items() if j >= free or y * blow > FAR}  # may move as far as they like
        moved = {j: -inf if j in loose else -float(y * blow) for j, y in at.items() if j < free}
        if left is target and matrix.rows > LARGE and iterations > 3000 + matrix.rows:
            proposal = interior(matrix, right, iterations)
        else:
            program = program or Program(matrix, iterations)
            proposal = program.solve(right, moved if at else None)
        work = proposal.iterations * (matrix.rows + len(matrix.index))
        if proposal.values is None:
            spend(work)
            ray = None if proposal.ray is None else separating(matrix, target, proposal.ray.tolist())
            return ray or "the linear program was given up"
        values = proposal.values.tolist()
        near = {j: at.get(j, Fraction(0)) + Fraction(values[j]) / blow for j in range(matrix.columns) if values[j]}
        near = {**at, **near}
        basic = set(proposal.basic)
        fixed = {j: y for j, y in loose.items() if j not in basic}
        found = rounded(matrix, target, near) or on_support(matrix, target, proposal.basic, fixed)
        with suppress(Exhausted) if found else nullcontext():  # what was found is there, whatever it cost
            spend(work)
        if found is not None:
            return found
        at = {j: y for j, y in near.items() if y > 0 or (y and j >= free)}
        left = matrix.remainder(target, at)
    return f"no exact solution in {ROUNDS} refinements"


def rounded(matrix: Matrix, target: dict[int, Fraction], near: dict[int, Fraction]) -> Solution | None:
    """Simple fractions next to the entries, if they are a solution exactly."""
    free = matrix.columns - matrix.free
    for limit in SIMPLE:
        simple = {j: y.limit_denominator(limit) for j, y in near.items()}
        simple = {j: y for j, y in sorted(simple.items()) if y}
        good = all(y > 0 or j >= free for j, y in simple.items())
        if good and not matrix.remainder(target, simple):
            return Solution(simple)
    return None


def on_support(
    matrix: Matrix, target: dict[int, Fraction], support: Sequence[int], fixed: dict[int, Fraction]
) -> Solution | None:
    """The exact solution with no other entries than `fixed` and those of `support`, if it has the right signs."""
    free = matrix.columns - matrix.free
    solution = eliminated({j: dict(matrix.column(j)) for j in support}, matrix.remainder(target, fixed))
    if solution is None or any(y < 0 and j < free for j, y in solution.items()):
        return None
    return Solution(sorted({**fixed, **solution}.items()))


def eliminated(columns: dict[int, dict[int, int]], target: dict[int, Fraction]) -> dict[int, Fraction] | None:
    """x with Σ x[j]·columns[j] = target, or None. Sparse elimination, the shortest equation first."""
    rows: dict[int, dict[int, Fraction]] = {}
    where: dict[int, set[int]] = {j: set() for j in columns}
    for j, column in columns.items():
        for row, value in column.items():
            rows.setdefault(row, {})[j] = Fraction(value)
            where[j].add(row)
    right = {row: target.get(row, Fraction(0)) for row in {**rows, **target}}
    if any(value and row not in rows for row, value in right.items()):
        return None
    order: list[tuple[int, dict[int, Fraction], Fraction]] = []
    by_length: dict[int, dict[int, None]] = {}
    for row, entries in rows.items():
        by_length.setdefault(len(entries), {})[row] = None

    while rows:
        length = min(k for k, those in by_length.items() if those)
        row = next(iter(by_length[length]))
        del by_length[length][row]
        entries, value = rows.pop(row), right.pop(row)
        if not entries:
            if value:
                return None
            continue
        pivot = min(entries, key=lambda j: (len(where[j]), j))
        for j in entries:
            where[j].discard(row)
        p = entries[pivot]
        for other in sorted(where[pivot]):
            line = rows[other]
            del by_length[len(line)][other]
            factor = line[pivot] / p
            for j, x in entries.items():
                new = line.get(j, 0) - factor * x
                if new:
                    line[j] = new
                    where[j].add(other)
                elif j in line:
                    del line[j]
                    where[j].discard(other)
            right[other] -= factor * value
            by_length.setdefault(len(line), {})[other] = None
        order.append((pivot, entries, value))
    solution: dict[int, Fraction] = {}
    for pivot, entries, value in reversed(order):
        value -= sum(x * solution.get(j, 0) for j, x in entries.items() if j != pivot)
        if value:
            solution[pivot] = value / entries[pivot]
    return solution


def separating(matrix: Matrix, target: dict[int, Fraction], ray: Sequence[float]) -> Ray | None:
    """A ray next to a proposed one that separates exactly."""
    largest = max(map(abs, ray), default=0.0)
    smallest = min((abs(x) for x in ray if abs(x) > 1e-7 * largest), default=1.0)
    for unit in (largest, smallest):
        for limit in SIMPLE:
            for sign in (1, -1):
                h = Ray({i: y for i, x in enumerate(ray) if (y := sign * Fraction(x / unit).limit_denominator(limit))})
                if _separates(matrix, target, h):
                    return h
    return None


def _separates(matrix: Matrix, target: dict[int, Fraction], h: Ray) -> bool:
    if sum(value * h.get(row, 0) for row, value in target.items()) >= 0:
        return False
    for j in range(matrix.columns):
        span = range(matrix.start[j], matrix.start[j + 1])
        product = sum(matrix.value[k] * h.get(matrix.index[k], 0) for k in span)
        if product < 0 or (product and j >= matrix.columns - matrix.free):
            return False
    return True
