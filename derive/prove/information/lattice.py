"""The sets of variables that a statement about entropies has to be decided on: the lattice of those that occur.

Let L be the sets that arise by union and intersection from those in goal and premises. A function on L that is
submodular, and monotone, extends to all sets: h(S) = h(smallest set of L that contains S). For submodularity,
h(cl A) + h(cl B) ≥ h(cl A ∪ cl B) + h(cl A ∩ cl B) ≥ h(cl(A ∪ B)) + h(cl(A ∩ B)). So nothing is lost if only sets of L
have coordinates. Where variables are continuous, h need not be monotone in them; then add a large m(S) = Σ mᵢ over
continuous i, extend h + m, and subtract m again.

L is distributive, so it consists of the down-sets of a partial order (G. Birkhoff): variables that occur in the same
sets are one element, and i is below j if i is in every set that j is in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


class TooManySetsError(Exception):
    """The lattice has more sets than allowed."""


@dataclass(frozen=True)
class Lattice:
    """The down-sets, as masks of variables, by size.

    `elements` are disjoint masks, `below[k]` is the union of those below element k.
    """

    elements: tuple[int, ...]
    below: tuple[int, ...]
    sets: tuple[int, ...]  # with the empty set, which is the first
    covers: tuple[tuple[int, ...], ...]  # for each set the elements that may be added to it

    @property
    def top(self) -> int:
        """The union of all."""
        return self.sets[-1]


def lattice(family: Iterable[int], limit: int) -> Lattice:
    """The lattice that a family of sets generates. Raises `TooManySetsError` beyond `limit` sets."""
    occurs: dict[int, int] = {}  # variable -> in which sets, as a mask
    for k, mask in enumerate(sorted(set(family))):
        rest = mask
        while rest:
            bit = rest & -rest
            occurs[bit] = occurs.get(bit, 0) | 1 << k
            rest ^= bit
    together: dict[int, int] = {}  # in which sets -> variables
    for bit in sorted(occurs):
        together[occurs[bit]] = together.get(occurs[bit], 0) | bit
    elements = tuple(together.values())
    below = tuple(sum(e for where, e in together.items() if own & ~where == 0 and own != where) for own in together)
    found = {0: None}  # an ordered set
    covers: list[tuple[int, ...]] = []
    level = [0]
    while level:
        nxt: dict[int, None] = {}
        for s in level:
            upper = tuple(e for e, b in zip(elements, below, strict=True) if not s & e and not b & ~s)
            covers.append(upper)
            for e in upper:
                nxt[s | e] = None
        found.update(nxt)
        if len(found) > limit:
            raise TooManySetsError(f"more than {limit:,} sets of variables")
        level = list(nxt)
    return Lattice(elements, below, tuple(found), tuple(covers))


def submodular(of: Lattice) -> Iterator[tuple[int, int, int]]:
    """(i, j, S): I(i; j | S) ≥ 0 for all sets S and pairs of elements that cover it; they imply all submodularity."""
    for s, upper in zip(of.sets, of.covers, strict=True):
        for k, one in enumerate(upper):
            for other in upper[k + 1 :]:
                yield one, other, s


def monotone(of: Lattice, continuous: int) -> Iterator[tuple[int, int]]:
    """(i, S): H(i | S) ≥ 0 for discrete elements i and the largest S in L without i; smaller S follow from these."""
    for element in of.elements:
        if not element & continuous:
            above = sum(e for e, b in zip(of.elements, of.below, strict=True) if b & element)
            yield element, of.top & ~above & ~element
