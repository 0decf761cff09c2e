"""Pieces of a line on which the sign of an expression is certain, and the check of each. Trusted.

A piece is data. Checking one takes an enclosure of the expression or of one of its derivatives, or the proof by normal
form that it is exactly 0 at a point; nothing is searched for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any

from flint import ctx

from derive.chain.partial import collect, partial
from derive.expr.leaves import ZERO
from derive.expr.node import Expr, as_expr
from derive.expr.substitute import substitute
from derive.meaning.normal import Certificate, Unconfirmed, verify
from derive.meaning.numbers import ball
from derive.meaning.numbers.ball import UNDEFINED, Scalar, State
from derive.prove.subdivision.chart import Chart
from derive.prove.subdivision.enclosure import OutsideError, between, enclose, never_negative
from derive.prove.subdivision.resolve import resolve
from derive.prove.subdivision.tail import Tails, UnknownTailError

BITS = 64
HIGHEST_ORDER = 6
KINDS = ("values", "slope", "zero", "identity", "point", "tail")


class UnsettledError(Exception):
    """A piece that does not show the sign."""


@dataclass
class Piece:
    """What shows h ≥ 0 (h > 0, if strict) on [low, high]; None is infinite.

    values: an enclosure of h. slope: h(m) + h'·(s - m) with an enclosure of h'. zero: h and its derivatives below
    `order` are 0 at `at`, and an enclosure of the next one has the sign that Taylor's formula needs. tail: the leading
    term. point: h at one point. identity: h is 0 all along.
    """

    kind: str
    low: Fraction | None
    high: Fraction | None
    at: Fraction | None = None
    order: int = 0
    zeros: list[Any] = field(default_factory=list)  # certificates, or their JSON values

    def to_json(self) -> dict[str, Any]:
        ends = [None if end is None else str(end) for end in (self.low, self.high)]
        out: dict[str, Any] = {"kind": self.kind, "low": ends[0], "high": ends[1]}
        if self.zeros:
            out["zeros"] = [z.to_json() if isinstance(z, Certificate) else z for z in self.zeros]
        if self.at is not None:
            out.update({"at": str(self.at), "order": self.order})
        return out

    @staticmethod
    def of_json(data: dict[str, Any]) -> Piece:
        """Raises `KeyError`, `TypeError` or `ValueError` for what is no piece."""
        low, high = (None if data[end] is None else Fraction(data[end]) for end in ("low", "high"))
        if data["kind"] not in KINDS:
            raise ValueError(f"{data['kind']!r} is no kind of piece")
        at = None if "at" not in data else Fraction(data["at"])
        return Piece(data["kind"], low, high, at, int(data.get("order", 0)), list(data.get("zeros", ())))


class Line:
    """An expression of one coordinate, with its derivatives."""

    def __init__(self, h: Expr, s: Expr, strict: bool) -> None:
        self.h, self.s, self.strict = h, s, strict
        self._slopes: dict[Expr, Expr] = {}

    def slope(self, e: Expr) -> Expr:
        """The derivative by the coordinate of an expression without kinks."""
        if e not in self._slopes:
            self._slopes[e] = collect(partial(e, self.s, ()))
        return self._slopes[e]

    def value(self, e: Expr, low: Fraction, high: Fraction) -> Scalar:
        return enclose(e, {self.s: between(low, high)})

    def zero(self, e: Expr, at: Fraction | None) -> tuple[Expr, Expr]:
        """The equality that says that an expression is 0 at a point, or everywhere."""
        return e if at is None else substitute(e, {self.s: as_expr(at)}), ZERO

    # -- one piece

    def check(self, piece: Piece, chart: Chart) -> None:
        """Raises `UnsettledError` if a piece does not show the sign on its interval."""
        with ctx.workprec(BITS):
            try:
                self._check(piece, chart)
            except (OutsideError, UnknownTailError, Unconfirmed) as why:
                raise UnsettledError(str(why)) from why

    def _check(self, piece: Piece, chart: Chart) -> None:
        low, high = piece.low, piece.high
        if piece.kind == "tail":
            return self._check_tail(piece)
        if low is None or high is None or low > high:
            raise UnsettledError("an infinite piece needs its leading term")
        if piece.kind == "point":
            return self._check_point(piece)
        resolved = resolve(self.h, self.s, low, high)
        value: Scalar
        if piece.kind == "identity":
            if self.strict:
                raise UnsettledError("the difference is 0")
            if not resolved.smooth or isinstance(self.value(resolved.expr, low, high), State):
                raise UnsettledError("there may be no value inside")
            return self._confirm([resolved.expr], None, piece.zeros)
        if piece.kind == "values":
            value = self.value(resolved.expr, low, high)
        elif not resolved.smooth:
            raise UnsettledError("there is a kink inside")
        elif isinstance(self.value(resolved.expr, low, high), State):
            raise UnsettledError("there may be no value inside")
        elif piece.kind == "slope":
            value = self.by_slope(resolved.expr, low, high)
        else:
            return self._check_zero(piece, resolved.expr, chart)
        if not never_negative(value, self.strict):
            raise UnsettledError(f"the enclosure on [{low}, {high}] has both signs")
        return None

    def by_slope(self, e: Expr, low: Fraction, high: Fraction) -> Scalar:
        """The mean value form: h(m) + h'([low, high])·([low, high] - m)."""
        middle = (low + high) / 2
        center, slope = self.value(e, middle, middle), self.value(self.slope(e), low, high)
        return ball.add((center, ball.multiply((slope, between(low - middle, high - middle)))))

    def _check_tail(self, piece: Piece) -> None:
        if (piece.low is None) == (piece.high is None):
            raise UnsettledError("a tail has one end")
        towards = 1 if piece.high is None else -1
        start = piece.low if piece.low is not None else -(piece.high or 0)
        if start < 1:
            raise UnsettledError("a tail begins at 1 or later")
        if Tails(self.s, Fraction(start), towards)(self.h).sign < (1 if self.strict else 0):
            raise UnsettledError("the leading term has the wrong sign")

    def _check_point(self, piece: Piece) -> None:
        """h at one point: not negative, exactly 0, or without a value, where nothing is claimed."""
        if piece.low != piece.high or piece.low is None:
            raise UnsettledError("a point has one coordinate")
        value = self.value(self.h, piece.low, piece.low)
        if value is UNDEFINED or never_negative(value, self.strict):
            return
        if self.strict or not piece.zeros:
            raise UnsettledError(f"the sign at {piece.low} is open")
        self._confirm([self.h], piece.low, piece.zeros)

    def _check_zero(self, piece: Piece, e: Expr, chart: Chart) -> None:
        at, order, low, high = piece.at, piece.order, piece.low, piece.high
        assert low is not None
        assert high is not None
        if at is None or not low <= at <= high or not 1 <= order <= HIGHEST_ORDER or len(piece.zeros) != order:
            raise UnsettledError("a zero lies in its piece and has an order")
        left_out = (at == chart.low and chart.open_low) or (at == chart.high and chart.open_high)
        if self.strict and not left_out:
            raise UnsettledError(f"the difference is 0 at {at}")
        derivatives = [e]
        while len(derivatives) <= order:
            derivatives.append(self.slope(derivatives[-1]))
        self._confirm(derivatives[:order], at, piece.zeros)
        value = self.value(derivatives[order], low, high)
        if order % 2 and at != low:
            if at != high:
                raise UnsettledError(f"the difference changes its sign at {at}")
            value = ball.negate(value)
        if not never_negative(value, self.strict):
            raise UnsettledError(f"derivative {order} has both signs on [{low}, {high}]")

    def _confirm(self, expressions: Iterable[Expr], at: Fraction | None, zeros: list[Any]) -> None:
        """That expressions are exactly 0 at a point, or everywhere, by the steps of normal forms.

        What a step needs besides is that something divided by is not 0; it is not where there is an enclosure.
        """
        for e, zero in zip(expressions, zeros, strict=True):
            if at is not None and isinstance(self.value(e, at, at), State):
                raise UnsettledError(f"there may be no value at {at}")
            data = zero.to_json() if isinstance(zero, Certificate) else zero
            verify(*self.zero(e, at), data)


def check_chart(line: Line, chart: Chart, pieces: list[Piece]) -> None:
    """That pieces show the sign on all of a chart, which they cover end to end. Raises `UnsettledError`."""
    spans = [p for p in pieces if p.kind != "point"]
    points = {p.low for p in pieces if p.kind == "point"}
    if chart.low == chart.high and chart.low is not None:
        if chart.low not in points:
            raise UnsettledError(f"the point {chart.low} is not covered")
    elif not spans or spans[0].low != chart.low or spans[-1].high != chart.high:
        raise UnsettledError("the ends of the domain are not covered")
    for one, after in pairwise(spans):
        if one.high is None or one.high != after.low:
            raise UnsettledError(f"there is a gap after {one.high}")
    for piece in pieces:
        line.check(piece, chart)
        if piece.kind in ("values", "slope", "zero", "identity"):
            assert piece.low is not None
            assert piece.high is not None
            with ctx.workprec(BITS):
                apart = resolve(line.h, line.s, piece.low, piece.high).ends
            outside = {end for end, is_open in ((chart.low, chart.open_low), (chart.high, chart.open_high)) if is_open}
            if not apart <= points | outside:
                raise UnsettledError(f"a case changes at an end of [{piece.low}, {piece.high}]")
