"""The copy lemma: what it proves, and that it proves nothing false."""

from dataclasses import replace
from fractions import Fraction
from itertools import islice

import pytest

from derive.prove.budget import Budget
from derive.prove.information import checker, cone, copies
from derive.prove.information.certificate import Certificate, Copy
from derive.prove.information.problem import Known, Logarithm, Mutual, Row
from tests.prove.information.rows import I, mutual_pairs, plus, problem, v

A, B, C, D = v(1), v(2), v(3), v(4)
TINY = Fraction(1, 10**9)


def zhang_yeung(a: int, b: int, c: int, d: int) -> Row:
    """Zhang, Yeung 1998, theorem 3."""
    return plus((1, I(a, b)), (1, I(a, c | d)), (3, I(c, d, a)), (1, I(c, d, b)), (-2, I(c, d)))


def ingleton() -> Row:
    return plus((1, I(A, B, C)), (1, I(A, B, D)), (1, I(C, D)), (-1, I(A, B)))


CONDITIONED = plus((1, ingleton()), (1, I(A, B, C)), (1, I(A, C, B)), (1, I(B, C, A)))  # another form of Zhang-Yeung's
MATUS = plus((2, ingleton()), (3, I(A, B, C)), (3, I(A, C, B)), (1, I(B, C, A)))  # Matúš 2007, theorem 2, s = 2
DFZ = plus((2, ingleton()), (1, I(A, B, C)), (3, I(A, C, B)), (3, I(B, C, A)))

# K. Makarychev, Y. Makarychev, A. Romashchenko, N. Vereshchagin 2002, five variables
FIVE = plus((1, ingleton()), (1, I(A, B, v(5))), (1, I(B, v(5), A)), (1, I(A, v(5), B)))
# R. Dougherty, C. Freiling, K. Zeger 2006, two of the six
SECOND = plus((2, ingleton()), (2, I(A, B, C)), (1, I(A, C, B)), (2, I(B, C, A)), (1, I(A, B, D)), (1, I(B, D, A)))
FOURTH = plus((2, ingleton()), (1, I(A, B, C)), (2, I(A, C, B)), (2, I(B, C, A)), (1, I(A, D, B)), (1, I(B, D, A)))

PROVED = [(FIVE, 1), (SECOND, 2), (FOURTH, 2), (zhang_yeung(A, B, C, D), 1), (CONDITIONED, 1), (MATUS, 2), (DFZ, 2)]


@pytest.mark.parametrize(("goal", "number"), PROVED)
def test_statements_beyond_shannon(goal: Row, number: int):
    n = 5 if goal is FIVE else 4
    p = problem(n, goal)
    assert isinstance(cone.prove(p), cone.NotShannon)
    found = copies.prove(p)
    assert found is not None
    assert len(found.copies) == number
    assert copies.prove(p, numbers=(3 - number,), programs=20) is None or number == 1
    checker.check(p, found)
    # the same terms without the copies, with another set, or for another goal, prove nothing
    last = found.copies[-1]
    for changed in (
        replace(found, copies=found.copies[:-1]),
        replace(found, copies=(*found.copies[:-1], last.but(over=last.over & (last.over - 1)))),
    ):
        with pytest.raises(checker.CertificateError):
            checker.check(p, changed)
    with pytest.raises(checker.CertificateError):
        checker.check(problem(n, plus((1, goal), (-TINY, I(A, B)))), found)


@pytest.mark.parametrize(
    "goal",
    [
        ingleton(),
        plus((1, ingleton()), (1, I(A, C, B)), (1, I(B, C, A))),
        plus((1, zhang_yeung(A, B, C, D)), (-TINY, I(C, D))),
        plus((1, zhang_yeung(A, B, C, D)), (-1, I(C, D, A))),
        plus((-1, zhang_yeung(A, B, C, D))),
    ],
)
def test_false_statements_are_not_proved(goal: Row):
    assert copies.prove(problem(4, goal), programs=80) is None


@pytest.mark.slow
def test_ingleton_is_not_proved_by_any_choice():
    assert copies.prove(problem(4, ingleton())) is None


def test_premises_and_more_variables():
    """Zhang-Yeung's inequality with B and D pairs of variables, and with one term fixed by a premise."""
    assert copies.prove(problem(5, zhang_yeung(A, v(2, 5), C, D))) is not None
    without = plus((1, zhang_yeung(A, B, C, D)), (-1, I(C, D, B)))
    assert copies.prove(problem(4, without, [I(C, D, B)])) is not None
    assert copies.prove(problem(4, without), programs=30) is None


def test_variables_that_are_alike_are_copied_once():
    p = problem(4, ingleton())  # A and B, C and D are alike
    ones = [c for c in copies.choices(p) if len(c) == 1]
    plain = [c for c in copies.choices(problem(4, plus((1, ingleton()), (1, I(A, C)), (2, I(B, D))))) if len(c) == 1]
    assert len(plain) == 6 * 2 + 4
    assert len(ones) == (1 + 2 + 1) + 2  # over AB, AC (of B, of D), CD; over ABC, ACD
    assert len(set(copies.choices(p))) == len(list(copies.choices(p)))


def test_copies_of_copies_are_certified_in_order():
    p = problem(4, MATUS)
    for first, second in islice((c for c in copies.choices(p) if len(c) == 2), 40):
        extended = checker.with_copy(checker.with_copy(p, first), second)
        assert len(set(extended.names)) == 6
        trivial = Certificate(((Fraction(1), Mutual(1 << 5, v(1))),), copies=(first, second))
        checker.check(replace(p, goal={}), Certificate((), copies=(first, second)))
        with pytest.raises(checker.CertificateError):
            checker.check(p, trivial)


def test_what_the_lemma_is_not_tried_for():
    goal = zhang_yeung(A, B, C, D)
    p = problem(4, goal)
    assert copies.prove(problem(3, mutual_pairs(3))) is None
    assert copies.prove(problem(7, goal)) is None
    for other in (
        replace(p, continuous=A),
        replace(p, columns=(Logarithm("2"),)),
        replace(p, strict=True),
        replace(p, lemmas=(Known(I(A, B), "a lemma"),)),
        replace(p, blocks=(v(1, 2, 3, 4), v(5)), names=(*p.names, "Y"), law_names=("p", "q")),
    ):
        assert copies.prove(other) is None


def test_the_budget_ends_the_search():
    assert copies.prove(problem(4, DFZ), programs=3) is None
    assert copies.prove(problem(4, DFZ), Budget(20)) is None


def test_a_copy_of_a_set_or_over_itself_is_refused():
    p = problem(4, MATUS)
    for copy in (Copy("Z", v(1, 2), C), Copy("Z", A, v(1, 2)), Copy("X2", A, B), Copy("Z", A, v(9))):
        with pytest.raises(checker.CertificateError):
            checker.with_copy(p, copy)
