"""Atoms of information: Möbius inversion, what measures are made of, and their signs under premises."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.meaning.entropy.atoms import atoms, entropies, measure, name, weights
from derive.prove.information import cone
from derive.prove.information.certificate import Certificate
from derive.prove.information.problem import Entropy, Known, Mutual, Problem, Row
from derive.prove.information.signs import Signs, signs

NAMES = ("X", "Y", "Z", "W", "V")


def test_every_set_of_variables_is_one_atom_and_small_ones_come_first() -> None:
    assert atoms(3) == (1, 2, 4, 3, 5, 6, 7)
    assert [len(atoms(n)) for n in range(1, 6)] == [1, 3, 7, 15, 31]


def test_names() -> None:
    shown = {name(a, NAMES[:3]) for a in atoms(3)}
    assert shown == {
        "H(X|Y,Z)", "H(Y|X,Z)", "H(Z|X,Y)", "I(X;Y|Z)", "I(X;Z|Y)", "I(Y;Z|X)", "I(X;Y;Z)",
    }  # fmt: skip
    assert name(1, ("X",)) == "H(X)"


def test_entropies_of_atoms_written_out() -> None:
    x, y, z = 1, 2, 4
    assert entropies(x, 3) == {x | y | z: 1, y | z: -1}  # H(X|Y,Z)
    assert entropies(x | y, 3) == {x | z: 1, y | z: 1, x | y | z: -1, z: -1}  # I(X;Y|Z)
    centre = {x: 1, y: 1, z: 1, x | y: -1, x | z: -1, y | z: -1, x | y | z: 1}
    assert entropies(x | y | z, 3) == centre


@pytest.mark.parametrize("n", range(1, 6))
def test_atoms_and_joint_entropies_are_inverse(n: int) -> None:
    for atom in atoms(n):
        assert weights(entropies(atom, n), n) == {atom: 1}
    for mask in range(1, 1 << n):
        assert weights({mask: 1}, n) == {atom: 1 for atom in atoms(n) if atom & mask}


@pytest.mark.parametrize("n", [2, 3, 4])
def test_measures_are_the_atoms_that_their_entropies_weigh(n: int) -> None:
    """H(A|C) and I(A;B|C) by inclusion and exclusion over joint entropies, and as sets, agree."""
    full = (1 << n) - 1
    problem = Problem(NAMES[:n], {})
    for a, b, c in product(range(1, full + 1), repeat=3):
        expected = dict.fromkeys(measure((a, b), c, n), Fraction(1))
        assert weights(Mutual(a, b, c).row(problem), n) == expected
        assert weights(Entropy(a, c).row(problem), n) == dict.fromkeys(measure((a,), c, n), Fraction(1))


@given(st.dictionaries(st.integers(1, 31), st.integers(-5, 5)))
def test_weights_are_linear(row: dict[int, int]) -> None:
    total: dict[int, Fraction] = {}
    for mask, c in row.items():
        for atom, w in weights({mask: c}, 5).items():
            total[atom] = total.get(atom, Fraction(0)) + w
    assert weights(row, 5) == {atom: w for atom, w in total.items() if w}


# -- signs


def found(n: int, *zero: Row, nonneg: tuple[Row, ...] = (), continuous: int = 0) -> Signs:
    known = tuple(Known(row, "") for row in zero)
    problem = Problem(NAMES[:n], {}, zero=known, nonneg=tuple(Known(r, "") for r in nonneg), continuous=continuous)
    return signs(problem, lambda p: c if isinstance(c := cone.prove(p), Certificate) else None)


def vanishing(a: int, b: int, given: int = 0) -> Row:
    return Mutual(a, b, given).row(Problem(NAMES, {}))


def chain(n: int) -> list[Row]:
    """X -> Y -> Z -> …: the next variable is independent of the past, given the present."""
    return [vanishing((1 << k) - 1, 1 << k + 1, 1 << k) for k in range(1, n - 1)]


@pytest.mark.parametrize("n", range(1, 6))
def test_without_premises_atoms_of_three_variables_or_more_are_signed(n: int) -> None:
    known = found(n)
    assert known.zero == known.nonpos == frozenset()
    assert known.nonneg == {a for a in atoms(n) if a.bit_count() <= 2}
    assert set(known.negative) == {a for a in atoms(n) if a.bit_count() >= 3}


def test_the_centre_is_negative_for_a_sum_of_bits() -> None:
    assert found(3).negative == {7: ((1,), (2,), (3,))}


@pytest.mark.parametrize("n", [3, 4, 5])
def test_a_chain_leaves_the_atoms_of_consecutive_variables_and_none_is_negative(n: int) -> None:
    """Kawabata, Yeung 1992: the structure of the I-measure of a Markov chain (doi:10.1109/18.135658)."""
    known = found(n, *chain(n))
    consecutive = {((1 << j) - 1) & ~((1 << i) - 1) for i, j in combinations(range(n + 1), 2)}
    assert known.nonneg == consecutive
    assert known.zero == set(atoms(n)) - consecutive
    assert not known.negative


def test_independence_makes_the_centre_negative_and_no_atom_zero() -> None:
    known = found(3, vanishing(1, 2))
    assert known.nonpos == {7}
    assert known.zero == frozenset()
    assert known.negative == {7: ((1,), (2,), (3,))}


def test_a_function_makes_atoms_zero() -> None:
    known = found(3, Entropy(4, 3).row(Problem(NAMES[:3], {})))  # H(Z|X,Y) = 0
    assert known.zero == {4}


def test_an_inequality_is_a_premise_too() -> None:
    centre = {mask: Fraction(c) for mask, c in entropies(7, 3).items()}
    assert 7 in found(3, nonneg=(centre,)).nonneg
    assert 7 in found(3).negative


def test_conditional_entropies_of_densities_have_no_sign() -> None:
    known = found(2, continuous=3)
    assert known.nonneg == {3}
