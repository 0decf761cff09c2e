"""Proofs about entropies as lines: what a lecturer would write, every line checked, never empty."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.expr.information import Information
from derive.expr.leaves import Symbol
from derive.expr.node import Expr
from derive.expr.propositions import Relation
from derive.prove.decide import decide
from derive.prove.information import copies, reductions, span
from derive.prove.information.certificate import Certificate
from derive.prove.information.problem import Entropy, Known, Mutual, Premise, Problem, Relative, combined
from derive.prove.information.readable import Step, of_verdict, steps
from derive.prove.information.readable.measures import measure_of, sum_of, tidy
from derive.prove.information.readable.merging import regrouped
from derive.prove.information.readable.shortest import shortest
from derive.prove.information.readable.step import holds
from derive.prove.information.reading import reading
from derive.text.statement import parse

X, Y, Z, W = 1, 2, 4, 8
LETTERS = "XYZWV"


def proof(text: str, *premises: str) -> list[str]:
    """The lines of a proof: the start, then ``relation formula [reasons]``."""
    statement = parse(text, "", premises)
    (relation,) = statement.relations
    assert isinstance(relation, Relation)
    read = reading(relation, statement.premises)
    assert read is not None
    certificate = prove(read.problem) or copies.prove(read.problem)
    assert isinstance(certificate, Certificate), certificate
    found = steps(read.problem, certificate, relation, statement.premises)
    assert found, "no lines"
    assert all(a.after is b.before for a, b in pairwise(found))
    return [str(found[0].before), *(_line(step) for step in found)]


def prove(problem: Problem) -> Certificate | None:
    """A certificate without copies."""
    found = span.prove(problem) if problem.equality else None
    found = reductions.prove(problem) if found is None else found
    return found if isinstance(found, Certificate) else None


def _line(step: Step) -> str:
    return f"{step.relation} {step.after}  [{'; '.join(r.words for r in step.reasons)}]"


GOLDEN: dict[tuple[str, ...], list[str]] = {
    ("I(X;Z) <= I(X;Y)", "X -> Y -> Z"): [
        "I(X;Z)",
        "<= I(X;Y,Z)  [monotonicity of information]",
        "= I(X;Y) + I(X;Z|Y)  [chain rule]",
        "= I(X;Y)  [premise 1: X -> Y -> Z]",
    ],
    ("I(X;Y) >= I(X;Z)", "X -> Y -> Z"): [
        "I(X;Y)",
        "= I(X;Y) + I(X;Z|Y)  [premise 1: X -> Y -> Z]",
        "= I(X;Y,Z)  [chain rule]",
        ">= I(X;Z)  [monotonicity of information]",
    ],
    ("I(X;W) <= I(Y;Z)", "X -> Y -> Z -> W"): [
        "I(X;W)",
        "<= I(X;Z)  [data processing; premise 1: X -> Y -> Z -> W]",
        "<= I(Y;Z)  [data processing; premise 1: X -> Y -> Z -> W]",
    ],
    ("H(X|Y) <= H(X)",): ["H(X|Y)", "<= H(X)  [conditioning reduces entropy]"],
    ("H(X,Y) = H(X) + H(Y|X)",): ["H(X,Y)", "= H(X) + H(Y|X)  [chain rule]"],
    ("I(X;Y) = H(X) - H(X|Y)",): ["I(X;Y)", "= H(X) - H(X|Y)  [definition of mutual information]"],
    ("H(X,Z) + H(Y,Z) >= H(X,Y,Z) + H(Z)",): ["H(X,Z) + H(Y,Z)", ">= H(X,Y,Z) + H(Z)  [submodularity]"],
    ("H(X,Y) <= H(X) + H(Y)",): ["H(X,Y)", "<= H(X) + H(Y)  [subadditivity]"],
    ("I(X;Y|Z) >= 0",): ["I(X;Y|Z)", ">= 0  [I ≥ 0]"],
    ("I(X;Y|Z) >= I(X;Y)", "X _|_ Z"): [
        "I(X;Y|Z)",
        "= I(X;Y|Z) + I(X;Z)  [premise 1: X _|_ Z]",
        "= I(X;Y,Z)  [chain rule]",
        ">= I(X;Y)  [monotonicity of information]",
    ],
    ("H(X|Z) <= H(X|Y) + H(Y|Z)",): [
        "H(X|Z)",
        "<= H(X,Y|Z)  [monotonicity of entropy]",
        "= H(Y|Z) + H(X|Y,Z)  [chain rule]",
        "<= H(X|Y) + H(Y|Z)  [conditioning reduces entropy]",
    ],
    ("H(Z) <= H(X)", "H(Z|X) = 0"): [
        "H(Z)",
        "<= H(X,Z)  [monotonicity of entropy]",
        "= H(X) + H(Z|X)  [chain rule]",
        "= H(X)  [premise 1: H(Z|X) = 0]",
    ],
    ("H(X|Y) = H(X)", "X _|_ Y"): ["H(X|Y)", "= H(X)  [premise 1: X _|_ Y]"],
    ("I(X;Y,Z) = I(X;Y)", "X -> Y -> Z"): [
        "I(X;Y,Z)",
        "= I(X;Y) + I(X;Z|Y)  [chain rule]",
        "= I(X;Y)  [premise 1: X -> Y -> Z]",
    ],
    ("E_q(z|x)[log p(x,z) - log q(z|x)] <= log p(x)",): [
        "E_q(z|x)[log(p(x,z)) - log(q(z|x))]",
        "<= E_q(z|x)[log(p(x,z)) - log(q(z|x))] + KL(q(z|x) || p(z|x))  [KL ≥ 0 (Gibbs)]",
        "= log(p(x))  [multiply and divide by q(z|x)]",
    ],
    ("KL(p(x,y)||q(x,y)) >= KL(p(x)||q(x))",): [
        "KL(p(x,y) || q(x,y))",
        "= KL(p(x) || q(x)) + KL(p(y|x) || q(y|x) | p(x))  [chain rule of the KL divergence]",
        ">= KL(p(x) || q(x))  [KL ≥ 0 (Gibbs)]",
    ],
    ("KL(p(y)||q(y)) <= KL(p(x)||q(x))", "p(y|x) = q(y|x)"): [
        "KL(p(y) || q(y))",
        "<= KL(p(y) || q(y)) + KL(p(x|y) || q(x|y) | p(y))  [KL ≥ 0 (Gibbs)]",
        "= KL(p(x) || q(x)) + KL(p(y|x) || q(y|x) | p(x))  [chain rule of the KL divergence]",
        "= KL(p(x) || q(x))  [premise 1: p(y|x) = q(y|x)]",
    ],
    ("I(X;Y) >= H(X) + E_p(x,y)[log q(x|y)]",): [
        "I(X;Y) - H(X) - E_p(x,y)[log(q(x|y))]",
        "= KL(p(x|y) || q(x|y) | p(y))  [multiply and divide by p(x|y)]",
        ">= 0  [KL ≥ 0 (Gibbs)]",
    ],
}


@pytest.mark.parametrize("asked", GOLDEN, ids=lambda asked: "; ".join(asked))
def test_classical_proofs_read_like_a_lecture(asked: tuple[str, ...]) -> None:
    text, *premises = asked
    assert proof(text, *premises) == GOLDEN[asked]


@pytest.mark.parametrize("n", [3, 4, 5])
def test_han_has_lines(n: int) -> None:
    """The average of H over all but one variable; the ends are the sides as they were written."""
    names = LETTERS[:n]
    all_but_one = " + ".join(f"H({','.join(c for c in names if c != left)})" for left in names)
    lines = proof(f"{all_but_one} >= {n - 1}*H({','.join(names)})")
    assert lines[0] == all_but_one
    assert lines[-1].startswith(f">= {n - 1} * H({','.join(names)})  [")


def test_a_proof_by_symmetry_says_so() -> None:
    n = 9
    names = [f"X{k}" for k in range(n)]
    text = f"H({','.join(names)}) <= {' + '.join(f'H({name})' for name in names)}"
    lines = proof(text)
    assert len(lines) == 2
    assert "over permutations of X0,X1" in lines[1]
    assert "symmetry" in lines[1]


def test_a_long_chain_needs_two_lines() -> None:
    chain = " -> ".join(f"X{k}" for k in range(1, 17))
    assert proof("I(X1;X16) <= I(X8;X9)", chain) == [
        "I(X1;X16)",
        f"<= I(X1;X9)  [data processing; premise 1: {chain}]",
        f"<= I(X8;X9)  [data processing; premise 1: {chain}]",
    ]


def test_what_a_law_is_by_definition_goes_without_a_line() -> None:
    assert proof("E_p(x)[log p(x)] >= E_p(x)q(z|x)[log p(x,z) - log q(z|x)]")[1:] == [
        "= E_p(x)q(z|x)[log(p(x,z)) - log(q(z|x))] + KL(p(x)q(z|x) || p(x,z))  [multiply and divide by p(x), q(z|x)]",
        ">= E_p(x)q(z|x)[log(p(x,z)) - log(q(z|x))]  [KL ≥ 0 (Gibbs)]",
    ]


def test_an_identity_goes_through_entropies() -> None:
    lines = proof("I(X;Y|Z) - I(X;Y) + H(X|Y) = I(X;Z|Y) - I(X;Z) + H(X,Y) - H(Y)")
    assert len(lines) == 3
    assert "I(" not in lines[1].partition("[")[0]


def test_the_copy_lemma_says_what_it_copies() -> None:
    lines = proof("2*I(C;D) <= I(A;B) + I(A;C,D) + 3*I(C;D|A) + I(C;D|B)")
    assert any("copy lemma, A' a copy of A over C,D" in line for line in lines)


def test_constants_are_lines_too() -> None:
    assert proof("H(X) <= log(3)", "|X| <= 3")[-1] == "<= log(3)  [premise 1: |X| <= 3]"


# -- nothing unchecked is printed


def _pair(text: str, *premises: str) -> tuple[Relation, tuple[Expr, ...], Problem]:
    statement = parse(text, "", premises)
    (relation,) = statement.relations
    assert isinstance(relation, Relation)
    found = reading(relation, statement.premises)
    assert found is not None
    return relation, statement.premises, found.problem


@pytest.mark.parametrize(
    "terms",
    [
        (),
        ((Fraction(1), Mutual(X, Y, Z)),),
        ((Fraction(-1), Mutual(X, Y)),),
        ((Fraction(2), Mutual(X, Z, Y)), (Fraction(-1), Premise(0))),
    ],
)
def test_a_wrong_certificate_gives_no_lines(terms: tuple) -> None:
    relation, premises, problem = _pair("I(X;Z) <= I(X;Y)", "X -> Y -> Z")
    assert steps(problem, Certificate(terms), relation, premises) == ()


def test_a_certificate_of_another_statement_gives_no_lines() -> None:
    _, premises, problem = _pair("I(X;Z) <= I(X;Y)", "X -> Y -> Z")
    other, *_ = _pair("I(X;Z) <= I(X;W)", "X -> W -> Z")
    certificate = Certificate(((Fraction(1), Mutual(X, Z, Y)), (Fraction(-1), Premise(0))))
    assert steps(problem, certificate, other, premises) == ()


def test_holds_wants_the_right_difference_and_the_right_sign() -> None:
    problem = Problem(("X", "Y", "Z"), {}, zero=(Known(Mutual(X, Z, Y).row(Problem(("X",), {})), "p"),))
    (relation,) = parse("H(X|Y) <= H(X)").relations
    step = Step("<=", relation.args[0], relation.args[1], (), ((Fraction(1), Mutual(X, Y)),))
    low, high = Entropy(X, Y).row(problem), Entropy(X).row(problem)
    assert holds(step, low, high, problem)
    assert not holds(step, high, low, problem)
    assert not holds(replace(step, relation=">="), low, high, problem)
    assert not holds(replace(step, relation="="), low, high, problem)
    assert not holds(replace(step, more=((Fraction(1, 2), Mutual(X, Y)),)), low, high, problem)
    assert not holds(replace(step, more=((Fraction(-1), Mutual(X, Y)),), relation=">="), low, high, problem)
    assert not holds(replace(step, more=((Fraction(1), Premise(7)),)), low, high, problem)


def test_entropies_of_densities_are_no_reason() -> None:
    problem = Problem(("X", "Y"), {}, continuous=X)
    (relation,) = parse("H(Y) <= H(X,Y)").relations
    step = Step("<=", relation.args[0], relation.args[1], (), ((Fraction(1), Entropy(X, Y)),))
    assert not holds(step, {Y: Fraction(1)}, {X | Y: Fraction(1)}, problem)
    assert holds(step, {Y: Fraction(1)}, {X | Y: Fraction(1)}, replace(problem, continuous=0))


# -- the parts


PLAIN = Problem(("X", "Y", "Z", "W", "V"), {})


@given(st.integers(1, 31), st.integers(0, 31), st.integers(0, 31), st.sampled_from([1, -2, Fraction(1, 3)]))
def test_a_measure_is_found_in_its_row(a: int, b: int, given_: int, scale: Fraction) -> None:
    a, b = a & ~given_, b & ~given_ & ~a
    if not a:
        return
    term = tidy(Mutual(a, b, given_)) if b else Entropy(a, given_)
    row = {mask: scale * value for mask, value in term.row(PLAIN).items()}
    assert measure_of(row) == (scale, term)


@given(st.dictionaries(st.integers(1, 15), st.sampled_from([1, 2, -1, Fraction(1, 2)]), max_size=5))
def test_the_shortest_combination_adds_up(row: dict[int, Fraction]) -> None:
    row = {mask: Fraction(value) for mask, value in row.items()}
    found = shortest(row)
    assert combined((value, term.row(PLAIN)) for value, term in found) == row  # type: ignore[union-attr]
    assert len(found) <= len(row)


def test_sums_of_divergences() -> None:
    whole, first, then = Relative("q", X | Y, Z), Relative("q", X, Z), Relative("q", Y, X | Z)
    assert sum_of(first, then) == sum_of(then, first) == (1, whole)
    assert sum_of(whole, first, -1) == (1, then)
    assert sum_of(whole, then, -1) == (1, first)
    assert sum_of(whole, Relative("r", X, Z), -1) is None
    assert sum_of(first, first) is None


def test_elemental_terms_become_one() -> None:
    terms = ((Fraction(1), Mutual(X, Y, Z | W)), (Fraction(1), Mutual(X, Z, W)), (Fraction(1), Mutual(X, W)))
    assert regrouped(terms, PLAIN).positive == ((Mutual(X, Y | Z | W), 1),)


def test_a_premise_is_cut_down_to_what_is_used() -> None:
    problem = replace(PLAIN, zero=(Known(Mutual(X, Z | W, Y).row(PLAIN), "chain"),))
    found = regrouped(((Fraction(1), Mutual(X, W, Y | Z)), (Fraction(-1), Premise(0))), problem)
    assert found.positive == ()
    assert found.zero == ((Mutual(X, Z, Y), -1),)


# -- random statements


def _masks(n: int) -> st.SearchStrategy[tuple[int, int, int]]:
    """Disjoint sets a, b and given, where a is not empty."""
    places = st.lists(st.integers(0, 3), min_size=n, max_size=n)

    def sets(chosen: list[int]) -> tuple[int, int, int]:
        a, b, rest = (sum(1 << i for i, k in enumerate(chosen) if k == kind) for kind in (1, 2, 3))
        return (a or 1) & ~(b | rest) or a, b, rest

    return places.map(sets).filter(lambda found: found[0] > 0)


def _measure(masks: tuple[int, int, int], symbols: list[Symbol]) -> Expr:
    a, b, rest = ([s for i, s in enumerate(symbols) if mask >> i & 1] for mask in masks)
    groups = (tuple(a), tuple(b)) if b else (tuple(a),)
    return Information.of(groups, tuple(rest))


@st.composite
def _provable(draw: st.DrawFn) -> tuple[str, tuple[str, ...]]:
    """A statement that follows by construction: measures and multiples of premises are added to one side."""
    n = draw(st.integers(2, 4))
    symbols = [parse(f"H({c}) >= 0").symbols[c] for c in LETTERS[:n]]
    premises = [str(_measure(m, symbols)) for m in draw(st.lists(_masks(n), max_size=2))]
    factor = st.sampled_from(["", "2*", "1/2*"])
    larger = [draw(factor) + str(_measure(m, symbols)) for m in draw(st.lists(_masks(n), min_size=1, max_size=4))]
    common = [draw(factor) + str(_measure(m, symbols)) for m in draw(st.lists(_masks(n), min_size=1, max_size=2))]
    low, high = " + ".join(common + premises), " + ".join(larger + common[::-1])
    text = f"{low} <= {high}" if draw(st.booleans()) else f"{high} >= {low}"
    return text, tuple(f"{premise} = 0" for premise in premises)


@settings(max_examples=50, deadline=None)
@given(_provable())
def test_every_proof_has_lines_that_check(asked: tuple[str, tuple[str, ...]]) -> None:
    text, premises = asked
    lines = proof(text, *premises)  # they are checked as rows before they are returned
    assert len(lines) >= 2


EQUALITIES = [
    ("I(X;Z|Y,W) = 0", ("X -> Y -> Z,W",)),
    ("I(X;W) = I(X;Y) - I(X;Y|W)", ("X -> Y -> Z -> W",)),
    ("H(X,Y,Z) = H(X) + H(Y) + H(Z)", ("X _|_ Y _|_ Z",)),
    ("H(Y) = H(X)", ("H(X|Y) = 0", "H(Y|X) = 0")),
    ("I(X;Y) = H(Y)", ("H(Y|X) = 0",)),
    ("I(X;Y|Z) = 0", ("H(X|Z) = 0",)),
]


@pytest.mark.parametrize(("text", "premises"), EQUALITIES)
def test_equalities_under_premises_are_lines_of_equations(text: str, premises: tuple[str, ...]) -> None:
    lines = proof(text, *premises)
    assert len(lines) >= 2
    assert all(line.startswith("= ") for line in lines[1:])
    assert any("premise" in line for line in lines)


def test_steps_are_json_of_other_derivations() -> None:
    statement = parse("I(X;Z) <= I(X;Y)", "", ("X -> Y -> Z",))
    (relation,) = statement.relations
    assert isinstance(relation, Relation)
    found = of_verdict(decide(relation, statement.premises), relation, statement.premises)
    shown = [step.to_json() for step in found]
    assert {"rule", "before", "after", "path", "bindings", "conditions", "level", "verdict"} <= shown[0].keys()
    assert shown[0]["relation"] == "<="
    assert shown[2]["reasons"] == ["premise 1: X -> Y -> Z"]
    assert [parse(f"{s['before']} {s['relation']} {s['after']}").relations for s in shown]
