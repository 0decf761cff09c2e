"""Reductions decide as the full program does, and their certificates prove the problem as it stands."""

import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.prove.deciders import ContradictoryPremisesError
from derive.prove.information import checker, cone, reductions
from derive.prove.information.certificate import Certificate
from derive.prove.information.cone import GaveUp, NotShannon
from derive.prove.information.problem import CrossEntropy, Known, Logarithm, Premise, Problem, Relative, Row
from derive.prove.information.reductions import closure, occurring, together
from derive.prove.information.reductions.reduced import Program, Reduced
from tests.prove.information.rows import H, I, chain, mutual_pairs, plainly_proved, plus, problem, v

ONE = Fraction(1)


def outcome(reduction, p: Problem) -> bool | None:
    """Whether what a reduction leaves is proved, its certificate lifted and checked; None if it does not apply."""
    left = reduction.apply(p)
    if left is None:
        return None
    if isinstance(left, Reduced):
        found = cone.prove(left.problem)
        if isinstance(found, Certificate):
            found = left.lift(found)
    else:
        assert isinstance(left, Program)
        found = left.prove()
    assert isinstance(found, Certificate | NotShannon)
    if isinstance(found, Certificate):
        checker.check(p, found)
    return isinstance(found, Certificate)


# -- fewer variables


def test_variables_that_occur_nowhere_are_left_out():
    p = problem(70, I(v(3), v(60)), [I(v(3), v(8))])
    left = occurring.apply(p)
    assert left is not None
    assert left.problem.names == ("X3", "X8", "X60")
    assert outcome(occurring, p)
    assert outcome(occurring, problem(70, plus((-1, I(v(3), v(60)))))) is False


def test_variables_that_always_occur_together_are_one():
    p = problem(40, plus((1, H(v(*range(1, 21)))), (-1, I(v(*range(1, 21)), v(*range(21, 41))))))
    left = together.apply(p)
    assert left is not None
    assert [name.count("X") for name in left.problem.names] == [20, 20]
    assert outcome(together, p)


def test_domains_laws_and_premises_keep_variables_apart():
    goal = H(v(1, 2, 3))
    assert len(together.groups(problem(3, goal))) == 1
    assert len(together.groups(Problem(("X", "Y", "Z"), goal, continuous=v(2)))) == 2
    assert len(together.groups(problem(3, goal, [I(v(1), v(2, 3))]))) == 2
    assert len(together.groups(Problem(("X", "Y", "Z"), H(v(1, 2)), blocks=(v(1), v(2, 3)), law_names=("p", "q")))) == 3


def test_references_of_merged_variables():
    """KL(p(x, y) ‖ r) ≥ 0, with columns of r at sets that do not occur."""
    columns = (CrossEntropy("r", v(1)), CrossEntropy("r", v(1, 2)), CrossEntropy("r", v(1, 2, 3)))
    p = Problem(("X", "Y", "Z"), {-2: ONE, v(1, 2): -ONE}, columns=columns)
    left = together.apply(p)
    assert left is not None
    assert left.problem.columns == (CrossEntropy("r", v(1)), CrossEntropy("r", v(1, 2)))
    assert left.problem.goal == {-1: ONE, v(1): -ONE}
    lifted = left.lift(Certificate(((ONE, Relative("r", v(1))),)))
    assert lifted == Certificate(((ONE, Relative("r", v(1, 2))),))
    checker.check(p, lifted)


# -- functions


def test_a_function_knows_no_more():
    """With Y = f(X): I(Y; Z) ≤ I(X; Z), also through a chain of nine functions; and not the other way."""
    n = 10
    functions = [H(v(i + 1), v(i)) for i in range(1, n - 1)]
    goal = plus((1, I(v(1), v(n))), (-1, I(v(n - 1), v(n))))
    assert outcome(closure, problem(n, goal, functions))
    assert outcome(closure, problem(n, plus((-1, goal)), functions)) is False
    assert outcome(closure, problem(n, goal, functions[:-1])) is False
    assert isinstance(reductions.prove(problem(n, goal, functions)), Certificate)


def test_variables_that_determine_each_other_have_one_entropy():
    p = problem(4, plus((1, H(v(1, 4))), (-1, H(v(2, 4)))), [H(v(1), v(2)), plus((-3, H(v(2), v(1))))], equality=True)
    assert outcome(closure, p)
    assert outcome(closure, problem(4, p.goal, [H(v(1), v(2))], equality=True)) is False


def test_a_constant_can_be_left_out():
    p = problem(4, plus((1, H(v(2))), (-1, H(v(1, 2))), (2, H(v(1)))), [H(v(1))], equality=True)
    assert outcome(closure, p)
    assert outcome(closure, problem(4, p.goal, [H(v(3))], equality=True)) is False


def test_functions_of_densities_are_left_alone():
    p = problem(4, H(v(1)), [H(v(1), v(2))])
    assert closure.apply(Problem(p.names, p.goal, zero=p.zero, continuous=v(2))) is None


# -- all of them


