"""Cited inequalities beside the cone: used where they are needed, named by the verdict, and true at exact tables."""

from __future__ import annotations

from random import Random

import pytest

from derive.api import check
from derive.prove.information import cone
from derive.prove.information.certificate import Certificate
from derive.prove.information.problem import Lemma, Problem
from derive.prove.information.reading import problem
from tests.prove.information.asked import asked

FANO = ("e = P(X != Y)", "|X| <= K")
COUNT = "K: counting"
SAMPLES = "E_q(z|x)q(u|x)[log((p(x,z)/q(z|x) + p(x,u)/q(u|x))/2)]"


def read(text: str, given: tuple[str, ...] = (), where: str = "") -> Problem:
    found = problem(*asked(text, given, where))
    assert found is not None
    return found


def lemmas_of(text: str, given: tuple[str, ...] = (), where: str = "") -> list[str] | None:
    """The lemmas that a proof uses; None if there is none."""
    found = read(text, given, where)
    certificate = cone.prove(found)
    if not isinstance(certificate, Certificate):
        return None
    return [found.lemmas[g.number].text for _, g in certificate.terms if isinstance(g, Lemma)]


@pytest.mark.parametrize(
    ("true", "false", "lemma"),
    [
        ("KL(p(x)||q(x)) >= 2*TV(p(x),q(x))**2", "KL(p(x)||q(x)) >= 3*TV(p(x),q(x))**2", "Pinsker"),
        ("KL(q(x)||p(x)) >= 2*TV(p(x),q(x))**2", "TV(p(x),q(x))**2 >= KL(q(x)||p(x))", "Pinsker"),
        ("KL(p(x,y)||q(x,y)) >= 2*TV(p(x),q(x))**2", "KL(p(x)||q(x)) >= 2*TV(p(x,y),q(x,y))**2", "Pinsker"),
        ("I(X;Y) >= 2*TV(p(x,y),p(x)p(y))**2", "I(X;Y) <= 2*TV(p(x,y),p(x)p(y))**2", "Pinsker"),
        ("TV(p(x),q(x)) <= 1", "TV(p(x),q(x)) <= 1/2", "TV"),
        ("TV(p(x),q(x))**2 <= TV(p(x),q(x))", "TV(p(x),q(x))**2 >= TV(p(x),q(x))", "TV"),
        ("KL(p(x)||q(x)) <= chi2(p(x)||q(x))", "KL(p(x)||q(x)) <= chi2(q(x)||p(x))", "chi2"),
        ("KL(p(x)||q(x)) <= log(1 + chi2(p(x)||q(x)))", "KL(p(x)||q(x)) >= log(1 + chi2(p(x)||q(x)))", "chi2"),
        (f"log p(x) >= {SAMPLES}", f"log p(x) <= {SAMPLES}", "E[log g]"),
        (
            f"{SAMPLES} >= 1/2*E_q(z|x)[log(p(x,z)/q(z|x))] + 1/2*E_q(u|x)[log(p(x,u)/q(u|x))]",
            f"{SAMPLES} >= E_q(z|x)[log(p(x,z)/q(z|x))]",
            "concave",
        ),
        ("H(X) <= log |X|", "H(X,Y) <= log |X|", "log |X|"),
        ("h(a) <= log(2)", "h(a) <= 1/2", "h(e)"),
    ],
)
def test_lemmas_and_false_twins(true: str, false: str, lemma: str):
    where = "a: unit" if "h(a)" in true else ""
    used = lemmas_of(true, where=where)
    assert used is not None
    assert any(lemma in text for text in used)
    assert lemmas_of(false, where=where) is None


GIVEN_X = "p(y|x),q(y|x)"
BETWEEN = "p(y|x)||q(y|x)"


