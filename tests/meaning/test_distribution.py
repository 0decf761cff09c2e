"""Exact distributions: entropies and the signs of their combinations, against high precision and by integers."""

import math
from fractions import Fraction

import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.meaning.entropy.distribution import Distribution
from derive.meaning.entropy.linear_form import LinearForm, over_coprime_base

X, Y, XY = 1, 2, 3
EQUAL = Distribution("XY", {(0, 0): 1, (1, 1): 1})

tables = st.dictionaries(st.tuples(*[st.integers(0, 2)] * 3), st.integers(1, 12), min_size=1, max_size=12)
rows = st.dictionaries(st.integers(1, 7), st.fractions(-3, 3, max_denominator=6), min_size=1, max_size=7)


def in_balls(law: Distribution, row: dict[int, Fraction], bits: int = 400) -> arb:
    """Σ c·H(S) from the definition, −Σ p log p."""
    with ctx.workprec(bits):
        value = arb(0)
        for mask, c in row.items():
            for n in law.marginal(mask).values():
                p = arb(n) / law.total
                value -= arb(c.numerator) / c.denominator * p * p.log()
        return value


def test_entropies_of_small_tables() -> None:
    assert EQUAL.entropy(X) == LinearForm(0, {2: Fraction(1)})
    assert EQUAL.sign({X: Fraction(1), Y: Fraction(-1)}) == 0
    assert EQUAL.sign({X: Fraction(1), XY: Fraction(-1)}) == 0
    assert EQUAL.sign({X: Fraction(1), Y: Fraction(1), XY: Fraction(-1)}) == 1
    assert EQUAL.value({XY: Fraction(1)}) == pytest.approx(math.log(2))


def test_weights_are_reduced_and_zeros_left_out() -> None:
    assert Distribution("X", {(0,): 4, (1,): 6, (2,): 0}).table == {(0,): 2, (1,): 3}


@pytest.mark.parametrize("table", [{}, {(0,): 0}, {(0,): -1, (1,): 2}, {(0, 1): 1}])
def test_what_is_no_distribution(table: dict) -> None:
    with pytest.raises(ValueError):
        Distribution("X", table)


def test_a_tie_that_no_double_can_tell() -> None:
    """H(X) with 1/3, 2/3 against a rational combination of log 2 and log 3, and one that is off by 10⁻³⁰."""
    law = Distribution("X", {(0,): 1, (1,): 2})
    row = {X: Fraction(1), -1: Fraction(-1), -2: Fraction(2, 3)}
    columns = {-1: LinearForm(0, {3: Fraction(1)}), -2: LinearForm(0, {2: Fraction(1)})}
    assert law.sign(row, columns) == 0
    assert law.sign({**row, -2: Fraction(2, 3) + Fraction(1, 10**30)}, columns) == 1
    assert law.sign({**row, -2: Fraction(2, 3) - Fraction(1, 10**30)}, columns) == -1


def test_the_number_one_is_no_logarithm() -> None:
    e = LinearForm(1, {2: Fraction(-144269504088896340736, 10**20)})  # 1 − log 2 / log 2, to 20 digits
    assert e.sign() in (-1, 1)
    assert LinearForm(Fraction(1, 3)).sign() == 1
    assert LinearForm().sign() == 0


def test_bases_with_common_factors() -> None:
    assert LinearForm(0, {6: 2, 4: -1, 9: -1}).sign() == 0
    assert LinearForm(0, {6: 2, 4: -1, 9: Fraction(-1) + Fraction(1, 10**25)}).sign() == 1
    big = 2**200 * 3**150
    assert LinearForm(0, {big: 1, 2: -200, 3: -150}).sign() == 0
    assert LinearForm(0, {big + 1: 1, 2: -200, 3: -150}).sign() == 1


@given(st.dictionaries(st.integers(2, 2000), st.integers(-9, 9), max_size=8))
def test_a_coprime_base_is_one(logs: dict[int, int]) -> None:
    base = over_coprime_base(logs)
    assert all(math.gcd(a, b) == 1 for a in base for b in base if a != b)

    def power(of: dict[int, int]) -> Fraction:
        return math.prod((Fraction(b) ** a for b, a in of.items()), start=Fraction(1))

    assert power(base) == power(logs)


@settings(deadline=None)
@given(tables, rows)
def test_signs_agree_with_balls(table: dict, row: dict[int, Fraction]) -> None:
    law = Distribution("XYZ", table)
    value, sign = in_balls(law, row), law.sign(row)
    assert not value > 0 or sign == 1
    assert not value < 0 or sign == -1
    assert sign != 0 or value.contains(0)
    assert sign == 0 or not value.contains(0)
    assert law.value(row) == pytest.approx(float(value.mid()), abs=1e-12)


@settings(deadline=None)
@given(tables)
def test_shannon_holds(table: dict) -> None:
    law = Distribution("XYZ", table)
    for a, b, c in ((1, 2, 0), (1, 2, 4), (3, 4, 0), (1, 6, 0)):
        row = {a | c: Fraction(1), b | c: Fraction(1), a | b | c: Fraction(-1)} | ({c: Fraction(-1)} if c else {})
        assert law.sign(row) >= 0
    assert law.sign({7: Fraction(1), 3: Fraction(-1)}) >= 0


@settings(deadline=None)
@given(tables)
def test_new_names_of_values_change_nothing(table: dict) -> None:
    law = Distribution("XYZ", table)
    again = law.relabelled()
    assert [sorted(law.counts(m)) for m in range(8)] == [sorted(again.counts(m)) for m in range(8)]
    assert again.relabelled() == again


def test_independence_of_a_product_is_exact() -> None:
    table = {(a, b): u * v for a, u in enumerate((3, 7, 11)) for b, v in enumerate((5, 13, 17))}
    law = Distribution("XY", table)
    assert law.sign({X: Fraction(1), Y: Fraction(1), XY: Fraction(-1)}) == 0
    table[0, 0] += 1
    assert Distribution("XY", table).sign({X: Fraction(1), Y: Fraction(1), XY: Fraction(-1)}) == 1


def test_digits() -> None:
    assert LinearForm(0, {2: 1}).digits(16).startswith("0.69314718055994")
