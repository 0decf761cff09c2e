"""A sparse matrix of whole numbers: columns are what is non-negative, rows are coordinates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import lcm

from derive.prove.information.problem import Row

LARGE = 1000


class Matrix:
    """Column j has the entries value[k] in rows index[k], for k in start[j] … start[j + 1]; the last `free` are free.

    A column of fractions is multiplied by `scale[j]`; the columns not in there are as they were given.
    """

    def __init__(self) -> None:
        self.place: dict[int, int] = {}  # coordinate -> row
        self.start: list[int] = [0]
        self.index: list[int] = []
        self.value: list[int] = []
        self.scale: dict[int, int] = {}
        self.large: set[int] = set()  # columns with large entries
        self.free = 0

    @property
    def rows(self) -> int:
        return len(self.place)

    @property
    def columns(self) -> int:
        return len(self.start) - 1

    def place_of(self, coordinate: int) -> int:
        """The row of a coordinate, a new one if need be."""
        return self.place.setdefault(coordinate, len(self.place))

    def places(self, coordinates: Iterable[int]) -> dict[int, int]:
        """The rows of coordinates; the empty set has none."""
        for coordinate in coordinates:
            if coordinate:
                self.place_of(coordinate)
        return self.place

    def append(self, entries: Sequence[tuple[int, int]]) -> None:
        """One more column, of (row, value)."""
        for row, value in entries:
            self.index.append(row)
            self.value.append(value)
        self.start.append(len(self.index))

    def append_submodular(self, keys: Iterable[tuple[int, int, int]]) -> None:
        """The columns h(S ∪ i) + h(S ∪ j) − h(S ∪ i ∪ j) − h(S) for (i, j, S)."""
        place, index, value, start = self.place, self.index, self.value, self.start
        for i, j, s in keys:
            index += (place[s | i], place[s | j], place[s | i | j])
            if s:
                index.append(place[s])
                value += (1, 1, -1, -1)
            else:
                value += (1, 1, -1)
            start.append(len(index))

    def append_row(self, row: Row) -> None:
        """One more column, of fractions."""
        scale = lcm(*(value.denominator for value in row.values()))
        if scale != 1:
            self.scale[self.columns] = scale
        entries = [(self.place_of(c), value.numerator * (scale // value.denominator)) for c, value in row.items()]
        if any(abs(value) > LARGE for _, value in entries):
            self.large.add(self.columns)
        self.append(entries)

    def column(self, j: int) -> list[tuple[int, int]]:
        """The entries of a column."""
        span = slice(self.start[j], self.start[j + 1])
        return list(zip(self.index[span], self.value[span], strict=True))

    def target(self, goal: Row) -> dict[int, Fraction]:
        """A row over coordinates as a vector over rows of the matrix."""
        return {self.place_of(c): value for c, value in goal.items()}

    def remainder(self, target: dict[int, Fraction], solution: dict[int, Fraction]) -> dict[int, Fraction]:
        """target − Σ solution[j]·column j, exactly."""
        left = dict(target)
        for j, y in solution.items():
            for k in range(self.start[j], self.start[j + 1]):
                row = self.index[k]
                left[row] = left.get(row, Fraction(0)) - y * self.value[k]
        return {row: value for row, value in left.items() if value}
