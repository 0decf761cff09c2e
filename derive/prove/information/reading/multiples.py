"""A symbol times a measure, ``beta*I(X;Z)`` with beta ≥ 0: entropies times a number ≥ 0 are in the cone as well.

So β·h is a law of its own, with the same premises. Of β ≥ l this is (β − l)·h; of β ≤ u also (u − β)·h is one, and the
two add up to (u − l)·h. What is proved so is proved for every β of its range.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.expr.arithmetic import Mul
from derive.expr.leaves import Number, Symbol
from derive.expr.node import Expr, Sort
from derive.expr.operations import log
from derive.expr.propositions import Relation
from derive.prove.information.problem import Free, Logarithm, Unit
from derive.prove.information.reading.laws import subsets
from derive.prove.information.reading.structure import DEFINITION, means_of
from derive.prove.information.reading.terms import Atom, Cross, Joint, Linear, Mean, Product, UnreadableError, total

if TYPE_CHECKING:
    from derive.prove.information.reading.linear import Reader
    from derive.prove.information.reading.premises import Fact

MOST = 5  # variables of a law of which multiples are taken


@dataclass(frozen=True)
class Range:
    """The least and the greatest value of a symbol, as far as they are known."""

    low: Fraction | None
    high: Fraction | None


def ranges(premises: Iterable[Expr], symbols: Iterable[Symbol]) -> dict[str, Range]:
    """The ranges of real symbols, by their domains and by premises such as ``beta >= 1``."""
    from derive.prove.information.reading.linear import rational

    out = {s.name: Range(s.domain.lower, s.domain.upper) for s in symbols if s.sort is Sort.NUMBER}
    for e in premises:
        if not isinstance(e, Relation) or e.kind not in ("<", "<=", ">", ">="):
            continue
        small, large = (e.left, e.right) if e.kind in ("<", "<=") else (e.right, e.left)
        low, high = rational(small), rational(large)
        if isinstance(large, Symbol) and low is not None and large.name in out:
            now = out[large.name]
            out[large.name] = Range(low if now.low is None else max(low, now.low), now.high)
        if isinstance(small, Symbol) and high is not None and small.name in out:
            now = out[small.name]
            out[small.name] = Range(now.low, high if now.high is None else min(high, now.high))
    return out


def multiple(reader: Reader, e: Expr, scope: Product) -> Linear | None:
    """symbol·(linear form), if the symbol has a least value; None if the product is none."""
    if not isinstance(e, Mul) or len(e.args) != 2:
        return None
    for symbol, other in (e.args, e.args[::-1]):
        known = reader.ranges.get(symbol.name) if isinstance(symbol, Symbol) else None
        if isinstance(symbol, Symbol) and known is not None and known.low is not None:
            try:
                form = reader.linear(other, scope)
            except UnreadableError:
                return None
            if not any(isinstance(a, Joint | Cross) for a in form) or any(_times(a) for a in form):
                return None
            reader.name(symbol)
            return times(reader, symbol, form)
    return None


def times(reader: Reader, symbol: Symbol, form: Linear) -> Linear:
    """symbol·form, of a symbol that has a least value. Raises `UnreadableError` if it has none."""
    low = reader.ranges[symbol.name].low
    if low is None:
        raise UnreadableError(f"{symbol.name} has no least value")
    reader.multiples[symbol.name] = symbol
    return total([(low, form), (1, _scaled(reader, symbol, low, form))])


def _times(atom: Atom) -> str:
    return atom.mean.times if isinstance(atom, Joint | Cross) and atom.mean is not None else ""


def _scaled(reader: Reader, symbol: Symbol, low: Fraction, form: Linear) -> Linear:
    """(symbol − low)·form."""
    parts: list[tuple[Fraction | int, Linear]] = []
    for atom, value in form.items():
        if isinstance(atom, Joint | Cross):
            mean = (atom.mean or Mean("")).but(times=_less(symbol, low))
            parts.append((value, {atom.but(mean=mean): Fraction(1)}))
        elif isinstance(atom, Unit):
            parts += [(value, reader.column(symbol, symbol.name)), (-low * value, {atom: Fraction(1)})]
        else:
            other = _expression(reader, atom)
            text = f"{symbol.name} * {_text(other)}"
            parts += [(value, reader.column(Mul.of(symbol, other), text)), (-low * value, {atom: Fraction(1)})]
    return total(parts)


def _less(symbol: Symbol, low: Fraction) -> str:
    return f"({symbol.name} - {low})" if low else symbol.name


def of_multiples(reader: Reader, premises: Sequence[Fact], written: Sequence[Linear]) -> list[Fact]:
    """The premises times each symbol, and of a symbol with a greatest value its other multiple."""
    from derive.prove.information.reading.premises import Fact

    out: list[Fact] = []
    for symbol in reader.multiples.values():
        known = reader.ranges[symbol.name]
        low = known.low or Fraction(0)
        plain = [f for f in premises if any(isinstance(a, Joint | Cross) for a in f.form)]
        plain = [f for f in plain if not any(_times(a) for a in f.form)]
        out += [Fact(_scaled(reader, symbol, low, f.form), f.equation, f.text, f.cites) for f in plain]
        if known.high is None:
            continue
        text = f"{symbol.name} <= {known.high}"
        times, rest = _less(symbol, low), f"({known.high} - {symbol.name})"
        atoms: dict[Atom, None] = {}
        for mean, variables in means_of([*written, *(f.form for f in out)]).items():
            if mean.times == times and len(variables) <= MOST:
                atoms.update((Joint(mean, of), None) for of in subsets(variables))
        atoms.update((a, None) for form in written for a in form if isinstance(a, Cross) and _times(a) == times)
        for atom in atoms:
            if isinstance(atom, Joint | Cross) and atom.mean is not None:
                whole = atom.mean.but(times="")
                base = atom.but(mean=whole if whole.name else None)
                other = atom.but(mean=atom.mean.but(times=rest))
                width = known.high - low
                link = total([(1, {atom: Fraction(1)}), (1, {other: Fraction(1)}), (-width, {base: Fraction(1)})])
                out.append(Fact(link, True, text, DEFINITION))
    return out


def _expression(reader: Reader, atom: Atom) -> Expr:
    if isinstance(atom, Logarithm):
        if atom.of.isdigit():
            return log(Number.of(Fraction(int(atom.of))))
        if atom.of in reader.symbols:
            return log(reader.symbols[atom.of])
    if isinstance(atom, Free):
        return reader.meanings[atom.text]
    raise UnreadableError("a multiple of a constant")


def _text(e: Expr) -> str:
    from derive.prove.information.reading.products import text_of

    return text_of(e)
