"""HiGHS proposes solutions of linear programs (Q. Huangfu, J. A. J. Hall 2018, doi:10.1007/s12532-017-0130-5).

What it says is floating point and decides nothing. This module loads numpy and highspy: import it where it is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from derive.prove.information.linear_program.matrix import Matrix


@dataclass(frozen=True)
class Proposal:
    """`values` of all columns with the `basic` columns of the vertex, or a `ray` over the rows, or neither."""

    values: np.ndarray | None = None
    basic: Sequence[int] = ()
    ray: np.ndarray | None = None
    iterations: int = 0


class Program:
    """minimise Σ y over A y = b, y ≥ lower, by the dual simplex method; b and lower may change, the basis is kept."""

    def __init__(self, matrix: Matrix, iterations: int) -> None:
        n = matrix.columns
        self._matrix = matrix
        self._norms = _norms(matrix)
        cost = self._cost = 1 / self._norms
        self._lower = np.zeros(n)
        if matrix.free:
            cost[n - matrix.free :] = 0.0
            self._lower[n - matrix.free :] = -highspy.kHighsInf
        self._solver = _solver({"solver": "simplex", "simplex_strategy": 1, "simplex_iteration_limit": iterations})
        self._solver.passModel(_model(matrix, cost, self._lower, np.full(n, highspy.kHighsInf)))

    def solve(self, right: np.ndarray, moved: dict[int, float] | None = None) -> Proposal:
        """A vertex, a ray, or nothing; `moved` are lower bounds of columns that are not 0."""
        m, n = self._matrix.rows, self._matrix.columns
        self._solver.changeRowsBounds(m, np.arange(m, dtype=np.int32), right, right)
        if moved is not None:
            lower, cost = self._lower.copy(), self._cost.copy()
            for j, bound in moved.items():
                lower[j] = bound * self._norms[j]
                cost[j] = cost[j] if np.isfinite(bound) else 0.0  # what has no bound must cost nothing
            columns = np.arange(n, dtype=np.int32)
            self._solver.changeColsBounds(n, columns, lower, np.full(n, highspy.kHighsInf))
            self._solver.changeColsCost(n, columns, cost)
        self._solver.run()
        status = self._solver.getModelStatus()
        iterations = max(0, int(self._solver.getInfo().simplex_iteration_count))
        if status == highspy.HighsModelStatus.kOptimal:
            return _vertex(self._solver, self._norms, iterations)
        if status == highspy.HighsModelStatus.kInfeasible:
            found = self._solver.getDualRay()
            if found[1]:
                return Proposal(None, (), np.array(found[2]), iterations)
        return Proposal(iterations=iterations)


def interior(matrix: Matrix, right: np.ndarray, iterations: int) -> Proposal:
    """A vertex or a ray by an interior-point method with crossover: maximise t ≤ 1 over A y = t b, y ≥ 0.

    t is 1, or it is 0 and the dual solution is a ray; so there is always an optimum, which suits the method.
    """
    n = matrix.columns
    nonzero = np.flatnonzero(right)
    lower, upper, cost = np.zeros(n + 1), np.full(n + 1, highspy.kHighsInf), np.zeros(n + 1)
    if matrix.free:
        lower[n - matrix.free : n] = -highspy.kHighsInf
    upper[n], cost[n] = 1.0, -1.0
    model = _model(matrix, cost, lower, upper, (nonzero, -right[nonzero]))
    solver = _solver({"solver": "ipm", "ipm_iteration_limit": iterations})
    solver.passModel(model)
    solver.run()
    info = solver.getInfo()
    # one interior iteration factorises a matrix: some hundred times the work of a step of the simplex method
    work = 100 * max(0, info.ipm_iteration_count) + max(0, info.crossover_iteration_count) // 3
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return Proposal(iterations=work)
    if solver.getSolution().col_value[n] > 0.5:
        return _vertex(solver, _norms(matrix), work)
    return Proposal(None, (), np.array(solver.getSolution().row_dual), work)


def _solver(options: dict[str, object]) -> Any:  # its stubs lack what pybind11 adds
    solver: Any = highspy.Highs()
    common = {
        "output_flag": False,
        "threads": 1,
        "presolve": "off",
        "random_seed": 0,
        "primal_feasibility_tolerance": 1e-9,
        "dual_feasibility_tolerance": 1e-9,
        "small_matrix_value": 1e-12,
    }
    for option, value in {**common, **options}.items():
        solver.setOptionValue(option, value)
    return solver


def _model(
    matrix: Matrix,
    cost: np.ndarray,
    lower: np.ndarray,
    upper: np.ndarray,
    last: tuple[np.ndarray, np.ndarray] | None = None,
) -> highspy.HighsLp:
    """The program with right side 0; `last` are rows and values of one more column."""
    rows, values = last if last is not None else (np.zeros(0), np.zeros(0))
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(cost), matrix.rows
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, lower, upper
    lp.row_lower_ = lp.row_upper_ = np.zeros(matrix.rows)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    end = [] if last is None else [len(matrix.index) + len(rows)]
    lp.a_matrix_.start_ = np.array([*matrix.start, *end], dtype=np.int32)
    lp.a_matrix_.index_ = np.concatenate((np.array(matrix.index, dtype=np.int32), rows.astype(np.int32)))
    each = np.repeat(_norms(matrix), np.diff(np.array(matrix.start)))
    lp.a_matrix_.value_ = np.concatenate((np.array(matrix.value, dtype=np.float64) / each, values))
    return lp


def _norms(matrix: Matrix) -> np.ndarray:
    """What columns with large entries are divided by."""
    norms = np.ones(matrix.columns)
    for j in sorted(matrix.large):
        norms[j] = max(abs(value) for _, value in matrix.column(j))
    return norms


def _vertex(solver: Any, norms: np.ndarray, iterations: int) -> Proposal:
    values = np.array(solver.getSolution().col_value)[: len(norms)] / norms
    states = solver.getBasis().col_status
    basic = [j for j in range(len(norms)) if states[j] == highspy.HighsBasisStatus.kBasic]
    return Proposal(values, basic, None, iterations)
