"""Laws at fixed outcomes, variables on both sides of a bar, and continuous ones: true statements stay unrefuted."""

from __future__ import annotations

import pytest

from derive.prove.decide import decide
from derive.prove.information.problem import Problem
from derive.prove.information.reading import problem
from tests.prove.information.asked import asked


def verdict(text: str, given: tuple[str, ...] = (), where: str = "") -> str:
    return decide(*asked(text, given, where)).kind


def read(text: str, given: tuple[str, ...] = (), where: str = "") -> Problem:
    found = problem(*asked(text, given, where))
    assert found is not None
    return found


# -- p(y|x) hangs together with p

PROVED = [
    ("H(Y|x) = 0", "H(Y|X) = 0"),
    ("H(Y|x) <= log 2", "|Y| <= 2"),
    ("H(Y|x) <= log 3", "|Y| <= 2"),
    ("H(Y|x) <= log k", "|Y| <= k"),
    ("H(Y|x) = 0", "H(Y) = 0"),
    ("H(Y|x) = H(Y)", "H(X) = 0"),
    ("I(Y;Z|x) = 0", "H(Y) = 0"),
    ("I(Y;Z|x) = 0", "Y -> X -> Z"),
    ("I(Y;Z|x) <= log 2", "|Z| <= 2"),
    ("E_q(x)[H(Y|x)] = 0", "H(Y|X) = 0"),
    ("H(Y|x,z) = 0", "H(Y|X) = 0"),
    ("H(Y,Z|x) = H(Z|x)", "H(Y|X,Z) = 0"),
    ("H(Y|x) >= 0", ""),
    ("E_p(x)[H(Y|x)] = H(Y|X)", ""),
]
REFUTED = [
    ("H(Y|x) = 0", ""),
    ("H(Y|x) = 0", "H(Y|X,Z) = 0"),
    ("H(Y|x) = 0", "H(X|Y) = 0"),
    ("H_q(Y|x) = 0", "H(Y|X) = 0"),
    ("H(Y|x) = H(Z|x)", "H(Y|Z) = 0"),
    ("H(Y|x) <= log 2", ""),
    ("H(Y|x) <= log 2", "|X| <= 2"),
    ("H(Y|x) < log 2", "|Y| <= 2"),
    ("H(Y|x) <= H(Y)", ""),
    ("H(Y|x) = H(Y)", "H(Z) = 0"),
    ("I(Y;Z|x) = 0", "Y _|_ Z"),
    ("I(Y;Z|x) <= I(Y;Z|X)", ""),
    ("E_q(x)[H(Y|x)] = H(Y|X)", ""),
]


def premises(given: str) -> tuple[str, ...]:
    return (given,) if given else ()


@pytest.mark.parametrize(("text", "given"), PROVED)
def test_what_premises_say_of_a_law_at_a_fixed_outcome(text: str, given: str) -> None:
    assert verdict(text, premises(given)) == "proved"


@pytest.mark.parametrize(("text", "given"), REFUTED)
def test_false_twins_are_refuted_by_tables_of_the_whole_law(text: str, given: str) -> None:
    found = decide(*asked(text, premises(given)))
    assert found.kind == "refuted"
    assert found.counterexample is not None
    assert not any("|" in name.partition("(")[2] for name in found.counterexample.at)


@pytest.mark.parametrize(("text", "given"), [c for c in (*PROVED, *REFUTED) if not c[0].startswith("E_p(x)")])
def test_rows_about_a_fixed_outcome_are_not_all(text: str, given: str) -> None:
    assert not read(text, premises(given)).exact


def test_laws_by_name_may_be_chosen_one_by_one() -> None:
    assert read("H(X) <= H_q(X)").exact
    assert read("H(X) <= H_q(X)", ("H(X) = 0",)).exact
    assert verdict("H(X) <= H_q(X)") == verdict("H_q(X) = 0", ("H(X) = 0",)) == "refuted"


def test_a_measure_that_leaves_out_what_is_given_elsewhere() -> None:
    """H(Y) needs p(x) as well, although x stands behind a bar only."""
    assert verdict("H(Y|x)**2 + H(Y)**2 >= 0") == "proved"
    assert verdict("H(Y|x)**2 <= H(Y)**2") == "refuted"


# -- a bound on |X| is one for every law of X


@pytest.mark.parametrize("text", ["H_q(X) <= log 2", "H_q(X) <= H(X) + log 2"])
def test_a_number_of_values_bounds_other_laws_too(text: str) -> None:
    assert verdict(text, ("|X| <= 2",)) in ("proved", "tested", "undecided")
    assert verdict(text) == "refuted"


