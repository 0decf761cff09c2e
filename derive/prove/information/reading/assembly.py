"""From linear forms to a problem: every set of variables gets a mask, everything else a column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from derive.expr.leaves import Symbol
from derive.prove.information.problem import Column, CrossEntropy, Free, Known, Logarithm, Problem, Row, Unit, add
from derive.prove.information.reading.linear import log_of
from derive.prove.information.reading.premises import Fact
from derive.prove.information.reading.structure import means_of
from derive.prove.information.reading.terms import Atom, Cross, Joint, Linear, Mean, Names, total


@dataclass(frozen=True, repr=False)
class Coordinates:
    """Which bit a variable of a mean has, and which coordinate an atom."""

    bits: dict[tuple[Mean, str], int]
    columns: tuple[Column, ...]

    @property
    def means(self) -> tuple[Mean, ...]:
        """The laws that have bits, each once."""
        return tuple(dict.fromkeys(mean for mean, _ in self.bits))

    def mask(self, mean: Mean | None, of: Names) -> int:
        return sum(1 << self.bits[mean, v] for v in of) if mean is not None else 0

    def column(self, atom: Atom) -> Column | None:
        """The column of an atom; None of an entropy."""
        if isinstance(atom, Joint):
            return None
        return CrossEntropy(atom.reference, self.mask(atom.mean, atom.of)) if isinstance(atom, Cross) else atom

    def row(self, form: Linear) -> Row:
        """A form as a row. Raises `KeyError` or `ValueError` if it has something that the problem has not."""
        out: Row = {}
        for atom, value in form.items():
            column = self.column(atom)
            if isinstance(atom, Joint):
                add(out, self.mask(atom.mean, atom.of), value)
            elif column is not None:
                add(out, -1 - self.columns.index(column), value)
        return out


def coordinates(forms: Sequence[Linear], order: Iterable[str]) -> Coordinates:
    """Bits in the order of `order` within a mean, the means and columns in order of first use."""
    means = means_of(forms)
    places = {name: i for i, name in enumerate(order)}
    bits = {(m, v): 0 for m in means for v in sorted(means[m], key=places.__getitem__)}
    for i, key in enumerate(bits):
        bits[key] = i
    part = Coordinates(bits, ())
    columns = dict.fromkeys(c for form in forms for atom in form if (c := part.column(atom)) is not None)
    return Coordinates(bits, tuple(columns))


def assembled(
    kind: str,
    sides: tuple[Linear, Linear],
    goal: Linear,
    facts: Sequence[Fact],
    lemmas: Sequence[Fact],
    at: Coordinates,
    symbols: dict[str, Symbol],
) -> Problem:
    blocks = tuple(sum(1 << bit for (m, _), bit in at.bits.items() if m == mean) for mean in at.means)
    known = [(fact, Known(at.row(fact.form), fact.text, fact.cites)) for fact in facts]
    continuous = sum(1 << bit for (_, v), bit in at.bits.items() if symbols[v].domain.name == "continuous")
    return Problem(
        names=tuple(v for _, v in at.bits),
        goal=at.row(goal),
        equality=kind == "=",
        strict=kind in ("<", ">"),
        zero=tuple(k for fact, k in known if fact.equation and k.row),
        nonneg=tuple(k for fact, k in known if not fact.equation and k.row),
        columns=at.columns,
        lemmas=tuple(Known(at.row(f.form), f.text, f.cites) for f in lemmas),
        blocks=blocks if len(blocks) > 1 else (),
        law_names=tuple(m.text for m in at.means) or ("p",),
        continuous=continuous,
        sides=(at.row(sides[0]), at.row(sides[1])),
    )


def bounds(symbols: Iterable[Symbol], used: set[Column], sizes: set[str]) -> tuple[list[Fact], bool]:
    """What the domains of real symbols say, and whether that is all that they say."""
    out: list[Fact] = []
    exact = True
    for symbol in symbols:
        column, domain = Free(symbol.name), symbol.domain
        size = Logarithm(symbol.name)
        low, high = domain.lower, domain.upper
        if column in used:
            exact &= size not in used and not (domain.integer or domain.open_lower or domain.open_upper)
            for bound, sign, relation in ((low, 1, ">="), (high, -1, "<=")):
                if bound is not None:
                    form: Linear = {}
                    form[column] = Fraction(sign)
                    if bound:
                        form[Unit()] = -sign * bound
                    out.append(Fact(form, False, f"{symbol.name} {relation} {bound}", "domain"))
        if size in used:
            any_size = low is None and symbol.name in sizes  # a real number, of which integers are enough to refute
            exact &= high is None and (any_size or (low == 1 and domain.integer))
            for bound, sign, relation in ((low, 1, ">="), (high, -1, "<=")):
                if bound is not None and bound > 1:
                    limit = total([(sign, {size: Fraction(1)}), (-sign, log_of(bound))])
                    out.append(Fact(limit, False, f"{symbol.name} {relation} {bound}", "domain"))
    return out, exact
