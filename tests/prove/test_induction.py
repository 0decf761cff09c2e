"""Induction over recurrences and over the ends of sums and products."""

from __future__ import annotations

import pytest

from derive.expr.propositions import Relation
from derive.prove.claim import Claim
from derive.prove.equality import prove_equality
from derive.text.statement import parse
from tests.prove.claims import proved, refuted, verdict

SUMS = (
    ("Sum(k, k, 1, n) = n*(n+1)/2", "Sum(k, k, 1, n) = n*(n-1)/2", ""),
    ("Sum(k**2, k, 1, n) = n*(n+1)*(2*n+1)/6", "Sum(k**2, k, 1, n) = n*(n+1)*(2*n-1)/6", ""),
    ("Sum(k**3, k, 1, n) = (n*(n+1)/2)**2", "Sum(k**3, k, 1, n) = (n*(n+1)/2)**2 + n - 1", ""),
    ("Sum(2*k-1, k, 1, n) = n**2", "Sum(2*k-1, k, 1, n) = n**2 + n - 1", ""),
    ("Sum(1/(k*(k+1)), k, 1, n) = n/(n+1)", "Sum(1/(k*(k+1)), k, 1, n) = (n+1)/(n+3)", ""),
    ("(1-b)*Sum(b**k, k, 0, n-1) = 1 - b**n", "(1-b)*Sum(b**k, k, 0, n-1) = 1 - b**(n+1)", "b: real"),
    ("Sum(b**k, k, 0, n-1) = (1-b**n)/(1-b)", "Sum(b**k, k, 0, n-1) = (1-b**n)/(1+b)", "b: unit"),
    ("(1-b)/(1-b**n) = 1/Sum(b**k, k, 0, n-1)", "(1-b)/(1-b**n) = 1/Sum(b**k, k, 0, n)", "b: unit; n: int in [1,9]"),
    (
        "Sum(k*b**k, k, 0, n) = b*(1-(n+1)*b**n+n*b**(n+1))/(1-b)**2",
        "Sum(k*b**k, k, 0, n) = b*(1-n*b**n+n*b**(n+1))/(1-b)**2", "b: unit",
    ),
    ("Sum(Sum(1, j, 1, i), i, 1, n) = n*(n+1)/2", "Sum(Sum(1, j, 1, i), i, 1, n) = n**2/2", ""),
    (
        "Sum(k*x[k], k, 1, n) = Sum(Sum(x[k], k, j, n), j, 1, n)",
        "Sum(k*x[k], k, 1, n) = Sum(Sum(x[k], k, 1, j), j, 1, n)",
        "x: real[n]",
    ),
    ("Sum(1/(1+x)) + Sum(x/(1+x)) = n", "Sum(1/(1+x)) + Sum(x/(1+x)) = 1", "x: nonneg[n]"),
    ("Prod(a*x) = a**n*Prod(x)", "Prod(a*x) = a*Prod(x)", "a: real; x: real[n]"),
    ("Prod(a, k, 1, n) = a**n", "Prod(a, k, 1, n) = a**(n+1)", "a: real"),
    ("Sum(x[k+1], k, 1, n-1) = Sum(x[k], k, 2, n)", "Sum(x[k+1], k, 1, n-1) = Sum(x[k], k, 1, n)", "x: real[n]"),
    ("Sum(x[k+1]-x[k], k, 1, n-1) = x[n]-x[1]", "Sum(x[k+1]-x[k], k, 1, n-1) = x[n]", "x: real[n]"),
    ("Sum(x[n+1-k], k, 1, n) = Sum(x[k], k, 1, n)", "Sum(k*x[n+1-k], k, 1, n) = Sum(k*x[k], k, 1, n)", "x: real[n]"),
    ("Sum(x[k], k, 1, n) = x[1] + Sum(x[k], k, 2, n)", "Sum(x[k], k, 1, n) = x[n] + Sum(x[k], k, 2, n)", "x: real[n]"),
    (
        "Sum(Sum(x[i]*y[j], j, 1, i), i, 1, n) = Sum(Sum(x[i]*y[j], i, j, n), j, 1, n)",
        "Sum(Sum(x[i]*y[j], j, 1, i), i, 1, n) = Sum(Sum(x[i]*y[j], i, 1, j), j, 1, n)", "x, y: real[n]",
    ),
    (
        "Prod(a[k], k, 1, n) = a[n]*Prod(a[k], k, 1, n-1)", "Prod(a[k], k, 1, n) = a[1]*Prod(a[k], k, 1, n-1)",
        "a: real[n]",
    ),
)  # fmt: skip

