"""Propositions: relations between expressions, and recurrences."""

from __future__ import annotations

from typing import Any

from derive.expr.arithmetic import broadcast
from derive.expr.dims import axes_text
from derive.expr.errors import ShapeError, SortError
from derive.expr.leaves import Index, Number, Symbol
from derive.expr.node import Expr, Sort, as_expr, numeric, walk

EARLIER = as_expr(-1)  # how far back a recurrence looks
ORDERED = ("=", "!=", "<", "<=", ">", ">=")
RELATIONS = (*ORDERED, "∝", "same_argmin")


class Relation(Expr):
    """``left kind right``; `wrt` lists the variables that ∝ and same_argmin speak of."""

    __slots__ = ()

    @classmethod
    def of(cls, kind: str, left: Expr, right: Expr, wrt: tuple[Expr, ...] = ()) -> Relation:
        if kind not in RELATIONS:
            raise SortError(f"{kind!r} is not a relation; known: {', '.join(RELATIONS)}")
        for side in (left, right):
            numeric(side, kind)
        literal_zero = any(isinstance(e, Number) and e.value == 0 for e in (left, right))
        if kind in ORDERED and left.axes != right.axes and not literal_zero and left.axes and right.axes:
            raise ShapeError(
                f"`{left}` has axes {axes_text(left.axes)} but `{right}` has axes {axes_text(right.axes)}: "
                f"the sides of {kind} need one shape"
            )
        axes = broadcast((left, right), kind) if kind in ORDERED else ()
        return cls._intern((left, right, *wrt), (kind,), axes, Sort.PROPOSITION)

    @classmethod
    def _again(cls, args: tuple[Expr, ...], params: tuple[Any, ...]) -> Expr:
        return cls.of(params[0], args[0], args[1], args[2:])

    @property
    def kind(self) -> str:
        return self.params[0]

    @property
    def left(self) -> Expr:
        return self.args[0]

    @property
    def right(self) -> Expr:
        return self.args[1]

    @property
    def wrt(self) -> tuple[Expr, ...]:
        return self.args[2:]


class Recurrence(Expr):
    """A family defined step by step: ``m[0] = start`` and ``m[t] = step`` for t ≥ 1, where step may use ``m[t-1]``."""

    __slots__ = ()

    @classmethod
    def of(cls, family: Symbol, index: Index, start: Expr, step: Expr) -> Recurrence:
        if family.family != (index,):
            raise SortError(f"{family.name} is not a family over {index}")
        from derive.expr.families import linear
        from derive.expr.structure import Member

        for node in walk(start, step):
            if isinstance(node, Member) and node.family is family and linear(node.args[0] - index) is not EARLIER:
                raise SortError(f"`{node}`: the step of a recurrence may use {family.name}[{index.name} - 1] only")
        for what, e in (("start", start), ("step", step)):
            if e.axes != family.axes and e.axes:
                raise ShapeError(
                    f"the {what} `{e}` has axes {axes_text(e.axes)}, {family.name} has {axes_text(family.axes)}"
                )
        return cls._intern((start, step), (family, index), (), Sort.PROPOSITION)

    @classmethod
    def _again(cls, args: tuple[Expr, ...], params: tuple[Any, ...]) -> Expr:
        return cls.of(params[0], params[1], *args)

    @property
    def family(self) -> Symbol:
        return self.params[0]

    @property
    def index(self) -> Index:
        return self.params[1]

    @property
    def start(self) -> Expr:
        return self.args[0]

    @property
    def step(self) -> Expr:
        return self.args[1]
