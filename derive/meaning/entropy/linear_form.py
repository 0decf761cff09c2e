"""Linear forms in logarithms, r + Σ aᵢ log bᵢ with rational r, aᵢ and integers bᵢ ≥ 2, with an exact sign.

The entropies of a rational distribution are such numbers. Pairwise coprime integers ≥ 2 have logarithms that are
independent over the rationals, and e to a rational power other than 0 is no rational number (Lindemann), so a form over
a coprime base is 0 only if all its coefficients are. The sign of any other is found by enclosures, which end.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from fractions import Fraction

SAFE = 2.0**-40  # a relative error that no sum of double logarithms below reaches
START_BITS = 128


class LinearForm:
    """r + Σ a·log b, with `logs` as b -> a."""

    __slots__ = ("logs", "rational")

    def __init__(self, rational: Fraction | int = 0, logs: Mapping[int, Fraction | int] | None = None) -> None:
        self.rational = Fraction(rational)
        self.logs: dict[int, Fraction | int] = {b: a for b, a in (logs or {}).items() if a and b != 1}

    @classmethod
    def sum(cls, parts: Iterable[tuple[Fraction | int, LinearForm]]) -> LinearForm:
        """Σ factor·form."""
        rational: Fraction | int = 0
        logs: dict[int, Fraction | int] = {}
        for factor, form in parts:
            rational += factor * form.rational
            for b, a in form.logs.items():
                logs[b] = logs.get(b, 0) + factor * a
        return cls(rational, logs)

    def __float__(self) -> float:
        return math.fsum([float(self.rational), *(float(a) * math.log(b) for b, a in self.logs.items())])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LinearForm) and LinearForm.sum(((1, self), (-1, other))).sign() == 0

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"LinearForm({self.rational}, {self.logs})"

    def sign(self) -> int:
        """−1, 0 or 1, exactly."""
        scale = math.lcm(self.rational.denominator, *(Fraction(a).denominator for a in self.logs.values()))
        rational = int(self.rational * scale)
        logs = {b: int(a * scale) for b, a in self.logs.items()}
        quick = _quick(rational, logs)
        return quick if quick is not None else _exact(rational, over_coprime_base(logs))

    def over_primes(self, limit: int = 1000) -> LinearForm | None:
        """The same with logarithms of primes, or None if a base has a prime factor above `limit`."""
        logs: dict[int, Fraction | int] = {}
        for b, a in self.logs.items():
            for p in range(2, limit):
                while b % p == 0:
                    logs[p] = logs.get(p, 0) + a
                    b //= p
                if b == 1:
                    break
            else:
                return None
        return LinearForm(self.rational, logs)

    def digits(self, count: int = 12) -> str:
        """The value in decimal, with that many digits. Of a form that is not 0."""
        from flint import arb, ctx

        bits = START_BITS
        while True:
            with ctx.workprec(bits):
                value = arb(self.rational.numerator) / self.rational.denominator
                for b, a in self.logs.items():
                    value += arb(b).log() * Fraction(a).numerator / Fraction(a).denominator
                text = value.str(count, radius=False)
            if "[" not in text or bits > 4096:
                return text.strip("[]")
            bits *= 2


def _quick(rational: int, logs: Mapping[int, int]) -> int | None:
    """The sign, if doubles are sure of it."""
    try:
        terms = [float(rational), *(a * math.log(b) for b, a in logs.items())]
    except OverflowError:
        return None
    total, size = math.fsum(terms), math.fsum(map(abs, terms))
    if not math.isfinite(size) or abs(total) <= SAFE * size:
        return None
    return 1 if total > 0 else -1


def over_coprime_base(logs: Mapping[int, int]) -> dict[int, int]:
    """Σ a·log b over pairwise coprime b, by splitting at greatest common divisors (D. J. Bernstein, 2005)."""
    out: dict[int, int] = {}
    todo = [(b, a) for b, a in logs.items() if a and b > 1]
    while todo:
        b, a = todo.pop()
        if not a:
            continue
        for c in out:
            g = math.gcd(b, c)
            if g > 1:
                # b = g·(b/g) and c = g·(c/g): what was log b and log c is put in again in smaller parts.
                other = out.pop(c)
                if b == c:
                    todo.append((b, a + other))
                else:
                    todo += [(g, a + other), (b // g, a), (c // g, other)]
                    todo = [(n, k) for n, k in todo if n > 1 and k]
                break
        else:
            out[b] = a
    return out


def _exact(rational: int, logs: Mapping[int, int]) -> int:
    if not logs:
        return (rational > 0) - (rational < 0)
    if not rational and len({a > 0 for a in logs.values()}) == 1:
        return 1 if next(iter(logs.values())) > 0 else -1
    from flint import arb, ctx

    bits = START_BITS
    while True:  # the value is not 0, so some precision shows its sign
        with ctx.workprec(bits):
            value = sum((arb(b).log() * a for b, a in logs.items()), arb(rational))
            if value > 0:
                return 1
            if value < 0:
                return -1
        bits *= 2
