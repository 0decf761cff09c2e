"""A point read back from what `Point.shapes` and `Point.described` wrote: nothing is drawn, every value is checked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_mat

from derive.expr.dims import Dim
from derive.expr.domains import Domain
from derive.expr.errors import DomainError
from derive.expr.families import FAMILIES
from derive.expr.leaves import Index, Symbol
from derive.meaning.numbers import ball
from derive.meaning.numbers.functions import Smooth
from derive.meaning.numbers.joint import Joint
from derive.meaning.numbers.sample import Names, Point

RATIONAL = re.compile(r"-?\d{1,1300}(/\d{1,1300})?")
LARGEST_SIZE = 1000


class RecordedPoint(Point):
    """The point at which names have the recorded sizes and values.

    Raises `DomainError` when it is asked for a value that is not recorded, or that lies outside its domain.
    """

    def __init__(self, names: Names, shapes: Mapping[str, Any], at: Mapping[str, Any]) -> None:
        super().__init__(names, key="", sizes={})
        self._shapes, self._at = shapes, at
        for dim in names.dims:
            self.size(dim)

    def size(self, dim: Dim) -> int:
        if dim not in self.sizes:
            self.sizes[dim] = _size(self._shapes, self.names.dims.get(dim, dim.name))
        return self.sizes[dim]

    def position(self, index: Index, most: int | None = None) -> int:
        if index not in self.positions:
            name = self.names.indices.get(index, index.name)
            position = rational(_recorded(self._at, name))
            if position.denominator != 1 or position < 1 or (most is not None and position > most):
                raise DomainError(f"{name} = {position} is no position")
            self.positions[index] = int(position)
        return self.positions[index]

    def entries(self, symbol: Symbol, which: tuple[int, ...], shape: tuple[int, ...]) -> list[fmpq]:
        self.used.add((symbol, which))
        known = self.values.get((symbol, which))
        if known is None or known[0] != shape:
            known = self.values[symbol, which] = shape, [ball.exact(v) for v in self._read(symbol, which, shape)]
        return known[1]

    def _read(self, symbol: Symbol, which: tuple[int, ...], shape: tuple[int, ...]) -> list[Fraction]:
        member = f"[{','.join(map(str, which))}]" if which else ""
        if symbol in FAMILIES:
            return [Fraction(_size(self._shapes, symbol.name + member))]
        name = self.names.symbols.get(symbol, symbol.name) + member
        values = flat(_recorded(self._at, name), shape)
        if not contains(symbol.domain, values, shape):
            raise DomainError(f"{name} has a value outside its domain, {symbol.domain.name}")
        return values

    def function(self, symbol: Symbol, arity: int) -> Smooth:
        if symbol not in self.functions:
            name = self.names.symbols.get(symbol, symbol.name)
            function = Smooth.read(str(_recorded(self._at, name)))
            if len(function.weights) != arity:
                raise DomainError(f"{name} takes {arity} arguments, not {len(function.weights)}")
            self.functions[symbol] = function
        return self.functions[symbol]

    def joint(self, under: str) -> Joint:
        if under not in self.joints:
            variables = self.names.variables[under]
            name = f"{under}({','.join(v.name for v in variables)})"
            table: dict[tuple[int, ...], fmpq] = {}
            for outcome, probability in _recorded(self._at, name).items():
                letters = tuple(int(letter) - 1 for letter in outcome.split(","))
                value = rational(probability)
                if len(letters) != len(variables) or min(letters) < 0 or value <= 0:
                    raise DomainError(f"{name}: {outcome} has no probability {probability}")
                table[letters] = ball.exact(value)
            self.joints[under] = Joint(variables, table)
        return self.joints[under]


def rational(text: Any) -> Fraction:
    """The exact number that was written as an integer or a quotient of integers."""
    if not isinstance(text, str) or not RATIONAL.fullmatch(text):
        raise DomainError(f"{str(text)[:40]!r} is no rational number")
    return Fraction(text)


def flat(value: Any, shape: Sequence[int]) -> list[Fraction]:
    """The entries, row-major, of nested lists of this shape."""
    if not shape:
        return [rational(value)]
    if not isinstance(value, list) or len(value) != shape[0]:
        raise DomainError(f"a list of {shape[0]} was expected, not {str(value)[:40]}")
    return [entry for part in value for entry in flat(part, shape[1:])]


def contains(domain: Domain, values: Sequence[Fraction], shape: tuple[int, ...]) -> bool:
    """Whether a tensor lies in the domain."""
    if not all(map(domain.contains, values)):
        return False
    match domain.structure:
        case "":
            return True
        case "onehot" | "kernel":
            classes = shape[-1]
            return all(sum(values[k : k + classes]) == 1 for k in range(0, len(values), classes))
        case "simplex":
            return sum(values) == 1
        case "distinct":
            return len(set(values)) == len(values)
        case "permutation":
            n = shape[-1]
            lines = [values[k * n : (k + 1) * n] for k in range(n)] + [values[k::n] for k in range(n)]
            return shape == (n, n) and all(sum(line) == 1 for line in lines)
        case "symmetric" | "posdef":
            n = shape[-1]
            if shape != (n, n) or any(values[i * n + j] != values[j * n + i] for i in range(n) for j in range(i)):
                return False
            minors = ([ball.exact(values[i * n + j]) for i in range(k) for j in range(k)] for k in range(1, n + 1))
            return domain.structure == "symmetric" or all(
                fmpq_mat(k, k, minor).det() > 0 for k, minor in enumerate(minors, start=1)
            )
    return False


def _recorded(values: Mapping[str, Any], name: str) -> Any:
    if name not in values:
        raise DomainError(f"no value of {name} is recorded")
    return values[name]


def _size(shapes: Mapping[str, Any], name: str) -> int:
    size = _recorded(shapes, name)
    if type(size) is not int or not 1 <= size <= LARGEST_SIZE:
        raise DomainError(f"{name} = {str(size)[:40]} is no size")
    return size
