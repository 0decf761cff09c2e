"""Which tables a law gets: those of which the densities that a statement speaks of are products, if there are such."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from derive.expr.arithmetic import Div
from derive.expr.dims import Dim
from derive.expr.leaves import Index, Symbol
from derive.meaning.entropy.factorisation import Factorisation, Structure, chain_of, factorisations
from derive.meaning.entropy.table import Law

MOST_FORMS = 300  # ways to write one law that are looked at
Conditional = tuple[frozenset[Symbol], frozenset[Symbol]]  # what is drawn, and what is given


def parametrised(
    name: str,
    variables: Sequence[Symbol],
    given: frozenset[Symbol],
    structure: Sequence[Structure],
    used: Sequence[Conditional],
    alphabets: Mapping[Symbol, Dim],
) -> Law | None:
    """The law of the variables, by kernels of which as many conditional densities as possible are products.

    `given` are the variables of which it says nothing. None if no kernels say what the premises of structure say.
    """
    if structure and given:
        return None
    forms = factorisations(variables, structure) if structure else _chains(tuple(variables), given, used)
    laws = (Law.of(name, factors, alphabets) for factors in islice(forms, MOST_FORMS))
    return _most_direct(laws, [d for d in used if d[1] - given])


def _chains(
    variables: tuple[Symbol, ...], given: frozenset[Symbol], used: Sequence[Conditional]
) -> Iterator[Factorisation]:
    """All laws of the variables: as one table, and with some conditional density after what is given there."""
    yield chain_of((variables,), given)
    for blocks in _blocks(variables, [(of, after - given) for of, after in used]):
        yield chain_of(blocks, given)


def _blocks(variables: tuple[Symbol, ...], used: Sequence[Conditional]) -> Iterator[tuple[tuple[Symbol, ...], ...]]:
    for of, given in used:
        if given and of | given <= set(variables):
            before = tuple(v for v in variables if v in given)
            after = tuple(v for v in variables if v in of)
            rest = tuple(v for v in variables if v not in of | given)
            for head in (*_blocks(before, used), (before,)):
                yield tuple(block for block in (*head, after, rest) if block)


def _most_direct(laws: Iterable[Law], used: Sequence[Conditional]) -> Law | None:
    """The first law of which the most conditional densities are products of kernels, without a quotient."""
    best: tuple[int, Law] | None = None
    for law in laws:
        direct = 0
        for of, given in used:
            at = {v: Index.along(law.alphabets[v]) for v in (*of, *given)}
            direct += not isinstance(law.density(tuple(of), tuple(given), at), Div)
        if best is None or direct > best[0]:
            best = direct, law
        if direct == len(used):
            break
    return None if best is None else best[1]
