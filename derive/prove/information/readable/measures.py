"""Which row is a single measure: ``h(X) + h(Y) − h(X,Y)`` is I(X;Y), ``h(X,Y) − h(X)`` is H(Y|X)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache

from derive.prove.information.problem import CrossEntropy, Entropy, Generator, Mutual, Problem, Relative, Row, combined

Measure = Entropy | Mutual | Relative


def tidy(term: Generator) -> Generator:
    """The same measure with disjoint masks, and the groups of a mutual information in one order."""
    match term:
        case Entropy():
            return Entropy(term.of & ~term.given, term.given)
        case Mutual():
            a, b = term.a & ~term.given, term.b & ~term.given
            if a & b:  # I(A,C; B,C | D) keeps its overlap: it is no measure of disjoint groups
                return Mutual(a, b, term.given)
            a, b = sorted((a, b), key=first)
            return Mutual(a, b, term.given)
        case Relative():
            return Relative(term.law, term.of & ~term.given, term.given)
    return term


def first(mask: int) -> tuple[int, int]:
    """The order of groups: by their first variable."""
    return (mask & -mask, mask)


def measure_of(row: Row) -> tuple[Fraction, Entropy | Mutual] | None:
    """``(c, measure)`` with c·measure = row, or None if the row is no multiple of a single H or I."""
    if not row or len(row) > 4 or min(row) < 0:
        return None
    top = max(row, key=lambda mask: (mask.bit_count(), mask))
    scale = row[top]
    match len(row):
        case 1:
            return scale, Entropy(top)
        case 2:
            (below,) = row.keys() - {top}
            if row[below] == -scale and below & ~top == 0:
                return scale, Entropy(top & ~below, below)
            return None
    sides = [mask for mask in row if row[mask] == -scale]
    rest = row.keys() - {top, *sides}
    if len(sides) != 2 or len(rest) != len(row) - 3 or any(row[mask] != scale for mask in rest):
        return None
    given = next(iter(rest), 0)
    a, b = sides
    if a | b != top or a & b != given:
        return None
    a, b = sorted((a & ~given, b & ~given), key=first)
    return -scale, Mutual(a, b, given)


def divergence_of(row: Row, problem: Problem) -> tuple[Fraction, Relative] | None:
    """``(c, KL)`` with c·KL = row, or None."""
    columns = [(v, problem.columns[-1 - c]) for c, v in row.items() if c < 0]
    crosses = [(v, column) for v, column in columns if isinstance(column, CrossEntropy)]
    if not 1 <= len(crosses) <= 2 or len(crosses) < len(columns):
        return None
    (scale, whole), *others = sorted(crosses, key=lambda pair: -pair[1].of.bit_count())
    given = others[0][1].of if others else 0
    if not whole.of & ~given:
        return None
    found = Relative(whole.law, whole.of & ~given, given)
    try:
        rest = combined([(1, row), (-scale, found.row(problem))])
    except ValueError:  # the law has no such column
        return None
    return None if rest else (scale, found)


@cache
def sum_of(one: Generator, other: Generator, sign: int = 1) -> tuple[Fraction, Measure] | None:
    """``(c, measure)`` with c·measure = one + sign·other, by the chain rule; None if that is no single measure."""
    if isinstance(one, Relative) and isinstance(other, Relative):
        return _relative(one, other, sign) or (_relative(other, one, 1) if sign == 1 else None)
    if not isinstance(one, Entropy | Mutual) or not isinstance(other, Entropy | Mutual):
        return None
    total: dict[int, int] = {}
    for factor, term in ((1, one), (sign, other)):
        for mask, value in signs(term):
            new = total.get(mask, 0) + factor * value
            if new:
                total[mask] = new
            else:
                del total[mask]
    return measure_of({mask: Fraction(value) for mask, value in total.items()})


def signs(term: Entropy | Mutual) -> Iterator[tuple[int, int]]:
    """The coordinates of an H or I, each with its sign."""
    if isinstance(term, Entropy):
        yield term.of | term.given, 1
    else:
        yield term.a | term.given, 1
        yield term.b | term.given, 1
        yield term.a | term.b | term.given, -1
    if term.given:
        yield term.given, -1


def _relative(one: Relative, other: Relative, sign: int) -> tuple[Fraction, Relative] | None:
    """KL(a|C) + KL(b|a,C) = KL(a,b|C), and differences of that."""
    if one.law != other.law:
        return None
    if sign == 1:
        whole = Relative(one.law, one.of | other.of, one.given)
        return (Fraction(1), whole) if other.given == one.of | one.given else None
    part = one.of & ~other.of
    for left in (Relative(one.law, part, one.given), Relative(one.law, part, one.given | other.of)):
        if part and one in (whole[1] for whole in (_relative(left, other, 1), _relative(other, left, 1)) if whole):
            return Fraction(1), left
    return None


def symbols(term: Generator) -> int:
    """How much there is to read: the letter, and every variable."""
    match term:
        case Entropy() | Relative():
            return 2 + term.of.bit_count() + term.given.bit_count()
        case Mutual():
            return 2 + term.a.bit_count() + term.b.bit_count() + term.given.bit_count()
    return 4


def joints(row: Row) -> Iterator[tuple[Fraction, Entropy]]:
    """The joint entropies of a row, the smaller first."""
    for mask in sorted((m for m in row if m > 0), key=lambda m: (m.bit_count(), _letters(m))):
        yield row[mask], Entropy(mask)


def _letters(mask: int) -> tuple[int, ...]:
    return tuple(i for i in range(mask.bit_length()) if mask >> i & 1)
