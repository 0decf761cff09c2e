"""Polynomials as sums of squares: p = Σ d·L² with rational d ≥ 0, from L·D·Lᵀ of a Gram matrix.

The search fixes one Gram matrix, with every monomial at the pair of half-monomials that has the largest squares to pay
for it; if that matrix has a negative pivot, nothing is said. (Powers, Woermann 1998, for Gram matrices.)
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations_with_replacement, product
from typing import Any

from derive.prove.polynomial.positive import Terms, plus, times

F = Fraction
Key = tuple[int, ...]
LARGEST_BASIS = 24


@dataclass(frozen=True)
class Square:
    """weight · root²"""

    weight: Fraction
    root: Terms

    def to_json(self) -> dict[str, Any]:
        return {"weight": str(self.weight), "root": [[list(key), str(c)] for key, c in sorted(self.root.items())]}

    @staticmethod
    def of_json(data: dict[str, Any]) -> Square:
        """Raises `KeyError`, `TypeError` or `ValueError` for what is no square."""
        return Square(Fraction(data["weight"]), {tuple(map(int, key)): Fraction(c) for key, c in data["root"]})


def total(squares: list[Square]) -> Terms:
    """What squares add up to."""
    out: Terms = {}
    for square in squares:
        if square.weight < 0:
            raise ValueError("a weight is negative")
        out = plus(out, {key: c * square.weight for key, c in times(square.root, square.root).items()})
    return out


def never_zero(squares: list[Square]) -> bool:
    """Whether one of the squares is a positive constant."""
    return any(s.weight > 0 and len(s.root) == 1 and not any(next(iter(s.root))) for s in squares)


def squares(p: Terms) -> list[Square] | None:
    """p as a sum of squares, or None if none was found."""
    basis = _basis(p)
    if basis is None:
        return None
    gram = _gram(p, basis)
    return None if gram is None else _pivoted(gram, basis)


def _basis(p: Terms) -> list[Key] | None:
    """Half-monomials whose squares lie between the extreme degrees of p."""
    if not p:
        return []
    n = len(next(iter(p)))
    most = [max(key[k] for key in p) for k in range(n)]
    totals = [sum(key) for key in p]
    if any(m % 2 for m in most) or max(totals) % 2 or min(totals) % 2:
        return None
    boxes = product(*(range(m // 2 + 1) for m in most))
    basis = [key for key in boxes if min(totals) <= 2 * sum(key) <= max(totals)]
    while True:  # a square that nothing pays for and that nothing else makes up must not occur
        products: dict[Key, int] = {}
        for a, b in combinations_with_replacement(basis, 2):
            key = _joined(a, b)
            products[key] = products.get(key, 0) + 1
        kept = [b for b in basis if p.get(_joined(b, b), 0) > 0 or products[_joined(b, b)] > 1]
        if kept == basis:
            return basis if len(basis) <= LARGEST_BASIS else None
        basis = kept


def _joined(a: Key, b: Key) -> Key:
    return tuple(i + j for i, j in zip(a, b, strict=True))


def _gram(p: Terms, basis: list[Key]) -> list[list[Fraction]] | None:
    place = {key: k for k, key in enumerate(basis)}
    gram = [[F(0)] * len(basis) for _ in basis]
    for key, c in p.items():
        pairs = [(a, b) for a in basis if (b := tuple(i - j for i, j in zip(key, a, strict=True))) in place and a <= b]
        if not pairs:
            return None
        half = next((a for a, b in pairs if a == b), None)
        if half is not None and c > 0:
            gram[place[half]][place[half]] += c
            continue

        def pays(pair: tuple[Key, Key]) -> tuple[Fraction, tuple[Key, Key]]:
            a, b = pair
            return min(p.get(_joined(a, a), F(0)), p.get(_joined(b, b), F(0))), pair

        a, b = max(pairs, key=pays)
        if a == b:
            gram[place[a]][place[a]] += c
        else:
            gram[place[a]][place[b]] += c / 2
            gram[place[b]][place[a]] += c / 2
    return gram


def _pivoted(gram: list[list[Fraction]], basis: list[Key]) -> list[Square] | None:
    """L·D·Lᵀ without square roots: complete squares one after another."""
    out: list[Square] = []
    n = len(basis)
    for k in range(n):
        d = gram[k][k]
        if d < 0 or (d == 0 and any(gram[k][j] for j in range(k, n))):
            return None
        if d == 0:
            continue
        row = [gram[k][j] / d if j >= k else F(0) for j in range(n)]
        out.append(Square(d, {basis[j]: c for j, c in enumerate(row) if c}))
        for i in range(k, n):
            for j in range(k, n):
                gram[i][j] -= d * row[i] * row[j]
    return out
