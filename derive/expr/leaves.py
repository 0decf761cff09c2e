"""Leaves: numbers, constants, sizes, indices, symbols; and named terms, which stand for their definition."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from derive.expr.dims import Dim
from derive.expr.domains import REAL, Domain
from derive.expr.errors import DomainError, SortError, UnknownNameError
from derive.expr.node import Expr, Sort

NAME = re.compile(r"[^\W\d]\w{0,63}\Z")
ROLES = ("input", "target", "parameter", "hyperparameter", "state", "")


class Number(Expr):
    """An exact rational."""

    __slots__ = ()

    @classmethod
    def of(cls, value: Fraction | int) -> Number:
        return cls._intern((), (Fraction(value),))

    @property
    def value(self) -> Fraction:
        return self.params[0]


class Constant(Expr):
    """A named real constant: pi, eulergamma; or oo, which is allowed only as a bound or limit point."""

    __slots__ = ()

    @classmethod
    def of(cls, name: str) -> Constant:
        return cls._intern((), (name,))

    @property
    def name(self) -> str:
        return self.params[0]


class Size(Expr):
    """The size of a dim, as a positive integer."""

    __slots__ = ()

    @classmethod
    def of(cls, dim: Dim) -> Size:
        return cls._intern((), (dim,))

    @property
    def dim(self) -> Dim:
        return self.params[0]


class Unique(Expr):
    """A leaf that is unique by declaration: two with one name are two."""

    __slots__ = ("name",)
    name: str

    def named(self, name: str) -> None:
        """Give the name, once."""
        if self.name:
            raise UnknownNameError(f"{self.name!r} already has a name; it cannot become {name!r}")
        if not NAME.match(name):
            raise UnknownNameError(
                f"{name!r} is not a name: letters, digits and _, at most 64, beginning with a letter"
            )
        object.__setattr__(self, "name", name)


class Index(Unique):
    """A position along an axis, or an integer variable: bound by a sum, or free (then universally quantified)."""

    __slots__ = ("dim",)
    dim: Dim | None

    def __init__(self, name: str = "", dim: Dim | None = None) -> None:
        self._fill((), (), (), Sort.INDEX)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "dim", dim)

    @classmethod
    def along(cls, dim: Dim) -> Index:
        """A fresh index over all positions of `dim`."""
        return cls(dim.index, dim)


SPARE_LETTERS = "ijklmnrstuabc"


def indices_along(axes: tuple[Dim, ...]) -> tuple[Index, ...]:
    """Fresh indices for axes, no two of one name: those of a square matrix are i and j, not i twice."""
    out: list[Index] = []
    for dim in axes:
        taken = {i.name for i in out}
        name = dim.index if dim.index not in taken else next((c for c in SPARE_LETTERS if c not in taken), dim.index)
        out.append(Index(name, dim))
    return tuple(out)


class Variable(Unique):
    """A real number that an integral or a limit binds; `domain` is where it moves, as far as that is known."""

    __slots__ = ("domain",)
    domain: Domain

    def __init__(self, name: str = "", domain: Domain = REAL) -> None:
        self._fill((), (), (), Sort.NUMBER)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "domain", domain)


class Symbol(Unique):
    """A free variable with its domain, axes and role. `family` lists the indices that a family member takes."""

    __slots__ = ("default", "doc", "domain", "family", "role", "tex")
    domain: Domain
    role: str
    default: Fraction | None
    doc: str
    tex: str
    family: tuple[Index, ...]

    def __init__(
        self,
        name: str = "",
        axes: tuple[Dim, ...] = (),
        *,
        domain: Domain,
        role: str = "",
        default: Fraction | int | None = None,
        doc: str = "",
        tex: str = "",
        sort: Sort = Sort.NUMBER,
        family: tuple[Index, ...] = (),
    ) -> None:
        if role not in ROLES:
            raise DomainError(f"role {role!r} of {name or 'a symbol'} is not one of {', '.join(r for r in ROLES if r)}")
        if isinstance(default, float):
            raise DomainError(f"default {default!r} is a float; write it exactly, e.g. Rational(1, 1000)")
        for axis in axes:
            if not isinstance(axis, Dim):
                raise SortError(f"axes are dims, not {axis!r}")
        self._fill((), (), axes, sort)
        given: dict[str, Any] = {
            "name": name,
            "domain": domain,
            "role": role,
            "doc": doc,
            "tex": tex,
            "family": family,
            "default": None if default is None else Fraction(default),
        }
        for field, value in given.items():
            object.__setattr__(self, field, value)


class Let(Unique):
    """A named term. Equal terms with two names stay two; `expr` is the definition."""

    __slots__ = ("expr", "tex")
    expr: Expr
    tex: str

    def __init__(self, name: str, expr: Expr, tex: str = "") -> None:
        self._fill((), (), expr.axes, expr.sort)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "expr", expr)
        object.__setattr__(self, "tex", tex)


PI = Constant.of("pi")
EULER_GAMMA = Constant.of("eulergamma")
INFINITY = Constant.of("oo")
ZERO = Number.of(0)
ONE = Number.of(1)
HALF = Number.of(Fraction(1, 2))
