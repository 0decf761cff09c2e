"""From statements to rows: which coordinates, which laws, which premises, and what is read as nothing."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.api import check
from derive.prove.deciders import ContradictoryPremisesError
from derive.prove.information.problem import CrossEntropy, Free, Logarithm, Opaque, Problem, Unit
from derive.prove.information.reading import Reading, UnreadableError, problem, reading
from derive.text.statement import parse_expression
from tests.prove.information.asked import asked


def read(text: str, given: tuple[str, ...] = (), where: str = "") -> Problem | None:
    return problem(*asked(text, given, where))


def known(text: str, given: tuple[str, ...] = (), where: str = "") -> Problem:
    found = read(text, given, where)
    assert found is not None
    return found


def whole(text: str, given: tuple[str, ...] = (), where: str = "") -> Reading:
    found = reading(*asked(text, given, where))
    assert found is not None
    return found


# -- entropies


def test_measures_are_combinations_of_joint_entropies():
    p = known("I(X;Y|Z) <= 2 H(X)")
    x, y, z = 1, 2, 4
    assert p.names == ("X", "Y", "Z")
    assert p.goal == {x: Fraction(2), x | z: Fraction(-1), y | z: Fraction(-1), x | y | z: Fraction(1), z: Fraction(1)}
    assert p.exact


def test_interaction_information_by_inclusion_and_exclusion():
    p = known("I(X;Y;Z) >= 0")
    assert p.goal == {
        1: Fraction(1),
        2: Fraction(1),
        4: Fraction(1),
        3: Fraction(-1),
        5: Fraction(-1),
        6: Fraction(-1),
        7: Fraction(1),
    }


@pytest.mark.parametrize(
    ("text", "twin"),
    [
        ("H(X,Y) = H(X) + H(Y|X)", "H(X,Y) = H(X) + H(Y)"),
        ("(H(X) + H(Y))/2 - I(X;Y)/2 = 1/2 H(X,Y)", "(H(X) + H(Y))/2 - I(X;Y) = 1/2 H(X,Y)"),
        ("I(X;Y;Z) = I(X;Y) - I(X;Y|Z)", "I(X;Y;Z) = I(X;Y) + I(X;Y|Z)"),
        ("log(12) + H(X) = 2*log(2) + H(X) + log(3)", "log(12) + H(X) = log(2) + H(X) + log(3)"),
        ("H(X) + 3/2 = 1 + H(X) + 1/2", "H(X) + 3/2 = 1 + H(X)"),
    ],
)
def test_an_identity_has_no_goal_left(text: str, twin: str):
    assert not known(text).goal
    assert known(twin).goal


def test_laws_have_blocks_of_their_own():
    p = known("I_q(X;Z) <= I(X;Z)")
    assert p.law_names == ("q", "p")
    assert p.blocks == (3, 12)
    assert set(p.goal) <= {1, 2, 3, 4, 8, 12}


def test_constants_and_symbols_are_columns():
    p = known("H(X) <= log(6) + a/2 - 1")
    assert p.columns == (Logarithm("2"), Logarithm("3"), Free("a"), Unit())
    assert [p.goal[-1 - k] for k in range(4)] == [Fraction(1), Fraction(1), Fraction(1, 2), Fraction(-1)]


def test_premises_of_structure_vanish():
    p = known("I(X;Z) <= I(X;Y)", ("X -> Y -> Z",))
    (row,) = p.zero
    assert row.text == "X -> Y -> Z"
    assert len(row.row) == 4


def test_cardinality_bounds_the_entropy_and_the_support():
    p = known("H(X|Y) <= log(3)", ("|X| <= 3",))
    assert p.supports == ((1, "3"),)
    assert p.nonneg[0].row == {p.coordinate(Logarithm("3")): Fraction(1), 1: Fraction(-1)}
    assert p.exact
    assert not known("H(X|Y) <= log(3)", ("|X| = 3",)).exact
    assert not known("H(X|Y) <= log(3)", ("|X| >= 3",)).exact


def test_a_symbol_that_bounds_a_number_of_values_is_a_size():
    p = known("H(X|Y) <= log(K)", ("|X| <= K",))
    assert p.columns == (Logarithm("K"),)
    assert p.exact
    assert isinstance(known("H(X|Y) <= log(K)").columns[0], Opaque)


def test_domains_that_rows_do_not_express_are_not_exact():
    assert known("H(X) <= a", where="a: nonneg").exact
    assert not known("H(X) <= a", where="a: positive").exact
    assert not known("H(X) <= a", where="a: int").exact
    assert not known("H(X) <= log(K)", where="K: int in [1, 6]").exact
    assert known("H(X) <= log(K)", where="K: counting").exact


def test_strict_claims_are_marked():
    assert known("I(X;Y) < H(X)").strict
    assert not known("I(X;Y) <= H(X)").strict


@pytest.mark.parametrize(
    "text",
    ["H(X)*H(Y) >= 0", "H(X)**2 >= 0", "log(H(X)) <= H(X)", "exp(H(X)) >= 1"],
)
def test_what_is_not_linear_stays_opaque(text: str):
    p = known(text)
    assert any(isinstance(c, Opaque) for c in p.columns)
    assert not p.exact


def test_a_premise_that_is_no_relation_of_numbers_is_not_dropped():
    assert read("I(X;Y) >= 0", ("p(x) = q(x) + r(x)",)) is None
    assert read("H(X) <= log(2)", ("H(X) != 0",)) is None


# -- densities


def test_cross_entropies_are_columns_of_a_reference():
    p = known("-E_p(x,y)[log q(x|y)] >= H(X|Y)")
    assert p.columns == (CrossEntropy("q", 3), CrossEntropy("q", 2))
    assert p.goal == {-1: Fraction(1), -2: Fraction(-1), 3: Fraction(-1), 2: Fraction(1)}
    assert p.conditions == ("q > 0 where p > 0",)


def test_a_law_of_its_own_is_entropy():
    assert not known("-E_p(x,y)[log p(x|y)] = H(X|Y)").goal
    assert not known("E_p(x)[H(p(y|x))] = H(Y|X)").goal
    assert known("E_q(x)[H(p(y|x))] = H(Y|X)").goal


def test_products_by_the_chain_rule_are_one_law():
    assert known("E_p(x)p(y|x)[log q(x,y)] <= 0").law_names == ("p",)
    assert known("E_p(x)q(y|x)[log p(x,y)] <= 0").law_names == ("p(x)q(y|x)",)


def test_a_markov_premise_makes_a_product_one_law_and_is_assumed():
    text = "E_p(x,y)p(z|x)[log q(y|z)] = E_p(y,z)[log q(y|z)]"
    p = known(text, ("Y -> X -> Z",))
    assert not p.goal
    assert p.assumed == ("Y -> X -> Z",)
    assert known(text).goal
    assert not known(text).assumed


def test_two_markov_premises_together():
    text = "E_p(x,y)p(z|y)p(w|z)[log q(w|x)] = E_p(w,x)[log q(w|x)]"
    assert not known(text, ("X -> Y -> Z", "X,Y -> Z -> W")).goal
    assert known(text, ("X -> Y -> Z",)).goal


def test_means_do_not_depend_on_what_is_averaged_in_vain():
    where = "f: function"
    assert not known("E_p(x,y)[f(x)] = E_p(x)[f(x)]", where=where).goal
    assert not known("E_p(x)[E_p(y|x)[f(y)]] = E_p(y)[f(y)]", where=where).goal
    assert known("E_p(x)[E_q(y|x)[f(y)]] = E_p(y)[f(y)]", where=where).goal
    expanded = "E_p(x,y)[(f(x) + 1)*(f(y) - 1)] = E_p(x,y)[f(x)*f(y)] - E_p(x)[f(x)] + E_p(y)[f(y)] - 1"
    assert not known(expanded, where=where).goal


def test_fixed_outcomes_are_references_at_them():
    p = known("log p(x) >= E_q(z|x)[log(p(x,z)/q(z|x))]")
    assert p.law_names == ("q(z|x)",)
    assert set(p.columns) == {CrossEntropy("p at x", 0), CrossEntropy("p at x", 1)}


def test_bayes_is_an_identity_of_logarithms():
    assert not known("p(z|x) = p(x|z)*p(z)/p(x)").goal
    assert known("p(z|x) = p(x|z)*p(x)/p(z)").goal


def test_definitions_are_no_premises():
    p = known("E_p(x)[log p(x)] >= E_p(x)q(z|x)[log(p(x,z)/q(z|x))]")
    assert p.zero
    assert all(row.cites == "definition" for row in p.zero)


def test_a_mean_that_binds_an_outcome_twice():
    assert read("E_p(x)[log p(x) + E_q(x)[log q(x)]] <= 0") is not None
    assert read("E_p(x)q(z|x)[E_q(x)[log p(x,z)]] <= 0") is None


def test_densities_in_a_circle_are_no_law():
    assert read("E_p(x|y)q(y|x)[log p(x,y)] <= 0") is None


# -- the reading


def test_an_expression_over_a_problem():
    found = whole("I(X;Z) <= I(X;Y)", ("X -> Y -> Z",))
    x = found.symbol(0)
    assert x.name == "X"
    assert found.row(parse_expression("H(X|Z)", scope={v.name: v for v in map(found.symbol, range(3))})) == {
        found.problem.full & ~(1 << found.problem.names.index("Y")): Fraction(1),
        1 << found.problem.names.index("Z"): Fraction(-1),
    }
    with pytest.raises(UnreadableError):
        found.row(parse_expression("H(W)"))


def test_sides_are_rows():
    p = known("I(X;Y) <= H(X)")
    left, right = p.sides
    assert right == {1: Fraction(1)}
    assert left == {1: Fraction(1), 2: Fraction(1), 3: Fraction(-1)}


@pytest.mark.parametrize("given", ["|X| <= 0", "|X| < 1", "|X| <= -1", "|X| = 0", "0 >= |X|"])
def test_every_variable_has_a_value(given: str) -> None:
    with pytest.raises(ContradictoryPremisesError):
        check("H(X) >= 0", given)
    assert check("H(X) = 0", "|X| <= 1").kind == "proved"
