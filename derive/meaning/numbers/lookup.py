"""Small functions of values: ranges of sums, entries of row-major tensors, inverses and determinants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import arb, arb_mat, fmpq, fmpq_mat

from derive.meaning.numbers import ball
from derive.meaning.numbers.ball import ONE, UNDEFINED, UNKNOWN, ZERO, Scalar, State


def kronecker(pair: Sequence[Scalar]) -> Scalar:
    equal = ball.compare("=", *pair)
    return equal if isinstance(equal, State) else ONE if equal else ZERO


def span_of(low: Scalar, high: Scalar) -> range | State:
    """The integers from low to high; empty if high is less than low."""
    ends = ball.integer(low), ball.integer(high)
    if isinstance(ends[0], State) or isinstance(ends[1], State):
        return ball.without_value([k for k in ends if isinstance(k, State)])
    return range(ends[0], max(ends[0], ends[1] + 1))


def entry_at(values: Sequence[Scalar], shape: Sequence[int], at: Sequence[int | State]) -> Scalar:
    """The entry of a row-major tensor at 1-based positions; undefined outside it."""
    offset = 0
    for n, k in zip(shape, at, strict=True):
        if isinstance(k, State):
            return k
        if not 1 <= k <= n:
            return UNDEFINED
        offset = offset * n + k - 1
    return values[offset]


def inverse_or_determinant(name: str, values: Sequence[Scalar], n: int) -> Sequence[Scalar]:
    """The determinant, or the entries of the inverse, of a square matrix."""
    if any(isinstance(v, State) for v in values):
        state = ball.without_value(values)
        return [state] * (n * n if name == "inv" else 1)
    is_exact = all(isinstance(v, fmpq) for v in values)
    matrix: Any = fmpq_mat(n, n, list(values)) if is_exact else arb_mat(n, n, [arb(v) for v in values])  # type: ignore[arg-type]
    if name == "det":
        return [ball.settle(matrix.det())]
    try:
        return [ball.settle(v) for v in matrix.inv().entries()]
    except ZeroDivisionError:
        return [UNDEFINED if is_exact else UNKNOWN] * (n * n)
