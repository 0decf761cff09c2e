"""Points: sizes of dims, positions of free indices, exact values of symbols.

A point draws what is asked of it, when it is asked, from a stream named after the thing drawn; so a value depends
neither on the order of evaluation nor on hash seeds, and a point is written down by what it has drawn. Sizes follow a
plan: first two assignments in which all dims differ, then one with a size 1, then small ones.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from random import Random
from typing import Any, Literal, TypeVar

from flint import fmpq

from derive.expr.dims import Dim
from derive.expr.domains import Domain
from derive.expr.families import FAMILIES
from derive.expr.information import Information
from derive.expr.leaves import Index, Size, Symbol, Unique
from derive.expr.node import Expr, walk
from derive.expr.structure import Call, Member
from derive.meaning.numbers import ball
from derive.meaning.numbers.functions import Smooth
from derive.meaning.numbers.joint import Joint

Style = Literal[
    "generic", "simple", "alike"
]  # simple: 0, 1, -1, 1/2, 2; alike: symbols of one domain and shape are equal
STYLES: tuple[Style, ...] = ("generic", "generic", "generic", "simple", "generic", "alike", "generic", "simple")
T = TypeVar("T", Dim, Unique)
Place = tuple[Symbol, tuple[int, ...]]  # a symbol and which member of its family
SMALL_COUNT = 4  # free indices and small integers lie in 1..4
SIMPLE = tuple(map(Fraction, ("0", "1", "-1", "1/2", "2", "-1/2", "-2", "3", "1/3", "1/4", "3/4", "4", "5")))


@dataclass(frozen=True)
class Names:
    """The things of a claim that are drawn, in order of first use, each with a name of its own."""

    dims: dict[Dim, str]
    symbols: dict[Symbol, str]
    indices: dict[Index, str]
    variables: dict[str, tuple[Symbol, ...]]  # random variables of every law

    @staticmethod
    def of(*roots: Expr) -> Names:
        """What occurs in these expressions, also inside named terms and the sizes of dims."""
        dims: dict[Dim, None] = {}
        symbols: dict[Symbol, None] = {}
        indices: dict[Index, None] = {}
        laws: dict[str, dict[Symbol, None]] = {}
        todo, seen = list(roots), set()
        while todo:
            root = todo.pop(0)
            for node in walk(root):
                if node in seen:
                    continue
                seen.add(node)
                found: Iterable[Dim] = node.axes
                if isinstance(node, Size):
                    found = (node.dim,)
                elif isinstance(node, Index):
                    indices[node] = None
                    found = () if node.dim is None else (node.dim,)
                elif isinstance(node, Symbol):
                    symbols[node] = None
                elif isinstance(node, Member):
                    symbols[node.family] = None
                elif isinstance(node, Call):
                    symbols[node.function] = None
                elif isinstance(node, Information):
                    laws.setdefault(node.under, {}).update(
                        dict.fromkeys(v for g in (*node.groups, node.given) for v in g)
                    )
                for dim in found:
                    if dim.extent is None:
                        dims[dim] = None
                    else:
                        todo.append(dim.extent)
        everything = [*symbols, *indices, *(v for law in laws.values() for v in law)]
        named = _distinct(everything)
        return Names(
            _distinct(dims),
            {s: named[s] for s in symbols},
            {i: named[i] for i in indices},
            {under: tuple(law) for under, law in laws.items()},
        )


def _distinct(things: Iterable[T]) -> dict[T, str]:
    """A name for each; the second thing called x is x#2."""
    used: dict[str, int] = {}
    out: dict[T, str] = {}
    for thing in things:
        if thing in out:
            continue
        used[thing.name] = used.get(thing.name, 0) + 1
        out[thing] = thing.name if used[thing.name] == 1 else f"{thing.name}#{used[thing.name]}"
    return out


def size_plans(count: int, rng: Random, draws: int) -> list[tuple[int, ...]]:
    """Sizes for `count` dims, one tuple per draw: two plans that all differ, one with a 1, then small ones."""
    rising = tuple(range(2, count + 2))
    swapped = tuple(rising[k + 1] if k % 2 == 0 and k + 1 < count else rising[k - k % 2] for k in range(count))
    if count % 2:
        swapped = (*swapped[:-1], rising[-1] + 1)
    with_one = tuple(1 + (k + 1) % 3 if k else 1 for k in range(count))
    plans = [rising, swapped, with_one]
    while len(plans) < draws:
        plans.append(
            tuple(rng.choice((1, 2, 2, 3, 3, 4)) if count < 5 else rng.choice((1, 2, 2, 3)) for _ in range(count))
        )
    return plans[:draws]


