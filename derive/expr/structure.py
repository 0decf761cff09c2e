"""Nodes with indices and binders: entries, index ranges, families, undefined functions, derivatives, expectations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from derive.expr.arithmetic import broadcast, fits
from derive.expr.dims import Dim, axes_text
from derive.expr.errors import DomainError, ShapeError, SortError, UnknownNameError
from derive.expr.leaves import Index, Let, Number, Symbol, Variable
from derive.expr.node import Expr, Sort, numeric, walk


def index(e: Expr, places: tuple[Expr, ...]) -> Indexed | Member:
    """``e[i, j]``: an entry of a tensor, or a member of a family."""
    if isinstance(e, Symbol) and e.family:
        return Member.of(e, places)
    return Indexed.of(e, places)


class Indexed(Expr):
    """One entry of a tensor, 1-based: ``softmax(z)[i]``. One place for every axis."""

    __slots__ = ()

    @classmethod
    def of(cls, e: Expr, places: tuple[Expr, ...]) -> Indexed:
        if len(places) != len(numeric(e, "[ ]").axes):
            raise ShapeError(
                f"`{e}` has axes {axes_text(e.axes)}: {len(e.axes)} indices are needed, {len(places)} given"
            )
        for place, dim in zip(places, e.axes, strict=True):
            if place.axes:
                raise ShapeError(f"index `{place}` of `{e}` is not a scalar")
            if isinstance(place, Index) and place.dim is not None and place.dim is not dim:
                raise ShapeError(f"index {place} runs over {place.dim}, but this axis of `{e}` is {dim}")
            if isinstance(place, Number) and (place.value.denominator != 1 or place.value < 1):
                raise DomainError(f"index {place} of `{e}`: positions are 1, 2, ...")
        return cls._intern((e, *places))

    @classmethod
    def _again(cls, args: tuple[Expr, ...], params: tuple[Any, ...]) -> Expr:
        return cls.of(args[0], args[1:])

    @property
    def of_what(self) -> Expr:
        return self.args[0]

    @property
    def places(self) -> tuple[Expr, ...]:
        return self.args[1:]


class Member(Expr):
    """A member of a family of symbols, ``W[l]``, with the axes that the family has at that index."""

    __slots__ = ()

    @classmethod
    def of(cls, family: Symbol, places: tuple[Expr, ...]) -> Member:
        if len(places) != len(family.family):
            raise ShapeError(f"{family.name} is a family over {len(family.family)} indices, {len(places)} given")
        from derive.expr.families import substitute_dim

        replaced = dict(zip(family.family, places, strict=True))
        axes = tuple(substitute_dim(d, replaced) for d in family.axes)
        return cls._intern(places, (family,), axes, family.sort)

    @classmethod
    def _again(cls, args: tuple[Expr, ...], params: tuple[Any, ...]) -> Expr:
        return cls.of(params[0], args)

    @property
    def family(self) -> Symbol:
        return self.params[0]


class Call(Expr):
    """An undefined function applied entry by entry: ``f(x)``; `order` counts derivatives of a one-place function."""

    __slots__ = ()

    @classmethod
    def of(cls, function: Symbol, arguments: tuple[Expr, ...], order: int = 0) -> Expr:
        if function.sort is not Sort.FUNCTION:
            raise SortError(f"{function} is a {function.sort.value}, not a function; declare it with function()")
        for a in arguments:
            numeric(a, str(function))
        return cls._intern(arguments, (function, order), broadcast(arguments, f"{function}()"))

    @classmethod
    def _again(cls, args: tuple[Expr, ...], params: tuple[Any, ...]) -> Expr:
        return cls.of(params[0], args, params[1])

    @property
    def function(self) -> Symbol:
        return self.params[0]

    @property
    def order(self) -> int:
        return self.params[1]


BINDERS = ("sum", "prod", "max", "logsumexp")


class Bound(Expr):
    """A sum (product, maximum, log-sum-exp) over an integer index: ``Sum(e, (i, lo, hi))``; empty: 0 (1).

    `index` is bound: its identity is unique, so no other formula can capture it.
    """

    __slots__ = ()

    @classmethod
    def of(cls, kind: str, body: Expr, index: Index, low: Expr, high: Expr) -> Expr:
        if kind not in BINDERS:
            raise SortError(f"{kind!r} binds no index")
        if not isinstance(index, Index):
            raise SortError(f"{kind} runs over an index, not over `{index}`")
        for what, bound in (("lower", low), ("upper", high)):
            if numeric(bound, f"the {what} bound").axes:
                raise ShapeError(f"the {what} bound `{bound}` of a {kind} must be a scalar")
            if index in set(walk(bound)):
                raise UnknownNameError(f"the {what} bound `{bound}` of a {kind} contains its own index {index}")
        return cls._intern((numeric(body, kind), low, high), (kind, index), body.axes)

    @classmethod
    def _again(cls, args: tuple[Expr, ...], params: tuple[Any, ...]) -> Expr:
        return cls.of(params[0], args[0], params[1], args[1], args[2])

    @property
    def kind(self) -> str:
        return self.params[0]

    @property
    def body(self) -> Expr:
        return self.args[0]

    @property
    def index(self) -> Index:
        return self.params[1]

    @property
    def low(self) -> Expr:
        return self.args[1]

    @property
    def high(self) -> Expr:
        return self.args[2]


class Delta(Expr):
    """Kronecker's delta: 1 where both indices agree, else 0."""

    __slots__ = ()

    @classmethod
    def of(cls, i: Expr, j: Expr) -> Expr:
        return cls._intern((numeric(i, "delta"), numeric(j, "delta")))

    @classmethod
    def _again(cls, args: tuple[Expr, ...], params: tuple[Any, ...]) -> Expr:
        return cls.of(*args)


