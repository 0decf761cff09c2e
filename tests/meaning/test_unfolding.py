"""Statements about laws as statements about finite tables: true ones hold, and every false twin has a table."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

import pytest

from derive.expr.build import Sum, continuous, equals, function, ones, variable
from derive.expr.dependence import Independence, MarkovChain
from derive.expr.dims import Dim
from derive.expr.domains import DISTINCT, KERNEL, POSITIVE
from derive.expr.law import Law, outcome
from derive.expr.leaves import Symbol
from derive.expr.measures import (
    JS,
    KL,
    TV,
    E,
    H,
    I,
    Var,
    cardinality,
    chi2,
    cross_entropy,
    entropy,
    independent,
    markov,
)
from derive.expr.node import Expr, as_expr, walk
from derive.expr.operations import log
from derive.expr.propositions import Relation
from derive.meaning.entropy.factorisation import (
    Factor,
    Function,
    Independent,
    chain_of,
    factorisations,
    structure_of,
)
from derive.meaning.entropy.table import Law as Tables
from derive.meaning.entropy.unfolding import absorbed, unfolded
from derive.meaning.entropy.usage import speaks
from derive.meaning.numbers.recorded import contains
from derive.meaning.numbers.sample import Names, Point
from derive.prove.attempts import attempt
from derive.prove.decide import decide
from derive.prove.verdict import Verdict


def named(declared: Symbol, name: str) -> Symbol:
    declared.named(name)
    return declared


X, Y, Z, W = (named(variable(), name) for name in "XYZW")
x, y, z, w = map(outcome, (X, Y, Z, W))
p, q, r, m = map(Law, "pqrm")
f, g = named(function(), "f"), named(function(), "g")
CHAIN = markov(X, Y, Z)


def decided(left: Expr, right: Expr | int, *premises: Expr, kind: str = "=") -> Verdict:
    tables = unfolded(Relation.of(kind, left, as_expr(right)), premises)
    assert tables is not None
    assert not speaks(tables[0], *tables[1])
    return attempt(*tables)


def proved(left: Expr, right: Expr | int, *premises: Expr, kind: str = "=") -> Verdict:
    verdict = decided(left, right, *premises, kind=kind)
    assert verdict.kind == "proved", verdict.message
    return verdict


def refuted(left: Expr, right: Expr | int, *premises: Expr, kind: str = "=") -> dict:
    verdict = decided(left, right, *premises, kind=kind)
    assert verdict.kind == "refuted", (verdict.kind, verdict.message)
    assert verdict.counterexample is not None
    return verdict.counterexample.at


MEAN = E(p(Y, given=X), y)
RISK = E(p(X, Y), (y - f(x)) ** 2)
DISTANCE, NOISE = E(p(X), (f(x) - MEAN) ** 2), E(p(X), Var(p(Y, given=X), y))
FIT = E(p(Y, Z), log(q(Y, given=Z)))
ELBO = E(q(Z, given=X), log(p(X, Z) / q(Z, given=X)))

TRUE = {
    "tower rule": (E(p(X), MEAN), E(p(Y), y)),
    "risk": (RISK, DISTANCE + NOISE),
    "total variance": (Var(p(Y), y), NOISE + Var(p(X), MEAN)),
    "information is a divergence": (I(X, Y), KL(p(X, Y), p(X) * p(Y))),
    "cross-entropy": (cross_entropy(p(X), q(X)), H(X) + KL(p(X), q(X))),
    "chain rule of divergence": (KL(p(X, Y), q(X, Y)), KL(p(X), q(X)) + KL(p(Y, given=X), q(Y, given=X), p(X))),
    "gap of Barber and Agakov": (I(Y, Z) - FIT - H(Y), E(p(Z), KL(p(Y, given=Z), q(Y, given=Z)))),
    "evidence": (log(p(X)), ELBO + KL(q(Z, given=X), p(Z, given=X))),
    "rate": (E(p(X, Z), log(p(Z, given=X) / r(Z))) - I(X, Z), KL(p(Z), r(Z))),
    "Bayes": (p(X, given=Y), p(Y, given=X) * p(X) / p(Y)),
    "symmetry of Jensen-Shannon": (JS(p(X), q(X)), JS(q(X), p(X))),
    "interaction": (I(X, Y, Z), I(X, Y) - I(X, Y, given=Z)),
    "entropy of a conditional law": (H(Y, given=X), entropy(p(Y, given=X), p(X))),
    "total probability": (E(p(Y), p(X, given=Y)), p(X)),
}
FALSE = {
    "lost noise": (RISK, DISTANCE, "="),
    "variance of the whole": (RISK, DISTANCE + Var(p(Y), y), "="),
    "swapped divergence": (I(X, Y), KL(p(X) * p(Y), p(X, Y)), "="),
    "entropy of the model": (cross_entropy(p(X), q(X)), H(p(X)) + KL(q(X), p(X)), "="),
    "wrong average": (KL(p(X, Y), q(X, Y)), KL(p(X), q(X)) + KL(p(Y, given=X), q(Y, given=X), q(X)), "="),
    "wrong marginal": (I(Y, Z), FIT + H(Z), ">="),
    "reversed bound": (log(p(X)), ELBO, "<="),
    "wrong posterior": (log(p(X)), ELBO + KL(p(Z, given=X), q(Z, given=X)), "="),
    "inverted Bayes": (p(X, given=Y), p(Y, given=X) * p(Y) / p(X), "="),
    "products of means": (E(p(X, Y), x * y), E(p(X), x) * E(p(Y), y), "="),
    "total variation": (TV(p(X), q(X)), KL(p(X), q(X)), ">="),
    "chi-square": (chi2(p(X), q(X)), KL(p(X), q(X)), "<="),
    "number of values": (entropy(p(X)), log(cardinality(X)), ">="),
    "positive": (p(X), q(X), ">"),
}


@pytest.mark.parametrize("name", TRUE)
def test_identities_are_proved_of_all_tables(name: str) -> None:
    proved(*TRUE[name])


@pytest.mark.parametrize("name", FALSE)
def test_false_twins_have_a_table(name: str) -> None:
    left, right, kind = FALSE[name]
    at = refuted(left, right, kind=kind)
    assert any(law.startswith(("p(", "q(")) for law in at)


def test_a_table_is_shown_under_the_name_of_its_density() -> None:
    at = refuted(RISK, DISTANCE)
    assert set(at) == {"p(x)", "p(y|x)", "y", "f"}
    assert all(sum(map(Fraction, row)) == 1 for row in at["p(y|x)"])
    assert set(refuted(I(X, Y), KL(p(X) * p(Y), p(X, Y)))) == {"p(x,y)"}


def test_outcomes_are_distinct_numbers() -> None:
    """A law of two equal numbers is a law of one: no value may be drawn twice."""
    relation, _ = unfolded(equals(E(p(X), x), 0), ()) or (None, ())
    assert relation is not None
    values = next(s for s in walk(relation) if isinstance(s, Symbol) and s.name == "x")
    for key in range(50):
        drawn = Point(Names.of(relation), str(key), {}).entries(values, (), (4,))
        assert len(set(drawn)) == 4


# -- premises of structure


def test_a_chain_is_two_kernels() -> None:
    proved(I(X, Z, given=Y), 0, CHAIN)
    proved(E(p(X, Y, Z), x * z), E(p(Y), E(p(X, given=Y), x) * E(p(Z, given=Y), z)), CHAIN)
    proved(p(Z, given=(X, Y)), p(Z, given=Y), CHAIN)
    proved(p(Z, given=(X, Y)), p(Z, given=Y), equals(p(X, Y, Z), p(X) * p(Y, given=X) * p(Z, given=Y)))
    refuted(E(p(X, Y, Z), x * z), E(p(Y), E(p(X, given=Y), x) * E(p(Z, given=Y), z)))
    refuted(p(Z, given=(X, Y)), p(Z, given=Y))
    refuted(I(X, Z), 0, CHAIN)
    refuted(I(X, Y), I(X, Z), CHAIN, kind="<=")


def test_independence_is_two_tables() -> None:
    for premise in (independent(X, Y), equals(I(X, Y), 0), equals(p(X, Y), p(X) * p(Y)), equals(p(X, given=Y), p(X))):
        proved(E(p(X, Y), x * y), E(p(X), x) * E(p(Y), y), premise)
    refuted(E(p(X, Y), x * y), E(p(X), x) * E(p(Y), y), independent(X, Y, given=Z))


def test_a_function_is_a_row_of_zeros_and_a_one() -> None:
    relation, _ = unfolded(equals(H(X, Y), H(X)), (equals(H(Y, given=X), 0),)) or (None, ())
    assert relation is not None
    kernel = next(s for s in walk(relation) if isinstance(s, Symbol) and s.name == "p(y|x)")
    assert kernel.domain.name == "onehot"
    proved(H(X, Y), H(X), equals(H(Y, given=X), 0))
    proved(E(p(X, Y), log(p(Y, given=X))), 0, equals(H(Y, given=X), 0))
    refuted(H(X, Y), H(Y), equals(H(Y, given=X), 0))
    refuted(H(X, Y), H(X))


def test_a_defined_law_is_its_definition() -> None:
    mixture = equals(m(X), (p(X) + q(X)) / 2)
    proved(JS(p(X), q(X)), (KL(p(X), m(X)) + KL(q(X), m(X))) / 2, mixture)
    refuted(JS(p(X), q(X)), (KL(m(X), p(X)) + KL(m(X), q(X))) / 2, mixture)
    joined = equals(m(X, Y), p(X) * q(Y, given=X))
    proved(KL(m(X, Y), p(X, Y)), KL(q(Y, given=X), p(Y, given=X), p(X)), joined)
    proved(m(X), p(X), joined)
    refuted(m(Y), p(Y), joined)


def test_a_uniform_law() -> None:
    n = Symbol("n", domain=POSITIVE)
    proved(KL(q(X), p(X)), log(n) - entropy(q(X)), equals(p(X), 1 / n))
    refuted(KL(p(X), q(X)), log(n) - entropy(q(X)), equals(p(X), 1 / n))


@pytest.mark.parametrize(
    "premises",
    [
        (equals(H(X), H(Y)),),
        (equals(H(X), log(as_expr(2))),),
        (equals(E(p(X), x), 0),),
        (equals(I(X, Y), 0), equals(I(X, Y, given=Z), 0)),
        (equals(I(X, Y, Z), 0),),
        (independent(X, Y), independent(Y, Z), independent(X, Z)),
    ],
    ids=str,
)
def test_premises_without_kernels_are_left_alone(premises: tuple[Expr, ...]) -> None:
    """No kernels are known to give all laws with these premises, so nothing may be proved or refuted from some."""
    assert unfolded(equals(E(p(X, Y, Z), x * z), 0), premises) is None


def test_statements_without_laws_are_none_of_this() -> None:
    a = Symbol("a", domain=POSITIVE)
    assert unfolded(equals(log(a), 0), ()) is None


# -- kernels against exact tables


def drawn(tables: Tables, key: str) -> dict[tuple[int, ...], Fraction]:
    """The joint table at one point, by multiplying the kernels."""
    variables = [v for kernel in tables.kernels for v in kernel.children]
    size = 2
    rng = Random(key)
    values = {k: k.table.domain.draw(rng, (size,) * len(k.scope)) for k in tables.kernels}
    out = {}
    for at in product(range(size), repeat=len(variables)):
        place = dict(zip(variables, at, strict=True))
        weight = Fraction(1)
        for kernel in tables.kernels:
            offset = 0
            for v in kernel.scope:
                offset = offset * size + place[v]
            weight *= values[kernel][offset]
        out[tuple(place[v] for v in (X, Y, Z, W))] = weight
    return out


def marginal(table: dict[tuple[int, ...], Fraction], of: frozenset[Symbol]) -> dict[tuple[int, ...], Fraction]:
    where = [k for k, v in enumerate((X, Y, Z, W)) if v in of]
    out: dict[tuple[int, ...], Fraction] = {}
    for at, weight in table.items():
        key = tuple(at[k] for k in where)
        out[key] = out.get(key, Fraction(0)) + weight
    return out


def is_independent(table: dict[tuple[int, ...], Fraction], s: Independent) -> bool:
    names = (X, Y, Z, W)

    def at(full: tuple[int, ...], of: frozenset[Symbol]) -> tuple[int, ...]:
        return tuple(full[k] for k, v in enumerate(names) if v in of)

    parts = [s.left | s.right | s.given, s.given, s.left | s.given, s.right | s.given]
    tables = [marginal(table, part) for part in parts]
    return all(
        tables[0][at(full, parts[0])] * tables[1][at(full, parts[1])]
        == tables[2][at(full, parts[2])] * tables[3][at(full, parts[3])]
        for full in product(range(2), repeat=4)
    )


def is_function(table: dict[tuple[int, ...], Fraction], s: Function) -> bool:
    both, given = marginal(table, s.parents | {s.child}), marginal(table, s.parents)
    return sum(1 for weight in both.values() if weight) == sum(1 for weight in given.values() if weight)


STRUCTURES: dict[str, tuple[Expr, ...]] = {
    "chain": (markov(X, Y, Z, W),),
    "common cause": (independent(X, Y, Z, given=W),),
    "collider": (independent(X, Y), markov((X, Y), Z, W)),
    "independent": (independent(X, Y, Z, W),),
    "function": (equals(H(Z, given=(X, Y)), 0), independent(X, Y), markov((X, Y), Z, W)),
    "two functions": (equals(H(Y, given=X), 0), equals(H(Z, given=Y), 0)),
    "InfoNCE": (equals(H(Z, given=(X, Y)), 0), equals(I(W, (X, Y), given=Z), 0), equals(I(X, Y), 0)),
    "constant": (equals(H(X), 0), markov(Y, Z, W)),
    "contraction": (equals(I(X, Y, given=Z), 0), equals(I(X, Z), 0)),
    "constant in common": (equals(I((X, Y), (Y, Z)), 0),),
    "function in common": (equals(I((X, Y), (Y, Z), given=W), 0),),
    "independent of itself": (independent(X, X),),
    "chain to itself": (markov(X, Y, X),),
    "known next": (independent((X, Y), Y, given=Z), markov(X, Z, W)),
}


@pytest.mark.parametrize("name", STRUCTURES)
def test_kernels_satisfy_the_premises_exactly(name: str) -> None:
    found = [s for premise in STRUCTURES[name] for s in (structure_of(premise) or ("", ()))[1]]
    assert found
    forms = list(factorisations((X, Y, Z, W), found))
    assert forms
    alphabets = {v: Dim(v.name) for v in (X, Y, Z, W)}
    for number, form in enumerate(forms[:6]):
        tables = Tables.of("p", form, alphabets)
        for k in range(8):
            table = drawn(tables, f"{name}/{number}/{k}")
            assert sum(table.values()) == 1
            for s in found:
                assert is_independent(table, s) if isinstance(s, Independent) else is_function(table, s)


@pytest.mark.parametrize("name", STRUCTURES)
def test_without_its_premises_a_table_breaks_them(name: str) -> None:
    found = [s for premise in STRUCTURES[name] for s in (structure_of(premise) or ("", ()))[1]]
    tables = Tables.of("p", chain_of(((X, Y, Z, W),)), {v: Dim(v.name) for v in (X, Y, Z, W)})
    for s in found:
        broken = [
            not (is_independent(t, s) if isinstance(s, Independent) else is_function(t, s))
            for t in (drawn(tables, f"free/{k}") for k in range(8))
        ]
        assert any(broken)


def test_a_factorisation_loses_no_law() -> None:
    """Of I(X;Y) = 0 and I(X;Y|Z) = 0 no graph has all laws; of a chain, one has each variable given the one before."""
    both = (Independent(frozenset({X}), frozenset({Y}), frozenset()),)
    assert not list(factorisations((X, Y, Z), (*both, Independent(frozenset({X}), frozenset({Y}), frozenset({Z})))))
    chain = structure_of(CHAIN)
    assert chain is not None
    assert (Factor((X, Y), ()), Factor((Z,), (Y,))) in list(factorisations((X, Y, Z), chain[1]))


def test_the_structure_of_premises() -> None:
    assert structure_of(MarkovChain.of(((X,), (Y,), (Z,)), "q")) == (
        "q",
        (Independent(frozenset({X}), frozenset({Z}), frozenset({Y})),),
    )
    assert structure_of(Independence.of(((X,), (Y,), (Z,)))) is not None
    assert structure_of(MarkovChain.of(((X,), (Y,), (X,)))) == ("p", (Function(X, frozenset({Y})),))
    assert structure_of(Independence.of(((X,), (X,)))) == ("p", (Function(X, frozenset()),))
    assert structure_of(equals(I((X, Y), (Y, Z), given=W), 0)) == (
        "p",
        (Function(Y, frozenset({W})), Independent(frozenset({X}), frozenset({Z}), frozenset({W}))),
    )
    assert structure_of(equals(p(X, Y), p(X) * p(X, given=Y))) is None
    assert structure_of(equals(p(X, Y), p(X) * q(Y))) is None
    assert structure_of(equals(H(X), 1)) is None


def test_what_is_independent_of_itself_is_a_constant() -> None:
    """I(X;X) = H(X): a law of X that is spread is none that the premise allows."""
    itself, chain = independent(X, X), markov(X, Y, X)
    variance = Var(p(X), x)
    assert decided(variance, 0, itself).kind in ("proved", "tested")
    assert decided(E(p(X, Y), (x - E(p(X, given=Y), x)) ** 2), 0, chain).kind in ("proved", "tested")
    proved(TV(p(X, Y), p(X) * p(Y)), 0, independent((X, Y), Y))
    proved(p(X, given=Y), p(X), independent(X, (X, Y)))
    refuted(variance, 0, chain)
    refuted(variance, 0, independent(X, Y))
    refuted(E(p(X, Y), (y - E(p(Y, given=X), y)) ** 2), 0, chain)
    refuted(p(Z, given=W), p(Z), independent((X, Y), Y))


def test_densities_of_continuous_variables_have_no_tables() -> None:
    """A density may exceed 1, so what holds of tables need not hold of it."""
    C = named(continuous(), "C")
    assert unfolded(Relation.of("<=", p(C), as_expr(1)), ()) is None
    assert unfolded(Relation.of("<=", p(X), as_expr(1)), ()) is not None


@pytest.mark.parametrize("key", range(20))
def test_kernels_are_drawn_read_back_and_checked(key: int) -> None:
    shape = (2, 3)
    entries = KERNEL.draw(Random(key), shape)
    assert contains(KERNEL, entries, shape)
    assert all(sum(entries[row * 3 : row * 3 + 3]) == 1 for row in range(2))
    assert not contains(KERNEL, [*entries[:-1], entries[-1] / 2 + Fraction(1, 7)], shape)
    values = DISTINCT.draw(Random(key), (5,))
    assert contains(DISTINCT, values, (5,))
    assert not contains(DISTINCT, [*values[:-1], values[0]], (5,))


def test_rows_of_a_kernel_sum_to_one_and_columns_do_not() -> None:
    n, k = Dim("N"), Dim("K")
    kernel = Symbol("T", (n, k), domain=KERNEL)
    assert attempt(equals(Sum(kernel, k), ones(n))).kind == "proved"
    assert attempt(equals(Sum(kernel, n), ones(k))).kind == "refuted"


def test_a_function_without_negative_values() -> None:
    nonneg = Relation.of(">=", f(x), as_expr(0))
    proved(E(p(X), f(x)), 0, nonneg, kind=">=")
    refuted(E(p(X), f(x)), 0, nonneg, kind=">")
    refuted(E(p(X), f(x)), 0, kind=">=")


def test_premises_that_tables_satisfy_by_their_form_are_named() -> None:
    """A proof of tables with such a form rests on these premises, and says so."""
    relation = equals(E(p(X, Y), x * y), E(p(X), x) * E(p(Y), y))
    independence, bound = independent(X, Y), Relation.of(">", E(p(X), x), as_expr(0))
    assert absorbed(relation, (independence, bound)) == (independence,)
    assert absorbed(relation, (equals(H(X), 1),)) == ()
    assert str(independence) in decide(relation, (independence,)).assumptions


def test_laws_that_define_each_other_define_nothing() -> None:
    circle = (equals(q(X), r(X)), equals(r(X), q(X)))
    assert unfolded(equals(E(q(X), x), E(r(X), x)), circle) is None
    assert unfolded(equals(E(q(X), x), E(r(X), x)), circle[:1]) is not None
