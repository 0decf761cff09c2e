"""From core expressions to terms of z3: values, and apart from them where they are defined.

z3 works with total functions: x/0 is some number there. So the value of an expression comes with its requirements, and
only points that meet them count. What z3 has no arithmetic for becomes an unknown of its own, about which the facts of
`derive.prove.theorems.functions` and the interval of its values are said; a proof then holds for more than the claim.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

import z3
from flint import arb, ctx

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.leaves import Constant, Index, Number, Symbol
from derive.expr.node import Expr, walk
from derive.expr.operations import OPERATIONS, Apply
from derive.expr.plain import plain
from derive.expr.propositions import ORDERED, Relation
from derive.expr.structure import Delta, Indexed, Weighted, Where
from derive.meaning.interval import INFINITE, Ranges
from derive.meaning.numbers.evaluate import Evaluation, NotEvaluableError
from derive.meaning.numbers.reading import Reading
from derive.meaning.numbers.sample import Names, Point
from derive.prove.smt.linear import rational
from derive.prove.smt.prepare import BY_EXPONENTIALS, Preparation, parts, reached
from derive.prove.theorems.functions import facts_about

Term = Any  # of z3
LARGEST_POWER, LARGEST_ROOT = 24, 12
BITS = 64  # of the enclosure of a closed number
NATIVE = ("abs", "relu", "max", "min", "sign", "step", "sqrt")


class OutsideError(Exception):
    """What z3 is not asked about."""


@dataclass(frozen=True)
class Requirement:
    """Where an expression has a value: `formula` must hold wherever `guard` does."""

    text: str
    guard: Term
    formula: Term

    @property
    def met(self) -> Term:
        return z3.Implies(self.guard, self.formula)


class Encoder:
    """The expressions of one query. Unknowns are numbered as they are met, so that a claim has one query."""

    def __init__(self, prepare: Preparation) -> None:
        self.prepare = prepare
        self.context = z3.Context()
        self.ranges = Ranges()
        self.unknowns: dict[Expr, Term] = {}
        self.facts: list[Term] = []
        self.cited: dict[str, None] = {}
        self._values: dict[Expr, Term] = {}

    def number(self, value: Fraction | int) -> Term:
        value = Fraction(value)
        return z3.Q(value.numerator, value.denominator, ctx=self.context)

    def truth(self, value: bool) -> Term:
        return z3.BoolVal(value, ctx=self.context)

    # -- values

    def relation(self, claim: Relation) -> Term:
        """A relation between two scalars as written."""
        return self.prepared(Relation.of(claim.kind, self.prepare(claim.left), self.prepare(claim.right)))

    def prepared(self, e: Expr) -> Term:
        """A relation between two scalars in the form for z3."""
        if not isinstance(e, Relation) or e.kind not in ORDERED or e.axes:
            raise OutsideError(f"`{e}` is no relation between numbers")
        return compare(e.kind, self._value(e.left), self._value(e.right))

    def _value(self, e: Expr) -> Term:
        if e not in self._values:
            self._values[e] = self._compute(e)
        return self._values[e]

    def _compute(self, e: Expr) -> Term:
        if (value := rational(e)) is not None:
            return self.number(value)
        match e:
            case Add():
                return z3.Sum([self._value(a) for a in e.args])
            case Mul():
                return z3.Product([self._value(a) for a in e.args])
            case Neg():
                return -self._value(e.args[0])
            case Div():
                return self._value(e.args[0]) / self._value(e.args[1])
            case Pow():
                return self._power(e)
            case Where():
                return z3.If(self.prepared(e.args[0]), self._value(e.args[1]), self._value(e.args[2]))
            case Delta():
                same = self._value(e.args[0]) == self._value(e.args[1])
                return z3.If(same, self.number(1), self.number(0))
            case Weighted():
                weight = self._value(e.args[0])
                return z3.If(weight == 0, self.number(0), weight * self._value(e.args[1]))
            case Apply() if e.operation.name in NATIVE:
                return self._native(e)
        return self._unknown(e)

    def _power(self, e: Expr) -> Term:
        base, n = e.args[0], rational(e.args[1])
        if n is None or abs(n.numerator) > LARGEST_POWER or n.denominator > LARGEST_ROOT:
            return self._unknown(e)
        if n == 0:
            return self.number(1)
        root = self._value(base) if n.denominator == 1 else self._root(base, n.denominator)
        raised = reduce(lambda p, q: p * q, [root] * abs(n.numerator))
        return raised if n > 0 else self.number(1) / raised

    def _root(self, base: Expr, q: int) -> Term:
        """The root y ≥ 0 with y^q = x, for x ≥ 0."""
        key = base ** Number.of(Fraction(1, q))
        if key not in self.unknowns:
            x, y = self._value(base), self._named(key)
            raised = reduce(lambda a, b: a * b, [y] * q)
            self.facts.append(z3.Implies(x >= 0, z3.And(y >= 0, raised == x)))
        return self.unknowns[key]

    def _native(self, e: Apply) -> Term:
        args, zero, one = [self._value(a) for a in e.args], self.number(0), self.number(1)
        x, y = args[0], args[-1]
        match e.operation.name:
            case "abs":
                return z3.If(x >= 0, x, -x)
            case "relu":
                return z3.If(x >= 0, x, zero)
            case "max":
                return z3.If(x >= y, x, y)
            case "min":
                return z3.If(x <= y, x, y)
            case "sign":
                return z3.If(x > 0, one, z3.If(x < 0, -one, zero))
            case "step":
                return z3.If(x > 0, one, zero)
        return self._root(e.args[0], 2)

    # -- unknowns

    def _named(self, e: Expr) -> Term:
        leaf = e.name if isinstance(e, Symbol | Index) else ""
        self.unknowns[e] = z3.Real(f"{len(self.unknowns)}:{leaf or plain(e)[:40]}", ctx=self.context)
        return self.unknowns[e]

    def _unknown(self, e: Expr) -> Term:
        if e in self.unknowns:
            return self.unknowns[e]
        x = self._named(e)
        interval = self.ranges(e)
        for (value, is_open), above in ((interval.low, True), (interval.high, False)):
            if abs(value) != INFINITE:
                end = self.number(Fraction(value))
                self.facts.append((x > end if is_open else x >= end) if above else (x < end if is_open else x <= end))
        self._whole(e, x)
        if closed(e):
            low, high = enclosure(e)
            self.facts.append(z3.And(x >= self.number(low), x <= self.number(high)))
        elif isinstance(e, Apply) and e.operation.name in OPERATIONS:
            self._facts(e)
        return x

    def _whole(self, e: Expr, x: Term) -> None:
        """Integers are integers; of few, which."""
        leaf = e.of_what if isinstance(e, Indexed) else e
        if isinstance(leaf, Symbol) and leaf.domain.integer:
            low, high = leaf.domain.lower, leaf.domain.upper
            if low is not None and high is not None and high - low <= 8:
                self.facts.append(z3.Or([x == k for k in range(int(low), int(high) + 1)]))
                return
        if isinstance(e, Index) or (isinstance(leaf, Symbol) and leaf.domain.integer):
            self.facts.append(z3.IsInt(x))

    def tell(self, roots: Iterable[Expr]) -> None:
        """The facts about functions that are written by exponentials."""
        for e in reached(roots):
            if isinstance(e, Apply) and e.operation.name in BY_EXPONENTIALS:
                for name, relation in facts_about(e.operation.name, e.args[0]):
                    self.cited[name] = None
                    self.facts.append(self.relation(relation))

    def _facts(self, e: Apply) -> None:
        u = self._value(e.args[0])
        row = e.operation
        inside = [bound for a in e.args for bound in self._inside(a, row.domain)]
        for name, relation in facts_about(row.name, e.args[0]):
            self.cited[name] = None
            self.facts.append(z3.Implies(z3.And([self.truth(True), *inside]), self.relation(relation)))
        others = [o for o in self.unknowns if isinstance(o, Apply) and o.operation is row and o is not e]
        if row.monotone and row.arity == 1:
            for other in others:
                v, f, g = self._value(other.args[0]), self.unknowns[e], self.unknowns[other]
                both = [self.truth(True), *inside, *self._inside(other.args[0], row.domain)]
                falls = row.monotone < 0
                self.facts.append(z3.Implies(z3.And([*both, u <= v]), f >= g if falls else f <= g))
                self.facts.append(z3.Implies(z3.And([*both, u >= v]), f <= g if falls else f >= g))

    def _inside(self, argument: Expr, domain: Any) -> list[Term]:
        x, out = self._value(argument), []
        if domain.lower is not None:
            out.append(x > self.number(domain.lower) if domain.open_lower else x >= self.number(domain.lower))
        if domain.upper is not None:
            out.append(x < self.number(domain.upper) if domain.open_upper else x <= self.number(domain.upper))
        return out

    # -- where it is defined

    def requirements(self, e: Expr, guard: Term = None) -> list[Requirement]:
        """What must hold for an expression as written to have a value."""
        guard = self.truth(True) if guard is None else guard
        out: list[Requirement] = []

        def require(text: str, formula: Term) -> None:
            out.append(Requirement(text, guard, formula))

        if isinstance(e, Where):
            condition = self.relation(e.args[0]) if isinstance(e.args[0], Relation) else None
            if condition is None:
                raise OutsideError(f"`{e.args[0]}` is no relation between numbers")
            for side in e.args[0].args:
                out += self.requirements(side, guard)
            out += self.requirements(e.args[1], z3.And(guard, condition))
            return out + self.requirements(e.args[2], z3.And(guard, z3.Not(condition)))
        if isinstance(e, Weighted):
            weight, f = e.args
            nonzero = self._value(self.prepare(weight)) != 0
            return self.requirements(weight, guard) + self.requirements(f, z3.And(guard, nonzero))
        if isinstance(e, Apply) and e.operation.name not in OPERATIONS and e.operation.unfold is not None:
            return self.requirements(e.operation.unfold(*e.args), guard)
        for part in parts(e):
            out += self.requirements(part, guard)
        match e:
            case Div() if rational(e.args[1]) is None or rational(e.args[1]) == 0:
                require(f"{e.args[1]} != 0", self._of(e.args[1]) != 0)
            case Pow():
                n = rational(e.args[1])
                if n is None:
                    return out  # an unknown: nothing is assumed about its base
                if n.denominator != 1:
                    require(f"{e.args[0]} >= 0", self._of(e.args[0]) >= 0)
                if n < 0:
                    require(f"{e.args[0]} != 0", self._of(e.args[0]) != 0)
            case Apply():
                for a in e.args:
                    for formula in self._inside(self.prepare(a), e.operation.domain):
                        require(f"{e} defined", formula)
                if e.operation.name == "step":
                    require(f"{e.args[0]} != 0", self._of(e.args[0]) != 0)
        return out

    def _of(self, e: Expr) -> Term:
        return self._value(self.prepare(e))


def compare(kind: str, left: Term, right: Term) -> Term:
    match kind:
        case "=":
            return left == right
        case "!=":
            return left != right
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
    return left >= right


def closed(e: Expr) -> bool:
    """Whether an expression is one number: nothing in it varies."""
    return not any(n.axes or not (n.args or isinstance(n, Number | Constant)) for n in walk(e))


def enclosure(e: Expr) -> tuple[Fraction, Fraction]:
    """Two rationals between which a closed number lies."""
    try:
        point = Point(Names.of(e), "closed", {})
        (value,) = Evaluation(Reading(), point, BITS).table(e).values
    except NotEvaluableError as why:
        raise OutsideError(str(why)) from why
    with ctx.workprec(BITS):
        if not isinstance(value, arb):
            try:
                exact = Fraction(int(value.p), int(value.q))  # type: ignore[union-attr]
            except AttributeError as why:
                raise OutsideError(f"`{e}` has no value") from why
            return exact, exact
        low, high = value.lower().fmpq(), value.upper().fmpq()
    return Fraction(int(low.p), int(low.q)), Fraction(int(high.p), int(high.q))
