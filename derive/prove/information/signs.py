"""Which atoms of information the premises make 0, which are never negative, and which can be negative.

Atoms of one or two variables are conditional entropies and conditional mutual informations, never negative. The others
are signed: the centre I(X;Y;Z) is −log 2 for fair bits X, Y and Z = X ⊕ Y. Premises may take signs away.

A sign that is claimed is proved in the cone; that an atom can be negative is shown by variables that are linear
functions of fair bits, whose entropies are ranks (D. Hammer, A. Romashchenko, A. Shen, N. Vereshchagin 2000,
Inequalities for Shannon entropy and Kolmogorov complexity, doi:10.1006/jcss.1999.1677).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product

from derive.meaning.entropy.atoms import atoms, entropies
from derive.prove.information.problem import Problem, Row

BITS = {1: 2, 2: 3, 3: 3, 4: 2, 5: 2}  # fair bits of which variables are functions, by the number of variables
Code = tuple[tuple[int, ...], ...]  # per variable a basis: masks of bits that are added up


@dataclass(frozen=True)
class Signs:
    """Of each atom what is known under the premises; an atom in no set has an unknown sign.

    `negative` maps an atom that can be negative to variables at which it is: per variable the sums of fair bits that it
    consists of, as masks.
    """

    zero: frozenset[int]
    nonneg: frozenset[int]  # and not `zero`
    nonpos: frozenset[int]  # and not `zero`
    negative: dict[int, Code]


def signs(problem: Problem, proves: Callable[[Problem], object], whole: bool = True) -> Signs:
    """The signs of all atoms under the premises of a problem, whose goal is not looked at.

    `proves` is the prover: something other than None for a goal that it proves. `whole` is whether the problem has all
    premises; where it has not, no atom is said to be negative somewhere.
    """
    n = len(problem.names)
    below: dict[int, Code] = {}
    above: set[int] = set()
    rows = {atom: entropies(atom, n) for atom in atoms(n)}
    for code, rank in _codes(n) if whole else ():
        if not _satisfies(problem, rank):
            continue
        for atom, row in rows.items():
            value = sum(c * rank[mask] for mask, c in row.items())
            if value > 0:
                above.add(atom)
            elif value < 0:
                below.setdefault(atom, code)
    zero, nonneg, nonpos = set(), set(), set()
    for atom, row in rows.items():
        plus: Row = {mask: Fraction(c) for mask, c in row.items()}
        minus: Row = {mask: -c for mask, c in plus.items()}
        small = atom.bit_count() <= 2 and not (atom.bit_count() == 1 and atom & problem.continuous)
        up = atom not in below and (small or _proved(problem, plus, proves))
        down = atom not in above and bool(problem.premises) and _proved(problem, minus, proves)
        if up and down:
            zero.add(atom)
        elif up:
            nonneg.add(atom)
        elif down:
            nonpos.add(atom)
    return Signs(frozenset(zero), frozenset(nonneg), frozenset(nonpos), below)


def _proved(problem: Problem, goal: Row, proves: Callable[[Problem], object]) -> bool:
    return proves(replace(problem, goal=goal, equality=False)) is not None


def _satisfies(problem: Problem, rank: Sequence[int]) -> bool:
    """Whether ranks, as entropies in bits, satisfy the premises; never one about more than entropies."""
    for number, known in enumerate(problem.premises):
        if any(coordinate < 0 for coordinate in known.row):
            return False
        value = sum((c * rank[mask] for mask, c in known.row.items()), Fraction(0))
        if value < 0 or (value and number < len(problem.zero)):
            return False
    return True


def _codes(n: int) -> Iterator[tuple[Code, list[int]]]:
    """Linear functions of a few fair bits, simple ones first, with the rank of every set of them."""
    spaces = _subspaces(BITS[n])
    number = {space: k for k, space in enumerate(spaces)}
    join = [[number[_span(one | other)] for other in spaces] for one in spaces]
    dimension = [len(space).bit_length() - 1 for space in spaces]
    for chosen in sorted(
        product(range(len(spaces)), repeat=n), key=lambda code: (sum(dimension[k] for k in code), code)
    ):
        joint = [0] * (1 << n)  # the space 0 has nothing but 0 in it
        for mask in range(1, 1 << n):
            low = (mask & -mask).bit_length() - 1
            joint[mask] = join[joint[mask & (mask - 1)]][chosen[low]]
        yield tuple(_basis(spaces[k]) for k in chosen), [dimension[k] for k in joint]


def _subspaces(bits: int) -> list[frozenset[int]]:
    """All linear subspaces over GF(2), smallest first."""
    found = {frozenset({0})}
    for _ in range(bits):
        found |= {_span(space | {vector}) for space in found for vector in range(1 << bits)}
    return sorted(found, key=lambda space: (len(space), sorted(space)))


def _span(vectors: frozenset[int] | set[int]) -> frozenset[int]:
    out = {0}
    for vector in vectors:
        if vector not in out:
            out |= {vector ^ each for each in out}
    return frozenset(out)


def _basis(space: frozenset[int]) -> tuple[int, ...]:
    out: tuple[int, ...] = ()
    for vector in sorted(space):
        if vector not in _span(set(out)):
            out = (*out, vector)
    return out
