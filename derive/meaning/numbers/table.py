"""Scalars over named index ranges: what a formula with free indices denotes at one point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Generic, TypeVar

from derive.expr.leaves import Index

T = TypeVar("T")
Ranges = Mapping[Index, range]
LARGEST = 50_000  # entries of one table


class UnusablePointError(Exception):
    """This point says nothing about the claim: a size is not a positive integer there, or a table is too large."""


class TooLargeError(UnusablePointError):
    """A table with more entries than are worth computing."""


@dataclass(frozen=True, slots=True, eq=False)
class Table(Generic[T]):
    """One value per position of `indices`, row-major over their ranges in this order."""

    indices: tuple[Index, ...]
    values: Sequence[T]

    def over(self, indices: tuple[Index, ...], ranges: Ranges) -> Sequence[T]:
        """The values over more (or differently ordered) indices, of which these are some."""
        if indices == self.indices:
            return self.values
        lengths = tuple(len(ranges[i]) for i in indices)
        if not self.indices:
            return [self.values[0]] * prod(lengths)
        if not set(self.indices) <= set(indices):
            raise ValueError(f"a table over {self.indices} has no values over {indices}")
        steps, size = {}, 1
        for i in reversed(self.indices):
            steps[i] = size
            size *= len(ranges[i])
        values = self.values
        return [values[k] for k in _offsets(lengths, tuple(steps.get(i, 0) for i in indices))]


@lru_cache(maxsize=4096)
def _offsets(lengths: tuple[int, ...], steps: tuple[int, ...]) -> tuple[int, ...]:
    """Σ position·step at every position, row-major."""
    out: list[int] = [0]
    for length, step in zip(lengths, steps, strict=True):
        out = [o + k * step for o in out for k in range(length)]
    return tuple(out)


def count(indices: Sequence[Index], ranges: Ranges) -> int:
    """The number of positions; raises `TooLargeError` if that is too many."""
    entries = prod(len(ranges[i]) for i in indices)
    if entries > LARGEST:
        raise TooLargeError(f"a table over {', '.join(i.name for i in indices)} has {entries} entries")
    return entries


def positions(index: Index, indices: tuple[Index, ...], ranges: Ranges) -> Sequence[int]:
    """The value of `index` at every position of `indices`."""
    return Table((index,), ranges[index]).over(indices, ranges)
