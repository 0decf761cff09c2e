"""What leads from the left side of a statement to the right: terms that are added or taken away, each with its reason.

A proof R − L = Σ λ·g + Σ μ·T has one move per term: g ≥ 0 makes a line of ≤, T = 0 a line of =. That a term vanishes
follows from the premises; which of them it takes is said as sparsely as it can be.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from derive.prove.information.certificate import Certificate, Terms
from derive.prove.information.problem import Entropy, Generator, Mutual, Premise, Problem, combined
from derive.prove.information.readable.measures import measure_of, tidy
from derive.prove.information.readable.merging import Sum, Vanishing, regrouped


@dataclass(frozen=True)
class Move:
    """``amount·term`` is added to a line; `vanishing` says why the term is 0, where it is."""

    amount: Fraction
    term: Generator
    vanishing: Vanishing | None = None

    @property
    def more(self) -> Terms:
        """What shows that adding the move makes nothing smaller (if amount > 0, or the term vanishes)."""
        return _shows(self.amount, self.term, self.vanishing)

    @property
    def less(self) -> Terms:
        """What shows that taking it away makes nothing smaller."""
        return _shows(-self.amount, self.term, self.vanishing)


def _shows(amount: Fraction, term: Generator, why: Vanishing | None) -> Terms:
    """A sum of generators that is amount·term: the term itself, or premises with what they exceed it by."""
    if amount > 0 or why is None or isinstance(term, Premise):
        return ((amount, term),)
    return tuple((amount * v, g) for v, g in why.premises) + tuple((-amount * v, g) for v, g in why.more)


def moves(problem: Problem, certificate: Certificate, scale: Fraction) -> tuple[Move, ...]:
    """The moves from left to right, where right − left = scale·goal."""
    if problem.equality and certificate.reverse:
        found = regrouped_equality(problem, certificate)
    else:
        found = regrouped(certificate.terms, problem)
    out = [Move(scale * value, term) for term, value in found.positive]
    for term, value in found.zero:
        why = _sparsest(term, found.reasons[term], problem)
        out.append(Move(scale * value, term, why))
    return tuple(out)


def regrouped_equality(problem: Problem, certificate: Certificate) -> Sum:
    """Of an equation every term vanishes: what is not negative adds up, with what `reverse` adds, to premises."""
    nonneg = [(v, tidy(g)) for v, g in certificate.terms if not _is_zero(g, problem)]
    zero = tuple((v, g) for v, g in certificate.terms if _is_zero(g, problem))
    all_nonneg = [*nonneg, *((v, tidy(g)) for v, g in certificate.reverse if not _is_zero(g, problem))]
    all_zero = [*zero, *((v, g) for v, g in certificate.reverse if _is_zero(g, problem))]
    table: dict[Generator, Fraction] = {}
    for value, g in all_zero:
        table[g] = table.get(g, Fraction(0)) - value
    found = regrouped(zero, problem)
    reasons, zeros = dict(found.reasons), dict(found.zero)
    for value, g in nonneg:
        others: dict[Generator, Fraction] = {}
        for v, other in all_nonneg:
            others[other] = others.get(other, Fraction(0)) + v
        own = others.pop(g)
        reasons.setdefault(
            g,
            Vanishing(
                tuple((v / own, p) for p, v in table.items() if v), tuple((v / own, o) for o, v in others.items() if v)
            ),
        )
        zeros[g] = zeros.get(g, Fraction(0)) + value
    return regrouped((), problem, Sum((), tuple((t, v) for t, v in zeros.items() if v), reasons))


def _is_zero(g: Generator, problem: Problem) -> bool:
    return isinstance(g, Premise) and g.number < len(problem.zero)


def _sparsest(term: Generator, found: Vanishing, problem: Problem) -> Vanishing:
    """One premise alone, if the term is at most a multiple of it; else what is known."""
    if len(found.premises) == 1 and not found.more:
        return found
    for number in range(len(problem.zero)):
        premise = Premise(number)
        single = measure_of(premise.row(problem))
        if single is None:
            continue
        if isinstance(single[1], Entropy) and problem.continuous & single[1].of:
            continue
        parts = _beyond(term, single[1], problem)
        if parts is not None:
            return Vanishing(((1 / single[0], premise),), tuple((Fraction(1), part) for part in parts))
    return found


def _beyond(term: Generator, whole: Entropy | Mutual, problem: Problem) -> tuple[Generator, ...] | None:
    """Terms ≥ 0 with term + Σ parts = whole, or None if the whole does not hold the term in it."""
    match term, whole:
        case Mutual(a, b, given), Mutual(x, y, rest):
            for s, t in ((a, b), (b, a)):
                if s & ~x or t & ~y or rest & ~given or given & ~(rest | x | y):
                    continue
                left, right = given & x & ~rest, given & y & ~rest
                parts = [
                    Mutual(left, y, rest),
                    Mutual(s, right, rest | left),
                    Mutual(s, y & ~right & ~t, rest | left | right | t),
                    Mutual(x & ~left & ~s, y, rest | left | s),
                ]
                return _proved(term, whole, [p for p in parts if p.a and p.b], problem)
        case Mutual(a, b, given), Entropy(of, rest) if rest & ~given == 0:
            for s, t in ((a, b), (b, a)):
                if s & ~of == 0:
                    return _proved(term, whole, _function(of, rest, s, given, t), problem)
        case Entropy(a, given), Entropy(of, rest) if a & ~of == 0 and rest & ~given == 0:
            return _proved(term, whole, _function(of, rest, a, given, 0), problem)
    return None


def _function(of: int, rest: int, part: int, given: int, other: int) -> list[Entropy | Mutual]:
    """H(of|rest) exceeds H(part|given), or I(part; other|given), by these."""
    parts: list[Entropy | Mutual] = []
    if of & ~part:
        parts.append(Entropy(of & ~part, rest | part))
    if given & ~rest:
        parts.append(Mutual(part, given & ~rest, rest))
    if other:
        parts.append(Entropy(part, given | other))
    return parts


def _proved(
    term: Generator, whole: Generator, parts: list[Entropy | Mutual] | list[Mutual], problem: Problem
) -> tuple[Generator, ...] | None:
    sums = combined([(1, whole.row(problem)), (-1, term.row(problem)), *((-1, part.row(problem)) for part in parts)])
    return None if sums else tuple(parts)
