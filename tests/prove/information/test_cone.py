"""The cone of entropies: truths are proved with certificates that check, false twins and near ties are not."""

import subprocess
import sys
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.prove.budget import Budget
from derive.prove.information import checker, cone
from derive.prove.information.certificate import Certificate
from derive.prove.information.combination import combination
from derive.prove.information.cone import GaveUp, NotShannon
from derive.prove.information.elemental import Cone
from derive.prove.information.few import chains, crossing
from derive.prove.information.lattice import TooManySetsError, lattice, monotone, submodular
from derive.prove.information.linear_program import exact, simplex
from derive.prove.information.linear_program.matrix import Matrix
from derive.prove.information.linear_program.program import decide, solve
from derive.prove.information.linear_program.simplex import Ray, Solution
from derive.prove.information.problem import (
    CrossEntropy,
    Free,
    Known,
    Problem,
    Relative,
    Row,
)
from tests.prove.information.rows import H, I, chain, plainly_proved, plus, problem, v

X, Y, Z, W = 1, 2, 4, 8
TIES = [Fraction(1, 10**k) for k in (1, 6, 9, 15, 30)]


def han(n: int) -> Row:
    full = (1 << n) - 1
    return plus((1 - n, H(full)), *((1, H(full & ~(1 << i))) for i in range(n)))


def shearer(n: int, k: int) -> Row:
    """Σ over sets of size k of H(S) ≥ (k/n)·binomial(n, k)·H(all)."""
    sets = [v(*s) for s in combinations(range(1, n + 1), k)]
    return plus((Fraction(-len(sets) * k, n), H((1 << n) - 1)), *((1, H(s)) for s in sets))


TRUE = {
    "mutual information": problem(2, I(X, Y)),
    "conditioning": problem(2, plus((1, H(X)), (-1, H(X, Y)))),
    "data processing": problem(3, plus((1, I(X, Y)), (-1, I(X, Z))), zero=chain([1, 2, 3])),
    "data processing, other end": problem(3, plus((1, I(Y, Z)), (-1, I(X, Z))), zero=chain([1, 2, 3])),
    "functions": problem(3, plus((1, H(X)), (-1, H(Z))), zero=[H(Y, X), H(Z, Y)]),
    "three pairs": problem(3, plus((1, H(X | Y)), (1, H(Y | Z)), (1, H(X | Z)), (-2, H(X | Y | Z)))),
    "independent sources": problem(3, plus((1, I(X | Y, Z)), (-1, I(X, Z)), (-1, I(Y, Z))), zero=[I(X, Y)]),
    "premise ≥": problem(3, plus((2, H(X)), (-1, H(X | Y))), nonneg=[plus((1, H(X)), (-1, H(Y)))]),
    "Han 4": problem(4, han(4)),
    "Han 6": problem(6, han(6)),
    "Han 8": problem(8, han(8)),
    "Shearer 5, 2": problem(5, shearer(5, 2)),
    "Shearer 6, 3": problem(6, shearer(6, 3)),
}
FALSE = {
    "conditioning reversed": problem(2, plus((1, H(X, Y)), (-1, H(X)))),
    "data processing without the chain": problem(3, plus((1, I(X, Y)), (-1, I(X, Z)))),
    "data processing reversed": problem(3, plus((-1, I(X, Y)), (1, I(X, Z))), zero=chain([1, 2, 3])),
    "half the functions": problem(3, plus((1, H(X)), (-1, H(Z))), zero=[H(Y, X)]),
    "dependent sources": problem(3, plus((1, I(X | Y, Z)), (-1, I(X, Z)), (-1, I(Y, Z)))),
    "premise reversed": problem(3, plus((2, H(X)), (-1, H(X | Y))), nonneg=[plus((-1, H(X)), (1, H(Y)))]),
    "Han 4, more": problem(4, plus((1, han(4)), (Fraction(-1, 10**9), H(15)))),
    "Han 8, more": problem(8, plus((1, han(8)), (Fraction(-1, 10**9), H(255)))),
    "Shearer 6, 3, more": problem(6, plus((1, shearer(6, 3)), (Fraction(-1, 10**9), H(63)))),
    "Ingleton": problem(4, plus((-1, I(X, Y)), (1, I(X, Y, Z)), (1, I(X, Y, W)), (1, I(Z, W)))),
    "Zhang–Yeung": problem(4, plus((1, I(X, Y)), (1, I(X, Z | W)), (3, I(Z, W, X)), (1, I(Z, W, Y)), (-2, I(Z, W)))),
}


@pytest.mark.parametrize("name", TRUE)
def test_truths_are_proved_by_certificates_that_check(name: str) -> None:
    found = cone.prove(TRUE[name])
    assert isinstance(found, Certificate)
    checker.check(TRUE[name], found)


