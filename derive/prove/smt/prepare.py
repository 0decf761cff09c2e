"""Expressions in the form in which z3 is asked: logistic functions by exponentials, exponentials as powers of atoms.

Every step is an equation that holds wherever the expression is defined: definitions of the table, parities,
exp Σ cₖtₖ = ∏ exp(tₖ/q)^(q·cₖ), exp(c·log u) = uᶜ, and the logarithm of a product of positive factors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from math import lcm

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.leaves import ONE, ZERO
from derive.expr.node import Expr, as_expr
from derive.expr.operations import OPERATIONS, Apply, absolute, exp, log, maximum, minimum, relu, sigmoid, softplus
from derive.expr.propositions import Relation
from derive.expr.structure import Delta, Weighted, Where
from derive.meaning.interval import Ranges
from derive.prove.smt.linear import Combination, as_written, combination, mirrored, rational, scaled, total

BY_EXPONENTIALS = ("sigmoid", "tanh", "sinh", "cosh")
ARITHMETIC = (Add, Mul, Neg, Div, Pow, Where, Delta, Weighted, Apply)


def parts(e: Expr) -> tuple[Expr, ...]:
    """The numbers that an expression is computed from by arithmetic, cases and functions; none for an unknown."""
    if isinstance(e, Where):
        condition = e.args[0]
        return (*(condition.args if isinstance(condition, Relation) else ()), *e.args[1:])
    return e.args if isinstance(e, ARITHMETIC) else ()


def reached(roots: Iterable[Expr]) -> list[Expr]:
    """What expressions or relations are computed from, each once, in a fixed order."""
    out: dict[Expr, None] = {}
    todo = [side for r in roots for side in (r.args[:2] if isinstance(r, Relation) else (r,))]
    while todo:
        e = todo.pop(0)
        if e not in out:
            out[e] = None
            todo += parts(e)
    return list(out)


class Preparation:
    """One query: `roots` has the common denominator of the coefficients of every term in an exponent."""

    def __init__(self) -> None:
        self.roots: dict[Expr, int] = {}
        self.ranges = Ranges()
        self._opened: dict[Expr, Expr] = {}
        self._taken: dict[Expr, Expr] = {}

    def foresee(self, roots: Iterable[Expr]) -> None:
        """Learn what stands in the exponents of a query before any of it is written in powers."""
        for e in reached(map(self.opened, roots)):
            if isinstance(e, Apply) and e.operation is exp:
                self._learn(combination(e.args[0]))

    def _learn(self, exponent: Combination) -> None:
        for term, c in exponent.items():
            self.roots[term] = lcm(self.roots.get(term, 1), c.denominator)
            for branch in (cases(term) or ())[1:]:
                self._learn(scaled(combination(branch), c))

    def __call__(self, e: Expr) -> Expr:
        """The expression in the form for z3."""
        return self._powers(self.opened(e))

    def opened(self, e: Expr) -> Expr:
        """Definitions opened, signs of arguments made canonical, logarithms taken apart; exponentials as they are."""
        if e not in self._opened:
            self._opened[e] = self._open(_over(e, self.opened))
        return self._opened[e]

    def _open(self, e: Expr) -> Expr:
        if not isinstance(e, Apply):
            return e
        operation, x = e.operation, e.args[0]
        if operation.name not in OPERATIONS and operation.unfold is not None:  # a slope
            unfolded = operation.unfold(*e.args)
            return e if unfolded is e else self.opened(unfolded)
        if operation.name in BY_EXPONENTIALS and operation.unfold is not None:
            return self.opened(operation.unfold(x))
        if operation is log:
            return self._logarithm(x)
        if operation is softplus and (turned := mirrored(x)) is not None:
            return softplus(turned) - turned
        if operation.parity and (turned := mirrored(x)) is not None:
            inner = operation(turned)
            return Neg.of(inner) if operation.parity == "odd" else inner
        return e

    def _logarithm(self, x: Expr) -> Expr:
        match x:
            case Apply() if x.operation is exp:
                return x.args[0]
            case Apply() if x.operation is sigmoid:
                return self.opened(Neg.of(softplus(Neg.of(x.args[0]))))
            case Mul() if all(self.ranges(f).positive for f in x.args):
                return Add.of(*(self._logarithm(f) for f in x.args))
            case Div() if all(self.ranges(f).positive for f in x.args):
                return self._logarithm(x.args[0]) - self._logarithm(x.args[1])
            case Pow() if self.ranges(x.args[0]).positive and rational(x.args[1]) is not None:
                return x.args[1] * self._logarithm(x.args[0])
        return log(x)

    def _powers(self, e: Expr) -> Expr:
        """Every exponential as a product of powers of exponentials of single terms."""
        if e not in self._taken:
            if isinstance(e, Apply) and e.operation is exp:
                new = self.exponential(combination(e.args[0]))
            else:
                new = _over(e, self._powers)
            self._taken[e] = new
        return self._taken[e]

    def exponential(self, exponent: Combination) -> Expr:
        """exp of a combination, whose terms are opened already."""
        factors: list[Expr] = []
        for term, c in exponent.items():
            if isinstance(term, Apply) and term.operation is log:
                factors.append(_power(self._powers(term.args[0]), c))
            elif isinstance(term, Apply) and term.operation is softplus:
                factors.append(_power(1 + self.exponential(combination(term.args[0])), c))
            elif (split := cases(term)) is not None:
                condition, then, otherwise = split
                yes, no = (self.exponential(scaled(combination(b), c)) for b in (then, otherwise))
                factors.append(Where.of(_over(condition, self._powers), yes, no))
            else:
                q = lcm(self.roots.get(term, 1), c.denominator)
                factors.append(_power(exp(as_written({term: Fraction(1, q)})), c * q))
        return ONE if not factors else factors[0] if len(factors) == 1 else Mul.of(*factors)

    def without_logarithms(self, claim: Relation) -> Relation | None:
        """left - right ⋛ 0 as exp of its positive ⋛ exp of its negative part, if logarithms disappear by that."""
        difference = total(combination(self.opened(claim.left)), combination(self.opened(Neg.of(claim.right))))
        logs = [t for t in difference if isinstance(t, Apply) and t.operation in (log, softplus)]
        if not logs:
            return None
        n = lcm(*(difference[t].denominator for t in logs))
        whole = {t: c * n for t, c in difference.items()}
        self._learn({term: c for term, c in whole.items() if term not in logs})
        for t in logs:
            self.foresee([1 + exp(t.args[0])] if isinstance(t, Apply) and t.operation is softplus else t.args)
        above = self.exponential({t: c for t, c in whole.items() if c > 0})
        below = self.exponential({t: -c for t, c in whole.items() if c < 0})
        return Relation.of(claim.kind, above, below)


def cases(term: Expr) -> tuple[Expr, Expr, Expr] | None:
    """A term that is one of two: when the first, the first, the second."""
    if isinstance(term, Where):
        return term.args[0], term.args[1], term.args[2]
    if not isinstance(term, Apply) or term.operation not in (absolute, relu, maximum, minimum):
        return None
    x = term.args[0]
    if term.operation in (maximum, minimum):
        y = term.args[1]
        return (x >= y, x, y) if term.operation is maximum else (x <= y, x, y)
    return x >= ZERO, x, Neg.of(x) if term.operation is absolute else ZERO


def _power(base: Expr, exponent: Fraction) -> Expr:
    return base if exponent == 1 else base ** as_expr(exponent)


def _over(e: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The same head over changed parts."""
    if isinstance(e, Relation):
        return Relation.of(e.kind, change(e.left), change(e.right))
    if not isinstance(e, ARITHMETIC):
        return e
    if isinstance(e, Where):
        return Where.of(_over(e.args[0], change), change(e.args[1]), change(e.args[2]))
    return e.rebuild(tuple(map(change, e.args)))