AVERAGE = "m[0] = 0; m[t] = b*m[t-1] + (1-b)*g[t] for t in [1,T]"
VELOCITY = "v[0] = 0; v[t] = b*v[t-1] - a*f(x[t-1]) for t in [1,T]; x[0] = c; x[t] = x[t-1] + v[t] for t in [1,T]"
MOMENTUM = (
    "m[0] = 0; m[t] = b*m[t-1] + (1-b)*f(y[t-1]) for t in [1,T]; y[0] = c; y[t] = y[t-1] - a/(1-b)*m[t] for t in [1,T]"
)
G, FUNCTION = "b: real; g: real[T]; t: int in [1,T]", "f: function; b: unit; a: positive"
RECURRENCES = (
    ("m[t] = (1-b)*Sum(b**(t-s)*g[s], s, 1, t)", "m[t] = (1-b)*Sum(b**(t-s+1)*g[s], s, 1, t)", AVERAGE, G),
    (
        "m[t] = (1-b**t)*g", "m[t] = (1-b**(t+1))*g", "m[0] = 0; m[t] = b*m[t-1] + (1-b)*g for t in [1,T]", "b: real",
    ),
    (
        "m[t] = (1-b)*v[t]", "m[t] = b*v[t]",
        AVERAGE + "; v[0] = 0; v[t] = b*v[t-1] + g[t] for t in [1,T]", "b: unit; g: real[T]; t: int in [1,T]",
    ),
    ("x[t] = y[t]", "x[t] = y[t] + v[t]", f"{VELOCITY}; {MOMENTUM}", FUNCTION),
    ("v[t] = -a/(1-b)*m[t]", "v[t] = -a*m[t]", f"{VELOCITY}; {MOMENTUM}", FUNCTION),
    (
        "e[t] = (1-h*l)**t*c", "e[t] = (1-h*l)**(t+1)*c",
        "e[0] = c; e[t] = e[t-1] - h*l*e[t-1] for t in [1,T]", "h, l: positive",
    ),
    (
        "z[t] = 1/(1/c + a*t)", "z[t] = 1/(1/c + a)",
        "z[0] = c; z[t] = z[t-1]/(1 + a*z[t-1]) for t in [1,T]", "a, c: positive",
    ),
    (
        "p[t] = Prod(a[s], s, 1, t)", "p[t] = Prod(a[s], s, 1, t-1)",
        "p[0] = 1; p[t] = a[t]*p[t-1] for t in [1,T]", "a: real[T]; t: int in [1,T]",
    ),
)  # fmt: skip


@pytest.mark.parametrize(("true", "false", "where"), SUMS, ids=[true for true, _, _ in SUMS])
def test_ends_of_sums(true: str, false: str, where: str) -> None:
    proved(true, where)
    refuted(false, where)


@pytest.mark.parametrize(("true", "false", "given", "where"), RECURRENCES, ids=[true for true, *_ in RECURRENCES])
def test_recurrences(true: str, false: str, given: str, where: str) -> None:
    assert proved(true, where, given).method == "induction"
    refuted(false, where, given)


def test_a_claim_that_breaks_off_is_not_carried_across_the_gap() -> None:
    """Undefined at t = 3, one too much from there on: each step alone holds, wherever both of its ends are defined."""
    counting = "n[0] = 0; n[t] = n[t-1] + 1 for t in [1,T]"
    gap = "where(t < 3, t, t + 1) + (t - 3)/(t - 3) - 1"
    assert verdict(f"n[t] = {gap}", "t: int in [1,2]", counting).kind in ("proved", "tested")
    assert verdict(f"n[t] = {gap}", "", counting).kind == "refuted"
    assert verdict(f"n[t] = t + 0*{gap}", "", counting).kind != "proved"


def test_only_recurrences_that_the_claim_speaks_of_are_assumed() -> None:
    other = "u[0] = 1; u[t] = 2*u[t-1] for t in [1,T]"
    found = proved("m[t] = (1-b**t)*g", "b: unit", f"m[0] = 0; m[t] = b*m[t-1] + (1-b)*g for t in [1,T]; {other}")
    assert len(found.assumptions) == 1


def test_the_step_must_reach_down_to_the_start() -> None:
    """True at 0, and each step from 3 on is right; yet nothing leads from 0 to 3."""
    text, counting = "n[t] = where(t < 2, t, t + 5)", "n[0] = 0; n[t] = n[t-1] + 1 for t in [1,T]"
    refuted(text, "t: int in [3,9]", counting)
    statement = parse(text, "t: int in [3,9]", [counting])
    (relation,) = statement.relations
    assert isinstance(relation, Relation)
    assert isinstance(prove_equality(Claim(relation, statement.premises)), str)
    proved("n[t] = t", "t: int in [3,9]", counting)
