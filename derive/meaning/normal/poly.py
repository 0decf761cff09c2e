"""Polynomials over atoms: the data of the normal form.

A polynomial maps monomials to rational numbers, a monomial atoms to rational exponents. An atom is what arithmetic
cannot take apart: an entry, a function of polynomials, a closed sum over bound indices, a base of several terms.
Everything is identified by a digest of its canonical content, so equal content means equal object, whatever the order
in which it was built; nothing depends on hash seeds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from hashlib import blake2b
from typing import Any

Rational = int | Fraction
Range = tuple["Poly", "Poly"]


def digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=12).hexdigest()


def exact(value: Rational) -> Rational:
    """An int where possible: faster, and equal to the fraction."""
    return value.numerator if value.denominator == 1 else value


class Atom:
    """`kind` and `head` say what it is, `args` are its polynomials, `bound` its bound indices with their ranges.

    `shape` is a digest that does not see the names of indices; `height` exceeds every canonical label inside.
    """

    __slots__ = ("args", "bound", "free", "head", "height", "key", "kind", "shape")

    def __init__(
        self,
        kind: str,
        head: Any,
        args: tuple[Poly, ...] = (),
        bound: tuple[tuple[str, Poly, Poly], ...] = (),
        label: str = "",
        at: str = "",
    ) -> None:
        """`label` stands for `head` in the digest; an index atom gives its name as `at`."""
        ranges = tuple(r for _, low, high in bound for r in (low, high))
        inside = (*ranges, *args)
        names = ",".join(name for name, _, _ in bound)
        content = f"{kind};{label};{names};"
        self.kind, self.head, self.args, self.bound = kind, head, args, bound
        self.key = digest(content + at + ";" + ";".join(p.key for p in inside))
        self.shape = digest(f"{kind};{label};{len(bound)};" + ";".join(p.shape for p in inside))
        free: set[str] = set().union(*(p.free for p in inside)) if inside else set()
        self.free = frozenset((free | {at} if at else free) - {name for name, _, _ in bound})
        self.height = max((p.height for p in inside), default=0) + len(bound)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Atom) and self.key == other.key

    def __repr__(self) -> str:
        body = ", ".join(map(repr, self.args))
        return f"{self.kind}:{self.head if self.kind != 'index' else ''}{sorted(self.free)}({body})"


class Monomial:
    """Atoms with exponents, in canonical order."""

    __slots__ = ("factors", "free", "key")

    def __init__(self, exponents: Mapping[Atom, Rational] | Iterable[tuple[Atom, Rational]]) -> None:
        self.factors = tuple(sorted(dict(exponents).items(), key=lambda f: f[0].key))
        self.key = "*".join(f"{a.key}^{e}" for a, e in self.factors)
        self.free: frozenset[str] = frozenset().union(*(a.free for a, _ in self.factors))

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Monomial) and self.key == other.key

    @property
    def exponents(self) -> dict[Atom, Rational]:
        return dict(self.factors)

    @property
    def shape(self) -> str:
        return "*".join(sorted(f"{a.shape}^{e}" for a, e in self.factors))


UNIT = Monomial(())


class Poly:
    """A finite sum of rational multiples of monomials; never changed once made."""

    __slots__ = ("_free", "_height", "_key", "_shape", "terms")

    def __init__(self, terms: dict[Monomial, Rational]) -> None:
        self.terms = terms
        self._key = self._shape = ""
        self._free: frozenset[str] | None = None
        self._height = -1

    @property
    def key(self) -> str:
        if not self._key:
            self._key = digest("+".join(sorted(f"{c}*{m.key}" for m, c in self.terms.items())))
        return self._key

    @property
    def shape(self) -> str:
        if not self._shape:
            self._shape = digest("+".join(sorted(f"{c}*{m.shape}" for m, c in self.terms.items())))
        return self._shape

    @property
    def free(self) -> frozenset[str]:
        """The names of the indices that occur free."""
        if self._free is None:
            self._free = frozenset().union(*(m.free for m in self.terms))
        return self._free

    @property
    def height(self) -> int:
        if self._height < 0:
            self._height = max((a.height for m in self.terms for a, _ in m.factors), default=0)
        return self._height

    @property
    def is_zero(self) -> bool:
        return not self.terms

    @property
    def constant(self) -> Rational | None:
        """The rational number that this is, if it is one."""
        if not self.terms:
            return 0
        return self.terms.get(UNIT) if len(self.terms) == 1 else None

    @property
    def single(self) -> tuple[Monomial, Rational] | None:
        """The only term, if there is just one."""
        return next(iter(self.terms.items())) if len(self.terms) == 1 else None

    @property
    def ordered(self) -> list[tuple[Monomial, Rational]]:
        """The terms in canonical order, first by a shape that no renaming of indices changes."""
        return sorted(self.terms.items(), key=lambda t: (t[0].shape, t[0].key))

    def __add__(self, other: Poly) -> Poly:
        return self.plus(other, 1)

    def __sub__(self, other: Poly) -> Poly:
        return self.plus(other, -1)

    def __neg__(self) -> Poly:
        return self.times(-1)

    def plus(self, other: Poly, factor: Rational) -> Poly:
        """self + factor·other"""
        terms = dict(self.terms)
        for m, c in other.terms.items():
            total = exact(terms.get(m, 0) + factor * c)
            if total:
                terms[m] = total
            else:
                terms.pop(m, None)
        return Poly(terms)

    def times(self, factor: Rational) -> Poly:
        return Poly({m: exact(c * factor) for m, c in self.terms.items()}) if factor else Poly({})

    def __repr__(self) -> str:
        def factor(a: Atom, e: Rational) -> str:
            return f"{a!r}" + (f"^{e}" if e != 1 else "")

        return " + ".join(f"{c}·" + "·".join(factor(a, e) for a, e in m.factors) for m, c in self.ordered) or "0"


def number(value: Rational) -> Poly:
    return Poly({UNIT: exact(value)} if value else {})


def of_atom(atom: Atom, exponent: Rational = 1) -> Poly:
    return Poly({Monomial(((atom, exponent),)): 1}) if exponent else ONE


def of_monomial(m: Monomial, coefficient: Rational = 1) -> Poly:
    return Poly({m: coefficient})


ZERO, ONE = Poly({}), number(1)
