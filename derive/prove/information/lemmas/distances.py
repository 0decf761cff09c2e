"""Divergences of other kinds between the same two densities: total variation and chi-square.

Each lemma holds at every outcome that is given, so in every mean over such outcomes as well. A column E[f] gets rows
about means under the same law, a column f that no mean is taken of gets rows about the same fixed outcomes.
"""

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
from derive.prove.information.reading.terms import Linear, Product, UnreadableError, total

PINSKER = "Pinsker's inequality KL(p||q) >= 2*TV(p,q)**2", "Tsybakov 2009, lemma 2.5"
BOUNDED = "0 <= TV(p,q) <= 1", "Tsybakov 2009, section 2.4"
SYMMETRIC = "TV(p,q) = TV(q,p)", "definition of TV"
CHI_SQUARE = "KL(p||q) <= log(1 + chi2(p||q)) <= chi2(p||q)", "Tsybakov 2009, section 2.4.1"
ONE = Fraction(1)


def facts(reader: Reader) -> list[Fact]:
    """Lemmas for every opaque column that is a distance, its square, or log(1 + chi2), or the mean of one."""
    out: list[Fact] = []
    known = dict(reader.meanings)
    for text, meaning in known.items():
        column, scope = Opaque(text), reader.scopes.get(text, ())
        try:
            if (distance := _squared(meaning)) is not None and _alone(reader, distance, scope):
                out += _pinsker(reader, column, distance, scope)
            elif isinstance(meaning, Contrast) and meaning.kind == "TV" and _alone(reader, meaning, scope):
                out += _bounded(reader, column, meaning, scope)
            elif isinstance(meaning, Contrast) and meaning.kind == "chi2" and _alone(reader, meaning, scope):
                out.append(_fact([(1, {column: ONE}), (-1, _divergence(reader, meaning, scope))], CHI_SQUARE))
                out.append(_fact([(1, {column: ONE})], CHI_SQUARE))
            elif (square := _log_of_one_more(meaning)) is not None and _alone(reader, square, scope):
                out.append(_fact([(1, {column: ONE}), (-1, _divergence(reader, square, scope))], CHI_SQUARE))
                out.append(_fact([(1, reader.atom(square, scope)), (-1, {column: ONE})], CHI_SQUARE))
        except UnreadableError:
            continue
    return out


def _alone(reader: Reader, e: Contrast, scope: Product) -> bool:
    """Whether it is a distance at given outcomes: no mean of its own, and none of its outcomes bound around it."""
    bound = {reader.name(x.variable) for f in (*e.left, *e.right) for x in f.outcomes}
    return not e.average and not bound & {v for f in scope for v in f.of}


def _pinsker(reader: Reader, column: Opaque, distance: Contrast, scope: Product) -> list[Fact]:
    turned = Contrast.of("TV", distance.right, distance.left)
    squares: Linear = {column: Fraction(2)}
    out = [_fact([(1, _divergence(reader, d, scope)), (-1, squares)], PINSKER) for d in (distance, turned)]
    out += _symmetric(reader, column, Pow.of(turned, Number.of(Fraction(2))), scope)
    whole = reader.atom(distance, scope)
    return [*out, _fact([(1, whole), (-1, {column: ONE})], BOUNDED), _fact([(1, {column: ONE})], BOUNDED)]


def _bounded(reader: Reader, column: Opaque, distance: Contrast, scope: Product) -> list[Fact]:
    out = [_fact([(1, {column: ONE})], BOUNDED), _fact([(1, {Unit(): ONE}), (-1, {column: ONE})], BOUNDED)]
    return [*out, *_symmetric(reader, column, Contrast.of("TV", distance.right, distance.left), scope)]


def _symmetric(reader: Reader, column: Opaque, turned: Expr, scope: Product) -> list[Fact]:
    """One half of an equation with the column of the same distance turned round, if that occurs; it has the other."""
    written = set(reader.meanings)
    (other,) = reader.atom(turned, scope)
    if not isinstance(other, Opaque) or other == column or other.text not in written:
        return []
    return [_fact([(1, {column: ONE}), (-1, {other: ONE})], SYMMETRIC)]


def _divergence(reader: Reader, e: Contrast, scope: Product) -> Linear:
    return reader.contrast(Contrast.of("KL", e.left, e.right), scope)


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


def _fact(parts: list[tuple[int, Linear]], lemma: tuple[str, str]) -> Fact:
    return Fact(total(parts), False, *lemma)
