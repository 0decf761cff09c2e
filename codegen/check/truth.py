"""The truth: a stated value and the chain's gradients at an exact point, enclosed by balls with 50 digits and more."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from flint import arb, ctx, fmpq
from torch import Tensor

from derive.chain.chain import SEED, Chain
from derive.codegen.check.draws import Draw
from derive.expr.domains import REAL
from derive.expr.leaves import Index, Let, Symbol
from derive.expr.node import Expr
from derive.expr.structure import Indexed
from derive.meaning.numbers.ball import Scalar, State
from derive.meaning.numbers.evaluate import Evaluation
from derive.meaning.numbers.reading import Reading

DIGITS = 50
FIRST_BITS, LAST_BITS = 256, 1 << 16
STEP = Fraction(1, 2**40)  # the relative step that measures condition
SMALLEST = 2.0**-1022  # below it, float64 has fewer digits


@dataclass(frozen=True)
class Truth:
    """Entries of one tensor, row-major; `sizes` is how large an error counts as an error of one."""

    values: tuple[Scalar, ...]
    sizes: tuple[float, ...]

    @property
    def known(self) -> int:
        """How many entries have a value here."""
        return sum(not isinstance(v, State) for v in self.values)

    def worst(self, found: Tensor, smallest: float = SMALLEST) -> tuple[float, int | None]:
        """The largest error of a tensor, relative to the sizes, and its entry; infinite where there is no number."""
        entries = found.detach().double().flatten().tolist()
        if len(entries) != len(self.values):
            return math.inf, None
        worst, where = 0.0, None
        with ctx.workprec(FIRST_BITS):
            for k, (entry, true, size) in enumerate(zip(entries, self.values, self.sizes, strict=True)):
                if isinstance(true, State):
                    continue
                if not math.isfinite(entry):
                    return math.inf, k
                error = float(abs(arb(entry) - arb(true)).mid()) / max(size, smallest)
                if not error <= worst:
                    worst, where = error, k
        return worst, where


class Statement:
    """A stated term with its gradients by some symbols, ready to be evaluated at points."""

    def __init__(self, term: Let, inputs: Mapping[str, Symbol]) -> None:
        self.term = term
        self.seed = Symbol(SEED, term.axes, domain=REAL)
        self.chain = Chain(term, self.seed)
        known = {p: s for p, s in inputs.items() if s in self.chain.graph}
        self.outputs: dict[str, Let] = {"": term} | {p: self.chain.adjoint(s) for p, s in known.items()}
        self._reading = Reading()

    def at(
        self, draw: Draw, incoming: Sequence[Fraction] | None = None, *, conditioned: bool = True
    ) -> dict[str, Truth]:
        """The value, under the empty name, and the gradients by parameter; `incoming` is that of the value.

        An entry counts relative to its size or, if `conditioned`, to how much it moves when all inputs move by as
        much, whichever is larger: no program can do better where a difference cancels.
        """
        ones = [Fraction(1)] * math.prod(draw.shape(self.term))
        draw = draw.with_values({self.seed: list(incoming or ones)})
        exact = self._evaluated(draw)
        rng = Random("condition")
        moved = [self._evaluated(draw.moved(rng, STEP)) for _ in range(2 if conditioned else 0)]
        return {
            name: Truth(values, tuple(_size(v, [m[name][k] for m in moved]) for k, v in enumerate(values)))
            for name, values in exact.items()
        }

    def _evaluated(self, draw: Draw) -> dict[str, tuple[Scalar, ...]]:
        found: dict[str, tuple[Scalar, ...]] = {}
        bits = FIRST_BITS
        left: Iterable[str] = self.outputs
        while left and bits <= LAST_BITS:
            evaluation = Evaluation(self._reading, draw.point(), bits)
            found.update({name: entries(evaluation, self.outputs[name]) for name in left})
            left = [name for name in left if not all(map(_accurate, found[name]))]
            bits *= 4
        return found


def entries(evaluation: Evaluation, e: Expr) -> tuple[Scalar, ...]:
    """All entries of a tensor expression, row-major."""
    core, indices = evaluation.reading.entries(e) if not isinstance(e, Let | Symbol) else _whole(e)
    table = evaluation.table(core)
    evaluation.place(indices)
    return tuple(table.over(indices, evaluation.ranges))


def _whole(leaf: Expr) -> tuple[Expr, tuple[Index, ...]]:
    indices = tuple(Index.along(d) for d in leaf.axes)
    return (Indexed.of(leaf, indices) if indices else leaf), indices


def _accurate(value: Scalar) -> bool:
    if isinstance(value, State):
        return value is State.UNDEFINED
    return isinstance(value, fmpq) or value.rel_accuracy_bits() >= DIGITS * math.log2(10)


def _size(value: Scalar, moved: Sequence[Scalar]) -> float:
    if isinstance(value, State):
        return 0.0
    with ctx.workprec(FIRST_BITS):
        shifts = [abs(arb(m) - arb(value)) / arb(fmpq(STEP.numerator, STEP.denominator)) for m in moved
                  if not isinstance(m, State)]  # fmt: skip
        return max(float(size.mid()) for size in (abs(arb(value)), *shifts))
