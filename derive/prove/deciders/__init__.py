"""The deciders: ways to prove a claim, each a module of one idea, tried in the order of cost under one budget.

A decider is a module with the names of `Decider`. It is imported when it is first asked, so that what only one of them
needs (z3, SymPy, flint) is not loaded for the others. To add one: write the module, name it in `ORDER`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any, Protocol, cast

from derive.expr.errors import DeriveError
from derive.prove.budget import Budget
from derive.prove.candidate import Candidate
from derive.prove.claim import Claim
from derive.prove.proof import Proof

ORDER = (
    "interval",
    "normal_form",
    "polynomial",
    "smt",
    "theorems",
    "subdivision",
    "reductions",
    "minimisers",
)


class Decider(Protocol):
    """What the module of a decider has to have."""

    METHODS: tuple[str, ...]  # what the methods of its proofs begin with; no two deciders share one

    def accepts(self, claim: Claim) -> bool:
        """Whether it is worth asking: cheap, by the form of the claim."""
        ...

    def prove(self, claim: Claim, budget: Budget) -> Proof | Candidate | str:
        """A proof, a point that should refute the claim, or the reason why there is neither. Raises `Exhausted`."""
        ...

    def recheck(self, claim: Claim, row: dict[str, Any]) -> str:
        """Check the evidence of a recorded proof without searching; say what was checked. Raises `RecordError`."""
        ...


class ContradictoryPremisesError(DeriveError):
    """The premises and domains admit no point at all: whatever is claimed, it is about nothing."""


class RecordError(DeriveError):
    """What is wrong with a recorded proof, in words."""


def require(holds: bool, otherwise: str) -> None:
    """Raise `RecordError` unless it holds."""
    if not holds:
        raise RecordError(otherwise)


@cache
def decider(name: str) -> Decider:
    """The decider of one module."""
    return cast(Decider, import_module(f"derive.prove.deciders.{name}"))


def deciders() -> Iterator[Decider]:
    """Every decider, the cheapest first."""
    return map(decider, ORDER)


def by_method(method: str) -> Decider:
    """The decider whose proofs have this method. Raises `RecordError`."""
    for one in deciders():
        if method.startswith(one.METHODS):
            return one
    raise RecordError(f"no decider proves by {method!r}")
