"""Means of exponentials, importance weights and logarithms of products: what is proved of them, and what is not."""

from __future__ import annotations

import pytest

from derive.api import check
from derive.prove.information import checker, cone
from derive.prove.information.certificate import Certificate
from derive.prove.information.problem import Problem
from derive.prove.information.reading import problem
from tests.prove.information.asked import asked

F, FG = "f: function", "f, g: function"
MIXED = "E_p(x)[log(1/2*f(x) + 1/2*g(x))] >= 1/4*E_p(x)[log(f(x)**2)] + 1/4*E_p(x)[log(g(x)**2)]"
PRODUCT = "log E_p(x)[f(x)] >= E_p(x)[log(f(x)*g(x))] - 1/2*E_p(x)[log(g(x)**2)]"
INVERSE = "log E_p(x)[1/f(x)] >= -1/2*E_p(x)[log(f(x)**2)]"
CHANGED = "log E_p(x)[f(x)] >= E_q(x)[log f(x)] - KL(q(x)||p(x))"
POSITIVE = ("f(x) > 0", "g(x) > 0")
WEIGHTS = "E_p(z|y)[p(x,z)/p(z|y)] = p(x)"

FALSE = [
    # the exponent is a function, not its mean
    ("log E_p(x)[exp(f(x))] = log E_p(x)[exp(E_p(x)[f(x)])]", (), F),
    ("log E_p(x,y)[exp(f(x,y))] = log E_p(x,y)[exp(E_p(y|x)[f(x,y)])]", (), F),
    ("log E_p(x)[exp(2*log q(x))] = log E_p(x)[exp(2*E_p(x)[log q(x)])]", (), ""),
    ("log E_p(x,y)[exp(I(X;Y))] = log E_p(x,y)[p(x,y)/(p(x)*p(y))]", (), ""),
    ("log E_p(z)[exp(E_p(w)[log p(x,w,z)])/p(z)] <= log p(x)", (), ""),
    ("E_p(y)[KL(p(x|y)||q(x|y))] >= 2*log E_p(y)[exp(TV(p(x|y), q(x|y))**2)]", (), ""),
    # the logarithm of a product is a sum only of positive factors
    ("log(E_p(x)[x]**2) >= E_p(x)[log(x**2)]", (), ""),
    ("log E_p(x)[x] >= 1/2*E_p(x)[log(x**2)]", (), ""),
    (INVERSE, (), F),
    (PRODUCT, (), FG),
    (PRODUCT, POSITIVE[:1], FG),
    (MIXED, (), FG),
    (MIXED, POSITIVE[1:], FG),
    (CHANGED, (), F),  # f may be negative where q is 0
    # what is averaged may lie outside of the law that averages
    (WEIGHTS, (), ""),
    (WEIGHTS, ("p(z|x) > 0",), ""),
    ("log E_p(z|y)[p(x,z)/p(z|y)] = log p(x)", (), ""),
    ("log E_p(z|w)[p(x,z|y)/p(z|w)] = log p(x|y)", (), ""),
    ("log E_q(z)[p(x,z)/(q(z)*p(w))] <= log p(x|w)", (), ""),
    # an outcome outside of a mean is not bound by it
    ("E_q(x)[E_p(x)[exp(f(x))]/exp(f(x))] = 1", (), F),
]

