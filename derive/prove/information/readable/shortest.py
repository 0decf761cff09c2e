"""The shortest way to write a row as a combination of measures: ``h(X,Y) − h(Y) + h(Z)`` is H(X|Y) + H(Z).

A search over measures that take something off every coordinate they touch, the largest set of variables first. Rows
with many coordinates are taken greedily.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction

from derive.prove.information.problem import Entropy, Generator, Mutual, Row
from derive.prove.information.readable.measures import first, signs, symbols

TRIES = 500  # partial combinations that a search may look at
Combination = tuple[tuple[Fraction, "Term"], ...]


@dataclass(frozen=True)
class At:
    """One coordinate that is no entropy, as a term of a line."""

    coordinate: int


Term = Generator | At


def _cost(value: Fraction, term: Term) -> int:
    size = 4 if isinstance(term, At) else symbols(term)
    return size + 1 + (abs(value) != 1) + (value < 0)


def shortest(row: Row, familiar: Collection[Term] = ()) -> Combination:
    """Measures that add up to the row; of equally short ways, one that uses `familiar` terms."""
    columns = tuple((value, At(c)) for c, value in sorted(row.items(), reverse=True) if c < 0)
    search = _Search(frozenset(familiar))
    search.run({c: value for c, value in row.items() if c > 0}, (), 0)
    return (*ordered(search.best), *columns)


def ordered(combination: Combination) -> Combination:
    """Terms with a plus first, each sign as it was found."""
    return tuple(sorted(combination, key=lambda part: part[0] < 0))


class _Search:
    def __init__(self, familiar: frozenset[Term]) -> None:
        self.familiar = familiar
        self.best: Combination = ()
        self.least: float = float("inf")
        self.tries = 0

    def run(self, row: Row, found: Combination, spent: float) -> None:
        if spent >= self.least:
            return
        if not row:
            self.best, self.least = found, spent
            return
        self.tries += 1
        top = max(row, key=lambda mask: (mask.bit_count(), -mask))
        choices = sorted(_covering(row, top), key=lambda c: (self._price(*c) - 5 * _length(c[1]), c[1].__repr__()))
        for value, term in choices[: 1 if self.tries > TRIES else None]:
            rest = dict(row)
            for mask, sign in signs(term):
                new = rest[mask] - value * sign
                if new:
                    rest[mask] = new
                else:
                    del rest[mask]
            self.run(rest, _added(found, value, term), spent + self._price(value, term))

    def _price(self, value: Fraction, term: Term) -> float:
        return _cost(value, term) - 0.5 * (term in self.familiar)


def _added(found: Combination, value: Fraction, term: Term) -> Combination:
    for k, (before, other) in enumerate(found):
        if other == term:
            return (*found[:k], (before + value, term), *found[k + 1 :])
    return (*found, (value, term))


def _length(term: Entropy | Mutual) -> int:
    return sum(1 for _ in signs(term))


def _covering(row: Row, top: int) -> Iterator[tuple[Fraction, Entropy | Mutual]]:
    """Multiples of measures of which `top` is the largest set, and that are part of the row, sign by sign."""
    value = row[top]
    plus = 1 if value > 0 else -1
    inside = [mask for mask in row if mask & ~top == 0 and mask != top]
    yield value, Entropy(top)
    for given in inside:
        if row[given] * plus < 0:
            yield plus * min(abs(value), abs(row[given])), Entropy(top & ~given, given)
    against = sorted((mask for mask in inside if row[mask] * plus < 0), key=first)
    for k, one in enumerate(against):
        for other in against[k + 1 :]:
            given = one & other
            if one | other != top or given in (one, other) or (given and row.get(given, 0) * plus <= 0):
                continue
            parts = [value, row[one], row[other], *([row[given]] if given else [])]
            a, b = sorted((one & ~given, other & ~given), key=first)
            yield -plus * min(map(abs, parts)), Mutual(a, b, given)
