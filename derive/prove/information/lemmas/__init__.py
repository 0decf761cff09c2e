"""Cited inequalities about numbers that are no linear forms of entropies: TV², h(e), log of a sum.

Such a number is an opaque column of the problem. Each lemma is a row that is never negative, with its source; a verdict
that uses one names it among what it assumes.
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.prove.information.lemmas import distances, fano, jensen
from derive.prove.information.reading.linear import Reader
from derive.prove.information.reading.premises import Fact, Premises
from derive.prove.information.reading.terms import Linear

TRUSTED = {  # name -> what it says, and who says so
    "pinsker": distances.PINSKER,
    "total_variation": distances.BOUNDED,
    "chi_square": distances.CHI_SQUARE,
    "fano": ("H(X|Y) <= h(P(X != Y)) + P(X != Y)*log(K) for |X| <= K", fano.FANO),
    "binary_entropy": fano.BINARY,
    "jensen": jensen.JENSEN,
    "concave_logarithm": jensen.CONCAVE,
}


def facts(reader: Reader, premises: Premises, written: Sequence[Linear]) -> tuple[list[Fact], list[Fact]]:
    """What holds by definition of auxiliary variables, and the lemmas, for the opaque columns that occur."""
    defined, lemmas = fano.facts(reader, premises)
    return defined, [*lemmas, *distances.facts(reader), *jensen.facts(reader)]


__all__ = ["TRUSTED", "facts"]