@pytest.mark.parametrize("text", ["H_q(X) < log 2", "H_q(X) <= H(X)", "H_q(X,Y) <= log 2"])
def test_a_number_of_values_bounds_no_more(text: str) -> None:
    assert verdict(text, ("|X| <= 2",)) == "refuted"


# -- a variable that is independent of itself is a constant

CONSTANT = [
    ("Var_p(x)[x] = 0", "X _|_ X"),
    ("E_p(x,y)[(x - E_p(x|y)[x])**2] = 0", "X -> Y -> X"),
    ("TV(p(x,y),p(x)p(y)) = 0", "X,Y _|_ Y"),
    ("p(x|y) = p(x)", "X _|_ X,Y"),
    ("p(x|y) = p(x)", "X _|_ X,Z"),
    ("E[X*Z] = E[X]*E[Z]", "X _|_ X,Z"),
    ("H(X) = 0", "X _|_ X"),
    ("H(X|Y) = 0", "X -> Y -> X"),
]
NEIGHBOURS = [
    ("Var_p(x)[x] = 0", "X _|_ Y"),
    ("E_p(x,y)[(y - E_p(y|x)[y])**2] = 0", "X -> Y -> X"),
    ("TV(p(x,y),p(x)p(y)) = 0", "X,Y _|_ Z"),
    ("TV(p(x,z),p(x)p(z)) = 0", "X,Y _|_ Y"),
    ("p(x|y) = p(x)", "X -> Y -> X"),
    ("E[X*Z] = E[X]*E[Z]", "X _|_ Y"),
    ("H(Y|X) = 0", "X -> Y -> X"),
    ("H(Z) = 0", "X _|_ X,Z"),
    ("H(Y) >= H_q(Y|x)", "Y -> X -> Y"),
    ("H(Y|x,z) = H_q(Y|x)", "Y _|_ X,Y"),
]


@pytest.mark.parametrize(("text", "given"), CONSTANT)
def test_what_is_independent_of_itself_is_not_refuted(text: str, given: str) -> None:
    assert verdict(text, (given,)) in ("proved", "tested")


@pytest.mark.parametrize(("text", "given"), NEIGHBOURS)
def test_what_else_it_might_say_is_refuted(text: str, given: str) -> None:
    assert verdict(text, (given,)) == "refuted"


# -- continuous variables


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("I(X;X) >= 0", ""),
        ("I(X;Y) <= I(X;X)", ""),
        ("I(X;X) = H(X)", ""),
        ("H(X|X) = 0", ""),
        ("H(X,Y|X) = H(Y|X)", ""),
        ("I(X;X)*I(X;X) >= 0", ""),
        ("I(X;X,Y|Z) >= 0", ""),
        ("H(X) = 0", "X _|_ X"),
        ("I(X;Y) = 0", "X -> Y -> X"),
        ("I(X;Y) = 0", "H(X|Y) = 0"),
        ("I(X;Y) = H(X)", "H(X|Y) = 0"),
        ("H(X) <= log 2", "|X| <= 2"),
        ("P(X != Y) = 0", ""),
        ("P(X != Y) = 1", ""),
    ],
)
def test_what_is_not_finite_is_not_decided(text: str, given: str) -> None:
    claim = asked(text, premises(given), "X: continuous")
    assert problem(*claim) is None
    found = decide(*claim)
    assert found.kind == "undecided"
    assert "continuous" in found.message


@pytest.mark.parametrize(
    ("text", "given", "kind"),
    [
        ("I(X;Y) >= 0", "", "proved"),
        ("I(X;Y) = H(X) - H(X|Y)", "", "proved"),
        ("I(X;Z) <= I(X;Y)", "X -> Y -> Z", "proved"),
        ("H(Y|Y) = 0", "", "proved"),
        ("I(Y;Y) >= 0", "", "proved"),
        ("H(Y|X) = H(Y|X,Z)", "H(Y|X) = 0", "proved"),
        ("H(X) >= 0", "", "refuted"),
        ("H(X|Y) >= 0", "", "refuted"),
        ("I(X;Y) <= I(X;Z)", "X -> Y -> Z", "refuted"),
    ],
)
def test_what_is_finite_of_continuous_variables_is_decided(text: str, given: str, kind: str) -> None:
    assert verdict(text, premises(given), "X: continuous") == kind


# -- densities at a free outcome


def test_a_density_at_an_outcome_of_the_support_is_not_zero() -> None:
    assert verdict("p(x) > 0") in ("proved", "undecided")
    assert verdict("p(x) = 0") == "refuted"
    assert verdict("p(x) > 1/2") == "refuted"
