"""A concrete smooth function in the place of an undefined one.

f(x₁,…,xₙ) = p(s) + b·Σxᵢ² + a·exp(s/4) with s = Σ wᵢxᵢ and a cubic p. The coefficients are exact rationals; every
second function has a = 0, so that rational arguments stay rational.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from flint import arb, fmpq

from derive.meaning.numbers import ball
from derive.meaning.numbers.ball import UNKNOWN, ZERO, Finite, Scalar, State

RATE = fmpq(1, 4)
NUMBER = r"\(?(-?\d+(?:/\d+)?)\)?"
WRITTEN = re.compile(  # what `str` gives: 1 + 2*s + 3*s**2 + 4*s**3 + 5*(x1**2 + x2**2) + 6*exp(s/4)
    rf"(x1, )?.* -> {NUMBER} \+ {NUMBER}\*(?P<s>x|\(.*?x\d+\)) \+ {NUMBER}\*(?P=s)\*\*2 \+ {NUMBER}\*(?P=s)\*\*3"
    rf"(?: \+ {NUMBER}\*\([^()]*\))?(?: \+ {NUMBER}\*exp\((?P=s)/4\))?"
)
WEIGHTED = re.compile(rf"(?:{NUMBER}\*)?x\d+")


@dataclass(frozen=True)
class Smooth:
    """Σ c_k s^k + a·exp(s/4) with s = Σ w_i x_i, plus b·Σ x_i² when there are several arguments."""

    coefficients: tuple[fmpq, ...]
    weights: tuple[fmpq, ...]
    growth: fmpq
    squares: fmpq

    @staticmethod
    def draw(rng: Random, arity: int, simple: bool) -> Smooth:
        def rational() -> fmpq:
            return fmpq(rng.choice((-3, -2, -1, 1, 2, 3, 5)), rng.choice((1, 1, 2, 3)))

        several = arity > 1
        return Smooth(
            tuple(rational() for _ in range(4)),
            tuple(rational() for _ in range(arity)) if several else (fmpq(1),),
            ZERO if simple or rng.random() < 0.5 else rational(),
            rational() if several else ZERO,
        )

    @staticmethod
    def read(text: str) -> Smooth:
        """The function that was written as `text`; raises `ValueError` if none was."""
        match = WRITTEN.fullmatch(text)
        if match:
            *coefficients, squares, growth = (_number(match[k]) for k in (2, 3, 5, 6, 7, 8))
            weights = [_number(w, "1") for w in WEIGHTED.findall(match["s"])] if match[1] else [fmpq(1)]
            read = Smooth(tuple(coefficients), tuple(weights), growth, squares)
            if str(read) == text:
                return read
        raise ValueError(f"{text[:60]!r} is no function that stands for an undefined one")

    def value(self, order: int, arguments: Sequence[Scalar]) -> Scalar:
        """The value, or for one argument the derivative of this order."""
        if any(isinstance(a, State) for a in arguments):
            return ball.without_value(arguments)
        if order and len(arguments) > 1:
            return UNKNOWN
        finite: Sequence[Finite] = arguments  # type: ignore[assignment]
        s: Finite = sum((w * x for w, x in zip(self.weights, finite, strict=True)), ZERO)
        coefficients = list(self.coefficients)
        for _ in range(order):
            coefficients = [k * c for k, c in enumerate(coefficients)][1:]
        total: Finite = ZERO
        for c in reversed(coefficients):
            total = total * s + c
        if self.squares != 0:
            total = total + self.squares * sum((x * x for x in finite), ZERO)
        if self.growth != 0:
            total = total + self.growth * RATE**order * (arb(s) * RATE).exp()
        return ball.settle(total)

    def __str__(self) -> str:
        names = ["x"] if len(self.weights) == 1 else [f"x{k + 1}" for k in range(len(self.weights))]
        s = " + ".join(n if w == 1 else f"{_bracketed(w)}*{n}" for w, n in zip(self.weights, names, strict=True))
        s = s if len(names) == 1 else f"({s})"
        powers = ["", f"*{s}", f"*{s}**2", f"*{s}**3"]
        terms = [_bracketed(c) + power for c, power in zip(self.coefficients, powers, strict=True)]
        if self.squares != 0:
            terms.append(f"{_bracketed(self.squares)}*({' + '.join(f'{n}**2' for n in names)})")
        if self.growth != 0:
            terms.append(f"{_bracketed(self.growth)}*exp({s}/4)")
        return f"{', '.join(names)} -> {' + '.join(terms)}"


def _number(text: str | None, default: str = "0") -> fmpq:
    value = Fraction(text or default)
    return fmpq(value.numerator, value.denominator)


def _bracketed(value: fmpq) -> str:
    return f"({value})" if value < 0 or value.q != 1 else str(value)
