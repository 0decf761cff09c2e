"""Densities, expectations under them, and how random variables depend on each other, read from text."""

import pytest

from derive.expr.density import Contrast, Density, Expectation, Outcome
from derive.expr.dependence import Cardinality, Independence, MarkovChain, Unequal
from derive.expr.leaves import Symbol
from derive.expr.node import Expr, Sort, walk
from derive.expr.outcomes import free_outcomes
from derive.expr.propositions import Relation
from derive.text.statement import parse, parse_expression


def sides(text: str, where: str = "") -> tuple[Expr, Expr]:
    (relation,) = parse(text, where).relations
    assert isinstance(relation, Relation)
    return relation.left, relation.right


def test_an_outcome_is_of_the_variable_with_the_capital_letter() -> None:
    statement = parse("p(x, z_hat | theta, y1) = H(X) + H(Z_hat, Theta, Y1)")
    density = next(e for e in walk(*statement.relations) if isinstance(e, Density))
    assert density.law == "p"
    assert [x.name for x in density.outcomes] == ["x", "z_hat"]
    assert [x.name for x in density.given] == ["theta", "y1"]
    assert [x.variable for x in (*density.outcomes, *density.given)] == [
        statement.symbols[name] for name in ("X", "Z_hat", "Theta", "Y1")
    ]
    assert all(symbol.sort is Sort.VARIABLE for symbol in statement.symbols.values())


def test_a_greek_outcome() -> None:
    left, right = sides("q(θ|σ₂) = q(theta|sigma2)")
    assert left is right


@pytest.mark.parametrize("law", ["p", "q", "r", "p_data", "q_theta", "p_hat", "q2", "p1_t"])
def test_names_of_laws(law: str) -> None:
    left, _ = sides(f"{law}(x) = 1")
    assert isinstance(left, Density)
    assert left.law == law


def test_other_laws_are_declared() -> None:
    left, _ = sides("E_m(x)[log m(x)] = 1", "m: law")
    assert isinstance(left, Expectation)
    assert left.factors[0].law == "m"


def test_what_is_declared_stays_what_it_is() -> None:
    assert "'" not in str(parse("p(x) = 1", "p: function; x: real").relations[0])
    assert not any(isinstance(e, Outcome) for e in walk(*parse("p(x) = 1", "p: function; x: real").relations))
    assert str(parse("E(p, f) = H(p)", "p: simplex[n]; f: real[n]").relations[0]) == "E(p, f) = H(p)"


def test_domains_of_variables() -> None:
    symbols = parse("H(X) + H(Y) + H(Z) = H(W)", "X, Y: continuous; Z: discrete").symbols
    assert {name: symbol.domain.name for name, symbol in symbols.items()} == {
        "X": "continuous", "Y": "continuous", "Z": "discrete", "W": "random variable",
    }  # fmt: skip


def test_an_outcome_in_a_body_is_a_number() -> None:
    left, _ = sides("E_p(x,y)[(y - f(x))**2 + a] = 0", "f: function")
    assert isinstance(left, Expectation)
    assert {x.name for x in left.bound} == {"x", "y"}
    assert {e.name for e in walk(left) if isinstance(e, Symbol)} == {"a"}
    assert free_outcomes(left) == ()


def test_what_is_given_is_free() -> None:
    left, right = sides("E_q(z|x)[log p(x,z)] = KL(q(z|x)||p(z|x)) + KL(p(y|x)||q(y|x) | p(x))")
    assert [x.name for x in free_outcomes(left)] == ["x"]
    assert [x.name for x in free_outcomes(right.args[0])] == ["x"]
    assert free_outcomes(right.args[1]) == ()


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("E_p(x)*q(y)[x*y]", "E_p(x)q(y)[x*y]"),
        ("E[log p(x|y) - f(z)] + p(z)", "E_p(x,y,z)[log(p(x|y)) - f(z)] + p(z)"),
        ("E[X*Y] - E[X]", "E_p(x,y)[x*y] - E_p(x)[x]"),
        ("E[(Y - f(X))**2 - log p(X|z)]", "E_p(y,x,z)[(y - f(x))**2 - log p(x|z)]"),
        ("Var[X + a]", "E_p(x)[(x + a - E_p(x)[x + a])**2]"),
        ("Cov[X, Y]", "Cov_p(x,y)[x, y]"),
        ("E[E[X]*Y]", "E_p(y)[E_p(x)[x]*y]"),
        ("E[H(X)*Y]", "E_p(y)[H(X)*y]"),
        ("Var_p(y|x)[y]", "E_p(y|x)[(y - E_p(y|x)[y])**2]"),
        ("Cov_p(x,y)[x, y]", "E_p(x,y)[(x - E_p(x,y)[x])*(y - E_p(x,y)[y])]"),
        ("KL(p(x,y)||q(x)*r(y))", "KL(p(x,y) || q(x)r(y))"),
        ("H(Y|x)", "H(p(y|x))"),
        ("H(Y|Z,x)", "H(p(y|z,x) | p(z|x))"),
        ("H(Y|Z,X=x)", "H(Y|Z,x)"),
        ("D_KL(p(x)||q(x)) + JSD(p(x),q(x))", "KL(p(x)||q(x)) + JS(p(x),q(x))"),
        ("I_q(Y;Z|x)", "KL(q(y,z|x)||q(y|x)q(z|x))"),
        ("log |X|", "log(|X|)"),
    ],
)
def test_two_ways_to_write_it(short: str, long: str) -> None:
    left, right = sides(f"{short} = {long}", "f: function")
    assert left is right


