"""Attacks that once succeeded, and their like: never a wrong `proved` or `refuted`.

The falsifier evaluates what the chain derived, so an error of the chain is invisible to it: these claims are about
derivatives at kinks, of determinants and inverses, of members of a family, and about minimisers.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from derive import library
from derive.api import check
from derive.entry.verification import verify
from derive.expr.errors import DeriveError

RECURRENCE = "m[0] = 0; m[t] = m[t-1] + 1 for t in [1,T]"
FALSE = [  # statement, where, given
    ("grad(det(A), A) = 0", "A: real[n,n]", ""),
    ("D(det(A)**2, A[1,1]) < 1", "A: real[n,n]", ""),
    ("D(m[t]**2 + m[s]**2, m[t]) = 2*m[t]", "", RECURRENCE),
    ("D(m[t]*m[1], m[1]) = m[t]", "", RECURRENCE),
    ("D(where(x = 3, 9, x**2), x) = where(x = 3, 0, 2*x)", "", ""),
    ("D(where(x = y, x, y), x) = where(x = y, 1, 0)", "", ""),
    ("D(where(x = 0, 0, x), x) = where(x = 0, 0, 1)", "", ""),
    ("D(x[k], k) = 0", "k: int in [1,n]; x: real[n]", ""),
    ("max(where(x = 1/7, 1, 0), y) < 1", "y: unit", ""),
    ("0*log(-1 - x**2) = 0", "", ""),
    ("same_argmin((x+1)**2 + 0*sqrt(x), (x+1)**2, x)", "", ""),
    ("same_argmin((x+2000)**2 + 0*sqrt(x+1000), (x+2000)**2, x)", "", ""),
    ("same_argmin((x+1)**2 + log(x) - log(x), (x+1)**2, x)", "", ""),
    ("same_argmin(x**2 + s, x**2, x)", "", "s = -10*x"),
    ("same_argmin(s*(x**2-1), x**2-1, x)", "s: positive", "s = exp(x)"),
    ("same_argmin(x[1]**2 + x[i]*3, x[1]**2, x[1])", "", ""),
    ("same_argmin(x**2*x/x, x**2, x)", "", ""),
]
TRUE_WHERE_DEFINED = [
    ("D(det(A), A[1,1]) = det(A)*inv(A)[1,1]", "A: real[n,n]", ""),
    ("grad(log(det(C)), C) = inv(C).T", "C: posdef[n,n]", ""),
    ("at(D(where(x = 3, 9, x**2), x), x, 3) = 6", "", ""),
    ("D(sign(x), x) = where(x = 0, 5, 0)", "", ""),
    ("D(where(x > 0, 1, 0), x) = where(x = 0, 7, 0)", "", ""),
]
NEEDS_A_CONDITION = ["D(sign(x), x) = 0", "D(sign(x)*x, x) = sign(x)", "D(where(x > 0, 1, 0), x) = 0"]


def kind(statement: str, where: str, given: str) -> str:
    """The verdict; "error" if the claim is refused."""
    try:
        return check(statement, given=(given,) if given else (), where=where).kind
    except DeriveError:
        return "error"


@pytest.mark.parametrize(("statement", "where", "given"), FALSE)
def test_a_false_claim_is_never_proved(statement: str, where: str, given: str) -> None:
    assert kind(statement, where, given) != "proved"


@pytest.mark.parametrize(("statement", "where", "given"), TRUE_WHERE_DEFINED)
def test_a_true_claim_is_never_refuted(statement: str, where: str, given: str) -> None:
    assert kind(statement, where, given) != "refuted"


@pytest.mark.parametrize("statement", NEEDS_A_CONDITION)
def test_a_kink_is_a_condition(statement: str) -> None:
    verdict = check(statement)
    assert verdict.kind != "refuted"
    assert verdict.conditions or verdict.kind != "proved"


@pytest.mark.parametrize("step", ["m[t] = m[t] + 1", "m[t] = m[t+1] + 1"])
def test_a_circular_recurrence_is_refused(step: str) -> None:
    with pytest.raises(DeriveError):
        check("m[t] = t", given=f"m[0] = 0; {step} for t in [1,T]")


def test_a_recurrence_that_ends_is_refused() -> None:
    with pytest.raises(DeriveError, match="ends"):
        check("m[n] = n", given="m[0] = 0; m[t] = m[t-1] + 1 for t in [1,3]", where="n: int in [4,10]")


def test_a_huge_tensor_does_not_hang() -> None:
    assert kind("x = x", "x: real[100,100,100,100]", "") in ("error", "undecided", "proved")


ENTRIES = '''
"""False claims in class bodies."""
from derive.entry import D, Dim, Entry, Index, Sum, calc, eq, inv, det, real

N = Dim("N")

class Inverse(Entry):
    """A named term inside an inverse and a determinant."""
    A = real(N, N)
    t = real()
    S = t * A
    q = inv(S)
    by_inverse = calc(D(q, t), eq(0 * q))
    by_determinant = calc(D(det(S), t), eq(0))

class Members(Entry):
    """Members of a family that may be the same."""
    l = Index()
    s = Index()
    a = real(family=l)
    of_sum = calc(D(Sum(a[l], (l, 1, 3)), a[2]), eq(0))
    of_product = calc(D(a[l] * a[s], a[l]), eq(a[s]))
'''


def test_false_claims_in_class_bodies(tmp_path: Path) -> None:
    file = tmp_path / "attack.py"
    file.write_text(ENTRIES, encoding="utf-8")
    verdicts = [r.verdict.kind for record in library.load(file) for r in verify(record)]
    assert len(verdicts) == 4
    assert "proved" not in verdicts
