"""Rows as formulas and back: which symbol a bit is, which part of a statement a column is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from derive.expr.arithmetic import Add, Mul, Neg
from derive.expr.density import Contrast, Density, Outcome
from derive.expr.domains import VARIABLE
from derive.expr.information import Information
from derive.expr.leaves import NAME, ZERO, Number, Symbol
from derive.expr.node import Expr, Sort, walk
from derive.prove.information.problem import Entropy, Generator, Mutual, Problem, Relative, Row, combined
from derive.prove.information.readable.measures import tidy
from derive.prove.information.readable.shortest import At, Combination
from derive.prove.information.reading import Reading, UnreadableError
from derive.prove.information.reading.terms import Factor, Mean, small

LAST = 1000  # auxiliary variables stand behind the semicolon


class UnspeakableError(Exception):
    """A term for which there is no formula."""


@dataclass(frozen=True)
class Written:
    """A part of the statement that is kept as its author wrote it."""

    formula: Expr
    coordinates: tuple[tuple[int, Fraction], ...]


Part = Generator | At | Written
Parts = tuple[tuple[Fraction, Part], ...]


class Vocabulary:
    """The symbols of one statement; auxiliary variables, which `problem` has at its end, get symbols of their own."""

    def __init__(self, reading: Reading, problem: Problem, roots: Sequence[Expr]) -> None:
        self.reading = reading
        self.problem = problem
        known = [reading.symbol(bit) for bit in range(len(reading.problem.names))]
        copies = [_variable(name) for name in problem.names[len(known) :]]
        self.symbols = (*known, *copies)
        means = sorted(reading.coordinates.bits, key=reading.coordinates.bits.__getitem__)
        self._means = [mean for mean, _ in means] + [means[-1][0] for _ in copies if means]
        self._bits = {(mean.name, s): 1 << i for i, (mean, s) in enumerate(zip(self._means, self.symbols, strict=True))}
        self._spelled: dict[Part, Expr] = {}  # measures as their author wrote them
        self._ahead = dict.fromkeys(copies, -LAST)  # how much more often before the semicolon than behind it
        for node in walk(*roots):
            if isinstance(node, Information) and len(node.groups) == 2:
                for count, members in zip((1, -1), node.groups, strict=True):
                    for symbol in members:
                        self._ahead[symbol] = self._ahead.get(symbol, 0) + count
        order = _reading_order(list(dict.fromkeys(reading.reader.symbols)), roots)
        names = [s.name for s in self.symbols]
        self._order = sorted(range(len(names)), key=lambda i: (order.get(names[i], len(order)), i))

    # -- rows

    def row(self, part: Part) -> Row:
        if isinstance(part, At):
            return {part.coordinate: Fraction(1)}
        return dict(part.coordinates) if isinstance(part, Written) else part.row(self.problem)

    def total(self, parts: Parts) -> Row:
        return combined((value, self.row(part)) for value, part in parts)

    def row_of(self, e: Expr) -> Row | None:
        """The row of what is printed; None if it has something that the problem has not."""
        if len(self.symbols) == len(self.reading.problem.names):
            try:
                return self.reading.row(e)
            except UnreadableError:
                return None
        parts = []  # with auxiliary variables
        for value, summand in summands(e):
            term = self.term(summand)
            try:
                parts.append((value, self.reading.row(summand) if term is None else term.row(self.problem)))
            except UnreadableError:
                return None
        return combined(parts)

    # -- formulas

    def split(self, e: Expr) -> Parts:
        """A side as terms; what is no H and no I of two groups stays as it was written. Raises `UnspeakableError`."""
        parts: dict[Part, Fraction] = {}
        for value, summand in summands(e):
            part: Part | None = self.term(summand)
            if part is None:
                row = self.row_of(summand)
                if row is None:
                    return self._whole(e)
                part = Written(summand, tuple(sorted(row.items())))
            self._spelled.setdefault(part, summand)
            parts[part] = parts.get(part, Fraction(0)) + value
        return tuple((value, part) for part, value in parts.items() if value)

    def named(self, parts: Parts, terms: Iterable[Generator]) -> Parts:
        """The parts, where a divergence that is written out is one of the terms."""
        known: dict[Expr, Part] = {}
        for term in terms:
            if isinstance(term, Relative):
                try:
                    known[self.of(term)] = term
                except UnspeakableError:
                    continue
        return tuple((v, known.get(p.formula, p) if isinstance(p, Written) else p) for v, p in parts)

    def _whole(self, e: Expr) -> Parts:
        """A side in one piece, where what its terms have in it cancels."""
        row = self.row_of(e)
        if row is None:
            raise UnspeakableError(f"{e} is not made of what the problem has")
        return ((Fraction(1), Written(e, tuple(sorted(row.items())))),)

    def term(self, e: Expr) -> Generator | None:
        """An H or I as a generator, or None."""
        if not isinstance(e, Information) or len(e.groups) > 2:
            return None
        masks = [self._mask(group, e.under) for group in (*e.groups, e.given)]
        if any(mask is None for mask in masks):
            return None
        *groups, given = (mask or 0 for mask in masks)
        if any(group & given for group in groups) or (len(groups) == 2 and groups[0] & groups[1]):
            return None
        return tidy(Entropy(groups[0], given) if len(groups) == 1 else Mutual(groups[0], groups[1], given))

    def _mask(self, group: Iterable[Symbol], under: str) -> int | None:
        out = 0
        for symbol in group:
            if (under, symbol) not in self._bits:
                return None
            out |= self._bits[under, symbol]
        return out

    def formula(self, parts: Parts | Combination) -> Expr:
        """The sum, terms with a plus first."""
        out: list[Expr] = []
        for value, part in sorted(parts, key=lambda part: (part[0] < 0, not isinstance(part[1], Written))):
            formula = self.of(part)
            if value == 1 and isinstance(formula, Add):
                out.extend(formula.args)
            else:
                out.append(times(value, formula, first=not out))
        return plus(out)

    def difference(self, larger: Expr, smaller: Expr) -> Expr:
        """``larger - smaller``, both as they are written."""
        terms = [times(-value, term) for value, term in summands(smaller)]
        return plus([*(larger.args if isinstance(larger, Add) else (larger,)), *terms])

    def of(self, part: Part) -> Expr:
        """One term. Raises `UnspeakableError` if there is no formula for it."""
        if part in self._spelled:
            return self._spelled[part]
        match part:
            case Written():
                return part.formula
            case Entropy():
                return Information.of((self.group(part.of),), self.group(part.given), self._law(part.of))
            case Mutual():
                groups = sorted((self.group(part.a), self.group(part.b)), key=self._rank)
                return Information.of(tuple(groups), self.group(part.given), self._law(part.a))
            case Relative():
                return self._relative(part)
        raise UnspeakableError(str(part))

    def _mean(self, mask: int) -> Mean:
        return self._means[(mask & -mask).bit_length() - 1]

    def _law(self, mask: int) -> str:
        """The law of a joint distribution that has a name."""
        mean = self._mean(mask)
        if mean.factors or not NAME.match(mean.name):
            raise UnspeakableError(f"the entropies of {mean.name} have no notation")
        return mean.name

    def _relative(self, part: Relative) -> Expr:
        """KL(p(x|y) || r(x|y,a) | p(y)), where outcomes a are fixed."""
        mean = self._mean(part.of)
        law, _, places = part.law.partition(" at ")
        by_outcome = {small(s.name): s for s in self.symbols} | {
            small(name): s for name, s in self.reading.reader.symbols.items() if s.sort is Sort.VARIABLE
        }
        fixed = tuple(Outcome.of(by_outcome[name]) for name in places.split(",") if name)
        if not NAME.match(law) or not (mean.factors or NAME.match(mean.name)):
            raise UnspeakableError(f"{mean.name} or {law} is no name of a law")
        of, given = (tuple(map(Outcome.of, self.group(mask))) for mask in (part.of, part.given))
        right = Density.of(law, of, (*given, *fixed))
        if not mean.factors:
            average = (Density.of(mean.name, given),) if given else ()
            return Contrast.of("KL", (Density.of(mean.name, of, given),), (right,), average)
        inside = [f for f in mean.factors if set(f.of) & {x.variable.name for x in of}]
        before = [f for f in mean.factors if f not in inside]
        bound = {v for f in inside for v in f.of}
        needed = {v for f in inside for v in f.given if v not in bound and v in mean.bound}
        if bound != {x.variable.name for x in of} or not needed <= {x.variable.name for x in given}:
            raise UnspeakableError(f"a marginal of {mean.name} has no density with a name")
        averaged = [f for f in before if set(f.of) & {x.variable.name for x in given}]
        if {v for f in averaged for v in f.of} != {x.variable.name for x in given}:
            raise UnspeakableError(f"a marginal of {mean.name} has no density with a name")
        return Contrast.of("KL", tuple(map(self._density, inside)), (right,), tuple(map(self._density, averaged)))

    def _density(self, factor: Factor) -> Density:
        symbols = self.reading.reader.symbols
        of, given = (tuple(Outcome.of(symbols[v]) for v in names) for names in (factor.of, factor.given))
        return Density.of(factor.law, of, given)

    def _rank(self, group: tuple[Symbol, ...]) -> tuple[Fraction, int]:
        """First the group whose variables the author writes before the semicolon; then by the order of variables."""
        ahead = Fraction(sum(self._ahead.get(s, 0) for s in group), len(group))
        return -ahead, next(k for k, i in enumerate(self._order) if self.symbols[i] is group[0])

    def group(self, mask: int) -> tuple[Symbol, ...]:
        """The variables of a mask, in the order in which the statement names them."""
        return tuple(self.symbols[i] for i in self._order if mask >> i & 1)


def summands(e: Expr) -> Iterable[tuple[Fraction, Expr]]:
    """The terms of a sum, each with its rational factor."""
    match e:
        case Add():
            for a in e.args:
                yield from summands(a)
        case Neg():
            for value, term in summands(e.args[0]):
                yield -value, term
        case Number() if e.value == 0:
            return
        case Mul() if len(e.args) == 2 and isinstance(e.args[0], Number):
            for value, term in summands(e.args[1]):
                yield value * e.args[0].value, term
        case _:
            yield Fraction(1), e


def times(value: Fraction, e: Expr, first: bool = False) -> Expr:
    """value·e; a negative multiple is taken away, but at the beginning of a sum."""
    if value == 1:
        return e
    if value == -1:
        return Neg.of(e)
    return Neg.of(Mul.of(Number.of(-value), e)) if value < 0 and not first else Mul.of(Number.of(value), e)


def plus(terms: list[Expr]) -> Expr:
    if not terms:
        return ZERO
    return terms[0] if len(terms) == 1 else Add.of(*terms)


def _reading_order(names: list[str], roots: Iterable[Expr]) -> dict[str, int]:
    """The places of the variables in a group: by the alphabet if the author does so, else as they first occur."""
    by_alphabet = all(
        [v.name for v in group] == sorted(v.name for v in group)
        for node in walk(*roots)
        if isinstance(node, Information)
        for group in (*node.groups, node.given)
    )
    return {name: k for k, name in enumerate(sorted(names) if by_alphabet else names)}


def _variable(name: str) -> Symbol:
    """The symbol of an auxiliary variable, A' or X1'."""
    base, primes = name.rstrip("'"), len(name) - len(name.rstrip("'"))
    letters = base.rstrip("0123456789")
    tex = (f"{letters}_{{{base[len(letters) :]}}}" if letters != base else base) + "'" * primes
    return Symbol(name, domain=VARIABLE, sort=Sort.VARIABLE, tex=tex if len(letters) == 1 else "")
