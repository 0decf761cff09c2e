"""Statements that treat variables alike, proved over orbits."""

from dataclasses import replace
from fractions import Fraction
from itertools import combinations, permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.prove.information import checker, reductions
from derive.prove.information.certificate import Certificate
from derive.prove.information.cone import NotShannon
from derive.prove.information.problem import Entropy, Problem, Row
from derive.prove.information.reductions import symmetry
from tests.prove.information.rows import H, I, mutual_pairs, plainly_proved, plus, problem, v


def certified(p: Problem) -> Certificate:
    program = symmetry.apply(p)
    assert program is not None
    found = program.prove()
    assert isinstance(found, Certificate)
    checker.check(p, found)
    return found


def not_proved(p: Problem) -> None:
    program = symmetry.apply(p)
    assert program is not None
    assert isinstance(program.prove(), NotShannon)


def everything(n: int) -> int:
    return v(*range(1, n + 1))


def erasures(n: int) -> Row:
    """H(all) − Σ H(X_i | rest)."""
    full = everything(n)
    return plus((1, H(full)), *((-1, H(v(i), full & ~v(i))) for i in range(1, n + 1)))


def han(n: int, k: int) -> Row:
    """Σ H(X_S) over |S| = k, less C(n − 1, k − 1) H(all)."""
    sets = list(combinations(range(1, n + 1), k))
    return plus(*((1, H(v(*s))) for s in sets), (-Fraction(k * len(sets), n), H(everything(n))))


@pytest.mark.parametrize("n", [5, 8, 30])
def test_han(n: int):
    tiny = Fraction(1, 10**9)
    for goal in (erasures(n), han(n, n - 1), han(n, 2)):
        p = problem(n, goal)
        found = certified(p)
        assert len(found.terms) <= n
        assert found.classes == (everything(n),)
        assert isinstance(reductions.prove(p), Certificate)
        not_proved(problem(n, plus((1, goal), (-tiny, H(everything(n))))))
        not_proved(problem(n, plus((-1, goal))))


def test_symbols_of_a_code_refute():
    tiny = Fraction(1, 10**9)
    n = 20
    assert symmetry.refuting(problem(n, erasures(n))) is None
    assert symmetry.refuting(problem(n, plus((1, erasures(n)), (-tiny, I(v(1), v(2)))))) is None  # not symmetric
    for goal, m in (
        (plus((1, erasures(n)), (-tiny, H(everything(n)))), n),
        (plus((-1, erasures(n))), 1),
        (plus((3, mutual_pairs(n)), (-1, H(everything(n)))), 2),
    ):
        p = problem(n, goal)
        assert symmetry.refuting(p) == m
        assert sum(value * min(mask.bit_count(), m) for mask, value in goal.items()) < 0
        not_proved(p)


def test_an_equation_of_averages_is_not_taken_for_one_of_all():
    """Over orbits H(X1) − H(X2) is 0. It treats the two differently, and so is not looked at over orbits."""
    p = problem(6, plus((1, H(v(1))), (-1, H(v(2)))), equality=True)
    assert v(1, 2) not in symmetry.classes(p)
    assert isinstance(reductions.prove(p), NotShannon)


def test_near_symmetry_is_none():
    tiny = Fraction(1, 10**9)
    p = problem(6, plus((1, erasures(6)), (tiny, H(v(1)))))
    assert symmetry.classes(p) == (v(1), v(2, 3, 4, 5, 6))
    certified(p)
    p = problem(6, erasures(6), [H(v(2), v(1))])
    assert symmetry.classes(p) == (v(1), v(2), v(3, 4, 5, 6))
    p = problem(3, mutual_pairs(3), nonneg=[H(v(1))])
    assert symmetry.classes(p) == (v(1), v(2, 3))
    p = Problem(p.names, mutual_pairs(3), continuous=v(3))
    assert symmetry.classes(p) == (v(1, 2), v(3))
    cyclic = plus(*((1, I(v(a), v(b))) for a, b in ((1, 2), (2, 3), (3, 4), (4, 1))))
    assert symmetry.classes(problem(4, cyclic)) == (v(1, 3), v(2, 4))


