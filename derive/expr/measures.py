"""Measures of laws, as an author writes them: ``E(p(X), f)``, ``KL(p(X, Y), q(X) * r(Y))``, ``H(X, given=(Y,))``.

A law is a product of densities, ``p(X) * q(Z, given=X)``. Divergences, E and H also take tables of probabilities.
"""

from __future__ import annotations

from derive.expr.arithmetic import Mul
from derive.expr.density import Contrast, Density, Expectation
from derive.expr.dependence import Cardinality, Independence, MarkovChain, Unequal
from derive.expr.divergence import Divergence
from derive.expr.errors import SortError
from derive.expr.information import Information
from derive.expr.law import Law, factors
from derive.expr.leaves import Symbol
from derive.expr.node import Expr, as_expr
from derive.expr.structure import Expect

Variables = Symbol | tuple[Symbol, ...]


def E(law: Expr, f: Expr | int) -> Expr:
    """The mean of f under a law, ``E(q(Z, given=X), log(p(X, Z)))``, or under the table of its probabilities."""
    if _is_law(law):
        return Expectation.of(as_expr(f), factors(law))
    return Expect.of(law, as_expr(f))


def Var(law: Expr, f: Expr) -> Expr:
    """The variance of f under a law: the mean of (f - E f)²."""
    return Expectation.of((f - E(law, f)) ** 2, factors(law))


def Cov(law: Expr, f: Expr, g: Expr) -> Expr:
    """The covariance of f and g under a law: the mean of (f - E f)(g - E g)."""
    return Expectation.of((f - E(law, f)) * (g - E(law, g)), factors(law))


def KL(p: Expr, q: Expr, average: Expr | None = None) -> Expr:
    """The divergence of q from p; of conditional laws, averaged over the law `average` of what is given."""
    return _between("KL", p, q, average)


def JS(p: Expr, q: Expr, average: Expr | None = None) -> Expr:
    """The Jensen-Shannon divergence with equal weights."""
    return _between("JS", p, q, average)


def TV(p: Expr, q: Expr, average: Expr | None = None) -> Expr:
    """The total variation, half the sum of |p - q|."""
    return _between("TV", p, q, average)


def chi2(p: Expr, q: Expr, average: Expr | None = None) -> Expr:
    """The sum of (p - q)²/q."""
    return _between("chi2", p, q, average)


def cross_entropy(p: Expr, q: Expr, average: Expr | None = None) -> Expr:
    """H(p, q), the mean of -log q under p."""
    return _between("cross_entropy", p, q, average)


def entropy(p: Expr, average: Expr | None = None) -> Expr:
    """H(p), of a law or a table; of a conditional law, averaged over `average`."""
    if _is_law(p):
        return Contrast.of("entropy", factors(p), (), () if average is None else factors(average))
    return Divergence.of("entropy", p)


def _between(kind: str, p: Expr, q: Expr, average: Expr | None) -> Expr:
    if _is_law(p) or _is_law(q):
        return Contrast.of(kind, factors(p), factors(q), () if average is None else factors(average))
    if average is not None:
        raise SortError(f"{kind} is averaged over a law only between conditional densities")
    return Divergence.of(kind, p, q)


def _is_law(e: Expr) -> bool:
    return isinstance(e, Density) or (isinstance(e, Mul) and all(isinstance(f, Density) for f in e.args))


def H(*what: Expr, given: Variables = (), under: Law | str = "p") -> Expr:
    """The joint (conditional) entropy of random variables; H(p(X)) and H(p(X), q(X)) of laws, and of tables."""
    if all(isinstance(v, Symbol) for v in what) and not all(v.axes for v in what):
        return Information.of((what,), _group(given), str(under))  # type: ignore[arg-type]
    if len(what) == 2:
        return cross_entropy(*what)
    return entropy(*what)


def I(*groups: Variables, given: Variables = (), under: Law | str = "p") -> Expr:  # noqa: E743
    """The mutual information of two groups of random variables, or interaction information of more."""
    return Information.of(tuple(map(_group, groups)), _group(given), str(under))


def markov(*groups: Variables, under: Law | str = "p") -> Expr:
    """The Markov chain X → Y → Z."""
    return MarkovChain.of(tuple(map(_group, groups)), str(under))


def independent(*groups: Variables, given: Variables = (), under: Law | str = "p") -> Expr:
    """X ⊥ Y | Z: the groups are mutually independent, given `given`."""
    return Independence.of(tuple(map(_group, groups)), _group(given), str(under))


def cardinality(variable: Symbol) -> Expr:
    """|X|, the number of values that X takes with positive probability."""
    return Cardinality.of(variable)


def unequal(left: Symbol, right: Symbol, under: Law | str = "p") -> Expr:
    """P(X ≠ Y)."""
    return Unequal.of(left, right, str(under))


def _group(group: Variables) -> tuple[Symbol, ...]:
    return group if isinstance(group, tuple) else (group,)
