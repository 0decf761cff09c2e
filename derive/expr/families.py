"""Indexed families of dims: ``d[l]`` is one dim per value of the index l, with a size of its own."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from derive.expr.arithmetic import Add, Neg
from derive.expr.dims import Dim
from derive.expr.domains import COUNTING
from derive.expr.leaves import Number, Symbol
from derive.expr.node import Expr, Sort, as_expr
from derive.expr.structure import Call
from derive.expr.substitute import Replacement, substitute

FAMILIES: dict[Symbol, DimFamily] = {}  # by the symbol of the family's sizes


class DimFamily:
    """A family of dims, one per index value: ``d = DimFamily("d")``, then ``d[l]`` and ``d[l - 1]``."""

    __slots__ = ("_members", "index", "name", "sizes")

    def __init__(self, name: str, index: str = "i") -> None:
        self.name = name
        self.index = index
        self.sizes = Symbol(name, domain=COUNTING, sort=Sort.FUNCTION)
        self._members: dict[Any, Dim] = {}
        FAMILIES[self.sizes] = self

    def __getitem__(self, position: Expr | int) -> Dim:
        where = linear(as_expr(position))
        if where not in self._members:
            member = Dim(f"{self.name}[{where}]", self.index, extent=Call.of(self.sizes, (where,)))
            self._members[where] = member
        return self._members[where]

    def __repr__(self) -> str:
        return self.name


def substitute_dim(dim: Dim, replaced: Replacement) -> Dim:
    """The dim of a family member after its index is replaced: ``d[l]`` at l → 3 is ``d[3]``."""
    if dim.extent is None or not isinstance(dim.extent, Call):
        return dim
    family = FAMILIES.get(dim.extent.function)
    if family is None:
        return dim
    return family[substitute(dim.extent.args[0], replaced)]


def linear(position: Expr) -> Expr:
    """A position with its terms collected: ``d[2 - 1]`` is ``d[1]`` and ``d[l - 1 + 1]`` is ``d[l]``.

    Only sums and differences are taken apart; any other part is a term as written.
    """
    constant, times = Fraction(0), dict[Expr, int]()
    pending = [(position, 1)]
    while pending:
        e, sign = pending.pop(0)
        if isinstance(e, Add):
            pending[:0] = [(t, sign) for t in e.args]
        elif isinstance(e, Neg):
            pending.insert(0, (e.args[0], -sign))
        elif isinstance(e, Number):
            constant += sign * e.value
        else:
            times[e] = times.get(e, 0) + sign
    terms = [e if n == 1 else Neg.of(e) if n == -1 else as_expr(n) * e for e, n in times.items() if n]
    if constant or not terms:
        terms.append(as_expr(constant))
    return terms[0] if len(terms) == 1 else Add.of(*terms)
