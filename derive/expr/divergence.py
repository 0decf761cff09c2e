"""Entropies and divergences of finite distributions: ``H(p)``, ``H(p, q)``, ``KL(p||q)``, ``JS(p, q)``, ``TV(p, q)``, …

A distribution is a table of probabilities; both tables of a divergence have the same axes. Sums run over the support,
so that 0·log 0 is 0; where q is 0 and p is not, KL(p||q) has no finite value. In nats.

Sources: Cover and Thomas, Elements of Information Theory, 2006, ch. 2; Lin 1991, doi:10.1109/18.61115 (JS, equal
weights); Liese and Vajda 2006, doi:10.1109/TIT.2006.881731 (TV with the factor 1/2, chi-square).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derive.expr.dims import axes_text
from derive.expr.errors import ShapeError, SortError
from derive.expr.leaves import HALF
from derive.expr.node import Expr, numeric
from derive.expr.operations import absolute, log
from derive.expr.structure import Expect, Weighted
from derive.expr.tensor import Reduce


def _entropy(p: Expr) -> Expr:
    return -Expect.of(p, log(p))


def _cross_entropy(p: Expr, q: Expr) -> Expr:
    return -Expect.of(p, log(q))


def _kullback_leibler(p: Expr, q: Expr) -> Expr:
    return Expect.of(p, log(p / q))


def _jensen_shannon(p: Expr, q: Expr) -> Expr:
    mixture = (p + q) / 2
    return HALF * _kullback_leibler(p, mixture) + HALF * _kullback_leibler(q, mixture)


def _total_variation(p: Expr, q: Expr) -> Expr:
    return Reduce.of("sum", absolute(p - q), p.axes) / 2


def _chi_square(p: Expr, q: Expr) -> Expr:
    return Reduce.of("sum", (p - q) ** 2 / q, p.axes)


def _binary_entropy(t: Expr) -> Expr:
    return -Weighted.of(t, log(t)) - Weighted.of(1 - t, log(1 - t))


KINDS: dict[str, tuple[int, Callable[..., Expr]]] = {  # name -> number of arguments, definition
    "entropy": (1, _entropy),
    "cross_entropy": (2, _cross_entropy),
    "KL": (2, _kullback_leibler),
    "JS": (2, _jensen_shannon),
    "TV": (2, _total_variation),
    "chi2": (2, _chi_square),
    "h": (1, _binary_entropy),
}


class Divergence(Expr):
    """One of `KINDS`; of ``h``, the binary entropy, the argument is a probability, of the others they are tables."""

    __slots__ = ()

    @classmethod
    def of(cls, kind: str, *tables: Expr) -> Divergence:
        if kind not in KINDS or len(tables) != KINDS[kind][0]:
            raise SortError(f"{kind} of {len(tables)} distributions is not known")
        first = tables[0]
        for table in tables:
            numeric(table, kind)
            if table.axes != first.axes:
                both = f"`{first}` has axes {axes_text(first.axes)}, `{table}` {axes_text(table.axes)}"
                raise ShapeError(f"{kind}: {both}")
        if kind != "h" and not first.axes:
            raise ShapeError(f"{kind}: `{first}` is a single number, not a table of probabilities; h(t) takes one")
        return cls._intern(tables, (kind,), first.axes if kind == "h" else ())

    @classmethod
    def _again(cls, args: tuple[Expr, ...], params: tuple[Any, ...]) -> Expr:
        return cls.of(params[0], *args)

    @property
    def kind(self) -> str:
        return self.params[0]

    @property
    def definition(self) -> Expr:
        """The same by sums over the support."""
        return KINDS[self.kind][1](*self.args)
