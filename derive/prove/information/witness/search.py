"""The order in which witnesses are looked for: the smallest first. The budget counts candidates.

One shared bit; linear functions of two bits; codes, where all variables are alike; functions of few equally likely
outcomes; linear functions over GF(2) and GF(3); random numbers in networks that satisfy the premises; descent over such
numbers. What is found is made smaller.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from derive.prove.information.problem import Problem
from derive.prove.information.witness import code, one_bit
from derive.prove.information.witness.lattice import Lattice, Search, partitions, subspaces
from derive.prove.information.witness.network import networks, random_kernels
from derive.prove.information.witness.shrink import shrunk
from derive.prove.information.witness.target import Target
from derive.prove.information.witness.witness import Witness

QUICK_NODES = 3000
BUDGET = 100_000  # assignments of variables in one family, tables among the random ones in proportion
DRAWS = 24  # random tables of one network
MOST_VARIABLES = 8  # of a table with one axis per variable
MOST_CHOICES = 3  # choices of constants that descent goes through
TOTALS = (1, 2, 3, 4, 6)


def quick(problem: Problem) -> Witness | None:
    """One shared bit, linear functions of two bits, or a code where all variables are alike.

    Imports neither numpy nor python-flint.
    """
    target = _target(problem)
    if target is None:
        return None
    found = one_bit.find(target) or Search(target, subspaces(2, 2), QUICK_NODES).find() or code.find(target)
    return found and shrunk(target, found)


def find(problem: Problem, budget: int = BUDGET) -> Witness | None:
    """A witness, or None if there is none among so many candidates."""
    target = _target(problem)
    if target is None:
        return None
    found = one_bit.find(target)
    if found is None:
        found = next((w for search in _searches(target, budget) if (w := search.find()) is not None), None)
    if found is None and len(problem.names) <= MOST_VARIABLES:
        found = _in_networks(target, budget)
    return found and shrunk(target, found)


def _searches(target: Target, budget: int) -> Iterator[Search]:
    """Small lattices from end to end, if the budget allows it; large ones at random."""
    count = len(target.problem.names)
    for make, seeds in (
        (lambda: subspaces(2, 2), 1),
        (lambda: partitions(3), 1),
        (lambda: partitions(4), 2),
        (lambda: subspaces(2, 3), 2),
        (lambda: subspaces(3, 2), 1),
        (lambda: partitions(5), 2),
        (lambda: partitions(6), 2),
        (lambda: subspaces(2, 4), 2),
    ):
        lattice: Lattice = make()
        if len(lattice.first) * len(lattice.labels) ** (count - 1) <= budget or target.pure:
            yield Search(target, lattice, budget)
        for seed in range(seeds):
            yield Search(target, lattice, budget // 8, seed)


def _in_networks(target: Target, budget: int) -> Witness | None:
    """Random tables first, then descent."""
    random = Random(0)
    names = target.problem.names
    found = []
    for hidden in (0, 1):
        for network in networks(target, random, max(2, budget // 5000), hidden):
            found.append(network)
            for k in range(DRAWS):
                sizes = tuple(random.choice((2, 2, 3)) for _ in network.order)
                table = network.table(names, random_kernels(network, sizes, random, TOTALS[k % len(TOTALS)]))
                witness = target.witness(table)
                if witness is not None:
                    return witness
    from derive.prove.information.witness import descent  # loads numpy

    for seed, network in enumerate(found[: max(1, budget // 5000)]):
        sizes = descent.shapes(network, random)
        for alternative in target.alternatives:
            for choice in target.choices[:MOST_CHOICES]:
                for table in descent.tables(names, network, sizes, (alternative.conditions, choice), seed):
                    witness = target.witness(table)
                    if witness is not None:
                        return witness
    return None


def _target(problem: Problem) -> Target | None:
    try:
        return Target(problem)
    except ValueError:
        return None
