"""Statements about entropies, divergences and expectations of log-densities, read as linear algebra (`problem`).

Means under one law are over one block of variables. A product of densities such as p(x)q(z|x) is a law of its own: a
block whose entropies satisfy what its factors say. An outcome x that no mean binds is fixed, and the densities at it
are references such as ``p at x``. Premises about densities, q(x) = p(x), hold in every mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from derive.expr.density import Outcome
from derive.expr.information import Information
from derive.expr.leaves import Symbol
from derive.expr.node import Expr, Sort, walk
from derive.expr.operations import Apply
from derive.expr.propositions import Relation
from derive.prove.information.problem import Column, Free, Logarithm, Problem, Row
from derive.prove.information.reading.assembly import Coordinates, assembled, bounds, coordinates
from derive.prove.information.reading.finite import infinite
from derive.prove.information.reading.linear import Reader
from derive.prove.information.reading.outcomes import at_fixed
from derive.prove.information.reading.premises import Fact, Premises, is_pointwise, of_sizes, oriented, read
from derive.prove.information.reading.structure import (
    at_outcomes,
    means_of,
    of_marginals,
    of_probabilities,
    of_products,
    references_of,
)
from derive.prove.information.reading.terms import Linear, Mean, UnreadableError

KINDS = ("=", "<=", ">=", "<", ">")


@dataclass(frozen=True, repr=False, eq=False)
class Reading:
    """A statement as a problem, and what its parts stand for."""

    problem: Problem
    reader: Reader
    coordinates: Coordinates

    def row(self, e: Expr) -> Row:
        """An expression as a row. Raises `UnreadableError` if it has something that the problem has not."""
        try:
            return self.coordinates.row(self.reader.linear(e))
        except (KeyError, ValueError) as error:
            raise UnreadableError(f"{e} is not made of what the problem has") from error

    def symbol(self, bit: int) -> Symbol:
        """The random variable of a bit."""
        return self.reader.symbols[self.problem.names[bit]]

    def meaning(self, column: Free) -> Expr:
        """What a free column was written as; of E[f], this is f."""
        return self.reader.meanings[column.text]


def problem(relation: Relation, premises: Sequence[Expr] = ()) -> Problem | None:
    """A statement and its premises as linear algebra; None if something in it is no linear statement about measures."""
    found = reading(relation, premises)
    return found.problem if found else None


def reading(relation: Relation, premises: Sequence[Expr] = ()) -> Reading | None:
    """The same with what its parts stand for."""
    if relation.kind not in KINDS or infinite(relation, premises) is not None:
        return None
    try:
        return _reading(relation, tuple(premises))
    except UnreadableError:
        return None


def _reading(relation: Relation, premises: tuple[Expr, ...]) -> Reading:
    reader = Reader()
    for node in walk(relation):
        for variable in _variables(node):
            reader.name(variable)
    reals = [n for n in walk(relation, *premises) if isinstance(n, Symbol) and n.sort is Sort.NUMBER]
    if reals:
        from derive.prove.information.reading.multiples import ranges

        reader.ranges = ranges(premises, reals)
    if any(isinstance(n, Apply) and n.operation.name == "log" for n in walk(relation)):
        from derive.prove.information.reading.positive import logged, premised

        reader.above_zero, reader.logged = premised(relation, premises), logged(reader, relation)
    known = read(reader, premises)
    side = reader.logarithm if is_pointwise(relation) else reader.linear
    sides = (side(relation.left), side(relation.right))
    goal = oriented(relation, *sides)
    assumed = tuple(reader.laws.used)
    # where a reference is 0 and the law is not, both sides may be infinite
    positive = [f"{law} > 0 where {mean} > 0" for law, mean in reader.references if law != mean]
    facts = list(known.facts)
    if reader.multiples:
        from derive.prove.information.reading.multiples import of_multiples

        facts += of_multiples(reader, facts, [*sides, *(f.form for f in facts)])
    written = [*sides, *(f.form for f in facts)]
    lemmas: list[Fact] = []
    if any(not isinstance(e, Symbol) for e in reader.meanings.values()):
        from derive.prove.information.lemmas import facts as about

        defined, lemmas = about(reader, known, written)
        facts += defined
        written += [f.form for f in (*defined, *lemmas)]
    if (
        reader.tilts
        or reader.means_of_exponentials
        or reader.mixtures
        or known.pointwise
        or any(m.factors for m in means_of(written))
        or references_of(written)
    ):
        more, cited = _of_laws(reader, known, written)
        lemmas += cited
    else:
        more = _linked(reader, written)
    more += at_fixed(premises, known.facts, written)
    facts += more
    lemmas += of_sizes(written)
    used: set[Column] = {a for f in (*written, *(g.form for g in facts)) for a in f if isinstance(a, Free | Logarithm)}
    limits, closed = bounds(reader.symbols.values(), used, reader.sizes)
    facts += limits
    forms = [goal, *written, *(f.form for f in (*facts, *lemmas))]
    at = coordinates(forms, reader.symbols)
    whole = assembled(relation.kind, sides, goal, facts, lemmas, at, reader.symbols)
    whole = replace(whole, supports=tuple((at.mask(Mean("p"), (v,)), bound) for v, bound in known.supports))
    plain = all(isinstance(e, Symbol) for e in reader.meanings.values())
    # what is only cited, or holds by definition of a law, says less than the statement does
    exact = known.exact and closed and plain and not (lemmas or whole.references or more or reader.multiples)
    # blocks that are laws of their own may be chosen one by one; p(y|x) and q(x)p(y|x) hang together with p
    exact = exact and not (known.pointwise or reader.mixtures or reader.tilts) and not any(m.factors for m in at.means)
    # a bound on |X| is one for all laws of X
    exact = exact and not any((m, v) in at.bits for v, _ in known.supports for m in at.means if m != Mean("p"))
    conditions = tuple(dict.fromkeys(positive))
    return Reading(replace(whole, exact=exact, assumed=assumed, conditions=conditions), reader, at)


def _variables(node: Expr) -> tuple[Symbol, ...]:
    """The random variables of one node, as they are written."""
    if isinstance(node, Information):
        return tuple(v for group in (*node.groups, node.given) for v in group)
    return (node.variable,) if isinstance(node, Outcome) else ()


def _linked(reader: Reader, written: list[Linear]) -> list[Fact]:
    """What joint laws share; without premises about densities this is nothing."""
    means = means_of(written)
    return of_marginals(written, means, reader.laws) if len(means) > 1 and reader.laws.equal else []


def _of_laws(reader: Reader, known: Premises, written: list[Linear]) -> tuple[list[Fact], list[Fact]]:
    """What holds by definition of the laws, and cited facts."""
    facts: list[Fact] = []
    lemmas: list[Fact] = []
    if reader.tilts or reader.means_of_exponentials:
        from derive.prove.information.tilting import of_tilts

        tilted, lemmas = of_tilts(reader, written)
        facts += tilted
    if reader.mixtures:
        from derive.prove.information.reading.mixtures import of_mixtures

        mixed, convex = of_mixtures(reader, [*written, *(f.form for f in facts)])
        facts += mixed
        lemmas += convex
    facts += at_outcomes([*written, *(f.form for f in facts)], [*known.pointwise, *known.separated])
    forms = [*written, *(f.form for f in facts)]
    means = means_of(forms)
    facts += of_products(forms, means)
    facts += of_marginals([*forms, *(f.form for f in facts)], means, reader.laws)
    if not any(s.sort is Sort.VARIABLE and s.domain.name == "continuous" for s in reader.symbols.values()):
        lemmas += of_probabilities([*forms, *(f.form for f in facts)])
    return facts, lemmas


__all__ = ["Reading", "UnreadableError", "problem", "reading"]
