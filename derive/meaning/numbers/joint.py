"""Random variables at one point: an exact joint table of probabilities, and the information measures it gives.

The variables are drawn one after another: each is a fresh coin, a function of earlier ones or a noisy copy of them, so
that independence, Markov chains and functional dependence all occur. A mutual information or entropy that is zero is
found to be zero exactly, by factorisation of the table, not by rounding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, product
from random import Random

from flint import arb, fmpq

from derive.expr.leaves import Symbol
from derive.meaning.numbers import ball
from derive.meaning.numbers.ball import ZERO, Scalar

Outcome = tuple[int, ...]


class Joint:
    """P(variables) as exact rationals that sum to 1; outcomes of probability 0 are left out."""

    def __init__(self, variables: tuple[Symbol, ...], table: dict[Outcome, fmpq]) -> None:
        self.variables = variables
        self.table = {x: p for x, p in table.items() if p != 0}
        if sum(self.table.values(), ZERO) != 1:
            raise ValueError("probabilities must sum to 1")

    @staticmethod
    def draw(rng: Random, variables: tuple[Symbol, ...], simple: bool = False) -> Joint:
        """A random table over alphabets of 2 or 3 letters; a simple one has 2 letters and few distinct numbers."""
        order = list(range(len(variables)))
        rng.shuffle(order)
        letters = [2 if simple or len(variables) > 3 else rng.choice((2, 2, 3)) for _ in variables]
        table: dict[Outcome, fmpq] = {(): fmpq(1)}  # outcomes of order[:k]
        for k, v in enumerate(order):
            parents = rng.sample(range(k), min(k, rng.choice((0, 1, 1, 1, 2, 2, k))))
            channel = _channel(rng, letters[v], [letters[order[j]] for j in parents], simple)
            table = {
                (*x, letter): p * q
                for x, p in table.items()
                for letter, q in enumerate(channel[tuple(x[j] for j in parents)])
            }
        back = sorted(range(len(order)), key=order.__getitem__)
        return Joint(variables, {tuple(x[j] for j in back): p for x, p in table.items()})

    def marginal(self, variables: Iterable[Symbol]) -> dict[Outcome, fmpq]:
        """The table of some of the variables."""
        where = sorted({self.variables.index(v) for v in variables})
        out: dict[Outcome, fmpq] = {}
        for x, p in self.table.items():
            key = tuple(x[k] for k in where)
            out[key] = out.get(key, ZERO) + p
        return out

    def entropy(self, variables: Iterable[Symbol]) -> Scalar:
        """H(variables) in nats; the table has no zeros, so 0 log 0 does not arise."""
        return ball.negate(ball.add([p * arb(p).log() for p in self.marginal(variables).values() if p != 1]))

    def measure(self, groups: tuple[tuple[Symbol, ...], ...], given: tuple[Symbol, ...]) -> Scalar:
        """H(A|C) for one group, I(A₁;…;Aₙ|C) for several: Σ over S ≠ ∅ of (−1)^(|S|+1) H(A_S|C)."""
        if self._vanishes(groups, given):
            return ZERO
        terms = [ball.negate(self.entropy(given))] if given else []
        out: list[Scalar] = []
        for size in range(1, len(groups) + 1):
            for chosen in combinations(groups, size):
                conditional = ball.add([self.entropy((*(v for g in chosen for v in g), *given)), *terms])
                out.append(conditional if size % 2 else ball.negate(conditional))
        return ball.add(out)

    def _vanishes(self, groups: tuple[tuple[Symbol, ...], ...], given: tuple[Symbol, ...]) -> bool:
        """Whether H(A|C) = 0 (A a function of C), or I(A;B|C) = 0 (the table factorises), exactly."""
        if len(groups) == 1:
            return len(self.marginal((*groups[0], *given))) == len(self.marginal(given))
        if len(groups) != 2:
            return False
        a, b = groups
        joint, base = self._lookup((*a, *b, *given)), self._lookup(given)
        left, right = self._lookup((*a, *given)), self._lookup((*b, *given))
        return all(
            joint(x) * base(x) == left(x) * right(x)
            for x in product(*(sorted({o[k] for o in self.table}) for k in range(len(self.variables))))
        )

    def _lookup(self, variables: Iterable[Symbol]):
        """The marginal probability of a full outcome."""
        where = sorted({self.variables.index(v) for v in variables})
        table = self.marginal(variables)
        return lambda x: table.get(tuple(x[k] for k in where), ZERO)


def _channel(rng: Random, letters: int, parents: list[int], simple: bool) -> dict[Outcome, list[fmpq]]:
    """Probabilities of a new letter given its parents: uniform, deterministic or weighted, one kind for all rows."""
    weights = (0, 1, 1) if simple else (0, 1, 1, 2, 3, 5, 7)
    kind = rng.choice(("uniform", "function", "function", "weighted", "weighted"))
    rows: Iterator[Outcome] = product(*(range(n) for n in parents))
    shift = rng.randrange(letters)
    return {x: _row(rng, kind, letters, (sum(x) + shift) % letters, weights) for x in rows}


def _row(rng: Random, kind: str, letters: int, hot: int, weights: tuple[int, ...]) -> list[fmpq]:
    if kind == "uniform":
        return [fmpq(1, letters)] * letters
    if kind == "function":
        return [fmpq(int(k == hot)) for k in range(letters)]
    row = [rng.choice(weights) for _ in range(letters)]
    row[rng.randrange(letters)] += 1
    return [fmpq(w, sum(row)) for w in row]