TRUE = [
    ("log E_p(x)[exp(f(x))] >= log E_p(x)[exp(E_p(x)[f(x)])]", (), F),
    ("log E_p(x)[exp(E_p(x)[f(x)])] = E_p(x)[f(x)]", (), F),
    ("log E_p(x)[exp(2*f(x) + 1)] = log E_p(x)[exp(f(x) + f(x))] + 1", (), F),
    ("log E_p(x)[exp(log q(x) + log r(x))] = log E_p(x)[q(x)*r(x)]", (), ""),
    ("log E_p(x,y)[exp(I(X;Y))] = I(X;Y)", (), ""),
    ("log E_p(x,y)[p(x,y)/(p(x)*p(y))] >= I(X;Y)", (), ""),
    ("log E_p(x)[x] >= E_p(x)[log(x)]", (), ""),
    ("log E_p(x)[f(x)] >= E_p(x)[log f(x)]", (), F),
    ("log E_p(x)[f(x)] >= E_p(x)[log f(x)]", POSITIVE[:1], F),
    (INVERSE, POSITIVE[:1], F),
    (PRODUCT, POSITIVE, FG),
    (MIXED, POSITIVE, FG),
    ("E_p(x)[log(1/2*f(x) + 1/2*g(x))] >= 1/2*E_p(x)[log f(x)] + 1/2*E_p(x)[log g(x)]", (), FG),
    (CHANGED, POSITIVE[:1], F),
    ("E_p(x)[log(2*f(x)**3)] = log(2) + 3*E_p(x)[log f(x)]", (), F),
    ("log E_p(z)[p(x|z)] = log p(x)", (), ""),
    ("E_p(z|x)[p(x,z)/p(z|x)] = p(x)", (), ""),
    ("E_p(y|x)[p(x,y,z)/p(y|x)] = p(x,z)", (), ""),  # p(y|x) is positive where p(x,y,z) is
    ("log E_p(z|y)[p(x,z|y)/p(z|y)] = log p(x|y)", (), ""),
    (WEIGHTS, ("p(z|y) > 0",), ""),
    (WEIGHTS.replace(" = ", " <= "), (), ""),
    ("log E_p(z|y)[p(x,z)/p(z|y)] <= log p(x)", (), ""),
    ("E_p(z)[exp(log p(x|z))] >= 1 + log p(x)", (), ""),
]


def proved_problem(text: str, given: tuple[str, ...], where: str) -> Problem | None:
    """The statement as a problem, if its rows prove it."""
    found = problem(*asked(text, given, where))
    certificate = cone.prove(found) if found is not None else None
    if found is None or not isinstance(certificate, Certificate):
        return None
    checker.check(found, certificate)
    return found


@pytest.mark.parametrize(("text", "given", "where"), FALSE)
def test_what_is_false_is_not_proved(text: str, given: tuple[str, ...], where: str):
    assert proved_problem(text, given, where) is None


@pytest.mark.parametrize(("text", "given", "where"), TRUE)
def test_what_is_true_is_proved(text: str, given: tuple[str, ...], where: str):
    assert proved_problem(text, given, where) is not None


@pytest.mark.parametrize("number", [0, 1, 2, 6, 7, 8, 14, 16, 17, 18])
def test_verdicts_of_the_false(number: int):
    text, given, where = FALSE[number]
    assert check(text, given, where=where).kind == "refuted"


def test_a_premise_that_makes_a_function_positive_is_assumed():
    for text in (INVERSE, MIXED):
        given = POSITIVE if text is MIXED else POSITIVE[:1]
        verdict = check(text, given, where=FG)
        assert verdict.kind == "proved"
        assert {*given} <= {*verdict.assumptions}


def test_a_mean_that_is_a_density_is_no_tilt():
    verdict = check("E_p(z)[exp(log p(x|z))] <= 1")
    assert verdict.kind == "proved"


def test_conditional_laws_at_fixed_outcomes_are_conditions():
    verdict = check("log p(x) = E_p(z)[log p(x|z)] + KL(p(z)||p(z|x))")
    assert verdict.kind == "proved"
    assert verdict.conditions == ("p(x|z) > 0 where p(z) > 0", "p(z|x) > 0 where p(z) > 0")
    verdict = check("KL(p(z|x)||p(z)) = E_p(z|x)[log p(z|x) - log p(z)]")
    assert verdict.kind == "proved"
    assert not check("I(X;Z) = E_p(x,z)[log p(z|x) - log p(z)]").conditions
