"""Laws, as an author declares them: ``p = law()``, then ``p(X, Y)`` and ``p(Y, given=X)`` are densities."""

from __future__ import annotations

from derive.expr.arithmetic import Mul
from derive.expr.density import Density, Outcome, Product
from derive.expr.errors import SortError, UnknownNameError
from derive.expr.leaves import NAME, Symbol
from derive.expr.node import Expr, Sort


class Law:
    """The joint law of random variables, known by its name. It is no expression: its densities are."""

    __slots__ = ("name",)

    def __init__(self, name: str = "") -> None:
        self.name = name

    def named(self, name: str) -> None:
        """Give the name, once."""
        if self.name:
            raise UnknownNameError(f"{self.name!r} already has a name; it cannot become {name!r}")
        if not NAME.match(name):
            raise UnknownNameError(f"{name!r} is not a name: letters, digits and _, beginning with a letter")
        self.name = name

    def __call__(self, *of: Expr, given: Expr | tuple[Expr, ...] = ()) -> Density:
        """The density at the outcomes of these variables, given those of others."""
        if not self.name:
            raise UnknownNameError("a law takes its name from the assignment; p = law() stands on a line of its own")
        under = given if isinstance(given, tuple) else (given,)
        return Density.of(self.name, tuple(map(outcome, of)), tuple(map(outcome, under)))

    def __repr__(self) -> str:
        return self.name or "?"


def law() -> Law:
    """Declare a law; it is named at its assignment."""
    return Law()


def outcome(variable: Expr) -> Outcome:
    """The value x of the random variable X; an outcome as it is."""
    if isinstance(variable, Outcome):
        return variable
    if not isinstance(variable, Symbol) or variable.sort is not Sort.VARIABLE:
        raise SortError(f"`{variable}` is not a random variable; a density is of variables, p(X, Y), or their values")
    if not variable.name[:1].isupper():
        raise SortError(f"{variable.name}: a random variable that takes a value x has a capital name, X")
    return Outcome.of(variable)


def outcomes(*variables: Expr) -> tuple[Outcome, ...]:
    """The values of several random variables: ``x, y = outcomes(X, Y)``."""
    return tuple(map(outcome, variables))


def factors(e: Expr) -> Product:
    """The densities of a product ``p(X) * q(Z, given=X)``. Raises `SortError` where a factor is no density."""
    found = e.args if isinstance(e, Mul) else (e,)
    for factor in found:
        if not isinstance(factor, Density):
            raise SortError(f"`{factor}` is not a density; a law is a product such as p(X) * q(Z, given=X)")
    return found  # type: ignore[return-value]