@pytest.mark.parametrize("name", FALSE)
def test_other_statements_get_a_ray_that_separates_exactly(name: str) -> None:
    p = FALSE[name]
    found = cone.prove(p)
    assert isinstance(found, NotShannon)
    assert sum(value * found.ray[c] for c, value in p.goal.items()) < 0
    for number, known in enumerate(p.premises):
        at = sum(value * found.ray[c] for c, value in known.row.items())
        assert at == 0 if number < len(p.zero) else at >= 0


@pytest.mark.parametrize("tie", TIES)
@pytest.mark.parametrize("n", [2, 8])
def test_near_ties_are_told_apart(tie: Fraction, n: int) -> None:
    """(1 + ε) I(X; Y) ≤ H(X) is false and (1 − ε) is true, alone and inside a program that HiGHS solves."""
    rest = plus(
        (1, {s << 2: value for s, value in han(n - 2).items()}),
        (1, I(W, X | Y, 16)),
        (1, I(W, X, 16)),
        (1, I(Z, Y, W)),
        (1, I(Z | X, 128, Y | 32)),
    )
    for sign in (1, -1):
        own = plus((1, H(X)), (-(1 + sign * tie), I(X, Y)))
        p = problem(n, own if n == 2 else plus((1, own), (1, rest)))
        assert plainly_proved(p) == (sign < 0)


@pytest.mark.parametrize("tie", TIES)
def test_near_ties_in_a_large_program(tie: Fraction) -> None:
    """The same without the shortcut of few sets: the interior-point method and its refinement decide exactly."""
    n = 8
    rest = plus((1, {s << 2: value for s, value in han(n - 2).items()}), (1, I(W, X | Y, 16)), (1, I(Z, Y, W)))
    for sign in (1, -1):
        p = problem(n, plus((1, rest), (1, H(X)), (-(1 + sign * tie), I(X, Y))))
        matrix = Cone(p).matrix
        assert matrix.rows > exact.LARGE
        found = decide(matrix, p.goal)
        assert isinstance(found, Ray if sign > 0 else Solution)


def test_a_premise_with_a_near_tie() -> None:
    """(1 + ε) H(X) ≤ I(X; Y) says H(X) = 0; (1 − ε) H(X) ≤ I(X; Y) does not."""
    for tie in TIES:
        for sign in (1, -1):
            premise = plus((-(1 + sign * tie), H(X)), (1, I(X, Y)))
            assert plainly_proved(problem(2, plus((-1, H(X))), nonneg=[premise])) == (sign > 0)


@pytest.mark.parametrize("tie", TIES[1:4])
def test_a_premise_with_a_near_tie_in_a_large_program(tie: Fraction) -> None:
    """Columns with large entries are divided, and whole numbers decide where floating point does not."""
    rest = plus((1, {s << 2: value for s, value in han(6).items()}), (1, I(Z, X | Y, W)), (1, I(W, Y, 16)))
    for sign in (1, -1):
        premise = plus((-(1 + sign * tie), H(X)), (1, I(X, Y)))
        assert plainly_proved(problem(8, plus((1, rest), (-1, H(X))), nonneg=[premise])) == (sign > 0)


masks = st.integers(1, 15)
measures = st.one_of(
    st.builds(lambda a, b, c: I(a, b, c), masks, masks, st.integers(0, 15)),
    st.builds(lambda a, c: H(a, c), masks, st.integers(0, 15)),
)


def sums(least: int, greatest: int) -> st.SearchStrategy[Row]:
    part = st.tuples(st.integers(least, greatest).filter(bool).map(Fraction), measures)
    return st.lists(part, min_size=1, max_size=6).map(lambda parts: plus(*parts))


@given(goal=sums(1, 4))
@settings(max_examples=80, deadline=None)
def test_sums_of_measures_are_proved(goal: Row) -> None:
    assert plainly_proved(problem(4, goal))


@given(goal=sums(-2, 3), zero=st.lists(measures, max_size=2))
@settings(max_examples=80, deadline=None)
def test_all_ways_decide_alike(goal: Row, zero: list[Row]) -> None:
    """The lattice of occurring sets against all sets, whole numbers against HiGHS, simplex against interior points."""
    p = problem(4, goal, zero=zero)
    verdict = plainly_proved(p)
    for matrix in (Cone(p).matrix, all_sets(p)):
        target = matrix.target(goal)
        assert isinstance(simplex.solve(matrix, target, lambda work: None), Solution) == verdict
        for large in (10**9, 0):
            assert isinstance(floating(matrix, target, large), Solution) == verdict


