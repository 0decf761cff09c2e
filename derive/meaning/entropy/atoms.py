"""Atoms of information: what the disjoint regions of an information diagram weigh.

Of n variables there is one atom for every non-empty set of them, here a mask: bit i stands for variable i. The atom T
is I(X_i, i ∈ T | all others), with a semicolon between the variables; for one variable it is an entropy. Atoms weigh
the regions of a Venn diagram: variable i is a set, H is the measure of a union, I of an intersection, a condition takes
away. This signed measure is unique (R. W. Yeung 1991, A new outlook on Shannon's information measures,
doi:10.1109/18.79902). So a measure is a sum of atoms, and a statement that is linear in entropies is a row of
coefficients over atoms. From the joint entropies H(S), S a mask, atoms follow by Möbius inversion.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

Entropies = dict[int, int]  # mask of S -> coefficient of H(S), none of them 0


def atoms(n: int) -> tuple[int, ...]:
    """All atoms of n variables: those of one variable first, each size in the order of the masks."""
    return tuple(sorted(range(1, 1 << n), key=lambda atom: (atom.bit_count(), atom)))


def entropies(atom: int, n: int) -> Entropies:
    """The atom as a combination of joint entropies: Σ over U ⊆ T of (−1)^{|U|+1} H(U ∪ rest)."""
    rest = ((1 << n) - 1) & ~atom
    out = {part | rest: -1 if part.bit_count() % 2 == 0 else 1 for part in _subsets(atom)}
    out.pop(0, None)
    return out


def measure(groups: Iterable[int], given: int, n: int) -> frozenset[int]:
    """The atoms of I(groups | given), of H if there is one group: inside every group, outside of what is given."""
    groups = tuple(groups)
    return frozenset(atom for atom in range(1, 1 << n) if not atom & given and all(atom & group for group in groups))


def weights(row: Mapping[int, Fraction | int], n: int) -> dict[int, Fraction]:
    """The coefficients over atoms of Σ row[S] H(S), where they are not 0: H(S) is the sum of the atoms that meet S."""
    out: dict[int, Fraction] = {}
    for atom in atoms(n):
        if total := sum((Fraction(c) for mask, c in row.items() if mask & atom), Fraction(0)):
            out[atom] = total
    return out


def name(atom: int, names: tuple[str, ...]) -> str:
    """The atom in the grammar of statements: ``I(X;Y|Z)``."""
    inside = [x for i, x in enumerate(names) if atom >> i & 1]
    rest = ",".join(x for i, x in enumerate(names) if not atom >> i & 1)
    return f"{'H' if len(inside) == 1 else 'I'}({';'.join(inside)}{'|' if rest else ''}{rest})"


def _subsets(mask: int) -> Iterator[int]:
    part = mask
    while True:
        yield part
        if not part:
            return
        part = (part - 1) & mask