class Where(Expr):
    """``where(condition, a, b)``: a where the condition holds, else b; entry by entry."""

    __slots__ = ()

    @classmethod
    def of(cls, condition: Expr, then: Expr, otherwise: Expr) -> Expr:
        if condition.sort is not Sort.PROPOSITION:
            raise SortError(f"where needs a condition such as x > 0, but `{condition}` is a {condition.sort.value}")
        axes = broadcast((condition, numeric(then, "where"), numeric(otherwise, "where")), "where")
        return cls._intern((condition, then, otherwise), (), axes)

    @classmethod
    def _again(cls, args: tuple[Expr, ...], params: tuple[Any, ...]) -> Expr:
        return cls.of(*args)


class Derivative(Expr):
    """``D(f, x)``: ∂f/∂x with the axes of x.

    f is a scalar, or x is one, or f is entrywise in x (entry i of f depends on entry i of x alone); the last is
    decided, with an error that names `jacobian`, when the derivative is taken. x is a symbol, a named term (then the
    result is its adjoint: every downstream use, nothing upstream), or one entry of either.
    """

    __slots__ = ()

    @classmethod
    def of(cls, f: Expr, x: Expr) -> Expr:
        numeric(f, "D")
        leaf = x.of_what if isinstance(x, Indexed) else x
        if not isinstance(leaf, (Symbol, Let, Member, Index, Variable)):
            raise SortError(f"D(f, x) needs x to be a symbol, a named term or an entry of one, not `{x}`")
        if f.axes and x.axes and not fits(x.axes, f.axes):
            raise ShapeError(
                f"D(`{f}` {axes_text(f.axes)}, {x} {axes_text(x.axes)}): neither is a scalar and "
                "f is not entrywise in x; use jacobian(f, x), or D(Sum(f), x)"
            )
        return cls._intern((f, x), (), x.axes if not f.axes else f.axes)

    @classmethod
    def _again(cls, args: tuple[Expr, ...], params: tuple[Any, ...]) -> Expr:
        return cls.of(*args)

    @property
    def f(self) -> Expr:
        return self.args[0]

    @property
    def x(self) -> Expr:
        return self.args[1]


class Evaluated(Expr):
    """An expression with symbols replaced after everything else is done: ``loss.at(gamma=0)``, ``at(e, x, a)``."""

    __slots__ = ()

    @classmethod
    def of(cls, e: Expr, replaced: Mapping[Symbol, Expr]) -> Evaluated:
        symbols = tuple(replaced)
        for s, v in replaced.items():
            if v.axes and v.axes != s.axes:
                raise ShapeError(f"{s} has axes {axes_text(s.axes)}, its value `{v}` has {axes_text(v.axes)}")
        return cls._intern((e, *replaced.values()), symbols, e.axes, e.sort)

    @classmethod
    def by_name(cls, e: Expr, values: Mapping[str, Expr]) -> Evaluated:
        symbols = {n.name: n for n in walk(e) if isinstance(n, Symbol)}
        missing = [name for name in values if name not in symbols]
        if missing:
            known = ", ".join(sorted(symbols)) or "none"
            raise UnknownNameError(f"`{e}` has no symbol {missing[0]!r}; its symbols: {known}")
        return cls.of(e, {symbols[name]: value for name, value in values.items()})

    @classmethod
    def _again(cls, args: tuple[Expr, ...], params: tuple[Any, ...]) -> Expr:
        return cls.of(args[0], dict(zip(params, args[1:], strict=True)))

    @property
    def body(self) -> Expr:
        return self.args[0]

    @property
    def replaced(self) -> dict[Symbol, Expr]:
        return dict(zip(self.params, self.args[1:], strict=True))


class Expect(Expr):
    """``Expect(p, f)``: the sum of p·f over the support of the distribution p, so that 0·log 0 does not arise."""

    __slots__ = ()

    @classmethod
    def of(cls, p: Expr, f: Expr) -> Expr:
        numeric(f, "an expectation")
        if not p.axes:
            raise ShapeError(f"Expect(p, f): `{p}` is a single number, not a table of probabilities")
        whole = p.axes if fits(f.axes, p.axes) else f.axes
        if not fits(p.axes, whole) or not fits(f.axes, whole):
            raise ShapeError(
                f"Expect(`{p}` {axes_text(p.axes)}, `{f}` {axes_text(f.axes)}): the axes of p must be among f's"
            )
        return cls._intern((p, f), (), tuple(d for d in whole if d not in p.axes))

    @classmethod
    def _again(cls, args: tuple[Expr, ...], params: tuple[Any, ...]) -> Expr:
        return cls.of(*args)

    @property
    def p(self) -> Expr:
        return self.args[0]

    @property
    def f(self) -> Expr:
        return self.args[1]


class Weighted(Expr):
    """p·f where p ≠ 0, and 0 where p = 0 even if f is undefined there: one term of an expectation."""

    __slots__ = ()

    @classmethod
    def of(cls, p: Expr, f: Expr) -> Expr:
        return cls._intern(
            (numeric(p, "a weight"), numeric(f, "an expectation")), (), broadcast((p, f), "an expectation")
        )

    @classmethod
    def _again(cls, args: tuple[Expr, ...], params: tuple[Any, ...]) -> Expr:
        return cls.of(*args)


def over_dim(kind: str, body: Expr, index: Index) -> Expr:
    """The bound operation over all positions of the dim of `index`."""
    dim: Dim | None = index.dim
    if dim is None:
        raise SortError(f"index {index} runs over no dim; give its range")
    return Bound.of(kind, body, index, Number.of(1), dim.size)
