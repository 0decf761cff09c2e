"""Finding the Markov chain in the premises, and what it says: I(A; B | C) = 0 wherever C separates A from B.

The premises are I(X1…X(m−1); X(m+1) | Xm) = 0 for each m, in either direction of the chain, or the split of all others
at Xm, I(X1…X(m−1); X(m+1)…Xn | Xm) = 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from derive.prove.information.certificate import Terms
from derive.prove.information.problem import Generator, Mutual, Premise, Problem, Row

Separation = tuple[int, int, int]  # masks A, B, C of I(A; B | C)


@dataclass(frozen=True)
class Chain:
    """Variables in order, and for each inner one, by its place, the premise that cuts the chain there."""

    order: tuple[int, ...]  # bits
    cuts: dict[
        int, tuple[int, Fraction, bool]
    ]  # place -> number of the premise, its factor, all that follow is cut off

    @property
    def numbers(self) -> frozenset[int]:
        """The premises that make the chain."""
        return frozenset(number for number, _, _ in self.cuts.values())

    def mask(self, start: int, stop: int) -> int:
        """The variables of the places start…stop−1."""
        return sum(1 << bit for bit in self.order[max(start, 0) : stop])


def independences(problem: Problem) -> dict[Separation, tuple[int, Fraction]]:
    """The premises that are factor·I(A; B | C) = 0, C not empty, both ways round: the number and the factor."""
    out: dict[Separation, tuple[int, Fraction]] = {}
    for number, fact in enumerate(problem.zero):
        found = _independence(fact.row)
        if found is not None:
            (a, b, c), factor = found
            out.setdefault((a, b, c), (number, factor))
            out.setdefault((b, a, c), (number, factor))
    return out


def _independence(row: Row) -> tuple[Separation, Fraction] | None:
    if len(row) != 4 or min(row) < 0:
        return None
    whole = max(row, key=int.bit_count)
    given = min(row, key=int.bit_count)
    left, right = (mask for mask in row if mask not in (whole, given))
    factor = row[left]
    fits = left | right == whole and left & right == given
    if not fits or row[right] != factor or row[whole] != -factor or row[given] != -factor:
        return None
    return (left & ~given, right & ~given, given), factor


def chain_of(problem: Problem) -> Chain | None:
    """The chain of all variables that the premises make, if they do."""
    known = independences(problem)
    for order in (*_peeled(known, problem.full), *_sorted(known, problem.full)):
        for way in (order, order[::-1]):
            chain = _cut(known, way)
            if chain is not None:
                return chain
    return None


def _peeled(known: dict[Separation, tuple[int, Fraction]], full: int) -> list[tuple[int, ...]]:
    """Orders from I(all the others; last | last but one) = 0: the last variable is taken off again and again."""
    by_union: dict[int, list[Separation]] = {}
    for a, b, c in known:
        by_union.setdefault(a | b | c, []).append((a, b, c))
    out = []
    for _, last, _ in by_union.get(full, ()):
        order, remaining, end = [], full, last
        while remaining.bit_count() > 2 and end.bit_count() == 1:
            before = [c for _, b, c in by_union.get(remaining, ()) if b == end and c.bit_count() == 1]
            if not before:
                break
            order.append(end)
            remaining, end = remaining & ~end, before[0]
        if remaining.bit_count() == 2 and end.bit_count() == 1:
            order += [end, remaining & ~end]
            out.append(tuple(mask.bit_length() - 1 for mask in reversed(order)))
    return out


def _sorted(known: dict[Separation, tuple[int, Fraction]], full: int) -> list[tuple[int, ...]]:
    """The order from splits of all variables: the sizes of the sides that hold one end."""
    cuts = [(a, b, c) for a, b, c in known if a | b | c == full and c.bit_count() == 1]
    ends = sorted({a for a, _, _ in cuts if a.bit_count() == 1})
    if not ends:
        return []
    sides = sorted({(a.bit_count(), c) for a, _, c in cuts if a & ends[0]})
    order = [ends[0], *(c for _, c in sides)]
    order.append(full & ~sum(set(order)))
    if len(order) != full.bit_count() or any(mask.bit_count() != 1 for mask in order):
        return []
    return [tuple(mask.bit_length() - 1 for mask in order)]


def _cut(known: dict[Separation, tuple[int, Fraction]], order: tuple[int, ...]) -> Chain | None:
    """The chain in this order: its first variable is cut off from every third and later one."""
    n = len(order)
    chain = Chain(order, {})
    for m in range(1, n - 1):
        past, here = chain.mask(0, m), 1 << order[m]
        whole = known.get((past, chain.mask(m + 1, n), here))
        step = known.get((past, 1 << order[m + 1], here))
        if whole is not None:
            chain.cuts[m] = (*whole, True)
        elif step is not None:
            chain.cuts[m] = (*step, False)
        else:
            return None
    return chain if n > 2 else None


def separated(weights: dict[Separation, Fraction], chain: Chain) -> Terms:
    """Generators that add up to Σ weight·I(A; B | m), with A before the place m and B after it; keys are (A, B, m).

    A positive weight is a generator already. A negative one is a rest of the split of all variables at m,
    −I(A; B | m) = −I(past; future | m) + I(A; future − B | m, B) + I(past − A; future | m, A), and splits come from the
    premises by I(past; future | m) = I(past; m+1 | m) + I(past; future − (m+1) | m, m+1), the last of which is the
    split at m+1 less I(m; future − (m+1) | m+1).
    """
    n = len(chain.order)
    out: dict[Generator, Fraction] = {}
    splits = [Fraction(0)] * n  # how often −I(past; future | m) is needed

    def put(generator: Generator, factor: Fraction) -> None:
        out[generator] = out.get(generator, Fraction(0)) + factor

    for (a, b, m), weight in weights.items():
        given = 1 << chain.order[m]
        past, future = chain.mask(0, m), chain.mask(m + 1, n)
        number, factor, whole = chain.cuts[m]
        if weight > 0:
            put(Mutual(a, b, given), weight)
        elif a == past and b == (future if whole else 1 << chain.order[m + 1]):
            put(Premise(number), weight / factor)
        else:
            splits[m] -= weight
            if future & ~b:
                put(Mutual(a, future & ~b, given | b), -weight)
            if past & ~a:
                put(Mutual(past & ~a, future, given | a), -weight)
    for m in range(1, n - 1):
        if not splits[m]:
            continue
        number, factor, whole = chain.cuts[m]
        put(Premise(number), -splits[m] / factor)
        if not whole and m < n - 2:
            splits[m + 1] += splits[m]
            put(Mutual(1 << chain.order[m], chain.mask(m + 2, n), 1 << chain.order[m + 1]), splits[m])
    return tuple((factor, generator) for generator, factor in out.items() if factor)
