"""Refutations by codes: statements that treat all variables alike, and are true of one shared symbol."""

from fractions import Fraction
from itertools import combinations

import pytest

from derive.prove.information import reductions
from derive.prove.information.certificate import Certificate
from derive.prove.information.witness import quick
from derive.prove.information.witness.code import code
from tests.prove.information.rows import H, plus, problem, v


@pytest.mark.parametrize(("n", "m"), [(2, 1), (3, 2), (4, 4), (5, 1), (5, 2), (5, 3), (6, 5), (30, 1), (30, 2)])
def test_any_m_symbols_are_independent_and_fix_the_rest(n: int, m: int):
    found = code(tuple(f"X{i}" for i in range(n)), m)
    assert found is not None
    one = len(found.counts(1))
    for mask in (v(*range(1, m + 1)), v(*range(n - m + 1, n + 1)), v(*range(1, n + 1))):
        counts = found.counts(mask)
        assert len(counts) == one**m
        assert len(set(counts)) == 1


def test_tables_that_are_too_long_are_not_written():
    assert code(tuple(f"X{i}" for i in range(30)), 15) is None


@pytest.mark.parametrize("n", [5, 8, 30])
def test_pairwise_independent_symbols_refute(n: int):
    """With any m independent the goal is 19/10 for m = 1, −1/10 for m = 2, and m − 21/10 beyond."""
    pairs = list(combinations(range(1, n + 1), 2))
    goal = plus(
        *((Fraction(39, 10 * n), H(v(i))) for i in range(1, n + 1)),
        *((Fraction(-3, len(pairs)), H(v(*pair))) for pair in pairs),
        (1, H(v(*range(1, n + 1)))),
    )
    witness = quick(problem(n, goal))
    assert witness is not None
    assert witness.refutes(problem(n, goal))
    assert all(outcomes > n for outcomes in [len(law.table) for law in witness.laws])
    true = plus((1, goal), (Fraction(1, 20), H(v(*range(1, n + 1)))))
    assert quick(problem(n, true)) is None
    assert isinstance(reductions.prove(problem(n, true)), Certificate)