def test_a_certificate_with_classes_is_refused_where_they_are_none():
    p = problem(5, erasures(5))
    found = certified(p)
    skew = problem(5, plus((1, erasures(5)), (1, H(v(1))), (-1, H(v(2)))))
    with pytest.raises(checker.CertificateError):
        checker.check(skew, found)


def test_symmetric_premises():
    """Of n shares any two determine the secret, one alone tells nothing: then a share is no smaller than the secret."""
    n = 8
    secret = v(n + 1)
    shares = range(1, n + 1)
    premises = [
        *(H(secret, v(i, j)) for i, j in combinations(shares, 2)),
        *(I(secret, v(i)) for i in shares),
    ]
    goal = plus(*((1, H(v(i))) for i in shares), (-n, H(secret)))
    certified(problem(n + 1, goal, premises))
    not_proved(problem(n + 1, plus((1, goal), (-Fraction(1, 10**6), H(secret))), premises))
    not_proved(problem(n + 1, goal, premises[:-n]))


def test_two_classes():
    n = 6
    goal = plus(
        *((1, I(v(a), v(b))) for a, b in product((1, 2, 3), (4, 5, 6))),
        (-1, I(v(1, 2, 3), v(4, 5, 6))),
        (1, mutual_pairs(n)),
        *((1, H(v(i))) for i in range(1, 7)),
    )
    p = problem(n, goal)
    assert symmetry.classes(p) in ((v(1, 2, 3), v(4, 5, 6)), (everything(6),))
    certified(p)


def test_entropies_of_densities_have_no_sign():
    n = 5
    p = problem(n, erasures(n))
    independence = plus(*((1, H(v(i))) for i in range(1, n + 1)), (-1, H(everything(n))))
    certified(Problem(p.names, independence, continuous=everything(n)))
    entropies = plus(*((1, H(v(i))) for i in range(1, n + 1)))
    not_proved(Problem(p.names, entropies, continuous=everything(n)))
    assert any(isinstance(g, Entropy) for _, g in certified(problem(n, entropies)).terms)


masks = st.integers(1, 15)
quantities = st.one_of(st.builds(H, masks, st.integers(0, 15)), st.builds(I, masks, masks, st.integers(0, 15)))
factors = st.sampled_from([Fraction(1), Fraction(2), Fraction(-1), Fraction(1, 3)])
rows = st.lists(st.tuples(factors, quantities), min_size=1, max_size=3).map(lambda parts: plus(*parts))


def images(row: Row, classes: tuple[tuple[int, ...], ...]) -> list[Row]:
    """The row under all permutations within classes of bits."""
    out: dict[frozenset, Row] = {}
    for choice in product(*(permutations(c) for c in classes)):
        to = {a: b for c, image in zip(classes, choice, strict=True) for a, b in zip(c, image, strict=True)}
        moved = {sum(1 << to.get(i, i) for i in range(4) if mask >> i & 1): value for mask, value in row.items()}
        out[frozenset(moved.items())] = moved
    return list(out.values())


@settings(max_examples=120, deadline=None)
@given(
    goal=rows,
    classes=st.sampled_from([((0, 1, 2),), ((0, 1, 2, 3),), ((0, 2), (1, 3))]),
    zero=st.lists(quantities, max_size=1),
    nonneg=st.lists(rows, max_size=1),
    equality=st.booleans(),
    continuous=st.sampled_from([0, 0, 5, 10, 7, 15]),
)
def test_orbits_decide_as_the_full_program_does(goal, classes, zero, nonneg, equality, continuous):
    whole = plus(*((1, image) for image in images(goal, classes)))
    closed = [[image for row in part for image in images(row, classes)] for part in (zero, nonneg)]
    p = replace(problem(4, whole, closed[0], closed[1], equality), continuous=continuous)
    program = symmetry.apply(p)
    if program is None:
        return
    found = program.prove()
    assert isinstance(found, Certificate) == plainly_proved(p)
    if isinstance(found, Certificate):
        checker.check(p, found)
