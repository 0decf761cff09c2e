"""Enclosures of an expression on a whole half-line t ≥ R: sums of C·tᵏ·exp(at + bt²), the C in balls. Trusted.

Every term is known exactly in how it grows, and its coefficient lies in a ball for all t ≥ R. The term that grows
fastest decides the sign, once the others are small beside it from R on. (Hardy, Orders of Infinity, 1910, has the
scale; the enclosures are those of interval arithmetic.)
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb, fmpq

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.domains import REAL
from derive.expr.leaves import Constant, Number, Symbol
from derive.expr.node import Expr
from derive.expr.operations import OPERATIONS, Apply, Operation, normal_cdf
from derive.expr.propositions import Relation
from derive.expr.structure import Weighted, Where
from derive.meaning.numbers import ball
from derive.meaning.numbers.ball import Finite
from derive.meaning.numbers.evaluate import CONSTANTS
from derive.prove.smt.linear import rational
from derive.prove.subdivision.enclosure import enclose

Key = tuple[Fraction, Fraction, Fraction]  # b, a, k of tᵏ·exp(at + bt²): in the order of growth
F0, F1 = Fraction(0), Fraction(1)
CONSTANT: Key = (F0, F0, F0)
MOST_TERMS = 40
EXP, SIGMOID, SOFTPLUS = OPERATIONS["exp"], OPERATIONS["sigmoid"], OPERATIONS["softplus"]
PLACE = Symbol("x", domain=REAL)  # of a derivative
UNIT = arb(0).union(arb(1))


class UnknownTailError(Exception):
    """The behaviour towards infinity is outside of the scale, or not settled from R on."""


def finite(value: object) -> Finite:
    """A value that there is. Raises `UnknownTailError`."""
    if isinstance(value, fmpq) or (isinstance(value, arb) and value.is_finite()):
        return value
    raise UnknownTailError("a value is not finite")


class Tail:
    """Σ C·tᵏ·exp(at + bt²) for all t ≥ R."""

    def __init__(self, start: Fraction, terms: dict[Key, Finite]) -> None:
        self.start = start
        self.terms = {key: c for key, c in terms.items() if not (isinstance(c, fmpq) and c == 0)}
        if len(self.terms) > MOST_TERMS:
            raise UnknownTailError("too many terms")

    def like(self, terms: dict[Key, Finite]) -> Tail:
        return Tail(self.start, terms)

    def constant(self, value: Finite) -> Tail:
        return self.like({CONSTANT: finite(ball.settle(value))})

    def __add__(self, other: Tail) -> Tail:
        out = dict(self.terms)
        for key, c in other.terms.items():
            out[key] = finite(ball.add((out[key], c))) if key in out else c
        return self.like(out)

    def __mul__(self, other: Tail) -> Tail:
        out: dict[Key, Finite] = {}
        for (b, a, k), c in self.terms.items():
            for (bb, aa, kk), d in other.terms.items():
                key = b + bb, a + aa, k + kk
                product = finite(ball.multiply((c, d)))
                out[key] = finite(ball.add((out[key], product))) if key in out else product
        return self.like(out)

    def __neg__(self) -> Tail:
        return self.times(fmpq(-1))

    def __sub__(self, other: Tail) -> Tail:
        return self + -other

    def times(self, factor: Finite) -> Tail:
        return self * self.constant(factor)

    # -- growth

    def largest(self, key: Key) -> arb:
        """The value at R of tᵏ·exp(at + bt²), which must fall from R on: then it is the largest."""
        b, a, k = key
        r = self.start
        if max(k, F0) / r + a + 2 * b * r > 0 or b > 0 or (b == 0 and a > 0):
            raise UnknownTailError("a term still grows")
        t = arb(ball.exact(r))
        return (t ** arb(ball.exact(k))) * (arb(ball.exact(a)) * t + arb(ball.exact(b)) * t * t).exp()

    def led(self) -> tuple[Key, Finite, Tail]:
        """The fastest term: its growth, its coefficient, and the rest in units of that growth."""
        if not self.terms:
            return CONSTANT, fmpq(0), self
        key = max(self.terms)
        rest = {(b - key[0], a - key[1], k - key[2]): c for (b, a, k), c in self.terms.items() if (b, a, k) != key}
        return key, self.terms[key], self.like(rest)

    def range(self) -> Finite:
        """A ball of all values from R on, if none of the terms grows."""
        total: Finite = fmpq(0)
        for key, c in self.terms.items():
            value = c if key == CONSTANT else arb(c) * (self.largest(key) * UNIT)
            total = finite(ball.add((total, value)))
        return total

    def bracket(self) -> tuple[Key, Finite]:
        """The growth and an enclosure of the value in units of it."""
        key, c, rest = self.led()
        return key, finite(ball.add((c, rest.range())))

    @property
    def sign(self) -> int:
        """1, 0 or -1 for all t ≥ R. Raises `UnknownTailError`."""
        if not self.terms:
            return 0
        _, b = self.bracket()
        if b > 0 or b < 0:
            return 1 if b > 0 else -1
        raise UnknownTailError("the sign of the leading term is open")

    @property
    def direction(self) -> int:
        """1 or -1 if the value tends to +∞ or -∞, 0 if it stays bounded."""
        key, _ = self.bracket()
        if key <= CONSTANT:
            self.range()
            return 0
        return self.sign

    # -- arithmetic that is not exact

    def power(self, q: Fraction) -> Tail:
        if q.denominator == 1 and 0 <= q <= 12:
            out = self.constant(fmpq(1))
            for _ in range(int(q)):
                out = out * self
            return out
        (b, a, k), c = self.bracket()
        if not (c > 0 or (c < 0 and q.denominator == 1)):
            raise UnknownTailError("a power of what may be 0")
        return self.like({(b * q, a * q, k * q): finite(ball.power(ball.settle(c), ball.exact(q), True))})

    def exp(self) -> Tail:
        b = a = F0
        rest: dict[Key, Finite] = {}
        for key, c in self.terms.items():
            if key[:2] == (F0, F0) and key[2] in (1, 2) and isinstance(c, fmpq):
                a, b = (a + ball.fraction(c), b) if key[2] == 1 else (a, b + ball.fraction(c))
            else:
                rest[key] = c
        return self.like({(b, a, F0): fmpq(1)}) * self.like(rest).smooth(EXP)

    def log(self) -> Tail:
        """log(C·exp(at + bt²)·(1 + r)) = log C + at + bt² + r·m with m between 1/(1 + r) and 1."""
        (b, a, k), c, rest = self.led()
        if k != 0 or not c > 0:
            raise UnknownTailError("a logarithm outside of the scale")
        r = rest.times(finite(ball.divide(fmpq(1), c)))
        out = self.like({(F0, F0, F1): ball.exact(a), (F0, F0, 2 * F1): ball.exact(b)})
        if not (isinstance(c, fmpq) and c == 1):
            out = out + self.constant(arb(c).log())
        low, high = arb(r.range()).lower(), arb(r.range()).upper()
        if not low > -1:
            raise UnknownTailError("a logarithm of what may be 0")
        slopes = (1 / (1 + high.max(arb(0)))).union(1 / (1 + low.min(arb(0)))).union(arb(1))
        return out + r.times(slopes)

    def logistic(self) -> Tail:
        """σ: next to 1 as 1 - σ(-x), next to 0 as exp(x)/(1 + exp(x))."""
        one = self.constant(fmpq(1))
        if self.direction > 0:
            return one - (-self).logistic()
        if self.direction < 0:
            e = self.exp()
            return e * (one + e).power(Fraction(-1))
        return self.smooth(SIGMOID)

    def softplus(self) -> Tail:
        if self.direction > 0:
            return self + (-self).softplus()
        if self.direction < 0:
            return (self.constant(fmpq(1)) + self.exp()).log()
        return self.smooth(SOFTPLUS)

    def normal_tail(self) -> Tail:
        """Φ(x) for x → -∞: with u = -x it is φ(u)·M(u), and u/(1 + u²) < M(u) < 1/u (Gordon 1941; DLMF 7.8)."""
        u = -self
        density = (u * u).times(fmpq(-1, 2)).exp().times(1 / (2 * arb.pi()).sqrt())
        near = arb(u.power(Fraction(-2)).range()).upper()
        return density * u.power(Fraction(-1)).times((1 / (1 + near)).union(arb(1)))

    def normal_cdf(self) -> Tail:
        if self.direction > 0:
            return self.constant(fmpq(1)) - (-self).normal_tail()
        return self.normal_tail() if self.direction < 0 else self.smooth(normal_cdf)

    def tanh(self) -> Tail:
        if self.direction == 0:
            return self.smooth(OPERATIONS["tanh"])
        return self.times(fmpq(2)).logistic().times(fmpq(2)) - self.constant(fmpq(1))

    def smooth(self, f: Operation) -> Tail:
        """f of what stays bounded: f(c) + (x - c)·f' with c the constant part and f' enclosed between c and x."""
        values = self.range()
        c = self.terms.get(CONSTANT, fmpq(0))
        if not isinstance(c, fmpq):
            c = arb(c).mid().fmpq()
        at_c = finite(ball.apply(f, (c,)))
        slope = finite(enclose(f.partials(PLACE)[0], {PLACE: arb(values).union(arb(c))}))
        return self.constant(at_c) + (self - self.constant(c)).times(slope)


class Tails:
    """The enclosures of expressions in one variable s on s ≥ R (`towards` 1) or s ≤ -R (-1)."""

    def __init__(self, variable: Expr, start: Fraction, towards: int) -> None:
        assert start >= 1
        self.zero = Tail(start, {})
        self.done: dict[Expr, Tail] = {variable: Tail(start, {(F0, F0, F1): fmpq(towards)})}

    def __call__(self, e: Expr) -> Tail:
        if e not in self.done:
            self.done[e] = self._of(e)
        return self.done[e]

    def _of(self, e: Expr) -> Tail:
        if (value := rational(e)) is not None:
            return self.zero.constant(ball.exact(value))
        match e:
            case Number():
                return self.zero.constant(ball.exact(e.value))
            case Constant() if e.name in CONSTANTS:
                return self.zero.constant(CONSTANTS[e.name]())
            case Add():
                return sum((self(a) for a in e.args), self.zero)
            case Mul():
                out = self.zero.constant(fmpq(1))
                for a in e.args:
                    out = out * self(a)
                return out
            case Neg():
                return -self(e.args[0])
            case Div():
                return self(e.args[0]) * self(e.args[1]).power(Fraction(-1))
            case Pow() if (n := rational(e.args[1])) is not None:
                return self(e.args[0]).power(n)
            case Where() if isinstance(e.args[0], Relation):
                return self(e.args[1]) if self._holds(e.args[0]) else self(e.args[2])
            case Weighted():
                weight = self(e.args[0])
                return weight * self(e.args[1]) if weight.sign else self.zero
            case Apply():
                return self._applied(e)
        raise UnknownTailError(f"`{e}` is outside of the scale")

    def _holds(self, relation: Relation) -> bool:
        sign = (self(relation.left) - self(relation.right)).sign
        kinds = {1: (">", ">=", "!="), 0: ("=", "<=", ">="), -1: ("<", "<=", "!=")}
        return relation.kind in kinds[sign]

    def _applied(self, e: Apply) -> Tail:
        name, x = e.operation.name, self(e.args[0])
        match name:
            case "exp":
                return x.exp()
            case "log":
                return x.log()
            case "sqrt":
                return x.power(Fraction(1, 2))
            case "sigmoid":
                return x.logistic()
            case "softplus":
                return x.softplus()
            case "tanh":
                return x.tanh()
            case "Phi":
                return x.normal_cdf()
            case "phi":
                return (x * x).times(fmpq(-1, 2)).exp().times(1 / (2 * arb.pi()).sqrt())
            case "abs":
                return -x if x.sign < 0 else x
            case "relu":
                return x if x.sign >= 0 else self.zero
            case "sign":
                return x.constant(fmpq(x.sign))
            case "step" if x.sign:
                return x.constant(fmpq(int(x.sign > 0)))
            case "max" | "min":
                y = self(e.args[1])
                larger, smaller = (x, y) if (x - y).sign >= 0 else (y, x)
                return larger if name == "max" else smaller
            case "sin" | "cos":
                return x.constant(arb(-1).union(arb(1)))
            case "erf" if x.direction == 0:
                return x.smooth(e.operation)
        unfold = e.operation.unfold
        if unfold is None or unfold(*e.args) is e:
            raise UnknownTailError(f"{name} is outside of the scale")
        return self(unfold(*e.args))
