"""Divergences of other kinds between the same two densities: total variation and chi-square."""

from __future__ import annotations

from fractions import Fraction

from derive.expr.arithmetic import Add, Pow
from derive.expr.density import Contrast
from derive.expr.leaves import Number
from derive.expr.node import Expr
from derive.expr.operations import Apply
from derive.prove.information.problem import Opaque, Unit
from derive.prove.information.reading.linear import Reader, rational
from derive.prove.information.reading.premises import Fact
from derive.prove.information.reading.terms import Linear, UnreadableError, total

PINSKER = "Pinsker's inequality KL(p||q) >= 2*TV(p,q)**2", "Tsybakov 2009, lemma 2.5"
BOUNDED = "0 <= TV(p,q) <= 1", "Tsybakov 2009, section 2.4"
SYMMETRIC = "TV(p,q) = TV(q,p)", "definition of TV"
CHI_SQUARE = "KL(p||q) <= log(1 + chi2(p||q)) <= chi2(p||q)", "Tsybakov 2009, section 2.4.1"
ONE = Fraction(1)


def facts(reader: Reader) -> list[Fact]:
    """Lemmas for every opaque column that is a distance, its square, or log(1 + chi2)."""
    out: list[Fact] = []
    known = dict(reader.meanings)
    for text, meaning in known.items():
        column = Opaque(text)
        try:
            if (distance := _squared(meaning)) is not None:
                out += _pinsker(reader, column, distance)
            elif isinstance(meaning, Contrast) and meaning.kind == "TV":
                out += _bounded(reader, column, meaning)
            elif isinstance(meaning, Contrast) and meaning.kind == "chi2":
                out.append(_fact([(1, {column: ONE}), (-1, _divergence(reader, meaning))], CHI_SQUARE))
                out.append(_fact([(1, {column: ONE})], CHI_SQUARE))
            elif (square := _log_of_one_more(meaning)) is not None:
                out.append(_fact([(1, {column: ONE}), (-1, _divergence(reader, square))], CHI_SQUARE))
                whole = reader.column(square, _text(square))
                out.append(_fact([(1, whole), (-1, {column: ONE})], CHI_SQUARE))
        except UnreadableError:
            continue
    return out


def _pinsker(reader: Reader, column: Opaque, distance: Contrast) -> list[Fact]:
    turned = Contrast.of("TV", distance.right, distance.left)
    squares: Linear = {column: Fraction(2)}
    out = [_fact([(1, _divergence(reader, d)), (-1, squares)], PINSKER) for d in (distance, turned)]
    other = Opaque(_text(Pow.of(turned, Number.of(Fraction(2)))))
    if other.text in reader.meanings and other != column:
        out += [_fact([(1, {column: ONE}), (-1, {other: ONE})], SYMMETRIC)]
    whole = reader.column(distance, _text(distance))
    return [*out, _fact([(1, whole), (-1, {column: ONE})], BOUNDED), _fact([(1, {column: ONE})], BOUNDED)]


def _bounded(reader: Reader, column: Opaque, distance: Contrast) -> list[Fact]:
    out = [_fact([(1, {column: ONE})], BOUNDED), _fact([(1, {Unit(): ONE}), (-1, {column: ONE})], BOUNDED)]
    other = Opaque(_text(Contrast.of("TV", distance.right, distance.left)))
    if other.text in reader.meanings and other != column:
        out += [_fact([(1, {column: ONE}), (-1, {other: ONE})], SYMMETRIC)]
    return out


def _divergence(reader: Reader, e: Contrast) -> Linear:
    return reader.contrast(Contrast.of("KL", e.left, e.right, e.average), ())


def _squared(e: Expr) -> Contrast | None:
    if isinstance(e, Pow) and isinstance(e.args[0], Contrast) and e.args[0].kind == "TV" and rational(e.args[1]) == 2:
        return e.args[0]
    return None


def _log_of_one_more(e: Expr) -> Contrast | None:
    if not (isinstance(e, Apply) and e.operation.name == "log" and isinstance(e.args[0], Add)):
        return None
    parts = e.args[0].args
    found = [p for p in parts if isinstance(p, Contrast) and p.kind == "chi2"]
    return found[0] if len(parts) == 2 and len(found) == 1 and any(rational(p) == 1 for p in parts) else None


def _text(e: Expr) -> str:
    from derive.prove.information.reading.products import text_of

    return text_of(e)


def _fact(parts: list[tuple[int, Linear]], lemma: tuple[str, str]) -> Fact:
    return Fact(total(parts), False, *lemma)
