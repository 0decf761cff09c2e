"""Facts about numbers: when a combination of logarithms of integers and the number 1 is not negative.

Logarithms of primes and 1 are linearly independent over the rationals, so a combination of them that is not empty is
not 0, and enclosures that get narrower tell its sign (A. Baker, Transcendental Number Theory, 1975, theorem 2.1; for
the case without 1 it is unique factorisation). A logarithm of a symbol is only known to be ≥ 0: the reader makes one
of symbols that are ≥ 1 alone, integers ≥ 1 and what bounds a number of values from above.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cache

from derive.prove.information.problem import Column, Constant, Logarithm, Unit

BITS = 64  # of the first enclosure
CAP = 1 << 13  # bits at which a comparison is given up
CONVERGENTS = 1 << 20  # denominators of the comparisons that a linear program is offered


def is_number(column: Column) -> bool:
    """Whether the value of a column is a known number > 0."""
    return isinstance(column, Unit) or (isinstance(column, Logarithm) and column.of.isdecimal() and int(column.of) > 1)


def is_constant(column: Column) -> bool:
    """Whether a column is known to be ≥ 0 by itself: a number, or the logarithm of a symbol."""
    return isinstance(column, Unit | Logarithm)


def nonnegative(amounts: Iterable[tuple[Column, Fraction]]) -> bool:
    """Whether Σ amount·column ≥ 0 is certain; False also where it is not known."""
    numbers: dict[Column, Fraction] = {}
    for column, amount in amounts:
        if is_number(column):
            numbers[column] = numbers.get(column, Fraction(0)) + amount
        elif not is_constant(column) or amount < 0:
            return False
    numbers = {column: amount for column, amount in numbers.items() if amount}
    bits = BITS
    while numbers and bits <= CAP:  # it ends, as logarithms of primes are not 0 together; of other integers it may not
        low = sum(amount * _bounds(column, bits)[amount < 0] for column, amount in numbers.items())
        high = sum(amount * _bounds(column, bits)[amount > 0] for column, amount in numbers.items())
        if low > 0 or high < 0:
            return low > 0
        bits *= 2
    return not numbers


def positive(amounts: Sequence[tuple[Column, Fraction]]) -> bool:
    """Whether Σ amount·column > 0 is certain."""
    numbers = {column: Fraction(0) for column, _ in amounts if is_number(column)}
    for column, amount in amounts:
        if column in numbers:
            numbers[column] += amount
    rest = [(column, amount) for column, amount in amounts if not is_number(column)]
    if not nonnegative(rest) or not any(numbers.values()):
        return False
    return nonnegative(numbers.items())  # and not 0, see `nonnegative`


def value(column: Column) -> float:
    """The float next to the value of a number: a proposal, never a decision."""
    return _bounds(column, BITS)[0] / (1 << BITS)


def comparisons(columns: Sequence[Column]) -> Iterator[Constant]:
    """What a linear program is told about the constants among some columns: signs, and comparisons of two numbers.

    p log 3 ≥ q log 2 for the convergents q/p of log 3 / log 2 from below, and the like for every pair.
    """
    for column in columns:
        if is_constant(column):
            yield Constant(((column, Fraction(1)),))
    numbers = [column for column in columns if is_number(column)]
    for larger in numbers:
        for smaller in numbers:
            if larger != smaller:
                for p, q in _convergents(larger, smaller):
                    fact = Constant(((larger, Fraction(p)), (smaller, Fraction(-q))))
                    if nonnegative(fact.amounts):
                        yield fact


def _convergents(numerator: Column, denominator: Column) -> Iterator[tuple[int, int]]:
    """(p, q) with q/p a convergent of numerator/denominator, by its continued fraction."""
    x = Fraction(_bounds(numerator, 256)[0], _bounds(denominator, 256)[0])
    before, last = (1, 0), (0, 1)  # (p, q)
    while last[0] <= CONVERGENTS:
        whole = x.numerator // x.denominator
        before, last = last, (whole * last[0] + before[0], whole * last[1] + before[1])
        yield last
        if x == whole:
            return
        x = 1 / (x - whole)


@cache
def _bounds(column: Column, bits: int) -> tuple[int, int]:
    """Integers below and above the value of a number, times 2**bits."""
    if isinstance(column, Unit):
        return 1 << bits, 1 << bits
    assert isinstance(column, Logarithm)
    m = int(column.of)
    k = m.bit_length() - 1  # log m = k log 2 + 2 artanh((m − 2^k)/(m + 2^k)); log 2 = 2 artanh(1/3)
    low, high = _artanh(1, 3, bits)
    rest_low, rest_high = _artanh(m - (1 << k), m + (1 << k), bits)
    return 2 * (k * low + rest_low), 2 * (k * high + rest_high)


def _artanh(a: int, b: int, bits: int) -> tuple[int, int]:
    """Bounds of Σ z^(2j+1)/(2j+1) for z = a/b ≤ 1/3, times 2**bits.

    A power that is rounded down is too small by less than 2, so a term of the sum by less than 3; what is left out when
    powers round to 0 is less than 3.
    """
    if a == 0:
        return 0, 0
    power, total, j = (a << bits) // b, 0, 0
    while power:
        total += power // (2 * j + 1)
        power = power * a * a // (b * b)
        j += 1
    return total, total + 3 * j + 3
