"""A sum of measures with fewer terms: I(X;Y|Z) + I(X;Z) is I(X;Y,Z), by the chain rule.

The elemental terms of a certificate are merged, and premises that vanish are cut down to the part that is used: of
I(X;Z,W|Y) = 0, taken away, with I(X;W|Y,Z) added, I(X;Z|Y) = 0 is left. A best-first search with a bound on work; what
it finds is a sum of rows as before, and every line that is made of it is checked again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from heapq import heappop, heappush

from derive.prove.information.certificate import Terms
from derive.prove.information.problem import Entropy, Generator, Mutual, Premise, Problem
from derive.prove.information.readable.measures import divergence_of, measure_of, sum_of, symbols, tidy

STATES = 600  # that the search may look at
MANY = 14  # terms beyond which pairs are merged greedily


@dataclass(frozen=True)
class Vanishing:
    """Why a measure is 0: measure + Σ `more` = Σ `premises`, where premises are 0 and `more` is not negative."""

    premises: Terms
    more: Terms = ()


@dataclass(frozen=True)
class Sum:
    """Σ factor·term: terms that are not negative with positive factors, and terms that vanish with either sign."""

    positive: tuple[tuple[Generator, Fraction], ...]
    zero: tuple[tuple[Generator, Fraction], ...]
    reasons: dict[Generator, Vanishing] = field(default_factory=dict, compare=False, hash=False)

    @property
    def cost(self) -> tuple[int, int]:
        parts = (*self.positive, *self.zero)
        return len(parts), sum(symbols(term) + (abs(value) != 1) for term, value in parts)

    @property
    def key(self) -> tuple[frozenset[tuple[Generator, Fraction]], frozenset[tuple[Generator, Fraction]]]:
        return frozenset(self.positive), frozenset(self.zero)


def regrouped(terms: Terms, problem: Problem, start: Sum | None = None) -> Sum:
    """The terms of a certificate, or those of `start`, in the shortest form that was found."""
    start = _read(terms, problem) if start is None else start
    if len(start.positive) + len(start.zero) > MANY:
        return _greedy(start, problem)
    best, count = start, 0
    queue: list[tuple[tuple[int, int], int, Sum]] = [(start.cost, 0, start)]
    seen = {start.key}
    while queue and count < STATES:
        _, _, one = heappop(queue)
        if one.cost < best.cost:
            best = one
        for new in (*_merges(one, problem), *_swaps(one)):
            if new.key not in seen:
                seen.add(new.key)
                count += 1
                heappush(queue, (new.cost, count, new))
    return best


def _read(terms: Terms, problem: Problem) -> Sum:
    """Generators as they are; premises that are a multiple of one measure as that measure."""
    positive: dict[Generator, Fraction] = {}
    zero: dict[Generator, Fraction] = {}
    reasons: dict[Generator, Vanishing] = {}
    for value, generator in terms:
        if not isinstance(generator, Premise):
            term = tidy(generator)
            positive[term] = positive.get(term, Fraction(0)) + value
            continue
        if generator.number >= len(problem.zero):
            positive[generator] = positive.get(generator, Fraction(0)) + value
            continue
        row = generator.row(problem)
        single = measure_of(row) or divergence_of(row, problem)
        scale, term = single if single is not None else (Fraction(1), generator)
        if single is not None and isinstance(term, Entropy) and problem.continuous & term.of:
            scale, term = Fraction(1), generator  # such an entropy may be negative: its parts need not vanish
        zero[term] = zero.get(term, Fraction(0)) + value * scale
        reasons.setdefault(term, Vanishing(((1 / scale, generator),)))
    return _sum(positive, zero, reasons)


def _sum(positive: dict[Generator, Fraction], zero: dict[Generator, Fraction], why: dict[Generator, Vanishing]) -> Sum:
    return Sum(tuple((t, v) for t, v in positive.items() if v), tuple((t, v) for t, v in zero.items() if v), dict(why))


def _greedy(start: Sum, problem: Problem) -> Sum:
    """The first merge, again and again."""
    while (new := next(_merges(start, problem), None)) is not None:
        start = new
    return start


def _merges(one: Sum, problem: Problem) -> Iterator[Sum]:
    """Two terms become one, as far as their factors allow."""
    for i, (a, x) in enumerate(one.positive):
        for b, y in one.positive[i + 1 :]:
            found = sum_of(a, b)
            if found is not None and _allowed(found, problem):
                yield _changed(one, min(x, y), ((a, -1), (b, -1), (found[1], found[0])), ())
        for z, value in one.zero:
            rest = sum_of(a, z, -1) if value < 0 else None
            if rest is not None and _allowed(rest, problem):
                yield _changed(one, min(x, -value), ((a, -1), (rest[1], rest[0])), ((z, 1),))
            found = sum_of(a, z) if value > 0 else sum_of(z, a, -1)
            if found is None or not _allowed(found, problem):
                continue
            if value > 0:
                yield _changed(one, min(x, value), ((a, -1), (found[1], found[0])), ((z, -1),))
            elif found[0] == 1:
                part = Vanishing(one.reasons[z].premises, (*one.reasons[z].more, (Fraction(1), a)))
                more: dict[Generator, Vanishing] = {found[1]: part}
                yield _changed(one, min(x, -value), ((a, -1),), ((z, 1), (found[1], -1)), more)
    yield from _joined(one)


def _joined(one: Sum) -> Iterator[Sum]:
    """Two vanishing terms become one."""
    for i, (a, x) in enumerate(one.zero):
        for b, y in (*one.zero[:i], *one.zero[i + 1 :]):
            sign = 1 if x > 0 else -1
            if (x > 0) != (y > 0):
                found = sum_of(a, b, -1)
                if found is not None and found[0] == 1:
                    part = Vanishing(one.reasons[a].premises, (*one.reasons[a].more, (Fraction(1), b)))
                    moved = ((a, -sign), (b, sign), (found[1], sign))
                    yield _changed(one, min(abs(x), abs(y)), (), moved, {found[1]: part})
                continue
            found = sum_of(a, b)
            if found is None or found[0] != 1:
                continue
            why = Vanishing(
                _together(one.reasons[a].premises, one.reasons[b].premises),
                _together(one.reasons[a].more, one.reasons[b].more),
            )
            moved = ((a, -sign), (b, -sign), (found[1], sign))
            yield _changed(one, min(abs(x), abs(y)), (), moved, {found[1]: why})


def _swaps(one: Sum) -> Iterator[Sum]:
    """I(A;B|C) + I(A;D|B,C) = I(A;D|C) + I(A;B|C,D): the other order of the chain rule, for a term of two groups."""
    for term, value in one.positive:
        if not isinstance(term, Mutual):
            continue
        for a, b in ((term.a, term.b), (term.b, term.a)):
            for bit in _bits(a):
                if a != bit:
                    parts = (Mutual(bit, b, term.given), Mutual(a & ~bit, b, term.given | bit))
                    gains = tuple((tidy(part), 1) for part in parts)
                    if any(_fits(part, one) for part, _ in gains):
                        yield _changed(one, value, ((term, -1), *gains), ())


def _fits(part: Generator, one: Sum) -> bool:
    """Whether a part would merge with a term that is there."""
    others = [t for t, _ in one.positive]
    if any(sum_of(part, other) is not None for other in others if other != part):
        return True
    return any(v < 0 and (z == part or sum_of(z, part, -1) is not None) for z, v in one.zero)


def _changed(
    one: Sum,
    amount: Fraction,
    positive: tuple[tuple[Generator, Fraction | int], ...],
    zero: tuple[tuple[Generator, Fraction | int], ...],
    more: Mapping[Generator, Vanishing] | None = None,
) -> Sum:
    """The sum with multiples of `amount` added to its factors."""
    pluses, zeros = dict(one.positive), dict(one.zero)
    for table, changes in ((pluses, positive), (zeros, zero)):
        for term, factor in changes:
            table[term] = table.get(term, Fraction(0)) + amount * factor
    for term in [t for t, v in zeros.items() if v < 0 and pluses.get(t, 0) > 0]:
        both = min(pluses[term], -zeros[term])
        pluses[term] -= both
        zeros[term] += both
    return _sum(pluses, zeros, {**(more or {}), **one.reasons})


def _allowed(found: tuple[Fraction, Generator], problem: Problem) -> bool:
    """Whether the measure is a generator with a positive factor."""
    scale, term = found
    return scale > 0 and not (isinstance(term, Entropy) and problem.continuous & term.of)


def _together(one: Terms, other: Terms) -> Terms:
    table: dict[Generator, Fraction] = {}
    for value, generator in (*one, *other):
        table[generator] = table.get(generator, Fraction(0)) + value
    return tuple((v, g) for g, v in table.items() if v)


def _bits(mask: int) -> Iterator[int]:
    while mask:
        yield mask & -mask
        mask &= mask - 1
