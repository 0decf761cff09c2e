"""Coefficients: expressions without the variable of a limit, with what is known of their signs.

They are kept in normal form where that is proved equal, so that what cancels is seen to cancel. A sign that is not
known is asked for by `NeedSign`; whoever asked distinguishes cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.leaves import ONE, ZERO, Index, Number, Symbol
from derive.expr.node import Expr, as_expr, walk
from derive.expr.operations import Apply, absolute, exp, log
from derive.expr.structure import Bound, Indexed
from derive.meaning.facts import NEGATIVE, NONNEG, NONPOSITIVE, POSITIVE, Fact
from derive.meaning.normal.defined import requirements
from derive.meaning.normal.lower import Normaliser
from derive.meaning.normal.prove import equal
from derive.meaning.normal.render import written
from derive.meaning.normal.signs import Signs, rational

CONTRADICTED = {
    POSITIVE: (NONPOSITIVE, NEGATIVE),
    NONNEG: (NEGATIVE,),
    NEGATIVE: (NONNEG, POSITIVE),
    NONPOSITIVE: (POSITIVE,),
}
MAX_SIMPLIFIED = 400  # nodes of an expression that is still brought to normal form
MAX_WORK = 1_000  # coefficients brought to normal form for one limit


class NoExpansion(Exception):  # noqa: N818 -- no error: the limit is not found this way
    """Why a limit is not found."""


class NotDefined(NoExpansion):
    """The body has no real value on the way to the limit."""


class NeedMoreTerms(NoExpansion):
    """The known terms cancel, or what is left out is too large."""


class NeedSign(NoExpansion):
    """The sign of `e` decides what happens."""

    def __init__(self, e: Expr) -> None:
        super().__init__(f"the sign of {e} is not known")
        self.e = e


class Effort:
    """What all cases and orders of one limit may spend together, in coefficients brought to normal form."""

    def __init__(self, limit: int = MAX_WORK) -> None:
        self.limit, self.spent = limit, 0

    def spend(self) -> None:
        """Take one away. Raises `NoExpansion` when none are left."""
        self.spent += 1
        if self.spent > self.limit:
            raise NoExpansion(f"more than {self.limit} coefficients")


class Ground:
    """Arithmetic and signs of coefficients under some facts. What it proves rests on `equal` and `Signs`."""

    def __init__(self, facts: Iterable[Fact] = (), effort: Effort | None = None) -> None:
        self.facts = tuple(facts)
        self.signs = Signs(facts=self.facts)
        self.effort = effort or Effort()
        self.needs: dict[Fact, None] = {}  # what makes the coefficients defined, as far as it is not known to hold
        self.laws: dict[str, None] = {}
        self._simple: dict[Expr, Expr] = {}
        self._sign: dict[Expr, int] = {}

    def uses(self, law: str) -> None:
        """Note a law that the derivation rests on."""
        self.laws[law] = None

    # -- arithmetic

    def plus(self, a: Expr, b: Expr) -> Expr:
        p, q = rational(a), rational(b)
        if p is not None and q is not None:
            return as_expr(p + q)
        return b if p == 0 else a if q == 0 else self.simple(Add.of(*_terms(a), *_terms(b)))

    def times(self, a: Expr, b: Expr) -> Expr:
        p, q = rational(a), rational(b)
        if p is not None and q is not None:
            return as_expr(p * q)
        if p == 0 or q == 0:
            return ZERO
        if p == 1:
            return b
        if q == 1:
            return a
        if p == -1:
            return self.negative(b)
        if q == -1:
            return self.negative(a)
        return self.simple(Mul.of(*_factors(a), *_factors(b)))

    def negative(self, a: Expr) -> Expr:
        p = rational(a)
        if p is not None:
            return as_expr(-p)
        return a.args[0] if isinstance(a, Neg) else Neg.of(a)

    def over(self, a: Expr, b: Expr) -> Expr:
        """a/b; b is known not to be 0."""
        p, q = rational(a), rational(b)
        if q == 0:
            raise NotDefined("a quotient by 0")
        if p is not None and q is not None:
            return as_expr(p / q)
        if q is not None:
            return self.times(as_expr(1 / q), a)
        return ZERO if p == 0 else self.simple(Div.of(a, b))

    def power(self, a: Expr, e: Expr) -> Expr:
        """a**e; a is known to be positive, or not 0 and e an integer."""
        p, q = rational(a), rational(e)
        if q == 1:
            return a
        if q == 0 or p == 1:
            return ONE
        if p is not None and q is not None and q.denominator == 1 and abs(q) <= 64:
            return as_expr(p ** int(q))
        return self.simple(Pow.of(a, e))

    def exp(self, a: Expr) -> Expr:
        if rational(a) == 0:
            return ONE
        if isinstance(a, Apply) and a.operation is log:  # defined, so its argument is positive
            return a.args[0]
        if isinstance(a, Bound) and a.kind == "max" and isinstance(a.body, Apply) and a.body.operation is log:
            return Bound.of("max", a.body.args[0], a.index, a.low, a.high)  # exp is increasing
        return self.simple(exp(a))

    def log(self, a: Expr) -> Expr:
        """log a; a is known to be positive."""
        return ZERO if rational(a) == 1 else self.simple(log(a))

    # -- normal form

    def simple(self, e: Expr) -> Expr:
        """An equal expression, plainer if one is found and proved."""
        if rational(e) is not None:
            return e
        if e not in self._simple:
            self._simple[e] = self._simplified(e)
        return self._simple[e]

    def _simplified(self, e: Expr) -> Expr:
        self.effort.spend()
        size = sum(1 for _ in walk(e))
        if size > MAX_SIMPLIFIED:
            raise NoExpansion("a coefficient is too long")
        try:
            found = written(search := Normaliser(None, {}, False, self.facts), search.normalise(e))
        except Exception:  # the search is not trusted: without a normal form, the coefficient stays as it is
            return e
        if rational(found) is None and sum(1 for _ in walk(found)) > size + 2:
            found = e if not self._vanishes(e) else ZERO
        return found if found is e or self.same(e, found) else e

    def _vanishes(self, e: Expr) -> bool:
        return self.same(e, ZERO)

    def same(self, a: Expr, b: Expr) -> bool:
        """Whether a = b is proved, wherever both are defined."""
        found = equal(a, b, facts=self.facts)
        if not found.proved or found.conditions:
            return False
        self.laws.update(dict.fromkeys(found.laws_used))
        return True

    # -- where coefficients are defined

    def require_defined(self, e: Expr) -> None:
        """Note what makes `e` defined. Raises `NotDefined` if that certainly does not hold."""
        for sign, part in requirements(e):
            if self._fails(sign, part):
                raise NotDefined(f"`{e}` has no value")
        for sign, part in self._bases(e):  # with other bases, the power is defined for some exponents only
            if self._fails(sign, part):
                raise NoExpansion(f"`{e}` may have no value")

    def _fails(self, sign: str, part: Expr) -> bool:
        """Whether a sign certainly does not hold; it is noted as needed if it is not known to hold."""
        if self.signs.holds(sign, part):
            return False
        if any(self.signs.holds(against, part) for against in CONTRADICTED.get(sign, ())):
            return True
        if sign not in (NONNEG, NONPOSITIVE) and self.same(part, ZERO):
            return True
        self.needs[sign, part] = None
        return False

    def _bases(self, e: Expr) -> Iterator[Fact]:
        """What makes powers defined whose exponent is no number."""
        for node in walk(e):
            if isinstance(node, Pow) and rational(node.args[1]) is None:
                rising = self.signs.holds("positive", node.args[1])
                yield NONNEG if rising else POSITIVE, node.args[0]

    # -- signs

    def sign(self, e: Expr) -> int:
        """-1, 0 or 1. Raises `NeedSign`."""
        p = rational(e)
        if p is not None:
            return (p > 0) - (p < 0)
        if e not in self._sign:
            self._sign[e] = self._sign_of(e)
        return self._sign[e]

    def _sign_of(self, e: Expr) -> int:
        for form in (e, self.simple(e)):
            known = self._known(form)
            if known is not None:
                return known
        form = self.simple(e)
        if self.same(form, ZERO):
            return 0
        match form:
            case Neg():
                return -self.sign(form.args[0])
            case Mul() | Div():
                unknown = [f for f in form.args if self._known(f) is None]
                if len(unknown) < len(form.args) or all(not isinstance(f, Number) for f in unknown):
                    out = 1
                    for f in form.args:
                        out *= self.sign(f)
                    return out
            case Pow():
                base, n = form.args[0], rational(form.args[1])
                if n is not None and n.denominator == 1 and n != 0:
                    found = self.sign(base)
                    return found * found if n % 2 == 0 else found
            case Apply() if form.operation is absolute:
                return abs(self.sign(form.args[0]))
            case Apply() if form.operation is log:
                return self.sign(self.plus(form.args[0], as_expr(-1)))
            case Add():
                found = self._of_logs(form)
                found = self._of_product(form) if found is None else found
                if found is not None:
                    return self.sign(found)
        raise NeedSign(form)

    def _known(self, e: Expr) -> int | None:
        p = rational(e)
        if p is not None:
            return (p > 0) - (p < 0)
        for sign, value in (("positive", 1), ("negative", -1)):
            if self.signs.holds(sign, e):
                return value
        if self.signs.facts is not None and self.signs.facts.holds("zero", e):
            return 0
        return None

    def _of_logs(self, e: Add) -> Expr | None:
        """a - b for log a - log b (times a positive number), which have one sign."""
        if len(e.args) != 2:
            return None
        (p, a), (q, b) = (_scaled(t) for t in e.args)
        logs = all(isinstance(t, Apply) and t.operation is log for t in (a, b))
        if not logs or p != -q:
            return None
        plus, minus = (a, b) if p > 0 else (b, a)
        return self.plus(plus.args[0], self.negative(minus.args[0]))

    def _of_product(self, e: Add) -> Expr | None:
        """A product that is equal to the sum: with a factor that all terms have before the brackets."""
        parts = [dict.fromkeys(_factors(_scaled(t)[1])) for t in e.args]
        for factor in parts[0]:
            if rational(factor) is not None or not all(factor in p for p in parts[1:]):
                continue
            rest = []
            for t in e.args:
                number, product = _scaled(t)
                kept = list(_factors(product))
                kept.remove(factor)
                rest.append(Mul.of(as_expr(number), *kept) if kept else as_expr(number))
            bracket = self.simple(Add.of(*rest))
            if self.same(e, Mul.of(factor, bracket)):
                return Mul.of(factor, bracket) if rational(bracket) is None else self.times(bracket, factor)
        return None


def _terms(e: Expr) -> tuple[Expr, ...]:
    return e.args if isinstance(e, Add) else (e,)


def _factors(e: Expr) -> tuple[Expr, ...]:
    return e.args if isinstance(e, Mul) else (e,)


def _scaled(e: Expr) -> tuple[Fraction, Expr]:
    """A number and what it multiplies."""
    number = Fraction(1)
    while isinstance(e, Neg):
        number, e = -number, e.args[0]
    if isinstance(e, Mul):
        rest = []
        for f in e.args:
            p = rational(f)
            if p is None:
                rest.append(f)
            else:
                number *= p
        e = Mul.of(*rest) if len(rest) > 1 else rest[0] if rest else ONE
    elif (p := rational(e)) is not None:
        return number * p, ONE
    return number, e


def root(e: Expr) -> tuple[Symbol | Indexed, Expr] | None:
    """A leaf, and the value of it at which `e` is 0, where the leaf is a term of `e` and in no other term."""
    terms = [_scaled(t) for t in _terms(e)]
    for number, leaf in terms:
        if not isinstance(leaf, Symbol | Indexed) or (
            isinstance(leaf, Indexed) and not isinstance(leaf.of_what, Symbol)
        ):
            continue
        if sum(n is leaf for t in _terms(e) for n in walk(t)) == 1:
            others = [
                as_expr(-p / number) if t is ONE else Mul.of(as_expr(-p / number), t) for p, t in terms if t is not leaf
            ]
            return leaf, ZERO if not others else others[0] if len(others) == 1 else Add.of(*others)
    return None


def splittable(e: Expr) -> bool:
    """Whether cases of the sign of `e` can be told apart at a point: nothing in it is bound by a sum around it."""
    return any(isinstance(leaf, Symbol | Index) for leaf in walk(e))
