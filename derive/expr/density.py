"""Densities and their expectations: ``p(x,y|z)``, ``E_p(x,y)[f]``, ``KL(p(x|y) || q(x|y) | p(y))``.

A law is known by its name; ``p(x)`` and ``p(x,y)`` are marginals of one joint distribution. The outcome x of the
random variable X is written with a small letter. It is a number (the value that X takes), bound in the body of an
expectation over it, and free otherwise: then the claim is made at every x of the support. Of discrete variables a
density is a probability; expectations run over the support of their law.
"""

from __future__ import annotations

from typing import Any

from derive.expr.errors import SortError
from derive.expr.leaves import Symbol
from derive.expr.node import Expr, Sort, numeric


class Outcome(Expr):
    """The value x of the random variable X, which is `variable`."""

    __slots__ = ()

    @classmethod
    def of(cls, variable: Symbol) -> Outcome:
        if variable.sort is not Sort.VARIABLE:
            raise SortError(f"{variable} is a {variable.sort.value}, not a random variable")
        return cls._intern((), (variable,))

    @property
    def variable(self) -> Symbol:
        return self.params[0]

    @property
    def name(self) -> str:
        """The name of the variable with a small first letter."""
        return self.variable.name[:1].lower() + self.variable.name[1:]


class Density(Expr):
    """``law(of | given)`` at these outcomes: a joint, marginal or conditional density of one law."""

    __slots__ = ()

    @classmethod
    def of(cls, law: str, of: tuple[Outcome, ...], given: tuple[Outcome, ...] = ()) -> Density:
        for outcome in (*of, *given):
            if not isinstance(outcome, Outcome):
                raise SortError(f"{law}(...) is a density: it takes outcomes x, y of variables X, Y, not `{outcome}`")
        if not of or len({*of, *given}) != len(of) + len(given):
            raise SortError(f"{law}(...) takes outcomes, at least one before the bar, and each once")
        return cls._intern((*of, *given), (law, len(of)))

    @classmethod
    def _again(cls, args: tuple[Expr, ...], params: tuple[Any, ...]) -> Expr:
        law, count = params
        return cls.of(law, args[:count], args[count:])  # type: ignore[arg-type]

    @property
    def law(self) -> str:
        return self.params[0]

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        return self.args[: self.params[1]]  # type: ignore[return-value]

    @property
    def given(self) -> tuple[Outcome, ...]:
        return self.args[self.params[1] :]  # type: ignore[return-value]


Product = tuple[Density, ...]


class Expectation(Expr):
    """``E_p(x)q(z|x)[body]``: the mean of `body` under a product of densities, over all outcomes before their bars."""

    __slots__ = ()

    @classmethod
    def of(cls, body: Expr, factors: Product) -> Expectation:
        _each_once("an expectation", factors)
        return cls._intern((numeric(body, "an expectation"), *factors), (), body.axes)

    @classmethod
    def _again(cls, args: tuple[Expr, ...], params: tuple[Any, ...]) -> Expr:
        return cls.of(args[0], args[1:])  # type: ignore[arg-type]

    @property
    def body(self) -> Expr:
        return self.args[0]

    @property
    def factors(self) -> Product:
        return self.args[1:]  # type: ignore[return-value]

    @property
    def bound(self) -> tuple[Outcome, ...]:
        """The outcomes over which the mean is taken."""
        return tuple(x for factor in self.factors for x in factor.outcomes)


BETWEEN = ("KL", "JS", "TV", "chi2", "cross_entropy")  # divergences of two densities
KINDS = (*BETWEEN, "entropy")


class Contrast(Expr):
    """A divergence of densities: ``KL(p(x,y) || q(x)r(y))``, ``H(p(x), q(x))``, ``KL(p(y|x) || q(y|x) | p(x))``.

    Each side is a product of densities over the same outcomes; `average` is the law of what is given on both sides,
    over which the mean is taken; where it is empty, what is given is free.
    """

    __slots__ = ()

    @classmethod
    def of(cls, kind: str, left: Product, right: Product = (), average: Product = ()) -> Contrast:
        if kind not in KINDS or (kind in BETWEEN) != bool(right):
            raise SortError(f"{kind} of {1 + bool(right)} densities is not known")
        for side in (left, right):
            if side:
                _each_once(kind, side)
        over, again = ({x for f in side for x in f.outcomes} for side in (left, right))
        if right and over != again:
            raise SortError(f"{kind}: both densities are over the same outcomes")
        return cls._intern((*left, *right, *average), (kind, len(left), len(right)))

    @classmethod
    def _again(cls, args: tuple[Expr, ...], params: tuple[Any, ...]) -> Expr:
        kind, left, right = params
        return cls.of(kind, args[:left], args[left : left + right], args[left + right :])  # type: ignore[arg-type]

    @property
    def kind(self) -> str:
        return self.params[0]

    @property
    def left(self) -> Product:
        return self.args[: self.params[1]]  # type: ignore[return-value]

    @property
    def right(self) -> Product:
        return self.args[self.params[1] : self.params[1] + self.params[2]]  # type: ignore[return-value]

    @property
    def average(self) -> Product:
        return self.args[self.params[1] + self.params[2] :]  # type: ignore[return-value]


def _each_once(what: str, factors: Product) -> None:
    """Raise unless the factors are densities and no outcome has two laws."""
    if not factors or not all(isinstance(f, Density) for f in factors):
        raise SortError(f"{what} is taken under densities such as p(x)q(z|x)")
    over = [x for f in factors for x in f.outcomes]
    if len(set(over)) != len(over):
        twice = next(x for x in over if over.count(x) > 1)
        raise SortError(f"{what}: {twice.name} has two laws")
