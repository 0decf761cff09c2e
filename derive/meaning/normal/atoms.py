"""Polynomials as plain tuples and dicts, for the checker. Trusted.

An atom is a nested tuple that says everything about it; a polynomial is a dict from monomials (sorted pairs of atom and
integer exponent) to rationals, `frozen` inside of atoms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

Atom = tuple[Any, ...]
Monomial = tuple[tuple[Atom, int], ...]
Poly = dict[Monomial, Fraction]
Bounds = tuple[tuple[str, Any, Any], ...]  # name, frozen low, frozen high

BINDERS = ("sum", "prod", "max", "logsumexp")
MAX_SHORT = 4  # terms of a sum over numbers that is written out


class Unconfirmed(Exception):  # noqa: N818 -- no error: the answer is not known
    """The expander does not reach a conclusion; nothing is proved by that."""


def constant(c: Fraction | int) -> Poly:
    return {(): Fraction(c)} if c else {}


def power_of(a: Atom, e: int = 1) -> Poly:
    return {((a, e),): Fraction(1)} if e else constant(1)


def index(name: str) -> Poly:
    return power_of(("index", name))


def plus(p: Poly, q: Poly, factor: Fraction | int = 1) -> Poly:
    out = dict(p)
    for m, c in q.items():
        out[m] = out.get(m, Fraction(0)) + factor * c
    return {m: c for m, c in out.items() if c}


def frozen(p: Poly) -> Atom:
    return ("poly", *sorted(p.items(), key=repr))


def thawed(x: Atom) -> Poly:
    return dict(x[1:])


@lru_cache(maxsize=200_000)
def free(x: Any) -> frozenset[str]:
    """The names of the indices that occur free."""
    if not isinstance(x, tuple) or not x:
        return frozenset()
    if x[0] == "index":
        return frozenset((x[1],))
    inner = frozenset().union(*map(free, x))
    return inner - {b[0] for b in x[1]} if x[0] in BINDERS else inner


@lru_cache(maxsize=200_000)
def height(x: Any) -> int:
    """One more than the highest canonical label that is bound inside."""
    if not isinstance(x, tuple) or not x:
        return 0
    own = max((int(b[0][1:]) + 1 for b in x[1]), default=0) if x[0] in BINDERS else 0
    return max(own, *map(height, x))


def short_span(low: Poly, high: Poly) -> range | None:
    """The positions of a short range between numbers."""
    ends = low.get((), Fraction(0)), high.get((), Fraction(0))
    if not (low.keys() | high.keys()) <= {()} or any(end.denominator != 1 for end in ends):
        return None
    return range(int(ends[0]), int(ends[1]) + 1) if 0 <= ends[1] - ends[0] < MAX_SHORT else None


def monomial(exponents: Mapping[Atom, int]) -> Poly:
    return {tuple(sorted(((a, e) for a, e in exponents.items() if e), key=repr)): Fraction(1)}


def shifted(m: Monomial, low: Mapping[Atom, int]) -> Iterable[tuple[Atom, int]]:
    exponents = dict(m)
    return ((a, e) for a in {**exponents, **low} if (e := exponents.get(a, 0) - low.get(a, 0)))


def solution(difference: Poly, name: str) -> Poly | None:
    """The value of an index at which the difference is 0, if it stands there alone with the factor 1 or -1."""
    unknown = ((("index", name), 1),)
    c = difference.get(unknown)
    rest = {m: x for m, x in difference.items() if m != unknown}
    return {m: -x / c for m, x in rest.items()} if c in (1, -1) and name not in free(frozen(rest)) else None


def connected(m: Monomial, bounds: Bounds) -> list[Bounds]:
    """Bound indices in groups that no factor and no range connects."""
    links = [free(a) for a, _ in m] + [{b[0]} | free(b[1:]) for b in bounds]
    groups: list[set[str]] = [{b[0]} for b in bounds]
    for link in links:
        touched = [g for g in groups if g & set(link)]
        groups = [g for g in groups if not g & set(link)] + ([set().union(*touched)] if touched else [])
    parts = [tuple(b for b in bounds if b[0] in g) for g in groups]
    return sorted(parts, key=lambda part: bounds.index(part[0]))