def test_precedence() -> None:
    left, right = sides("-log p(x) * 2 + p(x)**2 = (-(log(p(x)))) * 2 + (p(x))**2")
    assert str(left) == "-log(p(x)) * 2 + p(x)**2"
    assert str(right) == "-log(p(x)) * 2 + p(x)**2"


def test_entropies_of_tables_and_of_laws() -> None:
    table, law = sides("H(r) + KL(r||s) = H(p(x)) + KL(p(x)||q(x))")
    assert not any(isinstance(e, Contrast) for e in walk(table))
    assert [e.kind for e in walk(law) if isinstance(e, Contrast)] == ["entropy", "KL"]


CHAINS = ["X -> Y,W -> Z", "X → Y,W → Z", "X->Y,W->Z", "X - Y,W - Z", "X/Y,W/Z", "(X) -> (Y,W) -> Z"]


@pytest.mark.parametrize("text", CHAINS)
def test_markov_chains_as_premises(text: str) -> None:
    (premise,) = parse("I(X;Z) = 0", given=[text]).premises
    assert isinstance(premise, MarkovChain)
    assert [[v.name for v in group] for group in premise.groups] == [["X"], ["Y", "W"], ["Z"]]
    assert premise.under == "p"


@pytest.mark.parametrize("text", ["X _|_ Y _|_ V,W | Z", "X ⊥ Y ⊥ V,W | Z", "X ⫫ Y ⫫ (V, W) | Z"])
def test_independence_as_a_premise(text: str) -> None:
    (premise,) = parse("I(X;Z) = 0", given=[text]).premises
    assert isinstance(premise, Independence)
    assert [[v.name for v in group] for group in premise.groups] == [["X"], ["Y"], ["V", "W"]]
    assert [v.name for v in premise.given] == ["Z"]


def test_a_difference_stays_a_difference() -> None:
    (premise,) = parse("x = x", given=["A - B - C = 0"]).premises
    assert isinstance(premise, Relation)


def test_a_capital_letter_in_a_mean_is_a_number_only_where_it_is_declared() -> None:
    left, right = sides("E[A*X] = A*E[X]", "A: real")
    assert [x.name for e in walk(left) if isinstance(e, Expectation) for x in e.bound] == ["x"]
    assert {e.name for e in walk(right) if isinstance(e, Symbol)} == {"A"}


def test_premises_share_the_variables_of_the_statement() -> None:
    statement = parse("I(X;Z) <= I(X;Y)", given=["X -> Y -> Z under q; H(Y|X) = 0; |X| <= n; e = P_q(X != Y)"])
    chain, function, bound, error = statement.premises
    assert isinstance(chain, MarkovChain)
    assert chain.under == "q"
    assert chain.groups[0][0] is statement.symbols["X"]
    assert str(function) == "H(Y|X) = 0"
    assert isinstance(bound.args[0], Cardinality)
    assert isinstance(error.args[1], Unequal)
    assert error.args[1].under == "q"


def test_a_structure_is_a_claim_that_measures_vanish() -> None:
    assert list(map(str, parse("X -> Y -> Z -> W").relations)) == ["I(X;Z|Y) = 0", "I(X,Y;W|Z) = 0"]
    assert list(map(str, parse("X _|_ Y _|_ W | Z under q").relations)) == ["I_q(X;Y|Z) = 0", "I_q(X,Y;W|Z) = 0"]
    assert isinstance(parse_expression("X -> Y -> Z"), MarkovChain)


def test_a_definition_may_speak_of_outcomes() -> None:
    left, right = sides("E_q(z|x)[log w] = E_q(z|x)[log(p(x,z)/q(z|x))]; with w = p(x,z)/q(z|x)")
    assert left is right


def test_a_mean_of_a_tensor_has_its_axes() -> None:
    left, _ = sides("E_p(x)[v*x] = v", "v: real[n]")
    assert len(left.axes) == 1


@pytest.mark.parametrize("premise", ["|X| <= n", "n >= |X|", "|X| = n"])
def test_what_bounds_a_number_of_values_is_a_positive_integer(premise: str) -> None:
    assert parse("H(X) <= log n", given=[premise]).symbols["n"].domain.name == "counting"
    assert parse("H(X) <= log n", where="n: real", given=[premise]).symbols["n"].domain.name == "real"


def test_the_uniform_table() -> None:
    left, right = sides("KL(p||uniform(n)) = KL(p||ones(n)/n)", "p: simplex[n]")
    assert left is right
