"""A few sets among which a proof may be found: those that occur, their unions and intersections, and chains of these.

Only a lattice gives all proofs (`lattice.py`), but a lattice of n variables can have 2ⁿ sets. Many proofs need few:
that of Han's inequality adds mutual informations along a chain, and needs 2n sets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

PAIRS = 24  # of this many sets at most all unions and intersections of two are taken
SETS = 400


def chains(family: Iterable[int]) -> tuple[int, ...]:
    """The sets, with the empty one, by size."""
    first = sorted(set(family) - {0}, key=_size)
    found = {0, *first}
    for order in (first, first[::-1]):
        union, cut = 0, -1
        for s in order:
            union, cut = union | s, cut & s
            found |= {union, cut}
    if len(first) <= PAIRS:
        found |= {s | t for s in first for t in first} | {s & t for s in first for t in first}
    if len(found) > SETS:
        found = {0, *first}
    return tuple(sorted(found, key=_size))


def nested(sets: Sequence[int]) -> Iterator[tuple[int, int]]:
    """(B − A, A) for A ⊂ B with no set between them."""
    for k, larger in enumerate(sets):
        largest: list[int] = []
        for s in reversed(sets[:k]):
            if not s & ~larger and not any(not s & ~t for t in largest):
                largest.append(s)
                yield larger & ~s, s


def crossing(sets: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """(A − B, B − A, A ∩ B) where union and intersection are among the sets."""
    there = set(sets)
    for k, one in enumerate(sets):
        for other in sets[k + 1 :]:
            if one & ~other and one | other in there and one & other in there:
                yield one & ~other, other & ~one, one & other


def _size(mask: int) -> tuple[int, int]:
    return mask.bit_count(), mask
