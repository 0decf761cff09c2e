"""The search for pieces that cover a line: tails, then bisection between kinks, then exact zeros where it is stuck."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from flint import ctx

from derive.chain.partial import NoDerivativeError
from derive.expr.node import Expr
from derive.meaning.normal import Certificate, equal
from derive.meaning.numbers.ball import State
from derive.prove.budget import Budget
from derive.prove.subdivision.chart import Chart
from derive.prove.subdivision.enclosure import OutsideError, never_negative, sign
from derive.prove.subdivision.pieces import BITS, HIGHEST_ORDER, Line, Piece, UnsettledError
from derive.prove.subdivision.resolve import Resolved, kinks, resolve
from derive.prove.subdivision.tail import Tails, UnknownTailError

F = Fraction
STARTS = tuple(map(F, (2, 5, 12, 30, 80, 300, 1200)))  # of tails
NARROWEST, CLOSER = 11, 7  # bisections of an interval, and of what is left next to a zero
HALVINGS = 8  # of a piece at a zero
MOST_STUCK = 48  # narrowest boxes in which the sign is open
COST = 8  # units of work for one box
LOOKS = 40  # at a stuck place for its lowest point


@dataclass(frozen=True)
class Below:
    """A coordinate at which the expression is certainly negative (or 0, where it must be positive)."""

    at: Fraction


class StuckError(Exception):
    """Where no piece was found."""


class Search:
    """One line, searched under a budget."""

    def __init__(self, line: Line, chart: Chart, budget: Budget) -> None:
        self.line, self.chart, self.budget = line, chart, budget

    def run(self) -> list[Piece] | Below:
        """Pieces that cover the chart, or a point below. Raises `StuckError`, `Exhausted`."""
        with ctx.workprec(BITS):
            try:
                return self._run()
            except (OutsideError, NoDerivativeError, UnknownTailError) as why:
                raise StuckError(str(why)) from why

    def _run(self) -> list[Piece] | Below:
        low, high = self.chart.low, self.chart.high
        if low is not None and low == high:
            return self._point(low)
        before: list[Piece] = []
        after: list[Piece] = []
        if low is None:
            found = self._tail(-1, high)
            if isinstance(found, Below):
                return found
            low = -found
            before = [Piece("tail", None, low)]
        if high is None:
            found = self._tail(1, low)
            if isinstance(found, Below):
                return found
            high = found
            after = [Piece("tail", high, None)]
        middle = self._between(low, high) if low < high else []
        return middle if isinstance(middle, Below) else [*before, *middle, *after]

    def _tail(self, towards: int, other: Fraction | None) -> Fraction | Below:
        """From where on the leading term decides."""
        reason = ""
        for start in STARTS:
            if other is not None and towards * other > start:
                continue
            self.budget.spend(4 * COST)
            try:
                found = Tails(self.line.s, start, towards)(self.line.h).sign
            except UnknownTailError as why:
                reason = str(why)
                continue
            if found > 0 or (found == 0 and not self.line.strict):
                return start
            return Below(towards * (start + 1))
        raise StuckError(f"towards {'∞' if towards > 0 else '-∞'}: {reason}")

    # -- a bounded interval

    def _between(self, low: Fraction, high: Fraction) -> list[Piece] | Below:
        """Between two kinks more may show: |r| - 1 is linear where the sign of r is known."""
        resolved = resolve(self.line.h, self.line.s, low, high)
        inside = kinks(resolved.expr, self.line.s, low, high)
        if not inside:
            return self._interval(low, high)
        out: list[Piece] = []
        for a, b in pairwise((low, *inside, high)):
            self.budget.spend(COST)
            found = self._between(a, b)
            if isinstance(found, Below):
                return found
            out += found
        return out

    def _interval(self, a: Fraction, b: Fraction) -> list[Piece] | Below:
        resolved = resolve(self.line.h, self.line.s, a, b)
        found = self._vanishing(resolved, a, b) or self._bisected(resolved, a, b, NARROWEST)
        if isinstance(found, Below):
            return found
        pieces = found
        for end in sorted(resolved.ends):
            point = [] if self._left_out(end) else self._point(end)
            if isinstance(point, Below):
                return point
            pieces = [*pieces, *point]
        return sorted(pieces, key=lambda p: (p.low, p.high))

    def _vanishing(self, resolved: Resolved, a: Fraction, b: Fraction) -> list[Piece]:
        """A piece on which the expression is 0 all along, if it seems so at an inner point."""
        at = a + (b - a) * F(3, 7)
        if self.line.strict or not resolved.smooth or sign(self.line.value(resolved.expr, at, at)) in (1, -1):
            return []
        self.budget.spend(5 * COST)
        if isinstance(self.line.value(resolved.expr, a, b), State):
            return []
        zero = equal(*self.line.zero(resolved.expr, None)).certificate
        return [] if zero is None else [Piece("identity", a, b, zeros=[zero])]

    def _left_out(self, at: Fraction) -> bool:
        """Whether a coordinate is an end that does not belong to the domain."""
        chart = self.chart
        return (chart.open_low and at == chart.low) or (chart.open_high and at == chart.high)

    def _bisected(self, resolved: Resolved, a: Fraction, b: Fraction, deepest: int) -> list[Piece] | Below:
        pieces: list[Piece] = []
        stuck: list[tuple[Fraction, Fraction]] = []
        todo = [(a, b, 0)]
        while todo:
            low, high, depth = todo.pop()
            self.budget.spend(COST)
            kind = self._settles(resolved.expr, resolved.smooth, low, high)
            if isinstance(kind, Below):
                return kind
            if kind:
                pieces.append(Piece(kind, low, high))
            elif depth >= deepest:
                if stuck and stuck[-1][1] == low:
                    stuck[-1] = stuck[-1][0], high
                else:
                    stuck.append((low, high))
                if len(stuck) > MOST_STUCK:
                    raise StuckError("the sign is open at too many places")
            else:
                middle = (low + high) / 2
                todo += [(middle, high, depth + 1), (low, middle, depth + 1)]
        for low, high in stuck:
            found = self._zero(resolved, low, high)
            if isinstance(found, Below):
                return found
            pieces += found
        return pieces

    def _settles(self, e: Expr, smooth: bool, low: Fraction, high: Fraction) -> str | Below:
        """The kind of piece that shows the sign here; empty if none does."""
        value = self.line.value(e, low, high)
        if never_negative(value, self.line.strict):
            return "values"
        if sign(value) == -1:
            return Below((low + high) / 2)
        if smooth and not isinstance(value, State):
            try:
                value = self.line.by_slope(e, low, high)
            except NoDerivativeError:
                return ""
            if never_negative(value, self.line.strict):
                return "slope"
        return ""

    def _point(self, at: Fraction) -> list[Piece] | Below:
        piece = Piece("point", at, at)
        try:
            self.line.check(piece, self.chart)
        except UnsettledError:
            if sign(self.line.value(self.line.h, at, at)) in (-1, 0):
                return Below(at)
            zero = self._is_zero(self.line.h, at)
            if zero is None:
                raise StuckError(f"the sign at {at} is open") from None
            if self.line.strict:
                return Below(at)
            piece.at, piece.order, piece.zeros = at, 0, [zero]
        return [piece]

    # -- where bisection is stuck: an exact zero, or a narrow window below

    def _zero(self, resolved: Resolved, low: Fraction, high: Fraction) -> list[Piece] | Below:
        e = resolved.expr
        for at in _simple(low, high):
            self.budget.spend(COST)
            value = sign(self.line.value(e, at, at))
            if value == -1:
                return Below(at)
            zero = self._is_zero(e, at) if value != 1 else None
            if zero is None:
                continue
            if self.line.strict and not self._left_out(at):
                return Below(at)
            piece = self._order(e, at, low, high, zero) if resolved.smooth else None
            if piece is None:
                break
            return self._around(piece, resolved, low, high)
        below = self._lowest(e, low, high)
        if below is not None:
            return below
        raise StuckError(f"the sign is open between {low} and {high}")

    def _around(self, piece: Piece, resolved: Resolved, low: Fraction, high: Fraction) -> list[Piece] | Below:
        """A piece at a zero, with what is left of its interval on both sides."""
        out = [piece]
        for a, b in ((low, piece.low), (piece.high, high)):
            if a != b:
                assert a is not None
                assert b is not None
                found = self._bisected(resolved, a, b, CLOSER)
                if isinstance(found, Below):
                    return found
                out += found
        return out

    def _order(self, e: Expr, at: Fraction, low: Fraction, high: Fraction, zero: Certificate) -> Piece | None:
        """The first derivative that is not 0, near enough to the zero to keep its sign."""
        zeros, d = [zero], e
        for order in range(1, HIGHEST_ORDER + 1):
            self.budget.spend(COST * order)
            d = self.line.slope(d)
            if sign(self.line.value(d, at, at)) in (1, -1):
                for halving in range(HALVINGS):
                    width = (high - low) / 2**halving
                    piece = Piece("zero", max(low, at - width), min(high, at + width), at, order, list(zeros))
                    self.budget.spend(COST)
                    try:
                        self.line.check(piece, self.chart)
                    except UnsettledError:
                        continue
                    return piece
                return None
            again = self._is_zero(d, at)
            if again is None:
                return None
            zeros.append(again)
        return None

    def _is_zero(self, e: Expr, at: Fraction) -> Certificate | None:
        self.budget.spend(5 * COST)
        return equal(*self.line.zero(e, at)).certificate

    def _lowest(self, e: Expr, low: Fraction, high: Fraction) -> Below | None:
        """Narrow [low, high] towards its lowest point by thirds, at a higher precision."""
        with ctx.workprec(4 * BITS):
            for _ in range(LOOKS):
                self.budget.spend(1)
                thirds = [low + (high - low) * F(k, 3) for k in range(4)]
                values = [self.line.value(e, t, t) for t in thirds]
                for t, value in zip(thirds, values, strict=True):
                    if sign(value) == -1:
                        return Below(t)
                if sign(self.line.value(e, thirds[1], thirds[1])) is None or not values[1] < values[2]:  # type: ignore[operator]
                    low = thirds[1]
                else:
                    high = thirds[2]
        return None


def _simple(low: Fraction, high: Fraction) -> list[Fraction]:
    """The ends, and the simplest rational of the interval."""
    return list(dict.fromkeys((simplest(low, high), low, high)))


def simplest(low: Fraction, high: Fraction) -> Fraction:
    """The rational with the smallest denominator in [low, high]."""
    if low <= 0 <= high:
        return F(0)
    if high < 0:
        return -simplest(-high, -low)
    whole = ceil(low)
    if whole <= high:
        return F(whole)
    whole = floor(low)
    return whole + 1 / simplest(1 / (high - whole), 1 / (low - whole))
