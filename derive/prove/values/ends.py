"""The limit of an expression at an end of a range, where it follows term by term. Trusted; it knows little.

Extended real arithmetic: a value is a finite expression, or one of the two infinities. What has the form ∞ − ∞ or 0 · ∞
is not known, but for xⁿ·e⁻ᵘ with a polynomial u → ∞ (Φ(−u) and φ(u) are smaller than that), and for xᵖ·(log x)ⁿ at 0
with p > 0 (DLMF 4.4(iii)).
"""

from __future__ import annotations

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.leaves import HALF, INFINITY, ONE, PI, ZERO, Symbol
from derive.expr.node import Expr, as_expr, walk
from derive.expr.operations import Apply
from derive.meaning.interval import Ranges
from derive.meaning.normal.signs import rational
from derive.meaning.regularity import ENTIRE, KINKED

PLUS, MINUS = "+oo", "-oo"
Value = Expr | str | None  # a finite limit, an infinity, or not known
AT_INFINITY: dict[str, dict[str, Value]] = {
    "exp": {PLUS: PLUS, MINUS: ZERO},
    "log": {PLUS: PLUS},
    "sqrt": {PLUS: PLUS},
    "abs": {PLUS: PLUS, MINUS: PLUS},
    "relu": {PLUS: PLUS, MINUS: ZERO},
    "softplus": {PLUS: PLUS, MINUS: ZERO},
    "sigmoid": {PLUS: ONE, MINUS: ZERO},
    "tanh": {PLUS: ONE, MINUS: Neg.of(ONE)},
    "erf": {PLUS: ONE, MINUS: Neg.of(ONE)},
    "Phi": {PLUS: ONE, MINUS: ZERO},
    "phi": {PLUS: ZERO, MINUS: ZERO},
    "sinh": {PLUS: PLUS, MINUS: MINUS},
    "cosh": {PLUS: PLUS, MINUS: PLUS},
}
CONTINUOUS = ENTIRE | KINKED


def limit_at_end(e: Expr, x: Symbol, end: Expr) -> Expr | None:
    """The finite limit of e as x goes to the end from inside of its domain; None if it is not known."""
    found = _Limits(x, end)(e)
    return found if isinstance(found, Expr) else None