@pytest.mark.parametrize(
    ("true", "false"),
    [
        (
            f"KL({BETWEEN} | p(x)) >= 2*E_p(x)[TV({GIVEN_X})**2]",
            f"KL({BETWEEN}) >= 2*E_p(x)[TV({GIVEN_X})**2]",
        ),
        (f"KL({BETWEEN}) >= 2*TV({GIVEN_X})**2", f"KL({BETWEEN} | p(x)) >= 2*TV({GIVEN_X})**2"),
        (
            f"KL(q(y|x)||p(y|x) | q(x)) >= 2*E_q(x)[TV({GIVEN_X})**2]",
            f"KL({BETWEEN} | p(x)) >= 2*E_q(x)[TV({GIVEN_X})**2]",
        ),
        (
            f"KL(p(x,y)||q(x,y)) >= 2*E_p(x)[TV({GIVEN_X})**2]",
            f"KL(p(x,y)||q(x,y)) >= 2*E_q(x)[TV({GIVEN_X})**2]",
        ),
        (
            f"E_p(x)[KL({BETWEEN})] >= 2*E_p(x,z)[TV({GIVEN_X})**2]",
            f"E_p(x)[KL({BETWEEN})] >= 2*E_q(x,z)[TV({GIVEN_X})**2]",
        ),
        (f"E_p(x)[chi2({BETWEEN})] >= KL({BETWEEN} | p(x))", f"E_p(x)[chi2({BETWEEN})] >= KL({BETWEEN})"),
        (
            f"E_p(x)[log(1 + chi2({BETWEEN}))] >= KL({BETWEEN} | p(x))",
            f"E_p(x)[log(1 + chi2({BETWEEN}))] >= KL({BETWEEN})",
        ),
        (
            f"E_p(x)[log(1 + chi2({BETWEEN}))] <= E_p(x)[chi2({BETWEEN})]",
            f"E_p(x)[log(1 + chi2({BETWEEN}))] <= chi2({BETWEEN})",
        ),
        (f"E_p(x)[TV({GIVEN_X})**2] <= E_p(x)[TV({GIVEN_X})]", f"E_p(x)[TV({GIVEN_X})**2] <= TV({GIVEN_X})"),
        (f"TV({GIVEN_X})**2 <= TV({GIVEN_X})", f"TV({GIVEN_X})**2 <= E_p(x)[TV({GIVEN_X})]"),
        (f"E_p(x)[TV({GIVEN_X})] <= E_p(x)[TV(q(y|x),p(y|x))]", f"E_p(x)[TV({GIVEN_X})] <= E_q(x)[TV({GIVEN_X})]"),
    ],
)
def test_lemmas_of_distances_are_about_the_mean_around_them(true: str, false: str):
    assert lemmas_of(true)
    assert lemmas_of(false) is None
    assert check(true).kind == "proved"
    assert check(false).kind == "refuted"


def test_no_lemma_speaks_of_a_distance_with_a_mean_of_its_own():
    for text in (
        "KL(q(y|x)||p(y|x)) >= 2*TV(p(y|x),q(y|x) | p(x))**2",
        "KL(p(y|x)||q(y|x)) >= 2*TV(p(y|x),q(y|x) | p(x))**2",
        "KL(p(y|x)||q(y|x)) <= chi2(p(y|x)||q(y|x) | p(x))",
        "KL(p(y|x)||q(y|x)) <= log(1 + chi2(p(y|x)||q(y|x) | p(x)))",
    ):
        assert lemmas_of(text) is None
        assert check(text).kind != "proved"


