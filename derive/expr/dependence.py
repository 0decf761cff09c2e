"""How random variables depend on each other: Markov chains and conditional independence, as premises and as claims."""

from __future__ import annotations

from derive.expr.errors import SortError
from derive.expr.information import Group, Information
from derive.expr.leaves import ZERO, Symbol
from derive.expr.node import Expr, Sort
from derive.expr.propositions import Relation


class MarkovChain(Expr):
    """``X -> Y -> Z``: each group is independent of all before the previous one, given the previous one."""

    __slots__ = ()

    @classmethod
    def of(cls, groups: tuple[Group, ...], under: str = "p") -> MarkovChain:
        if len(groups) < 3:
            raise SortError("a Markov chain has at least three members, X -> Y -> Z")
        return cls._intern((), (groups, under), (), Sort.PROPOSITION)

    @property
    def groups(self) -> tuple[Group, ...]:
        return self.params[0]

    @property
    def under(self) -> str:
        return self.params[1]

    @property
    def relations(self) -> tuple[Relation, ...]:
        """The same as vanishing mutual informations, I(past; next | present) = 0."""
        return tuple(
            _vanishes((_joined(self.groups[: k - 1]), self.groups[k]), self.groups[k - 1], self.under)
            for k in range(2, len(self.groups))
        )


class Independence(Expr):
    """``X _|_ Y | Z``: the groups are mutually independent, given `given`."""

    __slots__ = ()

    @classmethod
    def of(cls, groups: tuple[Group, ...], given: Group = (), under: str = "p") -> Independence:
        if len(groups) < 2:
            raise SortError("independence is of two groups of variables or more, X _|_ Y")
        return cls._intern((), (groups, given, under), (), Sort.PROPOSITION)

    @property
    def groups(self) -> tuple[Group, ...]:
        return self.params[0]

    @property
    def given(self) -> Group:
        return self.params[1]

    @property
    def under(self) -> str:
        return self.params[2]

    @property
    def relations(self) -> tuple[Relation, ...]:
        """The same as vanishing mutual informations, I(all before; next | given) = 0."""
        return tuple(
            _vanishes((_joined(self.groups[:k]), self.groups[k]), self.given, self.under)
            for k in range(1, len(self.groups))
        )


class Cardinality(Expr):
    """``|X|``: the number of values that X takes with positive probability."""

    __slots__ = ()

    @classmethod
    def of(cls, variable: Symbol) -> Cardinality:
        if variable.sort is not Sort.VARIABLE:
            raise SortError(f"|{variable}| is the number of values of a random variable")
        return cls._intern((), (variable,))

    @property
    def variable(self) -> Symbol:
        return self.params[0]


class Unequal(Expr):
    """``P(X != Y)``: the probability that two random variables differ."""

    __slots__ = ()

    @classmethod
    def of(cls, left: Symbol, right: Symbol, under: str = "p") -> Unequal:
        for variable in (left, right):
            if variable.sort is not Sort.VARIABLE:
                raise SortError(f"P(X != Y) compares random variables, {variable} is a {variable.sort.value}")
        return cls._intern((), (left, right, under))

    @property
    def left(self) -> Symbol:
        return self.params[0]

    @property
    def right(self) -> Symbol:
        return self.params[1]

    @property
    def under(self) -> str:
        return self.params[2]


def _joined(groups: tuple[Group, ...]) -> Group:
    return tuple(v for group in groups for v in group)


def _vanishes(groups: tuple[Group, Group], given: Group, under: str) -> Relation:
    return Relation.of("=", Information.of(groups, given, under), ZERO)


def relations_of(node: Expr) -> tuple[Relation, ...]:
    """A premise as relations: of a structure of dependence what it says of measures, of a relation itself."""
    if isinstance(node, MarkovChain | Independence):
        return node.relations
    return (node,) if isinstance(node, Relation) else ()
