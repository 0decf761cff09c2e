"""The expansion of an expression in a variable that goes to a point: from the leaves up, one rule per node.

Every node and what was found for it is kept: those lines are the derivation, and carrying out the same rules again must
give the same lines.
"""

from __future__ import annotations

from contextlib import suppress

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.calculus import Integral, Limit
from derive.expr.leaves import INFINITY, ONE, ZERO, Index, Number, Size, Variable
from derive.expr.node import Expr, as_expr, walk
from derive.expr.operations import Apply, exp, log
from derive.expr.plain import plain
from derive.expr.propositions import Relation
from derive.expr.structure import Bound, Where
from derive.expr.substitute import unbound
from derive.meaning.limits.elementary import Elementary
from derive.meaning.limits.expansion import Expansion
from derive.meaning.limits.ground import Ground, NeedSign, NoExpansion, NotDefined
from derive.meaning.limits.scale import UNIT, T
from derive.meaning.normal.signs import rational

MAX_NODES = 2_000
HOLDS = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1), "=": (0,), "!=": (-1, 1)}


class Expander(Elementary):
    """Expansions of expressions in `variable` → `point`, from above if the point is finite."""

    def __init__(self, ground: Ground, order: int, variable: Variable, point: Expr) -> None:
        super().__init__(ground, order)
        self.variable = variable
        self.finite = not any(leaf is INFINITY for leaf in walk(point))
        self.approach = self._approach(point)
        self.lines: list[tuple[str, str]] = []
        self._found: dict[Expr, Expansion] = {}
        self._moves: dict[Expr, bool] = {}
        self._bound: tuple[Index, ...] = ()

    def _approach(self, point: Expr) -> Expansion:
        """x = t at ∞, -t at -∞, a + 1/t at a."""
        if point is INFINITY:
            return Expansion(((ONE, T),))
        if point is Neg.of(INFINITY):
            return Expansion(((as_expr(-1), T),))
        inverse = Expansion(((ONE, self.scale.power(T, as_expr(-1))),))
        return self.add(self.constant(point), inverse)

    def __call__(self, e: Expr) -> Expansion:
        if e not in self._found:
            try:
                found = self._expand(e)
            except NeedSign as need:
                if any(i in unbound(need.e) for i in self._bound):
                    raise NoExpansion(f"the sign of {need.e}, which depends on the index of a sum") from need
                raise
            self._found[e] = found
            if self.moves(e):
                self.lines.append((plain(e), str(found)))
            if len(self._found) > MAX_NODES:
                raise NoExpansion("the body is too large")
        return self._found[e]

    def moves(self, e: Expr) -> bool:
        """Whether the variable occurs in `e`."""
        if e not in self._moves:
            self._moves[e] = any(n is self.variable for n in walk(e))
        return self._moves[e]

    def _expand(self, e: Expr) -> Expansion:
        if not self.moves(e):
            if any(isinstance(n, Integral | Limit) for n in walk(e)):
                raise NoExpansion(f"`{e}` is not known")
            self.ground.require_defined(e)
            return self.constant(self.ground.simple(e))
        match e:
            case Variable():
                return self.approach
            case Neg():
                return self.negative(self(e.args[0]))
            case Add():
                return self.total([self(a) for a in e.args])
            case Mul():
                out = self(e.args[0])
                for a in e.args[1:]:
                    out = self.multiply(out, self(a))
                return out
            case Div():
                return self.divide(self(e.args[0]), self(e.args[1]))
            case Pow():
                return self._power(e)
            case Apply() if e.operation is log:
                return self._log(e.args[0])
            case Apply():
                return self.apply(e.operation, tuple(map(self, e.args)))
            case Where():
                return self._where(e)
            case Bound():
                return self._over_index(e)
        raise NoExpansion(f"no expansion of `{e}`")

    def _power(self, e: Pow) -> Expansion:
        base, exponent = e.args
        if not self.moves(exponent):
            if isinstance(base, Bound) and base.kind == "sum" and rational(exponent) is None:
                return self.exp(self.scaled(self._log(base), exponent))
            self.ground.require_defined(exponent)
            return self.power(self(base), self.ground.simple(exponent))
        moved = self(exponent)
        if moved.rest is None and (not moved.terms or (len(moved.terms) == 1 and moved.terms[0][1] == UNIT)):
            return self.power(self(base), moved.terms[0][0] if moved.terms else ZERO)  # it does not move after all
        try:
            logarithm = self._log(base)
        except NotDefined as why:  # for positive bases only; at infinity, the exponent may be meant to be an integer
            varies = any(m != UNIT and self.ground.sign(c) for c, m in moved.terms)
            if self.finite and varies and not self(base).is_zero:
                raise
            raise NoExpansion("a power of what is not positive") from why
        return self.exp(self.multiply(moved, logarithm))

    def _log(self, inner: Expr) -> Expansion:
        """log of a product of powers, factor by factor where these are positive; log Σ f is logsumexp of log f."""
        positive = self.ground.signs.holds
        match inner:
            case Apply() if inner.operation is exp:
                return self(inner.args[0])
            case Bound() if (
                inner.kind == "sum" and self._terms_depend_on_index(inner) and positive("positive", inner.body)
            ):
                return self._log_sum_exp(inner, log(inner.body))
            case Pow() if self.moves(inner.args[1]) or positive("positive", inner.args[0]):
                with suppress(NotDefined):  # the base is not positive; the power may be
                    return self.multiply(self(inner.args[1]), self._log(inner.args[0]))
            case Mul() if all(positive("positive", f) for f in inner.args):
                return self.total([self._log(f) for f in inner.args])
        return self.log(self(inner))

    def _terms_depend_on_index(self, e: Bound) -> bool:
        return e.index in unbound(e.body)

    def _where(self, e: Where) -> Expansion:
        condition = e.args[0]
        if not isinstance(condition, Relation) or condition.kind not in HOLDS:
            raise NoExpansion(f"`{condition}` is not decided")
        sign = self.sign(self.subtract(self(condition.left), self(condition.right)))
        return self(e.args[1] if sign in HOLDS[condition.kind] else e.args[2])

    # -- finite sums with a size that does not move

    def _over_index(self, e: Bound) -> Expansion:
        if self.moves(e.low) or self.moves(e.high):
            raise NoExpansion("a sum with a moving end")
        if any(leaf is INFINITY for leaf in walk(e.low, e.high)):
            raise NoExpansion("an infinite sum")
        if e.kind == "logsumexp":
            return self._log_sum_exp(e, e.body)
        if e.kind != "sum":
            raise NoExpansion(f"no expansion of a {e.kind} over an index")
        return self._summed(e, self._inside(e, e.body))

    def _inside(self, e: Bound, body: Expr) -> Expansion:
        """The expansion of a body at every position of the index: no monomial may depend on it."""
        outer, self._bound = self._bound, (*self._bound, e.index)
        try:
            return self(body)
        except NotDefined as why:  # the range may be empty
            raise NoExpansion(str(why)) from why
        finally:
            self._bound = outer

    def _summed(self, e: Bound, body: Expansion) -> Expansion:
        """Term by term: there are finitely many positions, so the remainders add up to one of the same order."""
        for m in (*(m for _, m in body.terms), *(() if body.rest is None else (body.rest,))):
            if _mentions(m, e.index):
                raise NoExpansion("terms of a sum that grow differently")
        terms = [(self.ground.simple(Bound.of("sum", c, e.index, e.low, e.high)), m) for c, m in body.terms]
        return self.settled(terms, body.rest)

    def _log_sum_exp(self, e: Bound, exponent: Expr) -> Expansion:
        """max ≤ log Σ exp ≤ max + log n; the maximum of c·g·m over the index is m·max(c·g), for one monomial m."""
        if not self._whole(e):
            raise NoExpansion("a log-sum-exp over a range that may be empty")
        self.ground.uses("max_of_exponents")
        f = self._inside(e, exponent)
        if any(_mentions(m, e.index) for m in (*(m for _, m in f.terms), *((f.rest,) if f.rest else ()))):
            raise NoExpansion("exponents that grow differently")
        large = [(c, m) for c, m in f.terms if self.scale.trend(m) > 0]
        if not large:
            exponents = self.exp(f)
            return self.log(self._summed(e, exponents))
        if len(large) > 1 or (f.rest is not None and self.scale.trend(f.rest) > 0):
            raise NoExpansion("exponents of several orders")
        ((c, m),) = large
        common, inside = self._before(c, e.index)
        if self.ground.sign(common) < 0:
            common, inside = self.ground.negative(common), Neg.of(inside)
        largest = Bound.of("max", inside, e.index, e.low, e.high) if e.index in unbound(inside) else inside
        return self.settled([(self.ground.times(common, largest), m)], UNIT)

    def _before(self, c: Expr, index: Index) -> tuple[Expr, Expr]:
        """The factors of c that do not depend on the index, and the others."""
        if isinstance(c, Neg):
            common, inside = self._before(c.args[0], index)
            return self.ground.negative(common), inside
        factors = c.args if isinstance(c, Mul) else (c,)
        common = ONE
        inside = [f for f in factors if index in unbound(f)]
        for f in factors:
            if f not in inside:
                common = self.ground.times(common, f)
        return common, ONE if not inside else inside[0] if len(inside) == 1 else Mul.of(*inside)

    @staticmethod
    def _whole(e: Bound) -> bool:
        return isinstance(e.low, Number) and e.low.value == 1 and isinstance(e.high, Size)


def _mentions(m: object, index: Index) -> bool:
    """Whether an index occurs in a monomial."""
    if isinstance(m, Expr):
        return index in unbound(m)
    if isinstance(m, tuple):
        return any(_mentions(part, index) for part in m)
    return _mentions(m.growth, index) or _mentions(m.powers, index)  # type: ignore[attr-defined]
