"""The expression: as written, immutable, sorted, with ordered axes.

Nothing simplifies, reorders or evaluates on construction. Anonymous nodes are interned, so equal formulas are the same
object and `is` compares them; symbols and named terms are unique by declaration. A chain of `+` or `*` is one n-ary
node, whatever its length.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import isfinite
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self
from weakref import WeakValueDictionary

from derive.expr.dims import Dim
from derive.expr.errors import DomainError, SortError

if TYPE_CHECKING:
    from derive.expr.structure import Evaluated, Indexed, Member


class Sort(enum.Enum):
    """What an expression denotes."""

    NUMBER = "number"  # a number or a tensor of numbers
    INDEX = "index"  # an integer position
    VARIABLE = "random variable"
    DISTRIBUTION = "distribution"  # also usable as the table of its probabilities
    FUNCTION = "function"
    PROPOSITION = "proposition"


NUMERIC = frozenset({Sort.NUMBER, Sort.INDEX, Sort.DISTRIBUTION})


class Expr:
    """A node: `args` are its children, `params` what else distinguishes it, `axes` its ordered dims."""

    __slots__ = ("__weakref__", "args", "axes", "params", "sort")
    args: tuple[Expr, ...]
    params: tuple[Any, ...]
    axes: tuple[Dim, ...]
    sort: Sort
    _interned: ClassVar[WeakValueDictionary[Any, Expr]] = WeakValueDictionary()

    @classmethod
    def _intern(
        cls, args: tuple[Expr, ...], params: tuple[Any, ...] = (), axes: tuple[Dim, ...] = (), sort: Sort = Sort.NUMBER
    ) -> Self:
        key = (cls, args, params)
        node = Expr._interned.get(key)
        if node is None:
            node = object.__new__(cls)
            node._fill(args, params, axes, sort)
            Expr._interned[key] = node
        return node  # type: ignore[return-value]

    def _fill(self, args: tuple[Expr, ...], params: tuple[Any, ...], axes: tuple[Dim, ...], sort: Sort) -> None:
        for name, value in (("args", args), ("params", params), ("axes", axes), ("sort", sort)):
            object.__setattr__(self, name, value)

    def rebuild(self, args: tuple[Expr, ...]) -> Expr:
        """The same head over other children; axes are derived, and checked, again."""
        if args == self.args:
            return self
        return type(self)._again(args, self.params)

    @classmethod
    def _again(cls, args: tuple[Expr, ...], params: tuple[Any, ...]) -> Expr:
        raise TypeError(f"{cls.__name__} has no children to replace")

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"expressions are immutable: cannot set {name!r}")

    def __bool__(self) -> NoReturn:
        raise TypeError(f"an expression has no truth value: {self}; derive.check(...) gives a verdict")

    def __iter__(self) -> NoReturn:
        raise TypeError(f"cannot iterate over {self}; index it, e.g. x[i]")

    def __repr__(self) -> str:
        from derive.expr.plain import plain

        return plain(self)

    # -- operators: each builds exactly the node that was written

    def __add__(self, other: Expr | int | Fraction) -> Expr:
        return _arithmetic().add(self, as_expr(other))

    def __radd__(self, other: Expr | int | Fraction) -> Expr:
        return _arithmetic().add(as_expr(other), self)

    def __sub__(self, other: Expr | int | Fraction) -> Expr:
        return _arithmetic().add(self, _arithmetic().Neg.of(as_expr(other)))

    def __rsub__(self, other: Expr | int | Fraction) -> Expr:
        return _arithmetic().add(as_expr(other), _arithmetic().Neg.of(self))

    def __mul__(self, other: Expr | int | Fraction) -> Expr:
        return _arithmetic().multiply(self, as_expr(other))

    def __rmul__(self, other: Expr | int | Fraction) -> Expr:
        return _arithmetic().multiply(as_expr(other), self)

    def __truediv__(self, other: Expr | int | Fraction) -> Expr:
        return _arithmetic().Div.of(self, as_expr(other))

    def __rtruediv__(self, other: Expr | int | Fraction) -> Expr:
        return _arithmetic().Div.of(as_expr(other), self)

    def __pow__(self, other: Expr | int | Fraction) -> Expr:
        return _arithmetic().Pow.of(self, as_expr(other))

    def __rpow__(self, other: Expr | int | Fraction) -> Expr:
        return _arithmetic().Pow.of(as_expr(other), self)

    def __neg__(self) -> Expr:
        return _arithmetic().Neg.of(self)

    def __abs__(self) -> Expr:
        from derive.expr.operations import absolute

        return absolute(self)

    def __matmul__(self, other: Expr) -> Expr:
        from derive.expr.tensor import MatMul

        return MatMul.of(self, as_expr(other))

    @property
    def T(self) -> Expr:
        """The transpose of a matrix (two axes)."""
        from derive.expr.tensor import Transpose

        return Transpose.of(self)

    def __lt__(self, other: Expr | int | Fraction) -> Expr:
        return _relation("<", self, other)

    def __le__(self, other: Expr | int | Fraction) -> Expr:
        return _relation("<=", self, other)

    def __gt__(self, other: Expr | int | Fraction) -> Expr:
        return _relation(">", self, other)

    def __ge__(self, other: Expr | int | Fraction) -> Expr:
        return _relation(">=", self, other)

    def __getitem__(self, where: Expr | int | tuple[Expr | int, ...]) -> Indexed | Member:
        from derive.expr.structure import index

        places = where if isinstance(where, tuple) else (where,)
        return index(self, tuple(as_expr(p) for p in places))

    def __call__(self, *arguments: Expr | int | Fraction) -> Expr:
        from derive.expr.leaves import Symbol
        from derive.expr.structure import Call

        if not isinstance(self, Symbol):
            raise SortError(f"`{self}` is not a function; declare one with function()")
        return Call.of(self, tuple(as_expr(a) for a in arguments))

    def at(self, **values: Expr | int | Fraction) -> Evaluated:
        """This expression with symbols, found by name, replaced: ``loss.at(gamma=0)``."""
        from derive.expr.structure import Evaluated

        return Evaluated.by_name(self, {name: as_expr(v) for name, v in values.items()})


def _arithmetic() -> Any:
    from derive.expr import arithmetic

    return arithmetic


def _relation(kind: str, left: Expr, right: Expr | int | Fraction) -> Expr:
    from derive.expr.propositions import Relation

    return Relation.of(kind, left, as_expr(right))


def as_expr(value: object) -> Expr:
    """An exact number, or an expression as it is.

    Raises `DomainError` for a float: 0.1 is not 1/10, and a formula must not be rounded before it is read.
    """
    from derive.expr.leaves import Number

    if isinstance(value, Expr):
        return value
    if isinstance(value, bool):
        raise DomainError(f"{value!r} is not a number; use 0 or 1")
    if isinstance(value, int | Fraction):  # a negative number is written with a minus sign
        exact = Fraction(value)
        return Number.of(exact) if exact >= 0 else _arithmetic().Neg.of(Number.of(-exact))
    if isinstance(value, float):
        near = Fraction(value).limit_denominator(1000) if isfinite(value) else Fraction(0)
        exact = f"Rational({near.numerator}, {near.denominator})"
        raise DomainError(f"float {value!r} in a formula is rounded; write it exactly, e.g. {exact}")
    if isinstance(value, Dim):
        raise SortError(f"dim {value} is not a number; its size is {value}.size")
    raise SortError(f"{value!r} ({type(value).__name__}) cannot stand in a formula")


def numeric(e: Expr, what: str) -> Expr:
    """`e` if it is of a numeric sort; otherwise a `SortError` that names the operation."""
    if e.sort not in NUMERIC:
        raise SortError(f"{what} needs numbers, but {e} is a {e.sort.value}")
    return e


def walk(*roots: Expr, into_terms: bool = True) -> Iterator[Expr]:
    """Every distinct node below `roots`, children before parents, without recursion.

    `into_terms=False` stops at named terms: their definitions are not entered.
    """
    from derive.expr.leaves import Let

    done: set[int] = set()
    stack: list[tuple[Expr, bool]] = [(r, False) for r in reversed(roots)]
    while stack:
        node, ready = stack.pop()
        if id(node) in done:
            continue
        if ready:
            done.add(id(node))
            yield node
            continue
        stack.append((node, True))
        below: Iterable[Expr] = node.args
        if isinstance(node, Let) and into_terms:
            below = (*node.args, node.expr)
        stack.extend((c, False) for c in reversed(tuple(below)) if id(c) not in done)
