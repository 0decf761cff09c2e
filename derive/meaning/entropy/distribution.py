"""Joint distributions of finitely many outcomes with rational probabilities, and the exact signs of their measures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import reduce

from derive.meaning.entropy.linear_form import LinearForm

Outcome = tuple[int, ...]
NONE: Mapping[int, LinearForm] = {}


class Distribution:
    """P(outcome) = weight / total; outcomes have one number per name, weights are integers ≥ 1.

    A row is a combination of joint entropies, mask -> coefficient, where bit i of a mask stands for `names[i]`. A
    coordinate below 0 stands for something else, whose value `columns` gives.
    """

    __slots__ = ("_counts", "_floats", "names", "table", "total")

    def __init__(self, names: Sequence[str], table: Mapping[Outcome, int]) -> None:
        self.names = tuple(names)
        self.table = {outcome: weight for outcome, weight in table.items() if weight}
        if not self.table or any(w < 0 for w in self.table.values()):
            raise ValueError("a distribution has weights ≥ 0, one of them positive")
        if any(len(outcome) != len(self.names) for outcome in self.table):
            raise ValueError(f"every outcome has {len(self.names)} values, one for each of {', '.join(self.names)}")
        common = reduce(math.gcd, self.table.values())
        self.table = {outcome: weight // common for outcome, weight in self.table.items()}
        self.total = sum(self.table.values())
        self._counts: dict[int, tuple[int, ...]] = {}
        self._floats: dict[int, float] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Distribution) and (self.names, self.table) == (other.names, other.table)

    def __hash__(self) -> int:
        return hash((self.names, frozenset(self.table.items())))

    def __repr__(self) -> str:
        return f"Distribution({self.names}, {self.table})"

    # -- marginals

    def marginal(self, mask: int) -> dict[Outcome, int]:
        """Weights of the outcomes of a set of variables."""
        places = [i for i in range(len(self.names)) if mask >> i & 1]
        out: dict[Outcome, int] = {}
        for outcome, weight in self.table.items():
            key = tuple([outcome[i] for i in places])
            out[key] = out.get(key, 0) + weight
        return out

    def counts(self, mask: int) -> tuple[int, ...]:
        """The weights of a marginal, of which entropies are made."""
        if mask not in self._counts:
            self._counts[mask] = tuple(self.marginal(mask).values())
        return self._counts[mask]

    def support(self, mask: int) -> int:
        """How many outcomes of a set of variables have positive probability."""
        return len(self.counts(mask))

    # -- measures

    def entropy(self, mask: int) -> LinearForm:
        """H of a set of variables, log N − Σ n/N·log n, in nats."""
        logs: dict[int, Fraction | int] = {self.total: Fraction(1)}
        for n in self.counts(mask):
            logs[n] = logs.get(n, 0) - Fraction(n, self.total)
        return LinearForm(0, logs)

    def form(self, row: Mapping[int, Fraction], columns: Mapping[int, LinearForm] = NONE) -> LinearForm:
        """Σ coefficient·coordinate, exactly. Raises `KeyError` for a column without a value."""
        scale = math.lcm(*(c.denominator for c in row.values())) * self.total
        logs: dict[int, int] = {}
        others = []
        for coordinate, coefficient in row.items():
            if coordinate < 0:
                others.append((coefficient * scale, columns[coordinate]))
                continue
            factor = int(coefficient * scale) // self.total
            logs[self.total] = logs.get(self.total, 0) + factor * self.total
            for n in self.counts(coordinate):
                logs[n] = logs.get(n, 0) - factor * n
        whole = LinearForm.sum([(1, LinearForm(0, logs)), *others])
        return LinearForm(whole.rational / scale, {b: Fraction(a) / scale for b, a in whole.logs.items()})

    def sign(self, row: Mapping[int, Fraction], columns: Mapping[int, LinearForm] = NONE) -> int:
        """−1, 0 or 1: the sign of Σ coefficient·coordinate, by comparison of integers. Nothing is rounded."""
        return self.form(row, columns).sign()

    def value(self, row: Mapping[int, Fraction], columns: Mapping[int, LinearForm] = NONE) -> float:
        """The same combination in doubles, for display and for a first look."""
        return math.fsum(float(c) * (float(columns[k]) if k < 0 else self.approximate(k)) for k, c in row.items())

    def approximate(self, mask: int) -> float:
        """H of a set of variables in doubles, in nats."""
        if mask not in self._floats:
            n = self.total
            self._floats[mask] = -math.fsum(c / n * math.log(c / n) for c in self.counts(mask))
        return self._floats[mask]

    # -- other distributions

    @classmethod
    def uniform(cls, names: Sequence[str], outcomes: Sequence[Outcome]) -> Distribution:
        """All listed outcomes with the same probability; one that is listed twice with twice of it."""
        table: dict[Outcome, int] = {}
        for outcome in outcomes:
            table[outcome] = table.get(outcome, 0) + 1
        return cls(names, table)

    def relabelled(self) -> Distribution:
        """The same with the values of each variable numbered 0, 1, … in their order."""
        orders = [sorted({outcome[i] for outcome in self.table}) for i in range(len(self.names))]
        numbers = [{value: k for k, value in enumerate(order)} for order in orders]
        table = {
            tuple([number[v] for number, v in zip(numbers, outcome, strict=True)]): weight
            for outcome, weight in sorted(self.table.items())
        }
        return Distribution(self.names, table)
