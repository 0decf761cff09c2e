"""Dims: the named, symbolic sizes of axes.

A tensor's axes are an ordered tuple of dims. Two axes fit when they are the same `Dim` object; names only serve
people. A dim's size is a positive integer, or a formula (see `families` for the dims d[l] of an indexed family).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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


def axes_text(axes: tuple[Dim, ...]) -> str:
    """Axes for an error message: ``(B, F)``; a scalar is ``()``."""
    return "(" + ", ".join(d.name for d in axes) + ")"
