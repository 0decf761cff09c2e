"""Fewer variables: each stands for a set of variables of the original problem."""

from __future__ import annotations

from dataclasses import replace

from derive.prove.information.certificate import Certificate, Terms
from derive.prove.information.problem import CrossEntropy, Entropy, Generator, Known, Mutual, Problem, Relative, Row
from derive.prove.information.reductions.reduced import Reduced


def renamed(problem: Problem, sets: tuple[int, ...]) -> Reduced:
    """The problem whose variable i stands for the variables of the mask sets[i].

    The masks are disjoint. Every coordinate that occurs in a row is a union of them, but for variables that occur
    nowhere. A certificate is carried back by spreading every mask: the rows stay what they are.
    """
    covered = 0
    for mask in sets:
        covered |= mask

    def narrow(mask: int) -> int | None:
        if mask & ~covered:
            return None
        out = 0
        for i, group in enumerate(sets):
            if mask & group == group:
                out |= 1 << i
            elif mask & group:
                return None
        return out

    columns = {}  # old coordinate -> new column; columns of sets that are no unions are in no row
    for k, column in enumerate(problem.columns):
        if isinstance(column, CrossEntropy):
            inner = narrow(column.of)
            if inner is None:
                continue
            column = column.but(of=inner)
        columns[-1 - k] = column
    places = {old: -1 - k for k, old in enumerate(columns)}

    def row_of(row: Row) -> Row:
        out: Row = {}
        for coordinate, value in row.items():
            new = places[coordinate] if coordinate < 0 else narrow(coordinate)
            if new is None:
                raise ValueError(f"the coordinate {coordinate} is no union of {sets}")
            out[new] = value
        return out

    def known(facts: tuple[Known, ...]) -> tuple[Known, ...]:
        return tuple(fact.but(row=row_of(fact.row)) for fact in facts)

    blocks = tuple(
        (b, law) for block, law in zip(problem.laws, problem.law_names, strict=True) if (b := _inside(block, sets))
    )
    inner = replace(
        problem,
        names=tuple(problem.text_of(mask) for mask in sets),
        goal=row_of(problem.goal),
        zero=known(problem.zero),
        nonneg=known(problem.nonneg),
        columns=tuple(columns.values()),
        lemmas=known(problem.lemmas),
        blocks=tuple(b for b, _ in blocks) if problem.blocks else (),
        law_names=tuple(law for _, law in blocks),
        sides=({}, {}),  # these two are for display and for refutations
        supports=(),
        continuous=_inside(problem.continuous, sets),
    )
    return Reduced(inner, lambda certificate: _spread(certificate, sets))


def occurring(problem: Problem) -> frozenset[int]:
    """The masks that occur: in the goal, premises and lemmas, also inside of columns."""
    out: set[int] = set()
    for row in (problem.goal, *(k.row for k in (*problem.premises, *problem.lemmas))):
        for coordinate in row:
            if coordinate > 0:
                out.add(coordinate)
            elif isinstance(column := problem.columns[-1 - coordinate], CrossEntropy):
                out.add(column.of)
    return frozenset(out)


def _inside(mask: int, sets: tuple[int, ...]) -> int:
    return sum(1 << i for i, group in enumerate(sets) if mask & group == group)


def _spread(certificate: Certificate, sets: tuple[int, ...]) -> Certificate:
    """Raises `ValueError` for a certificate with copies: how many premises a copy brings depends on the variables."""
    if certificate.copies:
        raise ValueError("a certificate with copies speaks of the variables that it was made for")

    def wide(mask: int) -> int:
        out = 0
        for i, group in enumerate(sets):
            if mask >> i & 1:
                out |= group
        return out

    def generator(g: Generator) -> Generator:
        match g:
            case Entropy(of, given):
                return Entropy(wide(of), wide(given))
            case Mutual(a, b, given):
                return Mutual(wide(a), wide(b), wide(given))
            case Relative(law, of, given):
                return Relative(law, wide(of), wide(given))
        return g

    def terms(old: Terms) -> Terms:
        return tuple((factor, generator(g)) for factor, g in old)

    return Certificate(
        terms(certificate.terms), terms(certificate.reverse), classes=tuple(wide(c) for c in certificate.classes)
    )
