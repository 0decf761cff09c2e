"""The checker of certificates: it adds rows, and takes nothing else on trust. Changed certificates are rejected."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.prove.information import checker, cone
from derive.prove.information.certificate import Certificate, Copy
from derive.prove.information.certificate_json import MalformedCertificateError, from_json, to_json
from derive.prove.information.checker import CertificateError, check, with_copy
from derive.prove.information.problem import (
    Constant,
    CrossEntropy,
    Entropy,
    Free,
    Generator,
    Known,
    Lemma,
    Logarithm,
    Mutual,
    Premise,
    Problem,
    Relative,
    Unit,
)
from tests.prove.information.rows import H, I, chain, plus, problem

X, Y, Z, W = 1, 2, 4, 8
ONE = Fraction(1)
LOGS = (Logarithm("2"), Logarithm("3"), Unit(), Logarithm("K"))

DATA_PROCESSING = problem(3, plus((1, I(X, Y)), (-1, I(X, Z))), zero=chain([1, 2, 3]))
PROOF = Certificate(((-ONE, Premise(0)), (ONE, Mutual(X, Y, Z))))
SUBADDITIVE = problem(3, plus((1, H(X)), (1, H(Y)), (1, H(Z)), (-1, H(7))))


def rejects(p: Problem, certificate: Certificate) -> None:
    with pytest.raises(CertificateError):
        check(p, certificate)


def proving(generator: Generator, factor: Fraction = ONE, **fields: object) -> tuple[Problem, Certificate]:
    """A problem whose goal is one generator, and the certificate that says so."""
    p = Problem(tuple("XYZW"), {}, **fields)  # type: ignore[arg-type]
    return replace(p, goal=plus((factor, generator.row(p)))), Certificate(((factor, generator),))


def test_a_proof_is_accepted() -> None:
    check(DATA_PROCESSING, PROOF)
    check(SUBADDITIVE, Certificate(((ONE, Mutual(X, Y)), (ONE, Mutual(X | Y, Z)))))


def test_a_premise_that_is_no_equation_needs_a_factor_that_is_not_negative() -> None:
    p = replace(DATA_PROCESSING, zero=(), nonneg=DATA_PROCESSING.zero)
    rejects(p, PROOF)
    check(
        replace(p, goal={c: -value for c, value in p.zero[0].row.items()} if p.zero else p.nonneg[0].row),
        Certificate(((ONE, Premise(0)),)),
    )


@pytest.mark.parametrize(
    "certificate",
    [
        Certificate(()),
        Certificate(PROOF.terms[:1]),
        Certificate(PROOF.terms[1:]),
        Certificate((*PROOF.terms, (ONE, Mutual(X, Z)))),
        Certificate((PROOF.terms[0], (ONE, Mutual(X, Z, Y)))),
        Certificate((PROOF.terms[0], (Fraction(1, 2), Mutual(X, Y, Z)))),
        Certificate(((-ONE, Premise(1)), PROOF.terms[1])),
        Certificate(((-ONE, Premise(-1)), PROOF.terms[1])),
        Certificate(PROOF.terms, reverse=PROOF.terms),
        Certificate(((ONE, Mutual(X, Y)), (-ONE, Mutual(X, Z)))),
    ],
)
def test_other_sums_are_rejected(certificate: Certificate) -> None:
    rejects(DATA_PROCESSING, certificate)


def test_an_equality_needs_both_directions() -> None:
    p = problem(3, I(X, Z, Y), zero=[plus((2, I(X, Z, Y)))], equality=True)
    forth, back = ((Fraction(1, 2), Premise(0)),), ((Fraction(-1, 2), Premise(0)),)
    check(p, Certificate(forth, back))
    rejects(p, Certificate(forth))
    rejects(p, Certificate(forth, forth))
    rejects(p, Certificate((), back))
    check(problem(1, {}, equality=True), Certificate(()))


@pytest.mark.parametrize(
    ("generator", "fields", "good"),
    [
        (Entropy(X, Y), {}, True),
        (Entropy(X, Y), {"continuous": Y}, True),
        (Entropy(X, Y), {"continuous": X}, False),
        (Entropy(X | Z, Z), {"continuous": Z}, True),  # Z given Z
        (Entropy(X | Z, Y), {"continuous": Z}, False),
        (Entropy(X, Y), {"blocks": (X, Y | Z)}, False),
        (Entropy(X), {"blocks": (X, Y | Z)}, True),
        (Entropy(16), {}, False),
        (Entropy(-1), {}, False),
        (Entropy(X, -2), {"columns": (Free("s"), Free("t"))}, False),
        (Mutual(X, Y, Z), {"continuous": 7}, True),
        (Mutual(X | Y, Y, Z), {}, True),
        (Mutual(X | Y, Y, Z), {"continuous": X}, True),
        (Mutual(X | Y, Y, Z), {"continuous": Y}, False),
        (Mutual(X | Z, Z | Y, Z), {"continuous": Z}, True),
        (Mutual(X, Y, Z), {"blocks": (X | Y, Z)}, False),
        (Mutual(X, Y, -1), {"columns": (Free("t"),)}, False),
        (Mutual(-1, X), {"columns": (Free("t"),)}, False),
        (Mutual(X, 16), {}, False),
        (Relative("r", X), {"columns": (CrossEntropy("r", X),), "continuous": X}, True),
        (Relative("r", Y, X), {"columns": (CrossEntropy("r", X), CrossEntropy("r", X | Y))}, True),
        (Relative("r", X), {"columns": (CrossEntropy("r", X), CrossEntropy("r", 0))}, True),
        (Relative("r", X, -1), {"columns": (CrossEntropy("r", X), CrossEntropy("r", -1))}, False),
        (Constant(((LOGS[0], ONE),)), {"columns": LOGS}, True),
        (Constant(((LOGS[0], -ONE), (LOGS[1], ONE))), {"columns": LOGS}, True),
        (Constant(((LOGS[0], ONE), (LOGS[1], -ONE))), {"columns": LOGS}, False),
        (Constant(((LOGS[0], -ONE), (LOGS[2], ONE))), {"columns": LOGS}, True),
        (Constant(((LOGS[3], ONE), (LOGS[0], -ONE))), {"columns": LOGS}, False),
        (Constant(((Free("t"), ONE),)), {"columns": (Free("t"),)}, False),
        (Lemma(0), {"lemmas": (Known(I(X, Y), "x"),)}, True),
        (Premise(0), {"nonneg": (Known(plus((-1, I(X, Y))), "x"),)}, True),
    ],
)
def test_what_is_non_negative(generator: Generator, fields: dict, good: bool) -> None:
    p, certificate = proving(generator, **fields)
    if good:
        check(p, certificate)
        free = isinstance(generator, Premise) and p.zero
        if p.goal and not free:
            rejects(*proving(generator, -ONE, **fields))
    else:
        rejects(p, certificate)


@pytest.mark.parametrize(
    "generator", [Premise(5), Premise(-1), Lemma(0), Lemma(-1), Relative("r", X), Relative("q", 0, X)]
)
def test_what_is_not_there(generator: Generator) -> None:
    rejects(SUBADDITIVE, Certificate(((ONE, Mutual(X, Y)), (ONE, Mutual(X | Y, Z)), (ONE, generator))))


# -- copies


def test_a_copy_has_the_law_of_the_original() -> None:
    p = problem(3, I(X, Y), zero=[I(X, Z, Y)], nonneg=[I(X, Z)])
    new = with_copy(p, Copy("X'", X, Y))
    assert new.names == ("X1", "X2", "X3", "X'")
    expected = [{X: 1, W: -1}, {X | Y: 1, Y | W: -1}, I(W, X | Z, Y)]
    assert [known.row for known in new.zero[1:]] == expected
    assert new.nonneg == p.nonneg
    assert new.laws == (15,)


def test_a_proof_with_a_copy() -> None:
    """I(X; Y) ≤ … with X copied over Y: I(X'; X | Y) = 0 and H(X') = H(X)."""
    copy = Copy("X'", X, Y)
    p = problem(2, I(X, Y))
    extended = with_copy(p, copy)
    found = cone.prove(replace(extended, goal=plus((1, I(X, Y)), (-1, I(X, W >> 1)))))
    assert isinstance(found, Certificate)
    goal = replace(p, goal=I(X, Y))
    # I(X; Y) = I(X; X') + I(X; Y | X') − I(X; X' | Y)
    terms = ((ONE, Mutual(X, Z)), (ONE, Mutual(X, Y, Z)), (-ONE, Premise(2)))
    check(goal, Certificate(terms, copies=(copy,)))
    rejects(goal, Certificate(terms))
    rejects(goal, Certificate(terms, copies=(Copy("X'", X, 0),)))
    rejects(goal, Certificate(terms, copies=(Copy("X'", Y, X),)))


@pytest.mark.parametrize(
    "copy",
    [
        Copy("X1", X, Y),  # a name that is taken
        Copy("A", X | Y, Z),  # two at once
        Copy("A", 0, Z),
        Copy("A", X, X | Y),  # over itself
        Copy("A", 16, X),
        Copy("A", X, 16),
        Copy("A", X, -2),
        Copy("A", -1, X),
    ],
)
def test_other_copies_are_rejected(copy: Copy) -> None:
    p = problem(3, I(X, Y))
    with pytest.raises(CertificateError):
        with_copy(p, copy)
    rejects(p, Certificate(((ONE, Mutual(X, Y)),), copies=(copy,)))


def test_a_copy_stays_in_its_law_and_kind() -> None:
    p = Problem(tuple("XYZW"), {}, blocks=(X | Y, Z | W), continuous=X)
    new = with_copy(p, Copy("X'", X, Y))
    assert new.blocks == (X | Y | 16, Z | W)
    assert new.continuous == X | 16
    assert with_copy(p, Copy("Z'", Z, W)).continuous == X
    with pytest.raises(CertificateError):
        with_copy(p, Copy("X'", X, Z))


# -- symmetry


def pairs() -> Problem:
    """Σ over pairs of H(pair) ≥ 2 H(all), of three."""
    return problem(3, plus((1, H(3)), (1, H(5)), (1, H(6)), (-2, H(7))))


def test_rows_may_be_added_modulo_permutations() -> None:
    terms = ((ONE, Mutual(Y, Z, X)), (ONE, Mutual(X, Y | Z)), (ONE, Entropy(X, Y | Z)))
    own = problem(3, plus((1, I(Y, Z, X)), (1, I(X, Y | Z)), (1, H(X, Y | Z))))
    check(own, Certificate(terms))
    mean = ((Fraction(3), Entropy(X, Y | Z)), (Fraction(1), Entropy(X | Y | Z)))
    p = problem(3, plus((4, H(7)), (-1, H(3)), (-1, H(5)), (-1, H(6))))
    rejects(p, Certificate(mean))
    check(p, Certificate(mean, classes=(7,)))
    check(p, Certificate(((Fraction(3), Entropy(Z, X | Y)), mean[1]), classes=(7,)))
    rejects(p, Certificate(((Fraction(2), Entropy(X, Y | Z)), mean[1]), classes=(7,)))


def test_classes_need_a_symmetric_statement() -> None:
    goal = plus((1, H(3)), (1, H(5)), (-2, H(6)))  # sums to 0 over orbits, and is false
    rejects(problem(3, goal), Certificate((), classes=(7,)))
    check(problem(3, plus((1, H(3)), (-1, H(3)))), Certificate((), classes=(7,)))
    symmetric = pairs()
    found = cone.prove(symmetric)
    assert isinstance(found, Certificate)
    check(symmetric, replace(found, classes=(7,)))
    # a premise that tells X from Y, an overlap, a mask that is no variable, two laws, two kinds, a reference
    rejects(replace(symmetric, zero=(Known(H(X), ""),)), replace(found, classes=(7,)))
    check(replace(symmetric, zero=(Known(H(X), ""), Known(H(Y), ""), Known(H(Z), ""))), replace(found, classes=(7,)))
    check(replace(symmetric, nonneg=(Known(H(Z), ""),)), replace(found, classes=(3,)))
    rejects(replace(symmetric, nonneg=(Known(H(Z), ""),)), replace(found, classes=(6,)))
    rejects(replace(symmetric, lemmas=(Known(H(Z), ""),)), replace(found, classes=(6,)))
    rejects(symmetric, replace(found, classes=(3, 6)))
    rejects(symmetric, replace(found, classes=(15,)))
    rejects(symmetric, replace(found, classes=(-1,)))
    empty = Certificate((), classes=(3,))
    rejects(Problem(("X", "Y"), {}, blocks=(1, 2)), empty)
    rejects(Problem(("X", "Y"), {}, continuous=1), empty)
    rejects(Problem(("X", "Y"), {}, columns=(CrossEntropy("r", 1),)), empty)
    check(Problem(("X", "Y"), {}, continuous=3), empty)


# -- every change of a certificate

BANK = [
    DATA_PROCESSING,
    SUBADDITIVE,
    pairs(),
    problem(4, plus((1, I(X, Y)), (-1, I(X, W))), zero=chain([1, 2, 3, 4])),
    problem(3, plus((2, H(X)), (-1, H(3))), nonneg=[plus((1, H(X)), (-1, H(Y)))]),
    problem(3, I(X, Y, Z), zero=[I(X, Y | Z)], equality=True),
]
PROOFS = [(p, found) for p in BANK if isinstance(found := cone.prove(p), Certificate)]
ZERO = {generator.row(p) == {} for p, c in PROOFS for _, generator in c.terms}


def test_the_bank_is_proved() -> None:
    assert len(PROOFS) == len(BANK)
    assert {False} == ZERO
    for p, certificate in PROOFS:
        check(p, certificate)


@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_changed_certificates_are_rejected(data: st.DataObject) -> None:
    p, certificate = data.draw(st.sampled_from(PROOFS))
    k = data.draw(st.integers(0, len(certificate.terms) - 1))
    factor, generator = certificate.terms[k]
    terms = list(certificate.terms)
    match data.draw(st.sampled_from(["drop", "factor", "sign", "generator"])):
        case "drop":
            del terms[k]
        case "factor":
            change = data.draw(st.fractions(min_value=-2, max_value=2, max_denominator=10**9).filter(bool))
            terms[k] = factor + change, generator
        case "sign":
            terms[k] = -factor, generator
        case "generator":
            masks = st.integers(0, p.full)
            other = data.draw(st.builds(Mutual, masks, masks, masks) | st.builds(Entropy, masks, masks))
            if other.row(p) == generator.row(p):
                return
            terms[k] = factor, other
    rejects(p, replace(certificate, terms=tuple(terms)))


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_certificate_proves_no_other_goal(data: st.DataObject) -> None:
    p, certificate = data.draw(st.sampled_from(PROOFS))
    goal = dict(p.goal)
    where = data.draw(st.integers(1, p.full))
    amount = data.draw(st.fractions(min_value=-1, max_value=1, max_denominator=10**12).filter(bool))
    rejects(replace(p, goal=plus((1, goal), (amount, {where: ONE}))), certificate)


# -- as data

EVERY = Certificate(
    ((Fraction(1, 3), Entropy(1, 2)), (Fraction(-7, 2), Premise(3)), (ONE, Relative("r", 1, 2)), (ONE, Lemma(0))),
    (
        (ONE, Mutual(1 << 63, 2, 4)),
        (ONE, Constant(((LOGS[0], Fraction(-1, 2)), (LOGS[2], ONE), (CrossEntropy("q", 3), ONE), (Free("t"), ONE)))),
    ),
    (Copy("X'", 1, 6),),
    (3, 1 << 70),
)


@pytest.mark.parametrize("certificate", [EVERY, PROOF, Certificate(()), *(c for _, c in PROOFS)])
def test_certificates_are_data(certificate: Certificate) -> None:
    text = json.dumps(to_json(certificate))
    assert from_json(json.loads(text)) == certificate
    assert json.dumps(to_json(from_json(json.loads(text)))) == text


def changed(path: list[str | int], value: object) -> object:
    data = json.loads(json.dumps(to_json(EVERY)))
    at = data
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return data


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        "terms",
        changed(["kind"], "normal form"),
        changed(["schema"], 2),
        changed(["terms"], None),
        changed(["terms", 0], []),
        changed(["terms", 0, 0], 0.5),
        changed(["terms", 0, 0], "0.5"),
        changed(["terms", 0, 0], "1/0"),
        changed(["terms", 0, 0], "1e999999999"),
        changed(["terms", 0, 0], "nan"),
        changed(["terms", 0, 1], "J"),
        changed(["terms", 0, 2], -1),
        changed(["terms", 0, 2], True),
        changed(["terms", 0, 2], "1"),
        changed(["terms", 0], ["1", "H", 1]),
        changed(["terms", 2, 2], 1),
        changed(["reverse", 1, 2, 0], ["1", "log", 2]),
        changed(["reverse", 1, 2], 3),
        changed(["copies"], [["X'", 1]]),
        changed(["copies"], [["X'", 1, -1]]),
        changed(["classes"], [1.0]),
    ],
)
def test_other_data_is_no_certificate(data: object) -> None:
    with pytest.raises(MalformedCertificateError):
        from_json(data)


def test_the_checker_imports_no_search() -> None:
    names = {module.__name__ for module in vars(checker).values() if hasattr(module, "__name__")}
    assert not {name for name in names if name.endswith((".span", ".program", ".elemental", ".cone"))}