def test_the_way_back_goes_through_all_reductions():
    """A chain of pairs of variables, among variables that do not occur."""
    places = [3, 9, 12, 20, 33]
    groups = [v(a, a + 1) for a in places]
    premises = [I(sum(groups[: k - 1]), groups[k], groups[k - 1]) for k in range(2, 5)]
    goal = plus((1, I(groups[1], groups[2])), (-1, I(groups[0], groups[4])))
    p = problem(40, goal, premises)
    found = reductions.prove(p)
    assert isinstance(found, Certificate)
    checker.check(p, found)
    assert isinstance(reductions.prove(problem(40, plus((-1, goal)), premises)), NotShannon)


def test_contradictory_premises_are_an_error_whatever_the_reduction():
    n = 12
    columns = (Logarithm("2"),)
    zero = [*chain(range(1, n + 1)), {v(1): ONE, -1: -ONE}]
    goal = plus((1, I(v(1), v(2))), (-1, I(v(1), v(n))))

    def at_most(factor: Fraction) -> Problem:
        p = problem(n, goal, zero, [{v(1, n): -ONE, -1: factor}])
        return Problem(p.names, p.goal, zero=p.zero, nonneg=p.nonneg, columns=columns)

    assert isinstance(reductions.prove(at_most(Fraction(1))), Certificate)
    with pytest.raises(ContradictoryPremisesError):
        reductions.prove(at_most(Fraction(999_999, 10**6)))


def test_facts_about_numbers_are_known_over_atoms():
    """With X -> Y -> Z and H(Y) = log 2, I(X; Z) ≤ log 3; not so with log 3 and log 2 exchanged."""
    for i, j in ((0, 1), (1, 0)):
        goal = plus((1, {-1 - j: ONE}), (-1, I(v(1), v(3))))
        zero = tuple(Known(row, "") for row in (*chain([1, 2, 3]), plus((1, H(v(2))), (-1, {-1 - i: ONE}))))
        p = Problem(("X", "Y", "Z"), goal, zero=zero, columns=(Logarithm("2"), Logarithm("3")))
        assert isinstance(reductions.prove(p), Certificate if i < j else NotShannon)


def test_a_strict_inequality_is_not_proved():
    p = problem(3, mutual_pairs(3))
    assert isinstance(reductions.prove(p), Certificate)
    assert isinstance(reductions.prove(Problem(p.names, p.goal, strict=True)), GaveUp)


def test_the_certificate_names_premises_of_the_original():
    p = problem(9, plus((1, I(v(5), v(7))), (-1, I(v(5), v(9)))), [H(v(1)), I(v(5), v(9), v(7))], [I(v(2), v(3))])
    found = reductions.prove(p)
    assert isinstance(found, Certificate)
    assert [g.number for _, g in found.terms if isinstance(g, Premise)] == [1]


def test_nothing_heavy_is_loaded_for_chains_and_orbits():
    """The command line answers before numpy would be there."""
    program = """
import sys
from derive.prove.information import copies
from tests.prove.information.rows import H, chain, mutual_pairs, plus, problem, v
from derive.prove.information import reductions
print(len(reductions.prove(problem(9, mutual_pairs(9))).terms))
print(len(reductions.prove(problem(9, H(v(4), v(2, 5)), chain(range(1, 10)))).terms))
print([name for name in ("numpy", "highspy", "sympy", "flint", "networkx") if name in sys.modules])
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == ["1", "1", "[]"]


masks = st.integers(1, 15)
entropies = st.builds(H, masks, st.integers(0, 15))
quantities = st.one_of(entropies, st.builds(I, masks, masks, st.integers(0, 15)))
factors = st.sampled_from([Fraction(1), Fraction(2), Fraction(-1), Fraction(1, 3), Fraction(-5, 2)])
rows = st.lists(st.tuples(factors, quantities), min_size=1, max_size=4).map(lambda parts: plus(*parts))


@settings(max_examples=150, deadline=None)
@given(
    goal=rows,
    functions=st.lists(entropies, max_size=3),
    zero=st.lists(rows, max_size=1),
    nonneg=st.lists(rows, max_size=1),
    equality=st.booleans(),
)
def test_reductions_decide_as_the_full_program_does(goal, functions, zero, nonneg, equality):
    p = problem(4, goal, [*functions, *zero], nonneg, equality)
    truth = plainly_proved(p)
    for reduction in (occurring, together, closure):
        assert outcome(reduction, p) in (truth, None)
    assert isinstance(reductions.prove(p), Certificate) == truth


def wide(row: Row) -> Row:
    """The row with variable 2 wherever 1 is, and 6 wherever 5 is."""
    return {mask | (mask & 0b010001) << 1: value for mask, value in row.items()}


groups = st.sampled_from([v(1), v(3), v(4), v(5), v(1, 3), v(4, 5), v(3, 4, 5)])
merged = st.one_of(st.builds(H, groups, groups), st.builds(I, groups, groups, groups))


@settings(max_examples=60, deadline=None)
@given(goal=st.lists(st.tuples(factors, merged), min_size=1, max_size=3), zero=st.lists(merged, max_size=2))
def test_groups_decide_as_single_variables_do(goal, zero):
    small = problem(5, plus(*goal), zero)
    p = problem(6, wide(small.goal), [wide(row) for row in zero])
    truth = plainly_proved(p)
    assert outcome(together, p) in (truth, None)
    assert isinstance(reductions.prove(p), Certificate) == truth
