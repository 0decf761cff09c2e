"""A point that a decider found by its own reasoning, to be confirmed by balls before it counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from derive.expr.leaves import Index, Symbol


@dataclass(frozen=True)
class Candidate:
    """A point at which a decider says that the claim is false: it counts only if balls confirm it there.

    `values` are those of scalar symbols, `sizes` those of dims by name, `positions` those of free indices. Whatever is
    not named is drawn.
    """

    values: dict[Symbol, Fraction] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    positions: dict[Index, int] = field(default_factory=dict)
