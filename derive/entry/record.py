"""The record: plain frozen data that a class body lowers to. Engine, pages and code generation read only this."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from derive.expr.errors import UnknownNameError
from derive.expr.leaves import Let, Symbol
from derive.expr.node import Expr, as_expr


@dataclass(frozen=True)
class Line:
    """One line of a calculation: how it relates to the line before, its right side, its reasons."""

    relation: str  # one of derive.expr.propositions.RELATIONS
    right: Expr
    by: tuple[Any, ...] = ()  # rules and step names; empty: the engine is asked for the reason
    wrt: tuple[Expr, ...] = ()  # the variables that same_argmin and ∝ speak of
    note: str = ""  # prose; never a reason


@dataclass(frozen=True)
class Calc:
    """A calculation: a start and lines. `expected` is "holds", or "refuted" for a known falsehood."""

    term: Let  # the start, under the name of the calculation
    lines: Sequence[Line]
    expected: str = "holds"
    note: str = ""
    given: tuple[Expr, ...] = ()  # premises, beyond the entry's own

    @property
    def name(self) -> str:
        return self.term.name

    @property
    def start(self) -> Expr:
        return self.term.expr


@dataclass(frozen=True)
class Update:
    """One simultaneous step of an update rule: every state symbol takes its new value at once."""

    new: dict[Symbol, Expr]
    start: dict[Symbol, Expr]
    first_step: int = 1


@dataclass(frozen=True)
class Oracle:
    """A named reference implementation with its argument convention, e.g. a function of torch.

    `when` restricts the comparison to these values of hyperparameters; the reference is multiplied by `scale`.
    """

    function: str
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]
    values: dict[str, Expr] = field(default_factory=dict)
    scale: Expr = field(default_factory=lambda: as_expr(1))

    def when(self, **values: Any) -> Oracle:
        return replace(self, values={name: as_expr(v) for name, v in values.items()})

    def scaled(self, scale: Any) -> Oracle:
        """The entry's value is `scale` times the reference's."""
        return replace(self, scale=as_expr(scale))


def call(function: str, *arguments: Any, **keywords: Any) -> Oracle:
    """A reference by its full name; expressions among the arguments are evaluated, other values passed as they are."""
    return Oracle(function, arguments, keywords)


@dataclass(frozen=True)
class Record:
    """One entry of the catalog, or of a user's own file."""

    id: str
    title: str
    doc: str
    symbols: tuple[Symbol, ...]
    terms: tuple[Let, ...]
    calcs: tuple[Calc, ...]
    states: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    emits: tuple[str, ...] = ()
    reduction: str = "none"
    oracle: Oracle | None = None
    step: Update | None = None
    given: tuple[Expr, ...] = ()
    source: str = ""  # a user's file, as it was given; empty for the catalog

    def term(self, name: str) -> Let:
        """A term by name, or the last line of the calculation of that name if all its lines are equalities."""
        for term in self.terms:
            if term.name == name:
                return term
        for calc in self.calcs:
            if calc.name == name and calc.expected == "holds":
                if any(line.relation != "=" for line in calc.lines):
                    raise UnknownNameError(
                        f"{self.id}: {name} is not reached by = only, so it is no form of {calc.start}"
                    )
                return Let(name, calc.lines[-1].right)
        known = ", ".join([*(t.name for t in self.terms), *(c.name for c in self.calcs)])
        raise UnknownNameError(f"{self.id} has no term {name!r}; it has: {known}")

    def calc(self, name: str) -> Calc:
        for calc in self.calcs:
            if calc.name == name:
                return calc
        raise UnknownNameError(
            f"{self.id} has no calculation {name!r}; it has: {', '.join(c.name for c in self.calcs)}"
        )
