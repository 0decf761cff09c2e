"""Limits: the value of an expression where its variable goes to a point, proved by expansions and cases of signs.

A `Derivation` is a tree. An inner node distinguishes the three signs of an expression in the parameters; a leaf holds
the signs that are known there, how many terms were taken, the expansion of every part of the body, and the value. To
check it, the leaves are computed once more for the recorded cases and orders, without looking for either.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from derive.expr.arithmetic import Neg
from derive.expr.leaves import INFINITY, Variable
from derive.expr.node import Expr
from derive.expr.plain import plain
from derive.expr.substitute import substitute
from derive.meaning.facts import NEGATIVE, POSITIVE, ZERO, Fact
from derive.meaning.index_form import unfold
from derive.meaning.limits.expand import Expander
from derive.meaning.limits.ground import (
    Effort,
    Ground,
    NeedMoreTerms,
    NeedSign,
    NoExpansion,
    NotDefined,
    root,
    splittable,
)

ORDERS = (2, 4, 7)
MAX_SPLITS = 3  # signs distinguished one inside the other
CASES = (NEGATIVE, ZERO, POSITIVE)


@dataclass(frozen=True)
class Leaf:
    """One case: the limit, and how it was found."""

    facts: tuple[Fact, ...]
    order: int
    value: Expr  # oo or -oo where the body grows without bound
    lines: tuple[tuple[str, str], ...]
    needs: tuple[Fact, ...] = ()  # signs that make the body defined
    laws: tuple[str, ...] = ()

    @property
    def finite(self) -> bool:
        return self.value is not INFINITY and self.value is not Neg.of(INFINITY)

    def to_json(self) -> dict[str, Any]:
        return {"order": self.order, "value": plain(self.value), "lines": [list(line) for line in self.lines]}


@dataclass(frozen=True)
class Cases:
    """What happens for each sign of `on`: negative, zero, positive."""

    on: Expr
    parts: tuple[Derivation, Derivation, Derivation]

    def to_json(self) -> dict[str, Any]:
        return {"on": plain(self.on), "cases": [part.to_json() for part in self.parts]}


@dataclass(frozen=True)
class Unknown:
    """A case in which no limit was found, and why."""

    facts: tuple[Fact, ...]
    reason: str

    def to_json(self) -> dict[str, Any]:
        return {"unknown": self.reason}


@dataclass(frozen=True)
class Undefined:
    """A case in which the body has no value on the way to the point, and why."""

    facts: tuple[Fact, ...]
    order: int
    reason: str

    def to_json(self) -> dict[str, Any]:
        return {"undefined": self.reason, "order": self.order}


@dataclass(frozen=True)
class Impossible:
    """Signs that contradict each other: there is no such case."""

    facts: tuple[Fact, ...]

    def to_json(self) -> dict[str, Any]:
        return {"impossible": True}


Derivation = Leaf | Cases | Unknown | Undefined | Impossible


@dataclass
class Question:
    """A limit to find: of `body` as `variable` → `point`, where `facts` hold."""

    body: Expr
    variable: Variable
    point: Expr
    facts: tuple[Fact, ...] = ()
    effort: Effort = field(default_factory=Effort)

    def answer(self, splits: int = MAX_SPLITS) -> Derivation:
        """Orders and cases are tried until the limit is found. Raises nothing: what goes wrong is `Unknown`."""
        facts = self.facts
        if self.impossible:
            return Impossible(facts)
        reason = ""
        for order in ORDERS:
            try:
                return self.at(order)
            except NeedMoreTerms as more:
                reason = str(more)
            except NeedSign as need:
                if not splits or not splittable(need.e):
                    return Unknown(facts, str(need))
                return self._split(need.e, splits - 1)
            except NotDefined as why:
                return Undefined(facts, order, str(why))
            except NoExpansion as no:
                return Unknown(facts, str(no))
            except (RecursionError, OverflowError) as error:
                return Unknown(facts, f"too deep or too large ({type(error).__name__})")
        return Unknown(facts, reason)

    def _split(self, on: Expr, splits: int) -> Derivation:
        below, at, above = (self.where(sign, on).answer(splits) for sign in CASES)
        return Cases(on, (below, at, above))

    def where(self, sign: str, on: Expr) -> Question:
        """The same limit where `on` has this sign. Where it is 0, a leaf that this gives a value is replaced by it."""
        facts, body, point = (*self.facts, (sign, on)), self.body, self.point
        solved = root(on) if sign == ZERO else None
        if solved is not None:
            replaced = {solved[0]: solved[1]}
            body, point = substitute(body, replaced), substitute(point, replaced)
        return Question(body, self.variable, point, facts, self.effort)

    @property
    def impossible(self) -> bool:
        """Whether the facts contradict each other."""
        known = Ground(self.facts).signs.facts
        return known is not None and known.impossible

    def at(self, order: int) -> Leaf:
        """The limit, with power series of `order` terms. Raises `NoExpansion`."""
        ground = Ground(self.facts, self.effort)
        expander = Expander(ground, order, self.variable, self.point)
        value = self._value(expander, expander(self.body))
        return Leaf(self.facts, order, value, tuple(expander.lines), tuple(ground.needs), tuple(ground.laws))

    @staticmethod
    def _value(expander: Expander, f: Any) -> Expr:
        size = expander.size(f)
        if size is not None and expander.scale.trend(size) > 0:
            while f.terms and expander.ground.sign(f.terms[0][0]) == 0:
                f = type(f)(f.terms[1:], f.rest)
            size = expander.size(f)
            if f.terms and expander.scale.trend(f.terms[0][1]) > 0:
                return INFINITY if expander.leading(f)[2] > 0 else Neg.of(INFINITY)
        return expander.split(f)[1]


def confirm(question: Question, data: Any) -> Derivation:
    """The derivation that `data` records, each leaf computed again. Raises `NoExpansion` if it is none."""
    match data:
        case {"order": int() as order, "value": str() as value, "lines": list() as lines} if 0 < order <= max(ORDERS):
            found = question.at(order)
            if plain(found.value) != value or [list(line) for line in found.lines] != lines:
                raise NoExpansion("the expansions are not those that are recorded")
            return found
        case {"impossible": True}:
            if not question.impossible:
                raise NoExpansion("a case that is possible")
            return Impossible(question.facts)
        case {"undefined": str() as reason, "order": int() as order} if 0 < order <= max(ORDERS):
            with suppress(NotDefined):
                question.at(order)
                raise NoExpansion("a case in which the body is defined")
            return Undefined(question.facts, order, reason)
        case {"unknown": str() as reason}:
            return Unknown(question.facts, reason)
        case {"on": str() as text, "cases": [below, at, above]}:
            on = _recorded(question, text)
            parts = zip(CASES, (below, at, above), strict=True)
            first, second, third = (confirm(question.where(sign, on), part) for sign, part in parts)
            return Cases(on, (first, second, third))
    raise NoExpansion("not a derivation of a limit")


def _recorded(question: Question, text: str) -> Expr:
    """The expression on which a recorded derivation distinguishes cases: one whose sign is asked for here."""
    for order in ORDERS:
        try:
            question.at(order)
        except NeedSign as need:
            if plain(need.e) == text:
                return need.e
        except NoExpansion:
            continue
    raise NoExpansion(f"the sign of {text} is not asked for")


def limit(body: Expr, variable: Variable, point: Expr, facts: Iterable[Fact] = ()) -> Derivation:
    """The limit of a scalar in index form as its variable goes to the point; from above if that is finite."""
    return Question(unfold(body), variable, unfold(point), tuple(facts)).answer()
