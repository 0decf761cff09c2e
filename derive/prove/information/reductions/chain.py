"""A Markov chain X1 -> … -> Xn has n(n+1)/2 atoms that are no sum of others; a statement about it needs no search.

Under the chain, entropies are a non-negative measure of runs: the atom of the run i…j is I(Xi; Xj | X(i−1), X(j+1)),
for i = j H(Xi | X(i−1), X(i+1)), and h(S) is the sum of the atoms whose run meets S. All atoms are ≥ 0 and independent
of each other (Kawabata, Yeung 1992, doi:10.1109/18.135658): Σ c_S h(S) ≥ 0 exactly if no atom has a negative
coefficient. Other premises become rows over atoms, and a small linear program decides.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from derive.prove.information.certificate import Terms
from derive.prove.information.problem import (
    Entropy,
    Generator,
    Mutual,
    Problem,
    Row,
    add,
    combined,
)
from derive.prove.information.reductions.cover import Table, coefficients, cover
from derive.prove.information.reductions.reduced import Factors, Program, others
from derive.prove.information.reductions.separation import Chain, Separation, chain_of, separated


def apply(problem: Problem) -> Program | None:
    """The statement over the atoms of a chain of all variables. None if the premises do not give one."""
    if problem.references or len(problem.laws) > 1:
        return None
    chain = chain_of(problem)
    if chain is None:
        return None
    n = len(chain.order)
    nonneg, zero = others(problem, chain.numbers)
    units = tuple(
        {k * n + l + 1: Fraction(1)}
        for k in range(n)
        for l in range(k, n)
        if k < l or not problem.continuous >> chain.order[k] & 1  # H(X | …) of a density may be negative
    )
    extra = [*nonneg, *zero]

    def lift(factors: Factors, sign: int) -> Terms:
        used = [(f, extra[i - len(units)]) for f, i in factors if i >= len(units)]
        left = combined([(sign, problem.goal), *((-f, g.row(problem)) for f, g in used)])
        return (*used, *_terms(left, chain))

    return Program(
        goal=_over_atoms(problem.goal, chain),
        nonneg=(*units, *(_over_atoms(g.row(problem), chain) for g in nonneg)),
        zero=tuple(_over_atoms(g.row(problem), chain) for g in zero),
        lift=lift,
        equality=problem.equality,
        rays=() if extra else units,
    )


def refuting(problem: Problem) -> int | None:
    """The mask of a run of the chain whose atom refutes the statement, a shortest one.

    One fair bit that these variables share, all others being constant, is a chain and contradicts the goal. None if
    there is no such run, or if there are other premises.
    """
    program = None if problem.continuous or problem.columns else apply(problem)
    chain = chain_of(problem)
    if program is None or chain is None or not program.rays:
        return None
    n = len(chain.order)
    runs = [divmod(atom - 1, n) for atom, value in program.goal.items() if value < 0 or problem.equality]
    shortest = min(runs, key=lambda run: (run[1] - run[0], run), default=None)
    return None if shortest is None else chain.mask(shortest[0], shortest[1] + 1)


def _in_pairs(row: Row, chain: Chain) -> tuple[Row, dict[Separation, Fraction]]:
    """The row by h of one and of two variables, and what must be added: Σ weight·I(A; B | m).

    h(S) = Σ h(s_t, s_t+1) − Σ h(s_t) − Σ I(s_1…s_t−1; s_t+1 | s_t), the middle sum without both ends.
    """
    out: Row = {}
    weights: dict[Separation, Fraction] = {}
    for mask, value in row.items():
        if mask < 0 or mask.bit_count() <= 2:
            add(out, mask, value)
            continue
        places = [t for t, bit in enumerate(chain.order) if mask >> bit & 1]
        before = 0
        for t, (here, after) in enumerate(pairwise(places)):
            a, b = 1 << chain.order[here], 1 << chain.order[after]
            add(out, a | b, value)
            if t:
                add(out, a, -value)
                key = (before, b, here)
                weights[key] = weights.get(key, Fraction(0)) - value
            before |= a
    return out, weights


def _weights(pairs: Row, chain: Chain) -> Table:
    """w with Σ w[i][j]·g(i, j) the row, for i ≤ j from 0: g(i, j) = h(i) + h(j) − h(i, j), g(i, i) = h(i)."""
    n = len(chain.order)
    weight = [[Fraction(0)] * n for _ in range(n)]
    for mask, value in pairs.items():
        if mask < 0:
            continue
        places = [t for t, bit in enumerate(chain.order) if mask >> bit & 1]
        for t in places:
            weight[t][t] += value
        if len(places) == 2:
            weight[places[0]][places[1]] -= value
    return weight


def _over_atoms(row: Row, chain: Chain) -> Row:
    n = len(chain.order)
    pairs, _ = _in_pairs(row, chain)
    out: Row = {coordinate: value for coordinate, value in row.items() if coordinate < 0}
    for k, line in enumerate(coefficients(_weights(pairs, chain))):
        for l in range(k, n):
            add(out, k * n + l + 1, line[l])
    return out


def _terms(row: Row, chain: Chain) -> Terms:
    """Generators and premises of the chain that add up to the row, none of whose atoms has a negative coefficient.

    Runs that begin in (a, b] and end in [c, d) have the sum I(Xb; Xc | Xa, Xd). What such sums leave of the row is made
    of independences.
    """
    terms: list[tuple[Fraction, Generator]] = []
    for (a, b, c, d), value in cover(_weights(_in_pairs(row, chain)[0], chain)):
        given = (chain.mask(a, a + 1) if a >= 0 else 0) | chain.mask(d, d + 1)
        start, stop = chain.mask(b, b + 1), chain.mask(c, c + 1)
        terms.append((value, Entropy(start, given) if b == c else Mutual(start, stop, given)))
    problem = Problem((), {})  # the rows of entropies need no columns
    left = combined([(1, row), *((-value, generator.row(problem)) for value, generator in terms)])
    _, weights = _in_pairs(left, chain)
    return (*terms, *separated(weights, chain))