class _Limits:
    def __init__(self, x: Symbol, end: Expr) -> None:
        self.x = x
        self.end: Value = PLUS if end is INFINITY else MINUS if end is Neg.of(INFINITY) else end
        self.at_zero = end is ZERO and x.domain.lower == 0
        self.ranges = Ranges()
        self.done: dict[Expr, Value] = {}

    def __call__(self, e: Expr) -> Value:
        if e not in self.done:
            self.done[e] = self._of(e)
        return self.done[e]

    def _of(self, e: Expr) -> Value:
        if e is self.x:
            return self.end
        if self.x not in set(walk(e)):
            return e
        match e:
            case Neg():
                return _negative(self(e.args[0]))
            case Add():
                return self._sum(e.args)
            case Mul():
                return self._product(e.args)
            case Div():
                below = self(e.args[1])
                if below in (PLUS, MINUS):
                    return self._product((e.args[0], e.args[1] ** -ONE), (self(e.args[0]), ZERO))
                if isinstance(below, Expr) and self.ranges(below).nonzero:
                    return self._product((e.args[0], ONE / below))
                return None
            case Pow():
                return self._power(e)
            case Apply() if len(e.args) == 1:
                return self._applied(e)
        return None

    def _sum(self, terms: tuple[Expr, ...]) -> Value:
        limits = [self(t) for t in terms]
        if None in limits or (PLUS in limits and MINUS in limits):
            return None
        if PLUS in limits or MINUS in limits:
            return PLUS if PLUS in limits else MINUS
        kept = [v for v in limits if isinstance(v, Expr) and v is not ZERO]
        return ZERO if not kept else kept[0] if len(kept) == 1 else Add.of(*kept)

    def _product(self, factors: tuple[Expr, ...], limits: tuple[Value, ...] = ()) -> Value:
        limits = limits or tuple(map(self, factors))
        if None in limits:
            return None
        infinite = [v for v in limits if isinstance(v, str)]
        finite = [v for v in limits if isinstance(v, Expr)]
        if not infinite:
            kept = [v for v in finite if v is not ONE]
            return (
                ZERO
                if any(v is ZERO for v in finite)
                else ONE
                if not kept
                else kept[0]
                if len(kept) == 1
                else Mul.of(*kept)
            )
        if any(v is ZERO for v in finite):
            return ZERO if self._decays(factors) else None
        signs = [self.ranges(v) for v in finite]
        if not all(s.positive or (-s).positive for s in signs):
            return None
        negative = sum((-s).positive for s in signs) + infinite.count(MINUS)
        return MINUS if negative % 2 else PLUS

    def _decays(self, factors: tuple[Expr, ...]) -> bool:
        """Whether a product of the form 0·∞ is one whose limit is known to be 0."""
        moving = [f for factor in factors for f in _flat(factor) if self.x in set(walk(f))]
        if self.at_zero:
            powers = [p for f in moving if (p := self._power_of_x(f)) is not None]
            logs = [f for f in moving if self._log_of_x(f)]
            return len(powers) + len(logs) == len(moving) and self.ranges(_total(powers)).positive
        fading = [f for f in moving if self._fades(f)]
        return bool(fading) and all(self._polynomial(f) for f in moving if f not in fading)

    def _fades(self, f: Expr) -> bool:
        """e^u, Φ(u) or a power of them with a polynomial u → −∞, or φ(u) with u → ±∞: smaller than any power of x."""
        if isinstance(f, Pow):
            n = rational(f.args[1])
            return n is not None and n > 0 and self._fades(f.args[0])
        if not isinstance(f, Apply) or not self._polynomial(f.args[0]):
            return False
        at = self(f.args[0])
        return (f.operation.name in ("exp", "Phi") and at == MINUS) or (
            f.operation.name == "phi" and at in (PLUS, MINUS)
        )

    def _polynomial(self, e: Expr) -> bool:
        if e is self.x or self.x not in set(walk(e)):
            return True
        match e:
            case Add() | Mul() | Neg():
                return all(map(self._polynomial, e.args))
            case Div():
                return self._polynomial(e.args[0]) and self.x not in set(walk(e.args[1]))
            case Pow():
                n = rational(e.args[1])
                return n is not None and n.denominator == 1 and n >= 0 and self._polynomial(e.args[0])
        return False

    def _power_of_x(self, f: Expr) -> Expr | None:
        if f is self.x:
            return ONE
        if isinstance(f, Pow) and f.args[0] is self.x and self.x not in set(walk(f.args[1])):
            return f.args[1]
        return (
            as_expr(HALF.value) if isinstance(f, Apply) and f.operation.name == "sqrt" and f.args[0] is self.x else None
        )

    def _log_of_x(self, f: Expr) -> bool:
        if isinstance(f, Pow):
            n = rational(f.args[1])
            return n is not None and n.denominator == 1 and n > 0 and self._log_of_x(f.args[0])
        return isinstance(f, Apply) and f.operation.name == "log" and f.args[0] is self.x

    def _power(self, e: Pow) -> Value:
        base, exponent = e.args
        if self.x in set(walk(exponent)):
            return None
        n, at = rational(exponent), self(base)
        if isinstance(at, Expr):
            lies = self.ranges(at)
            if at is ZERO and n is not None and n.denominator == 1 and n > 0:
                return ZERO
            if lies.positive or (n is not None and n.denominator == 1 and (n >= 0 or lies.nonzero)):
                return at**exponent
            if at is ZERO and self.ranges(exponent).positive and self.ranges(base).nonneg:
                return ZERO
            if at is ZERO and (-self.ranges(exponent)).positive and self.ranges(base).positive:
                return PLUS
            return None
        if at == PLUS:
            sign = self.ranges(exponent)
            return PLUS if sign.positive else ZERO if (-sign).positive else None
        if at == MINUS and n is not None and n.denominator == 1 and n != 0:
            return ZERO if n < 0 else PLUS if n % 2 == 0 else MINUS
        return None

    def _applied(self, e: Apply) -> Value:
        name, at = e.operation.name, self(e.args[0])
        if isinstance(at, str):
            return AT_INFINITY.get(name, {}).get(at)
        if at is None:
            return None
        if name in CONTINUOUS or (name in ("log", "sqrt") and self.ranges(at).positive):
            return Apply.of(e.operation, (at,))
        if name == "log" and at is ZERO and self.ranges(e.args[0]).positive:
            return MINUS
        return ZERO if name == "sqrt" and at is ZERO else None


def with_known_angles(e: Expr) -> Expr:
    """sin and cos at the integer multiples of π/2, as written, by their values (DLMF 4.17)."""
    done: dict[Expr, Expr] = {}
    for node in walk(e, into_terms=False):
        new = node.rebuild(tuple(done[a] for a in node.args)) if node.args else node
        if isinstance(new, Apply) and new.operation.name in ("sin", "cos"):
            quarters = _quarters(new.args[0])
            if quarters is not None:
                turn = (quarters + (new.operation.name == "cos")) % 4
                new = (ZERO, ONE, ZERO, Neg.of(ONE))[turn]
        done[node] = new
    return done[e]


def _quarters(u: Expr) -> int | None:
    """n for nπ/2 written as π, n·π, π/m, n·π/m, or with a minus sign."""
    if u is ZERO:
        return 0
    match u:
        case Neg():
            n = _quarters(u.args[0])
            return None if n is None else -n
        case Div():
            m = rational(u.args[1])
            n = _quarters(u.args[0])
            return None if n is None or m is None or m == 0 or (n / m).denominator != 1 else int(n / m)
        case Mul() if len(u.args) == 2:
            for factor, rest in (u.args, u.args[::-1]):
                q, n = rational(factor), _quarters(rest)
                if q is not None and n is not None and (q * n).denominator == 1:
                    return int(q * n)
    return 2 if u is PI else None


def _negative(v: Value) -> Value:
    if isinstance(v, Expr):
        return ZERO if v is ZERO else Neg.of(v)
    return {PLUS: MINUS, MINUS: PLUS}.get(v) if v is not None else None


def _flat(e: Expr) -> list[Expr]:
    if isinstance(e, Mul):
        return [f for a in e.args for f in _flat(a)]
    return _flat(e.args[0]) if isinstance(e, Neg) else [e]


def _total(terms: list[Expr]) -> Expr:
    return ZERO if not terms else terms[0] if len(terms) == 1 else Add.of(*terms)
