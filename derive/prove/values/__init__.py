"""Closed forms of integrals, limits and infinite sums: one module per idea, one interface (`Provider`).

A provider searches; what it finds is a derivation that its own `recheck` goes through again without searching. To add
one: write the module, name it in `ORDER`. The first that finds a value wins, so the cheap ones stand first.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any, Protocol, cast

from derive.expr.node import Expr
from derive.prove.budget import Budget
from derive.prove.values.closed_form import ClosedForm

ORDER = ("limits", "series", "integrals", "telescoper")


class Provider(Protocol):
    """What the module of a provider has to have."""

    KIND: str  # of its certificates; no two providers share one

    def accepts(self, node: Expr) -> bool:
        """Whether it is worth asking: cheap, by the form of the node."""
        ...

    def value(self, node: Expr, premises: tuple[Expr, ...], budget: Budget) -> ClosedForm | str:
        """The proved value of a core node, or why there is none. Raises `Exhausted`."""
        ...

    def recheck(self, node: Expr, premises: tuple[Expr, ...], data: dict[str, Any]) -> ClosedForm:
        """The same closed form from its certificate, without searching. Raises `RecordError`."""
        ...


@cache
def provider(name: str) -> Provider:
    """The provider of one module."""
    return cast(Provider, import_module(f"derive.prove.values.{name}"))


def providers() -> Iterator[Provider]:
    """Every provider, in order."""
    return map(provider, ORDER)