@dataclass
class Point:
    """One exact point. `key` names the streams it draws from; `values` holds what is fixed or was drawn."""

    names: Names
    key: str
    sizes: dict[Dim, int]
    style: Style = "generic"
    values: dict[Place, tuple[tuple[int, ...], list[fmpq]]] = field(default_factory=dict)
    positions: dict[Index, int] = field(default_factory=dict)
    functions: dict[Symbol, Smooth] = field(default_factory=dict)
    joints: dict[str, Joint] = field(default_factory=dict)
    used: set[Place] = field(default_factory=set)  # whose values were asked for

    @property
    def _simple(self) -> bool:
        return self.style == "simple"

    def _stream(self, *what: Any) -> Random:
        return Random("/".join(map(str, (self.key, *what))))

    def size(self, dim: Dim) -> int:
        """The drawn size of a dim that is not a formula."""
        if dim not in self.sizes:
            self.sizes[dim] = self._stream("size", self.names.dims.get(dim, dim.name)).randint(1, 3)
        return self.sizes[dim]

    def position(self, index: Index, most: int | None = None) -> int:
        """The drawn value of a free index, at most `most`."""
        if index not in self.positions:
            high = min(2 if self._simple else SMALL_COUNT, most or SMALL_COUNT)
            self.positions[index] = self._stream("index", self.names.indices.get(index, index.name)).randint(1, high)
        return self.positions[index]

    def entries(self, symbol: Symbol, which: tuple[int, ...], shape: tuple[int, ...]) -> list[fmpq]:
        """The exact entries, row-major, of a symbol or of one member of a family."""
        self.used.add((symbol, which))
        known = self.values.get((symbol, which))
        if known is None or known[0] != shape:
            name = symbol.domain.name if self.style == "alike" else self.names.symbols.get(symbol, symbol.name)
            rng = self._stream("value", name, *which)
            if symbol in FAMILIES:  # sizes d[1], d[2], …: small, neighbours differ
                drawn = [Fraction(1 + (2 * sum(which) + self._stream("sizes", symbol.name).randrange(5)) % 5)]
            else:
                drawn = draw(symbol.domain, rng, shape, self._simple)
            known = shape, [ball.exact(v) for v in drawn]
            self.values[symbol, which] = known
        return known[1]

    def function(self, symbol: Symbol, arity: int) -> Smooth:
        """The concrete function that stands for an undefined one."""
        if symbol not in self.functions:
            rng = self._stream("function", self.names.symbols.get(symbol, symbol.name))
            self.functions[symbol] = Smooth.draw(rng, arity, self._simple)
        return self.functions[symbol]

    def joint(self, under: str) -> Joint:
        """The joint law of the random variables of the claim."""
        if under not in self.joints:
            self.joints[under] = Joint.draw(self._stream("law", under), self.names.variables[under], self._simple)
        return self.joints[under]

    def copy(self) -> Point:
        """An independent point with the same values."""
        return replace(
            self,
            sizes=dict(self.sizes),
            values={place: (shape, list(values)) for place, (shape, values) in self.values.items()},
            positions=dict(self.positions),
            functions=dict(self.functions),
            joints=dict(self.joints),
            used=set(self.used),
        )

    # -- as text

    def shapes(self) -> dict[str, int]:
        """Sizes by the name of the dim, those of a family of dims as d[1], d[2], …"""
        out = {self.names.dims.get(d, d.name): n for d, n in self.sizes.items()}
        for (symbol, which), (_, values) in sorted(self.values.items(), key=lambda item: item[0][1]):
            if symbol in FAMILIES and (symbol, which) in self.used:
                out[f"{symbol.name}[{','.join(map(str, which))}]"] = int(values[0].p)
        return out

    def described(self) -> dict[str, Any]:
        """Everything drawn, by name: exact rationals as strings, tensors as nested lists, laws as tables."""
        out: dict[str, Any] = {self.names.indices.get(i, i.name): str(k) for i, k in self.positions.items()}
        for (symbol, which), (shape, values) in self.values.items():
            if symbol in FAMILIES or (symbol, which) not in self.used:
                continue
            name = self.names.symbols.get(symbol, symbol.name)
            if which:
                name += f"[{','.join(map(str, which))}]"
            out[name] = nested([str(v) for v in values], shape)
        out.update({self.names.symbols.get(f, f.name): str(g) for f, g in self.functions.items()})
        for under, joint in self.joints.items():
            outcomes = {",".join(str(k + 1) for k in x): str(p) for x, p in sorted(joint.table.items())}
            out[f"{under}({','.join(v.name for v in joint.variables)})"] = outcomes
        return out


def draw(domain: Domain, rng: Random, shape: tuple[int, ...], simple: bool) -> list[Fraction]:
    """Exact entries in the domain. Integers are often small, so that they can serve as positions."""
    if simple and not domain.structure:
        pool = [v for v in SIMPLE if domain.contains(v)][:5]
        if pool:
            return [rng.choice(pool) for _ in range(math.prod(shape))]
    drawn = domain.draw(rng, shape)
    if domain.integer and not domain.structure and rng.random() < 0.6:
        low = 1 if domain.lower is None or domain.lower < 1 else math.ceil(domain.lower)
        pool = [v for v in map(Fraction, range(low, low + SMALL_COUNT)) if domain.contains(v)]
        if pool:
            return [rng.choice(pool) for _ in drawn]
    return drawn


def nested(flat: Sequence[Any], shape: tuple[int, ...]) -> Any:
    """Row-major entries as nested lists."""
    if not shape:
        return flat[0]
    step = len(flat) // shape[0] if shape[0] else 0
    return [nested(flat[k * step : (k + 1) * step], shape[1:]) for k in range(shape[0])]
