"""Reasons: what `by=` takes. A reason grants trusted laws; a line's reason is confirmed if these laws prove the line.

A `Step` names an engine step and the laws it grants. A `Rule` is a theorem: a function whose parameters are pattern
variables, whose annotations are side conditions, and which returns both sides. It grants the laws that prove it.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated

from derive.expr.domains import BINARY, NONNEG, POSITIVE, REAL, UNIT, Domain
from derive.expr.errors import SortError
from derive.expr.leaves import Symbol
from derive.expr.node import Expr
from derive.meaning.normal import Outcome, equal

Real = Annotated[Expr, REAL]
Positive = Annotated[Expr, POSITIVE]
NonNegative = Annotated[Expr, NONNEG]
Unit = Annotated[Expr, UNIT]
Binary = Annotated[Expr, BINARY]


@dataclass(frozen=True)
class Step:
    """An engine step by name. `kind` says what must be seen in the proof besides the laws; "" for nothing."""

    name: str
    words: str
    laws: frozenset[str] = frozenset()
    kind: str = ""  # "cases", "induction", "increasing map", "derivative", "definition"
    of: tuple[Expr, ...] = ()  # what the step is about, e.g. the symbol of a case distinction

    def __call__(self, *of: Expr) -> Step:
        return replace(self, of=of)


class Rule:
    """A theorem about pattern variables, ``left = right``."""

    def __init__(self, function: Callable[..., tuple[Expr, Expr]]) -> None:
        self.name = function.__name__
        self.words = (inspect.getdoc(function) or "").split("\n")[0].rstrip(".")
        hints = typing.get_type_hints(function, include_extras=True)
        self.variables = tuple(
            Symbol(name, domain=_domain(function.__name__, name, hints.get(name)))
            for name in inspect.signature(function).parameters
        )
        self.left, self.right = function(*self.variables)
        self.kind = ""
        self.of: tuple[Expr, ...] = ()

    @cached_property
    def proof(self) -> Outcome:
        """The proof of the rule from the trusted laws."""
        return equal(self.left, self.right)

    @property
    def laws(self) -> frozenset[str]:
        """The laws that prove the rule; none if it is not proved, so that it can then confirm nothing."""
        return frozenset(self.proof.laws_used) if self.proof.proved else frozenset()

    def __repr__(self) -> str:
        return self.name


def _domain(rule: str, name: str, hint: object) -> Domain:
    metadata = getattr(hint, "__metadata__", ())
    if not metadata or not isinstance(metadata[0], Domain):
        raise SortError(f"rule {rule}: annotate {name} with its condition: Real, Positive, NonNegative, Unit or Binary")
    return metadata[0]


def rule(function: Callable[..., tuple[Expr, Expr]]) -> Rule:
    """Declare a rewrite rule; see the module's docstring."""
    return Rule(function)


Reason = Step | Rule
