"""Points at which given relations certainly hold.

An equation that gives a symbol by the others defines it; a recurrence defines a family. What remains is checked at
every point, at all positions of its free indices, after simple repairs of the point (`repair`). A premise that
quantifies over more than the point (an undefined function at arbitrary arguments) never certainly holds, so nothing is
refuted under it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flint import ctx, fmpq

from derive.expr.errors import SortError
from derive.expr.layers import Layers
from derive.expr.leaves import Index, Symbol
from derive.expr.node import Expr, Sort, walk
from derive.expr.propositions import ORDERED, Recurrence, Relation
from derive.expr.structure import Call, Derivative, Indexed, Member
from derive.meaning import index_form
from derive.meaning.numbers import ball
from derive.meaning.numbers.ball import UNDEFINED, State
from derive.meaning.numbers.evaluate import Evaluation
from derive.meaning.numbers.reading import Reading
from derive.meaning.numbers.repair import Failure, Repair
from derive.meaning.numbers.sample import Point

BITS = 256
REPAIRS, ALL_REPAIRS = 400, 4000  # evaluations of premises spent on one point, and on all points of a claim
WINDOW = range(17)  # of a free index of a premise that runs over no dim


@dataclass
class Premises:
    """What is given, sorted: definitions and recurrences are in `reading`, `checks` must hold at every point."""

    reading: Reading
    checks: tuple[Relation, ...]
    windows: tuple[Index, ...]  # free indices of checks that are quantified apart from the claim
    unverifiable: tuple[str, ...]  # premises that no single point can certainly satisfy
    spent: int = 0  # evaluations of premises on repairs so far

    @staticmethod
    def of(given: Iterable[Expr], claim: Expr) -> Premises:
        """Sort the premises of a claim."""
        given = tuple(given)
        reading = Reading(given)
        checks: list[Relation] = []
        unverifiable: list[str] = []
        windows: dict[Index, None] = {}
        outside = set(reading.free(claim))
        for premise in given:
            if isinstance(premise, Recurrence | Layers):
                continue
            if not isinstance(premise, Relation) or premise.kind not in ORDERED or _speaks_of_functions(premise):
                unverifiable.append(str(premise))
                continue
            try:
                core, _ = index_form.entries(premise)
            except SortError:  # a derivative
                core = premise
            if not isinstance(core, Relation) or any(isinstance(n, Derivative) for n in walk(core)):
                unverifiable.append(str(premise))
                continue
            if _define(reading, core):
                continue
            checks.append(core)
            placed = set(_sequence_indices(core))
            apart = [i for i in reading.free(core) if i.dim is None and (i in placed or i not in outside)]
            windows.update(dict.fromkeys(apart))
            if apart and any(isinstance(n, Member | Call) for n in walk(core)):  # terms of an endless sequence
                unverifiable.append(str(premise))
        return Premises(reading, tuple(checks), tuple(windows), tuple(unverifiable))

    def hold(self, point: Point, repairs: int = REPAIRS) -> bool:
        """Whether all premises certainly hold at the point, after at most so many repairs to it."""
        if self.unverifiable:
            return False
        with ctx.workprec(BITS):
            if not self.checks:
                return self._in_domains(point)
            budget = min(repairs, ALL_REPAIRS - self.spent)
            repair = Repair(point, lambda: self._failures(point), budget)
            holds = repair.done() and self._in_domains(point)
            self.spent += budget - repair.budget - 1  # the first look is no repair
            return holds

    def _in_domains(self, point: Point) -> bool:
        """Whether every defined symbol has values in its domain."""
        for symbol, (core, _) in self.reading.definitions.items():
            values = Evaluation(self.reading, point, BITS).table(core).values
            if any(isinstance(ball.kept_to(symbol.domain, v), State) for v in values):
                return False
        return True

    def _failures(self, point: Point) -> list[Failure]:
        """Where premises do not certainly hold."""
        out: list[Failure] = []
        for check in self.checks:
            evaluation = Evaluation(self.reading, point, BITS)
            evaluation.ranges.update(dict.fromkeys(self.windows, WINDOW))
            indices = self.reading.free(check)
            evaluation.place(indices)
            left, right = (evaluation.table(e).over(indices, evaluation.ranges) for e in (check.left, check.right))
            windowed = any(i in self.windows for i in indices)
            for k, (a, b) in enumerate(zip(left, right, strict=True)):
                holds = ball.compare(check.kind, a, b)
                if holds is True or (windowed and holds is UNDEFINED):  # outside the sequence
                    continue
                exact = check.kind == "=" and isinstance(a, fmpq) and isinstance(b, fmpq)
                out.append(Failure(check, k, a - b if exact else None))  # type: ignore[operator]
        return out


def _speaks_of_functions(premise: Expr) -> bool:
    """Whether an undefined function stands at arguments that vary: then the premise is about all of them."""
    calls = [n for n in walk(premise) if isinstance(n, Call) and n.function.domain.structure == "function"]
    return any(isinstance(n, Symbol | Index | Member) for c in calls for a in c.args for n in walk(a))


def _sequence_indices(core: Expr) -> Iterable[Index]:
    """Indices that say where in a sequence to look: the premise is then about all of its terms."""
    for node in walk(core):
        places = node.places if isinstance(node, Indexed) else node.args if isinstance(node, Member | Call) else ()
        for place in places:
            yield from (n for n in walk(place) if isinstance(n, Index))


def _define(reading: Reading, core: Relation) -> bool:
    """Take an equation as the definition of a symbol that stands alone on one side."""
    if core.kind != "=":
        return False
    for side, value in ((core.left, core.right), (core.right, core.left)):
        symbol, at = (side.of_what, side.places) if isinstance(side, Indexed) else (side, ())
        if not isinstance(symbol, Symbol) or symbol.family or symbol.sort is not Sort.NUMBER:
            continue
        indices = tuple(p for p in at if isinstance(p, Index))
        plain = len(set(indices)) == len(at) and all(i.dim is d for i, d in zip(indices, symbol.axes, strict=False))
        if not plain or symbol.domain.structure or symbol in reading.definitions:
            continue
        if set(reading.free(value)) - set(indices) or _depends(reading, value, symbol):
            continue
        reading.define(symbol, (value, indices))
        return True
    return False


def _depends(reading: Reading, e: Expr, symbol: Symbol) -> bool:
    """Whether `e` needs the symbol, also through definitions and recurrences."""
    todo, seen = [e], set()
    while todo:
        for node in walk(todo.pop()):
            if node in seen:
                continue
            seen.add(node)
            if node is symbol:
                return True
            if isinstance(node, Symbol) and node in reading.definitions:
                todo.append(reading.definitions[node][0])
            if isinstance(node, Member) and node.family in reading.rules:
                rule = reading.rules[node.family]
                todo += [part for part in (rule.start, rule.step) if part is not None]
    return False
