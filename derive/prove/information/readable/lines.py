"""The lines of a proof, from the terms of a certificate: the ways to lay them out, and which of them is shortest.

There are three. Along: from one side to the other, a term at a time, each line the shortest combination of measures
for its row. At once: all terms are added to one side, which makes the other. By the difference: R − L is a sum of terms
that are not negative. The one with the least to read is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from derive.expr.density import Contrast
from derive.expr.leaves import ZERO
from derive.expr.node import Expr
from derive.prove.information.certificate import Terms
from derive.prove.information.problem import Entropy, Generator, Mutual, Relative, Row, combined
from derive.prove.information.readable import naming
from derive.prove.information.readable.measures import joints, sum_of, symbols
from derive.prove.information.readable.moves import Move
from derive.prove.information.readable.reasons import Reasons
from derive.prove.information.readable.shortest import At, shortest
from derive.prove.information.readable.step import Reason, Step
from derive.prove.information.readable.vocabulary import Part, Parts, Vocabulary, Written

MOST_MOVES = 5  # along which every order is tried
A_LINE = 4  # what a further line costs, in symbols


@dataclass(frozen=True)
class Line:
    """One side of a step: its terms, the row they add up to, and the formula as it is printed."""

    parts: Parts
    row: Row
    formula: Expr

    @property
    def size(self) -> int:
        return sum(_size(value, part) for value, part in self.parts)

    @property
    def weight(self) -> float:
        """What the line costs a reader: one long line more than two short ones."""
        return A_LINE + self.size * (1 + self.size / 30)


def _size(value: Fraction, part: Part) -> int:
    size = 6 if isinstance(part, At | Written) else symbols(part)
    return size + 1 + (abs(value) != 1)


@dataclass(frozen=True)
class Path:
    """Steps with the lines they lead through, and how much there is to read."""

    steps: tuple[Step, ...]
    size: float


class Layout:
    """The ways from `start` to `end` by `moves`; `sign` is "<=", ">=" or "="."""

    def __init__(self, words: Vocabulary, reason_of: Reasons, start: Line, end: Line, sign: str) -> None:
        self.words = words
        self.reason_of = reason_of
        self.start, self.end, self.sign = start, end, sign

    def line(self, row: Row, familiar: Sequence[Part] = ()) -> Line:
        parts = shortest(row, [part for part in familiar if not isinstance(part, Written)])
        return Line(parts, row, self.words.formula(parts))

    def with_terms(self, line: Line, terms: Parts) -> Line:
        """The line with terms added at its end, as they are."""
        parts = _joined(line.parts, terms)
        row = combined([(1, line.row), *((value, self.words.row(part)) for value, part in terms)])
        return Line(parts, row, self.words.formula(parts))

    def spoken(self, moves: Iterable[Move], sign: int = 1) -> Parts:
        """The terms of moves; a premise that is no single measure is written out."""
        out: Parts = ()
        for move in moves:
            out = _joined(out, tuple((sign * move.amount * v, part) for v, part in self._spoken(move.term)))
        return out

    def _spoken(self, term: Generator) -> Parts:
        if isinstance(term, Entropy | Mutual | Relative):
            return ((Fraction(1), term),)
        row = self.words.row(term)
        return shortest(row) if min(row) > 0 else self.reason_of.written(term, self.words)

    # -- ways

    def best(self, moves: tuple[Move, ...]) -> tuple[Step, ...]:
        """The shortest of the proofs."""
        found = list(self._ways(moves))
        return min(found, key=lambda path: path.size).steps

    def _ways(self, moves: tuple[Move, ...]) -> Iterator[Path]:
        if not moves:
            yield self._identity()
            return
        plain = not any(isinstance(part, Written) for line in (self.start, self.end) for _, part in line.parts)
        if plain and 0 < len(moves) <= MOST_MOVES and self.end.parts and self.start.parts:
            yield self._along(moves)
        if self.start.parts and self.end.parts:
            yield self._at_once(moves)
        yield self._by_difference(moves)

    def in_words(self, moves: tuple[Move, ...]) -> tuple[Step, ...]:
        """One step, where a term has no formula."""
        if not moves:
            return (self._equal(self.start, self.end),)
        reasons = tuple(dict.fromkeys(r for move in moves for r in self.reason_of.of(move)))
        return (self._by(moves, self.start, self.end, reasons),)

    def _identity(self) -> Path:
        """Both sides have one row: directly, or through the joint entropies."""
        lines = [self.start, self.end]
        change = _change(self.start, self.end)
        if len(change) > 4 and min(self.start.row, default=1) > 0:
            joint = self._joint(self.start.row)
            if all(_change(joint, line) for line in lines):
                lines.insert(1, joint)
        steps = [self._equal(a, b) for a, b in pairwise(lines) if a.formula is not b.formula]
        return self._path(steps or [self._equal(self.start, self.end)], lines)

    def _joint(self, row: Row) -> Line:
        parts: Parts = tuple(joints(row))
        return Line(parts, row, self.words.formula(parts))

    def _along(self, moves: tuple[Move, ...]) -> Path:
        """The order of moves with the least to read; a table over the sets of moves that were made."""
        count = len(moves)
        rows = [self.start.row]
        for chosen in range(1, 1 << count):
            low = chosen & -chosen
            move = moves[low.bit_length() - 1]
            rows.append(combined([(1, rows[chosen ^ low]), (move.amount, self.words.row(move.term))]))
        familiar = [part for line in (self.start, self.end) for _, part in line.parts]
        lines = [self.start, *(self.line(row, familiar) for row in rows[1:-1]), self.end]
        table: list[tuple[float, tuple[int, ...]]] = [(0, ())]
        for chosen in range(1, 1 << count):
            ways = []
            for made in _jumps(chosen, moves):
                spent, order = table[chosen ^ made]
                between = self._jump(lines[chosen ^ made], lines[chosen], made, moves)
                if between:
                    ways.append((spent + sum(line.weight for _, line in between), (*order, made)))
            table.append(min(ways))
        steps: list[Step] = []
        at = 0
        for made in table[-1][1]:
            steps += [step for step, _ in self._jump(lines[at], lines[at | made], made, moves)]
            at |= made
        return Path(tuple(steps), table[-1][0])

    def _jump(self, before: Line, after: Line, made: int, moves: tuple[Move, ...]) -> list[tuple[Step, Line]]:
        """The steps of one move, or of two that are data processing together; none if they are not."""
        used = [move for k, move in enumerate(moves) if made >> k & 1]
        if len(used) == 1:
            return self._move(before, after, used[0])
        sides = naming.sides(_change(before, after))
        if sides is None or not naming.processing(*sides):
            return []
        used.sort(key=lambda move: move.vanishing is not None)
        reasons = (Reason(naming.DATA_PROCESSING), *self.reason_of.of(used[1]))
        return [(self._by(used, before, after, reasons), after)]

    def _move(self, before: Line, after: Line, move: Move) -> list[tuple[Step, Line]]:
        """One or two steps that make a move, each with the line it ends in."""
        change = _change(before, after)
        if change == {part: value for value, part in self.spoken([move])}:
            return [(self._by([move], before, after), after)]
        name = self._named(change, move)
        if name is not None:
            return [(self._by([move], before, after, name), after)]
        ways = [self._added(before, after, move)]
        if move.vanishing is None:
            ways += [*self._replaced(before, after, move), *self._replaced(after, before, move, backwards=True)]
        return min(ways, key=lambda way: way[0][1].size)

    def _added(self, before: Line, after: Line, move: Move) -> list[tuple[Step, Line]]:
        """The term itself is added to the smaller line."""
        if move.amount > 0:
            between = self.with_terms(before, self.spoken([move]))
            return [(self._by([move], before, between), between), (self._equal(between, after), after)]
        between = self.with_terms(after, self.spoken([move], -1))
        return [(self._equal(before, between), between), (self._by([move], between, after), after)]

    def _replaced(
        self, one: Line, other: Line, move: Move, backwards: bool = False
    ) -> Iterator[list[tuple[Step, Line]]]:
        """One term of a line becomes another by the move; what is left to `other` is an identity."""
        amount = -move.amount if backwards else move.amount
        for value, part in one.parts:
            if not isinstance(part, Entropy | Mutual) or abs(value) != abs(amount):
                continue
            new = sum_of(part, move.term, 1 if value == amount else -1)
            if new is None or new[0] != 1:
                continue
            between = self.with_terms(one, ((-value, part), (value, new[1])))
            first, last = (between, one) if backwards else (one, between)
            name = self._named(_change(first, last), move)
            if name is None:
                continue
            if backwards:
                yield [(self._equal(other, between), between), (self._by([move], between, one, name), one)]
            else:
                yield [(self._by([move], one, between, name), between), (self._equal(between, other), other)]

    def _named(self, change: dict[Part, Fraction], move: Move) -> tuple[Reason, ...] | None:
        """The name of the whole step, where it has one."""
        sides = naming.sides(change)
        if sides is None:
            return None
        added, removed = sides
        if move.vanishing is not None:
            ways = (naming.inequality(added, removed), naming.inequality(removed, added))
            named = naming.REDUCES in ways  # H(X|Y) = H(X), where X and Y are independent
            return self.reason_of.of(move) if named else None
        name = naming.inequality(added, removed) if move.amount > 0 else naming.inequality(removed, added)
        return None if name is None else (Reason(name),)

    def _at_once(self, moves: tuple[Move, ...]) -> Path:
        """L ≤ L + terms = R, or L = R + terms ≥ R."""
        bounds = [move for move in moves if move.vanishing is None]
        zeros = [move for move in moves if move.vanishing is not None]
        added = [m for m in zeros if m.amount > 0]
        removed = [m for m in zeros if m.amount < 0]
        lines, steps = [self.start], []

        def go(line: Line, used: list[Move] | None) -> None:
            before = lines[-1]
            if line.formula is before.formula:
                return
            steps.append(self._equal(before, line) if used is None else self._by(used, before, line))
            lines.append(line)

        upward = [m for m in bounds if m.amount > 0]
        downward = [m for m in bounds if m.amount < 0]
        if upward:
            go(self.with_terms(lines[-1], self.spoken(upward)), upward)
        if added:
            go(self.with_terms(lines[-1], self.spoken(added)), added)
        last = self.with_terms(self.end, self.spoken(downward, -1))
        if removed:
            go(self.with_terms(last, self.spoken(removed, -1)), None)
        if downward:
            go(last, removed or None)
            go(self.end, downward)
        else:
            go(self.end, removed or None)
        return self._path(steps, lines)

    def _by_difference(self, moves: tuple[Move, ...]) -> Path:
        """R − L = Σ terms ≥ 0, the terms that vanish shown and then dropped; of an equation = 0."""
        sign = 1 if self.sign == "<=" else -1
        larger, smaller = (self.start, self.end) if sign < 0 else (self.end, self.start)
        first = self._difference(larger, smaller)
        lines, steps = [first], []
        bounds = [m for m in moves if m.vanishing is None]
        sums = self._line_of(self.spoken(moves, sign))
        if _change(first, sums):
            steps.append(self._equal(first, sums))
            lines.append(sums)
        zeros = [m for m in moves if m.vanishing is not None]
        turned = [Move(sign * m.amount, m.term, m.vanishing) for m in zeros]
        kept = self._line_of(self.spoken(bounds, sign))
        if zeros:
            steps.append(self._by([Move(-m.amount, m.term, m.vanishing) for m in turned], lines[-1], kept))
            lines.append(kept)
        if bounds:
            zero = Line((), {}, ZERO)
            steps.append(self._by([Move(-sign * m.amount, m.term) for m in bounds], lines[-1], zero))
            lines.append(zero)
        path = self._path(steps, lines)
        return Path(path.steps, path.size + (0 if not smaller.parts or not larger.parts else first.weight))

    def _difference(self, larger: Line, smaller: Line) -> Line:
        if not smaller.parts:
            return larger
        parts = _joined(larger.parts, tuple((-value, part) for value, part in smaller.parts))
        row = combined([(1, larger.row), (-1, smaller.row)])
        cancels = len(parts) < len(larger.parts) + len(smaller.parts)
        formula = self.words.formula(parts) if cancels else self.words.difference(larger.formula, smaller.formula)
        return Line(parts, row, formula)

    def _line_of(self, parts: Parts) -> Line:
        return Line(parts, self.words.total(parts), self.words.formula(parts))

    # -- steps

    def _path(self, steps: Sequence[Step], lines: Sequence[Line]) -> Path:
        return Path(tuple(steps), sum(line.weight for line in lines[1:]))

    def _equal(self, before: Line, after: Line) -> Step:
        """An identity, with the name of the rule."""
        change = _change(before, after)
        old, new = ([part for _, part in line.parts if part in change] for line in (before, after))
        name = naming.identity(old, new) if change else naming.COLLECT
        reason = Reason(name)
        if name == naming.MULTIPLY_AND_DIVIDE:
            with_densities = [self.words.of(part) for part in change if isinstance(part, Relative)]
            about = [each.left for each in with_densities if isinstance(each, Contrast)]
            if about:
                reason = Reason(naming.BY_DENSITY, tuple(f for densities in about for f in densities))
        return Step("=", before.formula, after.formula, (reason,))

    def _by(self, used: Sequence[Move], before: Line, after: Line, reasons: tuple[Reason, ...] | None = None) -> Step:
        """A step by moves that were made."""
        shown = reasons or tuple(dict.fromkeys(r for move in used for r in self.reason_of.of(move)))
        if all(move.vanishing is not None for move in used):
            more, less = (_sum(getattr(m, side) for m in used) for side in ("more", "less"))
            return Step("=", before.formula, after.formula, shown, more, less)
        if next(move for move in used if move.vanishing is None).amount > 0:
            return Step("<=", before.formula, after.formula, shown, _sum(m.more for m in used))
        return Step(">=", before.formula, after.formula, shown, _sum(m.less for m in used))


def _sum(terms: Iterable[Terms]) -> Terms:
    table: dict[Generator, Fraction] = {}
    for each in terms:
        for value, generator in each:
            table[generator] = table.get(generator, Fraction(0)) + value
    return tuple((value, generator) for generator, value in table.items() if value)


def _jumps(chosen: int, moves: tuple[Move, ...]) -> Iterator[int]:
    """The last move of those chosen, or the last two: one that bounds and one that vanishes, if there are others."""
    made = [k for k in range(len(moves)) if chosen >> k & 1]
    yield from (1 << k for k in made)
    if len(moves) > 2:
        for k in made:
            for j in made:
                if moves[k].vanishing is None and moves[j].vanishing is not None:
                    yield 1 << k | 1 << j


def _joined(one: Parts, other: Parts) -> Parts:
    table: dict[Part, Fraction] = {}
    for value, part in (*one, *other):
        table[part] = table.get(part, Fraction(0)) + value
    return tuple((value, part) for part, value in table.items() if value)


def _change(before: Line, after: Line) -> dict[Part, Fraction]:
    """What was added to a line, and what was taken away."""
    table = {part: -value for value, part in before.parts}
    for value, part in after.parts:
        table[part] = table.get(part, Fraction(0)) + value
    return {part: value for part, value in table.items() if value}
