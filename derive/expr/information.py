"""Information measures of random variables: ``H(X, Y | Z)``, ``I(X; Y | Z)``, ``I(X; Y; Z)``."""

from __future__ import annotations

from typing import Any

from derive.expr.errors import SortError
from derive.expr.leaves import Symbol
from derive.expr.node import Expr, Sort

Group = tuple[Symbol, ...]


class Information(Expr):
    """Entropy (one group) or mutual information (two or more groups), in nats, given `given`."""

    __slots__ = ()

    @classmethod
    def of(cls, groups: tuple[Group, ...], given: Group = (), under: str = "p") -> Information:
        if not groups or any(not g for g in groups):
            raise SortError("an information measure needs at least one random variable in every group")
        for variable in (*(v for g in groups for v in g), *given):
            if variable.sort is not Sort.VARIABLE:
                raise SortError(f"{variable} is a {variable.sort.value}, not a random variable")
        return cls._intern((), (groups, given, under))

    @property
    def groups(self) -> tuple[Group, ...]:
        return self.params[0]

    @property
    def given(self) -> Group:
        return self.params[1]

    @property
    def under(self) -> str:
        return self.params[2]

    @classmethod
    def _again(cls, args: tuple[Expr, ...], params: tuple[Any, ...]) -> Expr:
        return cls.of(*params)