def all_sets(p: Problem) -> Matrix:
    """The elemental inequalities over all sets, without any lattice."""
    matrix, n = Matrix(), len(p.names)
    for i in range(n):
        matrix.append_row(H(1 << i, p.full & ~(1 << i)))
    for i, j in combinations(range(n), 2):
        for s in range(p.full + 1):
            if not s & (1 << i | 1 << j):
                matrix.append_row(I(1 << i, 1 << j, s))
    for known in p.zero:
        matrix.append_row(known.row)
    matrix.free = len(p.zero)
    return matrix


def floating(matrix: Matrix, target: dict[int, Fraction], large: int) -> Solution | Ray | str:
    """The answer by way of HiGHS."""
    if not target:
        return Solution()
    before, exact.LARGE = exact.LARGE, large
    try:
        return exact.solve(matrix, target, lambda work: None, 100_000)
    finally:
        exact.LARGE = before


@given(family=st.lists(st.integers(1, 31), max_size=5))
@settings(max_examples=60, deadline=None)
def test_the_lattice_is_what_unions_and_intersections_give(family: list[int]) -> None:
    sets = {0, *family}
    while True:
        more = sets | {s | t for s in sets for t in sets} | {s & t for s in sets for t in sets}
        if more == sets:
            break
        sets = more
    top = max(sets, key=int.bit_count)
    found = lattice(family, 64)
    assert set(found.sets) == sets
    assert found.top == top
    for i, j, s in submodular(found):
        assert {s, s | i, s | j, s | i | j} <= sets
    assert all({s, s | i} <= sets for i, s in monotone(found, 0))


def test_a_lattice_may_be_too_large() -> None:
    with pytest.raises(TooManySetsError):
        lattice([1 << i for i in range(8)], 255)
    n = 15
    found = cone.prove(problem(n, plus((1, H((1 << n) - 1)), *((-1, H(1 << i)) for i in range(n)))))
    assert isinstance(found, GaveUp)


def test_few_sets_are_enough_for_han() -> None:
    sets = chains([255 & ~(1 << i) for i in range(8)] + [255])
    assert {255 >> k for k in range(9)} <= set(sets) or {(255 << k) & 255 for k in range(9)} <= set(sets)
    assert all({a | c, b | c, a | b | c, c} <= set(sets) for a, b, c in crossing(sets))
    found = combination(problem(12, han(12)))
    assert isinstance(found, tuple)
    assert len(found) == 11


def test_a_statement_of_ten_variables_that_hides_its_sets() -> None:
    """Elemental inequalities along a path cancel, so that few sets do not show the proof."""
    n, goal = 9, {}
    s = 0b000111010
    for i, j in ((1, 0), (3, 2), (4, 6), (5, 7), (0, 8), (2, 1), (6, 3), (7, 4)):
        goal = plus((1, goal), (1, I(1 << i, 1 << j, s & ~(1 << i) & ~(1 << j))))
        s = (s | 1 << j) & ~(1 << i)
    found = cone.prove(problem(n, goal))
    assert isinstance(found, Certificate)
    checker.check(problem(n, goal), found)


def test_continuous_variables_have_no_entropy_bound() -> None:
    goal = plus((1, H(X)), (-1, I(X, Y)))
    assert plainly_proved(problem(2, goal))
    for continuous, proved in ((X, False), (Y, True), (X | Y, False)):
        p = Problem(("X", "Y"), goal, continuous=continuous)
        assert isinstance(cone.prove(p), Certificate) == proved
    balanced = plus((1, H(X | Y)), (1, H(Y | Z)), (-1, H(Y)), (-1, H(X | Y | Z)))
    assert isinstance(cone.prove(Problem(tuple("XYZ"), balanced, continuous=7)), Certificate)
    # below something continuous, what is discrete still has an entropy ≥ 0
    chained = plus((1, H(X)), (1, H(X | Y)))
    assert isinstance(cone.prove(Problem(tuple("XY"), chained, continuous=Y)), NotShannon)
    assert isinstance(cone.prove(Problem(tuple("XY"), plus((1, H(X | Y)), (-1, H(Y))), continuous=Y)), Certificate)
    p = Problem(tuple("XY"), H(X), zero=(Known(H(X | Y), ""),), continuous=Y)
    assert isinstance(cone.prove(p), Certificate)


def test_variables_of_different_laws_have_no_joint_entropy() -> None:
    goal = plus((1, H(X)), (1, H(Y)), (1, H(Z)), (-1, H(X | Y)))
    p = Problem(("X", "Y", "X'"), goal, blocks=(X | Y, Z))
    found = cone.prove(p)
    assert isinstance(found, Certificate)
    checker.check(p, found)
    assert isinstance(cone.prove(Problem(("X", "X'"), plus((1, H(X)), (-1, H(Y))), blocks=(X, Y))), NotShannon)