@pytest.mark.parametrize(
    ("text", "given", "proved"),
    [
        ("H(X|Y) <= h(e) + e*log(K)", FANO, True),
        ("H(X|Y) <= h(e) + e*log(K)", FANO[:1], False),
        ("H(X|Y) <= h(e) + e*log(K)", FANO[1:], False),
        ("H(X|Y) <= h(e) + e*log(K)", ("e = P(X != Y)", "|X| >= K"), False),
        ("H(X|Y) <= h(e) + e*log(K-1)", FANO, False),
        ("H(X|Y) <= h(e) + e*log(K-1)", (*FANO, "|Y| <= K"), False),
        ("H(X|Y) <= e*log(K)", FANO, False),
        ("H(X|Y) <= h(e) + 1/2*e*log(K)", FANO, False),
        ("H(X|Y) <= log(2) + e*log(K)", FANO, True),
        ("H(X|Y) <= log(2)/2 + e*log(K)", FANO, False),
        ("H(Y|X) <= h(e) + e*log(K)", FANO, False),
        ("H(X|Z) <= h(e) + e*log(K)", (*FANO, "X -> Z -> Y"), True),
        ("H(X|Z) <= h(e) + e*log(K)", FANO, False),
        ("H_q(X|Y) <= h(P_q(X != Y)) + P_q(X != Y)*log(K)", FANO[1:], True),
        ("H_q(X|Y) <= h(P(X != Y)) + P(X != Y)*log(K)", FANO[1:], False),
        ("H(X|Y) <= h(P(X != Y)) + P(X != Y)*log |X|", (), True),
        ("H(X|Y) <= h(P(X != Y)) + P(X != Y)*log |Y|", (), False),
        ("H(X|Y) <= h(P(X != Y)) + P(X != Y)*log(4)", ("|X| <= 4",), True),
        ("H(X|Y) <= h(P(X != Y)) + P(X != Y)*log(5)", ("|X| <= 4",), True),
        ("H(X|Y) <= h(P(X != Y)) + 2*P(X != Y)*log(2)", ("|X| <= 4",), True),
        ("H(X|Y) <= h(P(X != Y)) + 2*P(X != Y)*log(2)", ("|X| <= 5",), False),
        ("H(X|Y) <= h(P(X != Y)) + P(X != Y)*log(3)", ("|X| <= 4",), False),
        ("H(X|Y) <= P(X != Y)*log(1) + h(P(X != Y))", ("|X| <= 2", "|Y| <= 3", "P(X != Y) = 1"), False),
        ("H(X|Y) <= P(X != Y)*log(1) + h(P(X != Y))", ("|X| <= 1",), True),
    ],
)
def test_fano(text: str, given: tuple[str, ...], proved: bool):
    used = lemmas_of(text, given, COUNT if "K" in "".join((text, *given)) else "")
    assert (used is not None) == proved
    if used:
        assert any("<= P" in lemma for lemma in used)


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("H(X|Y) <= P(X != Y)*log(1) + h(P(X != Y))", ("|X| <= 2", "|Y| <= 3", "P(X != Y) = 1")),
        ("H(X|Y) <= h(P(X != Y)) + P(X != Y)*log(1)", ("|X| <= 2", "|Y| <= 2")),
        ("H(X|Y) <= h(P(X != Y))", ("|X| <= 2",)),
    ],
)
def test_values_of_compared_variables_need_not_be_from_one_set(text: str, given: tuple[str, ...]):
    verdict = check(text, given=given)
    assert verdict.kind == "refuted"


def test_a_verdict_names_the_lemma_and_its_source():
    verdict = check("KL(p(x)||q(x)) >= 2*TV(p(x),q(x))**2")
    assert verdict.kind == "proved"
    assert any("Pinsker" in line and "Tsybakov 2009" in line for line in verdict.assumptions)


def test_the_lemmas_hold_at_random_tables():
    from fractions import Fraction

    from derive.prove.information.witness_references.evaluation import UndefinedError
    from derive.prove.information.witness_references.proposals import drawn, statement

    for text in (
        "KL(p(x)||q(x)) >= 2*TV(p(x),q(x))**2",
        "KL(p(x)||q(x)) <= log(1 + chi2(p(x)||q(x)))",
        "log(1 + chi2(p(x)||q(x))) <= chi2(p(x)||q(x))",
        "JS(p(x),q(x)) <= log(2)",
        f"log p(x) >= {SAMPLES}",
        "H(X) <= log |X|",
    ):
        relation, _ = asked(text)
        about = statement(relation, ())
        assert about is not None
        usable = 0
        for seed in range(60):
            try:
                tables = drawn(about, Random(seed), seed)
                assert next(tables.failures(relation), None) is None, text
                usable += 1
            except UndefinedError:
                continue
            assert all(isinstance(p, Fraction) for law in tables.laws.values() for p in law.table.values())
        assert usable >= 20, text
