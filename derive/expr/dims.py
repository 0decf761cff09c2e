"""Dims: the named, symbolic sizes of axes.

A tensor's axes are an ordered tuple of dims. Two axes fit when they are the same `Dim` object; names only serve
people. A dim's size is a positive integer; an indexed family `d[l]` gives one dim per value of `l`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from derive.expr.node import Expr


class Dim:
    """A symbolic size with the letter that its index takes in print, e.g. ``Dim("N", index="i")``."""

    __slots__ = ("__weakref__", "doc", "extent", "index", "name")

    def __init__(self, name: str, index: str | None = None, doc: str = "", extent: Expr | None = None) -> None:
        self.name = name
        self.index = index or name[:1].lower()
        self.doc = doc
        self.extent = extent  # a size that is a formula, such as n + 1 or d[l]; None: a free positive integer

    @property
    def size(self) -> Expr:
        """The number of positions along this axis, as an expression."""
        from derive.expr.leaves import Size

        return self.extent if self.extent is not None else Size.of(self)

    def __repr__(self) -> str:
        return self.name


class DimFamily:
    """A family of dims, one per index value: ``d = DimFamily("d")``, then ``d[l]`` and ``d[l - 1]``."""

    __slots__ = ("_members", "index", "name", "sizes")

    def __init__(self, name: str, index: str = "i") -> None:
        from derive.expr.domains import COUNTING
        from derive.expr.leaves import Symbol
        from derive.expr.node import Sort
        from derive.expr.substitute import FAMILIES

        self.name = name
        self.index = index
        self.sizes = Symbol(name, domain=COUNTING, sort=Sort.FUNCTION)
        self._members: dict[Any, Dim] = {}
        FAMILIES[self.sizes] = self

    def __getitem__(self, position: Expr | int) -> Dim:
        from derive.expr.node import as_expr
        from derive.expr.structure import Call

        where = linear(as_expr(position))
        if where not in self._members:
            member = Dim(f"{self.name}[{where}]", self.index, extent=Call.of(self.sizes, (where,)))
            self._members[where] = member
        return self._members[where]

    def __repr__(self) -> str:
        return self.name


def linear(position: Expr) -> Expr:
    """A position with its integer constants collected: ``d[2 - 1]`` is ``d[1]`` and ``d[l - 1 + 1]`` is ``d[l]``.

    Only sums and differences are collected; any other part stays as written.
    """
    from derive.expr.arithmetic import Add, Neg
    from derive.expr.leaves import Number

    constant, others = 0, []
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
            others.append(e if sign > 0 else Neg.of(e))
    tail = [Number.of(constant) if constant > 0 else Neg.of(Number.of(-constant))] if constant else []
    terms = [*others, *tail] or [Number.of(0)]
    return terms[0] if len(terms) == 1 else Add.of(*terms)


def axes_text(axes: tuple[Dim, ...]) -> str:
    """Axes for an error message: ``(B, F)``; a scalar is ``()``."""
    return "(" + ", ".join(d.name for d in axes) + ")"
