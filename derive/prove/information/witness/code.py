"""Witnesses for statements that treat all variables alike: symbols of which any m are independent and fix the rest.

If such a statement fails for any entropies, it fails for H(S) = min(|S|, m)·log q of some m: those are the rays of
Shannon's inequalities among entropies that depend on |S| alone. m = n are independent bits, m = n − 1 bits with an even
sum, and in between the values of a polynomial of degree < m at n points of a field (I. Reed, G. Solomon 1960).
"""

from __future__ import annotations

from itertools import product

from derive.meaning.entropy.distribution import Distribution
from derive.prove.information.reductions import symmetry
from derive.prove.information.witness.target import Target
from derive.prove.information.witness.witness import Witness

MOST_OUTCOMES = 1 << 13


def find(target: Target) -> Witness | None:
    """The code with the fewest free symbols that refutes, if its table is not too long."""
    names = target.problem.names
    m = symmetry.refuting(target.problem)
    table = None if m is None else code(names, m)
    return None if table is None else target.witness(table)


def code(names: tuple[str, ...], m: int) -> Distribution | None:
    """Uniform on a code in which any m symbols are independent and determine the others; None if that is too long."""
    n = len(names)
    q = 2 if m == 1 or m >= n - 1 else next(p for p in range(n, 2 * n + 2) if all(p % d for d in range(2, p)))
    if q**m > MOST_OUTCOMES:
        return None
    if m >= n - 1:
        words = ((*bits, sum(bits) % 2)[:n] if m < n else bits for bits in product(range(q), repeat=m))
    else:
        words = (
            tuple(sum(c * x**k for k, c in enumerate(cs)) % q for x in range(n)) for cs in product(range(q), repeat=m)
        )
    return Distribution(names, dict.fromkeys(words, 1))
