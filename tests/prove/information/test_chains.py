"""Statements about Markov chains, proved over the atoms of the chain."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.prove.information import checker, reductions
from derive.prove.information.certificate import Certificate
from derive.prove.information.cone import NotShannon
from derive.prove.information.problem import Problem, Row
from derive.prove.information.reductions import chain as atoms
from tests.prove.information.rows import H, I, chain, plainly_proved, plus, problem, splits, v


def certified(p: Problem) -> Certificate:
    """The certificate over atoms; it proves the problem as it stands."""
    program = atoms.apply(p)
    assert program is not None
    found = program.prove()
    assert isinstance(found, Certificate)
    checker.check(p, found)
    return found


def not_proved(p: Problem) -> None:
    program = atoms.apply(p)
    assert program is not None
    assert isinstance(program.prove(), NotShannon)


def processing(n: int) -> Row:
    """I(X1; X2) − I(X1; Xn)."""
    return plus((1, I(v(1), v(2))), (-1, I(v(1), v(n))))


def test_data_processing_is_one_inequality_and_the_premise():
    p = problem(3, processing(3), chain([1, 2, 3]))
    assert len(certified(p).terms) == 2


@pytest.mark.parametrize("n", [4, 16, 64])
def test_long_chains(n: int):
    goals = [
        processing(n),
        plus((1, I(v(n // 2), v(n // 2 + 1))), (-1, I(v(1), v(n)))),
        plus((1, I(v(n - 1), v(n))), (-1, I(v(*range(1, n)), v(n)))),
        plus((1, H(v(n))), (-1, I(v(*range(1, n - 1)), v(n - 1, n)))),
    ]
    for goal in goals[:3]:
        certified(problem(n, goal, chain(range(1, n + 1))))
        twin = plus((-1, goal), (Fraction(-1, 10**9), I(v(1), v(n))))
        not_proved(problem(n, twin, chain(range(1, n + 1))))
    not_proved(problem(n, goals[3], chain(range(1, n + 1))))


def test_the_chain_rule_of_a_chain_holds_both_ways():
    n = 12
    rule = plus(
        (1, H(v(*range(1, n + 1)))), (-1, H(v(1))), *((-1, H(v(b), v(a))) for a, b in pairwise(range(1, n + 1)))
    )
    assert certified(problem(n, rule, chain(range(1, n + 1)), equality=True)).reverse
    changed = plus((1, rule), (Fraction(1, 10**9), I(v(1), v(n))))
    not_proved(problem(n, changed, chain(range(1, n + 1)), equality=True))


@pytest.mark.parametrize("premises", [chain, splits, lambda order: [plus((-2, row)) for row in splits(order)]])
@pytest.mark.parametrize("order", [[1, 2, 3, 4, 5], [5, 4, 3, 2, 1], [3, 1, 5, 2, 4]])
def test_every_order_and_form_of_the_premises_is_seen(order: list[int], premises):
    a, b, c, d, e = order
    rows = premises(order)
    Random(0).shuffle(rows)
    goal = plus((1, I(v(b), v(c))), (-1, I(v(a), v(e))))
    certified(problem(5, goal, rows))
    not_proved(problem(5, plus((1, I(v(a), v(d))), (-1, I(v(b), v(c)))), rows))


def test_a_run_that_shares_a_bit_refutes():
    n = 30
    goal = plus((1, I(v(10), v(11))), (-1, I(v(9), v(12))), (-Fraction(1, 10**9), I(v(9), v(10))))
    run = atoms.refuting(problem(n, goal, chain(range(1, n + 1))))
    assert run is not None
    assert run == v(9, 10)
    assert sum(value for mask, value in goal.items() if mask & run) < 0
    assert atoms.refuting(problem(n, processing(n), chain(range(1, n + 1)))) is None
    assert atoms.refuting(problem(n, processing(n), chain(range(1, n + 1)), equality=True)) is not None
    assert atoms.refuting(problem(n, goal, [*chain(range(1, n + 1)), I(v(9), v(10))])) is None


def test_a_missing_link_is_no_chain():
    assert atoms.apply(problem(5, processing(5), chain(range(1, 6))[:-1])) is None
    assert atoms.apply(problem(5, processing(5), chain(range(1, 6))[1:])) is None
    weak = [I(v(a), v(c), v(b)) for a, b, c in ((1, 2, 3), (2, 3, 4))]  # X1 may still tell of X4
    p = problem(4, processing(4), weak)
    assert atoms.apply(p) is None
    assert isinstance(reductions.prove(p), NotShannon)


def test_entropies_of_densities_have_no_sign():
    p = problem(3, H(v(2), v(1, 3)), chain([1, 2, 3]))
    certified(p)
    continuous = Problem(p.names, p.goal, zero=p.zero, continuous=v(2))
    not_proved(continuous)
    certified(Problem(p.names, processing(3), zero=p.zero, continuous=v(1, 2, 3)))


def test_groups_of_variables_form_a_chain():
    p = problem(5, plus((1, I(v(1, 2), v(3))), (-1, I(v(1, 2), v(4, 5)))), [I(v(1, 2), v(4, 5), v(3))])
    found = reductions.prove(p)
    assert isinstance(found, Certificate)
    assert len(found.terms) == 2


masks = st.integers(1, 15)
quantities = st.one_of(
    st.builds(H, masks, st.integers(0, 15)),
    st.builds(I, masks, masks, st.integers(0, 15)),
)
factors = st.sampled_from([Fraction(1), Fraction(2), Fraction(-1), Fraction(1, 3), Fraction(-5, 2)])
combinations_ = st.lists(st.tuples(factors, quantities), min_size=1, max_size=4).map(lambda parts: plus(*parts))


@settings(max_examples=120, deadline=None)
@given(
    goal=combinations_,
    order=st.permutations([1, 2, 3, 4]),
    form=st.sampled_from([chain, splits]),
    zero=st.lists(combinations_, max_size=1),
    nonneg=st.lists(combinations_, max_size=1),
    equality=st.booleans(),
    continuous=st.sampled_from([0, 0, 2, 12, 15]),
)
def test_atoms_decide_as_the_full_program_does(goal, order, form, zero, nonneg, equality, continuous):
    p = replace(problem(4, goal, [*form(order), *zero], nonneg, equality), continuous=continuous)
    program = atoms.apply(p)
    assert program is not None
    found = program.prove()
    assert isinstance(found, Certificate) == plainly_proved(p)
    if isinstance(found, Certificate):
        checker.check(p, found)
