"""Constant powers: small enough to compute exactly, or an error. Nothing else in a text can grow by being evaluated."""

from __future__ import annotations

import operator
from fractions import Fraction

from derive.text.errors import Spot
from derive.text.tree import Chain, Deferred, Literal, Negative, Node, Power

MAX_BITS = 4096
_SIGNS = {"+": operator.add, "-": operator.sub, "*": operator.mul}


def is_rational(node: Node) -> bool:
    """Whether this is a literal: 2, 1/2, -2, -1/2."""
    if isinstance(node, Chain):
        quotient = len(node.links) == 1 and node.links[0].sign == "/" and isinstance(node.links[0].node, Literal)
        return quotient and is_rational(node.first) and not isinstance(node.first, Chain)
    return isinstance(node.e if isinstance(node, Negative) else node, Literal)


def check_power(base: Node, exponent: Node, at: Spot) -> None:
    """Raises `ParseError` if a constant exponent, or the value of a constant power, is too large."""
    if _constant(exponent, at) is not None:
        _power(_constant(base, at), _constant(exponent, at) or Fraction(0), at)


def _constant(node: Node, at: Spot) -> Fraction | None:
    """The rational value of syntax without names; None for any other, also where it is undefined or irrational."""
    value: Fraction | None = None
    match node:
        case Literal():
            value = node.value
        case Negative():
            inner = _constant(node.e, at)
            value = None if inner is None else -inner
        case Power():
            base, exponent = _constant(node.base, at), _constant(node.exponent, at)
            value = None if base is None or exponent is None else _power(base, exponent, at)
        case Chain():
            value = _chain(node, at)
        case Deferred(meaning=Node() as meaning):
            value = _constant(meaning, at)
    return value


def _chain(node: Chain, at: Spot) -> Fraction | None:
    value = _constant(node.first, at)
    for sign, _, operand in node.links:
        right = _constant(operand, at)
        if value is None or right is None or sign == "@" or (sign == "/" and right == 0):
            return None
        value = value / right if sign == "/" else _SIGNS[sign](value, right)
        _cap(_bits(value), at)
    return value


def _power(base: Fraction | None, exponent: Fraction, at: Spot) -> Fraction | None:
    _cap(abs(exponent), at)
    if base is None or base in (0, 1, -1):
        return None
    _cap(_bits(base) * abs(exponent), at)
    return base ** int(exponent) if exponent.denominator == 1 else None


def _bits(value: Fraction) -> int:
    return max(abs(value.numerator), value.denominator).bit_length()


def _cap(bits: Fraction | int, at: Spot) -> None:
    if bits > MAX_BITS:
        raise at.error(f"a constant power of more than {MAX_BITS} bits")
