"""Laws, densities and structures of dependence in an entry are what their text reads as."""

import pytest

from derive.entry import (
    JS,
    KL,
    TV,
    Cov,
    E,
    Entry,
    H,
    I,
    Var,
    calc,
    cardinality,
    chi2,
    continuous,
    cross_entropy,
    discrete,
    entropy,
    eq,
    function,
    independent,
    law,
    log,
    markov,
    outcome,
    outcomes,
    real,
    simplex,
    unequal,
    variable,
)
from derive.expr.density import Outcome
from derive.expr.dims import Dim
from derive.expr.divergence import Divergence
from derive.expr.errors import SortError, UnknownNameError
from derive.expr.law import Law
from derive.expr.node import Expr
from derive.page.derivation import page_of
from derive.text.statement import parse_expression

N = Dim("N")


class Laws(Entry):
    """One of everything."""

    X, Y, Z = variable(), discrete(), continuous()
    p, q, m_hat = law(), law(), law()
    x, y = outcomes(X, Y)
    z = outcome(Z)
    T = function()
    a = real()
    given = (markov(X, Y, Z), independent(X, Y, given=Z, under=q))
    elbo = E(q(Z, given=X), log(p(X, Z) / q(Z, given=x)))
    evidence = calc(log(p(X)), eq(elbo + KL(q(Z, given=X), p(Z, given=X))))


P, Q, M = (Laws.__dict__[name] for name in ("p", "q", "m_hat"))
X, Y, Z = (Laws.__dict__[name] for name in "XYZ")
x, y, z = map(Outcome.of, (X, Y, Z))
T, a = Laws.__dict__["T"], Laws.__dict__["a"]
SCOPE: dict[str, object] = {"X": X, "Y": Y, "Z": Z, "x": x, "y": y, "z": z, "m_hat": Law("m_hat"), "T": T, "a": a}

SPELLINGS: dict[str, Expr] = {
    "p(x,y)": P(X, Y),
    "p(y|x)": P(Y, given=X),
    "m_hat(y|x,z)": M(y, given=(x, Z)),
    "log p(x)": log(P(X)),
    "E_p(x,y)[T(x,y)]": E(P(X, Y), T(x, y)),
    "E_p(x)q(z|x)[(z - a*x)**2]": E(P(X) * Q(Z, given=X), (z - a * x) ** 2),
    "Var_p(y|x)[y]": Var(P(Y, given=X), y),
    "Cov_p(x,y)[x, y]": Cov(P(X, Y), x, y),
    "KL(p(x,y)||q(x)m_hat(y))": KL(P(X, Y), Q(X) * M(Y)),
    "KL(p(y|x)||q(y|x) | p(x))": KL(P(Y, given=X), Q(Y, given=X), average=P(X)),
    "H(p(x),q(x))": H(P(X), Q(X)),
    "H(q(x))": H(Q(X)),
    "H(p(y|x) | p(x))": entropy(P(Y, given=X), average=P(X)),
    "H(p(y|x),q(y|x) | p(x))": cross_entropy(P(Y, given=X), Q(Y, given=X), average=P(X)),
    "H(Y|x)": entropy(P(Y, given=X)),
    "JS(p(x),q(x))": JS(P(X), Q(X)),
    "TV(p(x),q(x))": TV(P(X), Q(X)),
    "chi2(p(x)||q(x))": chi2(P(X), Q(X)),
    "H_q(X,Y|Z)": H(X, Y, given=Z, under=Q),
    "I_q(X;Y,Z)": I(X, (Y, Z), under=Q),
    "X -> Y -> Z": markov(X, Y, Z),
    "X,Y -> Z -> X under q": markov((X, Y), Z, X, under=Q),
    "X _|_ Y,Z": independent(X, (Y, Z)),
    "X _|_ Y | Z under q": independent(X, Y, given=Z, under=Q),
    "log |X|": log(cardinality(X)),
    "P(X != Y)": unequal(X, Y),
}


@pytest.mark.parametrize("text", SPELLINGS)
def test_both_spellings_are_one_expression(text: str) -> None:
    assert parse_expression(text, scope=SCOPE) is SPELLINGS[text]
    assert parse_expression(str(SPELLINGS[text]), scope=SCOPE) is SPELLINGS[text]


def test_the_record() -> None:
    record = Laws.record
    assert [s.name for s in record.symbols] == ["X", "Y", "Z", "T", "a"]
    assert record.given == (markov(X, Y, Z), independent(X, Y, given=Z, under=Q))
    assert [t.name for t in record.terms] == ["elbo"]
    assert str(record.calc("evidence").start) == "log(p(x))"
    assert (X.domain.name, Y.domain.name, Z.domain.name) == ("random variable", "discrete", "continuous")


def test_divergences_of_tables_too() -> None:
    u, v = simplex(N), simplex(N)
    assert KL(u, v) is Divergence.of("KL", u, v)
    assert H(u) is Divergence.of("entropy", u)
    assert H(u, v) is Divergence.of("cross_entropy", u, v)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: P(a), "is not a random variable"),
        (lambda: P(), "at least one"),
        (lambda: P(X, given=X), "each once"),
        (lambda: law()(X), "takes its name from the assignment"),
        (lambda: KL(P(X), a), "is not a density"),
        (lambda: KL(P(X), Q(Y)), "the same outcomes"),
        (lambda: E(P(X) * Q(X), x), "two laws"),
        (lambda: markov(X, Y), "at least three"),
    ],
)
def test_refused(make, message: str) -> None:
    with pytest.raises((SortError, UnknownNameError), match=message):
        make()


def test_an_outcome_has_the_small_letter_of_its_variable() -> None:
    with pytest.raises(UnknownNameError, match="the value of X is x, not u"):

        class Wrong(Entry):
            """A value with another letter."""

            X = variable()
            u = outcome(X)


def test_given_holds_propositions() -> None:
    with pytest.raises(SortError, match="given holds propositions"):

        class Wrong(Entry):
            """A premise that says nothing."""

            X = variable()
            given = (X,)


def test_the_page_says_what_is_random() -> None:
    given = page_of(Laws.record).given
    assert r"X \text{ random}" in given
    assert r"Z \text{ continuous}" in given
    assert r"X \to Y \to Z" in given
    assert r"X \perp_{q} Y \,\mid\, Z" in given