def reference(*sets: int, goal: Row, continuous: int = 0, nonneg: tuple[Row, ...] = ()) -> Problem:
    """A problem of X, Y, Z with cross-entropies of the reference r at `sets`, then the columns t and u."""
    columns = (*(CrossEntropy("r", s) for s in sets), Free("t"), Free("u"))
    known = tuple(Known(row, "") for row in nonneg)
    return Problem(("X", "Y", "Z"), goal, columns=columns, continuous=continuous, nonneg=known)


def test_divergences() -> None:
    gibbs = plus((1, {-1: Fraction(1)}), (-1, H(X)))
    assert isinstance(cone.prove(reference(X, goal=gibbs, continuous=X)), Certificate)
    assert isinstance(cone.prove(reference(X, goal=plus((-1, gibbs)))), NotShannon)
    # ELBO: −C(X) ≥ −C(X, Z) + H(Z | X), whose gap is KL(Z | X)
    elbo = plus((1, {-2: Fraction(1), -1: Fraction(-1)}), (-1, H(Z, X)))
    p = reference(X, X | Z, goal=elbo, continuous=X | Z)
    found = cone.prove(p)
    assert isinstance(found, Certificate)
    assert found.terms == ((Fraction(1), Relative("r", Z, X)),)
    assert isinstance(cone.prove(reference(X, X | Z, goal=plus((-1, elbo)))), NotShannon)
    # KL of a pair against its parts: D(XYZ) ≥ D(X) though D(XY) has no column
    larger = plus((1, {-2: Fraction(1), -1: Fraction(-1)}), (-1, H(X | Y | Z)), (1, H(X)))
    assert isinstance(cone.prove(reference(X, X | Y | Z, goal=larger)), Certificate)
    # Barber–Agakov: I(X; Y) ≥ H(X) − C(X | Y); with the marginal of Y it is none
    for kept, proved in ((X, True), (Y, False)):
        goal = plus((1, I(X, Y)), (-1, H(kept)), (1, {-2: Fraction(1), -1: Fraction(-1)}))
        found = cone.prove(reference(Y, X | Y, goal=goal))
        assert isinstance(found, Certificate) == proved


def test_free_numbers() -> None:
    t, u = {-2: Fraction(1)}, {-3: Fraction(1)}
    known = plus((1, t), (-1, u)), plus((1, u), (-1, H(X)))
    assert isinstance(cone.prove(reference(X, goal=t, nonneg=known)), Certificate)
    assert isinstance(cone.prove(reference(X, goal=t, nonneg=known[:1])), NotShannon)
    assert isinstance(cone.prove(reference(X, goal=plus((-1, t)), nonneg=known)), NotShannon)


def test_rows_without_a_problem() -> None:
    goal = plus((1, {7: Fraction(2, 3)}), (-1, {9: Fraction(1, 7)}))
    assert solve(goal, [{7: Fraction(1, 3)}], [{9: Fraction(5)}]) == ((Fraction(2), 0), (Fraction(-1, 35), 1))
    assert solve(goal, [{7: Fraction(1, 3)}, {9: Fraction(5)}]) is None
    assert solve({}, []) == ()
    assert solve({1: Fraction(1)}, []) is None


def test_the_budget_counts_work() -> None:
    p = TRUE["Shearer 5, 2"]
    spent = []
    for _ in range(2):
        budget = Budget()
        assert isinstance(cone.prove(p, budget), Certificate)
        spent.append(budget.units - budget.left)
    assert spent[0] == spent[1] > 0
    found = cone.prove(p, Budget(spent[0] - 1))
    assert isinstance(found, GaveUp)
    assert "budget" in found.reason


def test_certificates_do_not_depend_on_hashes() -> None:
    code = (
        "from derive.prove.information import cone, certificate_json\n"
        "from tests.prove.information.test_cone import TRUE\n"
        "print([certificate_json.to_json(cone.prove(TRUE[n])) for n in ('functions', 'Shearer 6, 3', 'Han 8')])"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},  # the tests are not installed
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


def test_small_statements_load_no_solver() -> None:
    code = (
        "import sys\n"
        "from derive.prove.information import cone, checker, certificate_json\n"
        "from derive.prove.information.problem import Problem, Mutual\n"
        "p = Problem(('X', 'Y', 'Z'), Mutual(1, 6).row(None))\n"
        "checker.check(p, cone.prove(p))\n"
        "print([m for m in ('numpy', 'highspy', 'sympy', 'flint', 'networkx') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_a_generator_is_named_by_its_column() -> None:
    built = Cone(TRUE["three pairs"])
    for j in range(built.matrix.columns):
        row = built.generator(j).row(TRUE["three pairs"])
        place = built.matrix.place
        assert dict(built.matrix.column(j)) == {place[c]: value for c, value in row.items()}
