"""Signs that hold at the points considered, and what follows from them by adding up. Trusted.

A fact says that an expression is positive, not negative, 0 or not 0: a premise, the case that is looked at, or what
must hold where a claim is defined. Expressions are multiplied out over what arithmetic cannot take apart; each product
of such parts is an unknown, of which its interval is known too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import reduce

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.leaves import ONE, Index, Number
from derive.expr.node import Expr
from derive.expr.operations import (
    Apply,
    Operation,
    absolute,
    erf,
    exp,
    log,
    maximum,
    minimum,
    normal_cdf,
    relu,
    sigmoid,
    sinh,
    softplus,
    sqrt,
    tanh,
)
from derive.expr.propositions import Relation
from derive.expr.substitute import free_indices
from derive.meaning.alike import alike
from derive.meaning.integers import counts
from derive.meaning.interval import Interval, point, power
from derive.meaning.linear import Row, contradictory

POSITIVE, NONNEG, ZERO = "positive", "nonneg", "zero"
NONZERO, NONPOSITIVE, NEGATIVE = "nonzero", "nonpositive", "negative"
SIGNS = (POSITIVE, NONNEG, ZERO, NONZERO, NONPOSITIVE, NEGATIVE)
RELATIONS = {">": POSITIVE, ">=": NONNEG, "=": ZERO, "!=": NONZERO, "<=": NONPOSITIVE, "<": NEGATIVE}
MAX_TERMS, MAX_POWER = 60, 6
HALF = Fraction(1, 2)
ANCHORS: dict[Operation, tuple[Fraction, Fraction]] = {  # a point, and the value there
    exp: (Fraction(0), Fraction(1)), log: (Fraction(1), Fraction(0)), sqrt: (Fraction(1), Fraction(1)),
    tanh: (Fraction(0), Fraction(0)), sinh: (Fraction(0), Fraction(0)), erf: (Fraction(0), Fraction(0)),
    sigmoid: (Fraction(0), HALF), normal_cdf: (Fraction(0), HALF),
}  # fmt: skip
STRICT = (*ANCHORS, softplus)  # strictly increasing

Fact = tuple[str, Expr]  # one of SIGNS, and what has it
Product = tuple[tuple[int, int], ...]  # the number of a part and its exponent
Form = dict[Product, Fraction]


def of_relation(relation: Relation) -> Fact | None:
    """What a relation between two scalars says about the sign of their difference."""
    if relation.kind not in RELATIONS or relation.axes:
        return None
    left, right = relation.left, relation.right
    if isinstance(right, Number) and right.value == 0:
        return RELATIONS[relation.kind], left
    return RELATIONS[relation.kind], Add.of(left, Neg.of(right))


class Facts:
    """What follows from some facts. `interval` gives what is known of a part by itself."""

    def __init__(self, facts: Iterable[Fact], interval: Callable[[Expr], Interval]) -> None:
        self.interval = interval
        self.parts: list[Expr] = []
        self.numbers: dict[Expr, int] = {}
        self.rows: list[Row] = []
        self.ends: dict[Product, tuple[Row, ...]] = {}
        self.expanded: dict[Expr, Form] = {}
        self.nonzero: list[Form] = []
        self.indices: frozenset[Index] = frozenset()
        self.compared = 0  # the parts before this one have been compared with others
        for sign, e in facts:
            self._take(sign, e)

    def _take(self, sign: str, e: Expr) -> None:
        try:
            p = self.linear(e)
        except OverflowError:
            return
        self.indices |= frozenset(free_indices(e))
        if sign == NONZERO:
            self.nonzero.append(p)
            sign = POSITIVE if not self._possible(p, -1) else NEGATIVE if not self._possible(p, 1) else NONZERO
        if sign in (POSITIVE, NEGATIVE) and counts(e):  # an integer above 0 is at least 1
            p = _plus(p, {(): Fraction(-1 if sign == POSITIVE else 1)})
            sign = NONNEG if sign == POSITIVE else NONPOSITIVE
        if sign in (POSITIVE, NONNEG, ZERO):
            self.rows.append(_row(p, strict=sign == POSITIVE))
        if sign in (NEGATIVE, NONPOSITIVE, ZERO):
            self.rows.append(_row(_times(p, Fraction(-1)), strict=sign == NEGATIVE))

    def _compare(self) -> None:
        """Add what is always known of the parts met since the last time."""
        while self.compared < len(self.parts):
            n = self.compared
            self.compared += 1
            self.rows += self._defined(n, self.parts[n])
            self.rows += self._increasing(n, self.parts[n])

    def _increasing(self, n: int, part: Expr) -> Iterable[Row]:
        """f(u) ≥ f(v) if u ≥ v, for an increasing f; v is another argument in sight, or a point where f is known."""
        if not isinstance(part, Apply) or part.operation.monotone != 1 or len(part.args) != 1:
            return
        f, this = part.operation, {((n, 1),): Fraction(1)}
        if not self._inside(part):
            return
        others: list[tuple[Form, Form]] = []
        if f in ANCHORS:
            at, value = ANCHORS[f]
            others.append(({(): at} if at else {}, {(): value} if value else {}))
        for k, other in enumerate(self.parts[:n]):
            if isinstance(other, Apply) and other.operation is f and self._inside(other):
                others.append((self.linear(other.args[0]), {((k, 1),): Fraction(1)}))
        for at, value in others:
            gap = _plus(self.linear(part.args[0]), _times(at, Fraction(-1)))
            above = _plus(this, _times(value, Fraction(-1)))
            for sign in (1, -1):
                if self._holds(POSITIVE, _times(gap, Fraction(sign))):
                    yield _row(_times(above, Fraction(sign)), strict=f in STRICT)
                elif self._holds(NONNEG, _times(gap, Fraction(sign))):
                    yield _row(_times(above, Fraction(sign)), strict=False)

    def _inside(self, part: Apply) -> bool:
        """Whether the argument certainly lies in the domain of the operation."""
        domain, argument = part.operation.domain, part.args[0]
        if domain.lower is None and domain.upper is None:
            return True
        if domain.lower != 0 or domain.upper is not None:
            return False
        found, sign = self.interval(argument), POSITIVE if domain.open_lower else NONNEG
        known = found.positive if domain.open_lower else found.nonneg
        return known or self._holds(sign, self.linear(argument))

    def _defined(self, n: int, part: Expr) -> Iterable[Row]:
        """How a piecewise part compares with what it is made of: |u| ≥ ±u, max(a, b) ≥ a, and = where it is known."""
        if not isinstance(part, Apply) or part.operation not in (absolute, relu, maximum, minimum):
            return
        this: Form = {((n, 1),): Fraction(1)}
        upper = Fraction(-1 if part.operation is minimum else 1)
        try:
            values = [self.linear(a) for a in part.args]
        except OverflowError:
            return
        if part.operation is absolute:
            values.append(_times(values[0], Fraction(-1)))
        if part.operation is relu:
            values.append({})
        gaps = [_times(_plus(this, _times(v, Fraction(-1))), upper) for v in values]
        yield from (_row(gap, strict=False) for gap in gaps)
        first = _times(_plus(values[0], _times(values[1], Fraction(-1))), upper)
        for k, difference in ((0, first), (1, _times(first, Fraction(-1)))):
            if self._holds(NONNEG, difference):  # this value is the larger one (of a minimum, the smaller)
                yield _row(_times(gaps[k], Fraction(-1)), strict=False)
                return

    @property
    def impossible(self) -> bool:
        """Whether the facts contradict each other: there is no such point."""
        self._compare()
        if contradictory(self._with_intervals(self.rows)):
            return True
        return any(self._is_zero(p) for p in self.nonzero)

    def _is_zero(self, p: Form) -> bool:
        return not self._possible(p) and not self._possible(_times(p, Fraction(-1)))

    def _possible(self, p: Form, factor: int = 1, strict: bool = True) -> bool:
        """Whether factor·p > 0 (or ≥ 0) does not contradict the facts."""
        row = _row(_times(p, Fraction(factor)), strict)
        return not contradictory(self._with_intervals(self._connected(row)))

    def holds(self, sign: str, e: Expr) -> bool:
        """Whether `e` has this sign at every point at which the facts hold, as far as can be seen."""
        try:
            p = self.linear(e)
        except OverflowError:
            return False
        return self._holds(sign, p)

    def _holds(self, sign: str, p: Form) -> bool:
        self._compare()
        if not self._concerns(p):
            return False
        strict = {POSITIVE: True, NONNEG: False}.get(sign)
        if strict is not None and any(_multiple(p, row) and row.strict >= strict for row in self.rows):
            return True
        match sign:
            case "positive":
                return not self._possible(p, -1, False) or (self._holds(NONNEG, p) and self._apart(p))
            case "nonneg":
                return not self._possible(p, -1)
            case "negative" | "nonpositive":
                return self._holds({NEGATIVE: POSITIVE, NONPOSITIVE: NONNEG}[sign], _times(p, Fraction(-1)))
            case "zero":
                return self._is_zero(p)
            case "nonzero":
                return self._apart(p) or not self._possible(p, -1, False) or not self._possible(p, 1, False)
        raise ValueError(f"unknown sign {sign!r}")

    def _apart(self, p: Form) -> bool:
        """Whether `p` is a multiple of something that is not 0."""
        return any(p.keys() == q.keys() and len({p[m] / q[m] for m in p}) == 1 for q in self.nonzero)

    def _concerns(self, p: Form) -> bool:
        return any(m in row.factors for m in p for row in self.rows) or any(p.keys() == q.keys() for q in self.nonzero)

    # -- rows

    def _connected(self, row: Row) -> list[Row]:
        """`row` and the facts that share unknowns with it, directly or through others."""
        unknowns, chosen, left = set(row.factors), [row], list(self.rows)
        while near := [r for r in left if any(u in unknowns for u in r.factors)]:
            chosen += near
            left = [r for r in left if r not in near]
            unknowns.update(u for r in near for u in r.factors)
        return chosen

    def _with_intervals(self, rows: list[Row]) -> list[Row]:
        """The rows, and what the intervals say about each unknown in them."""
        unknowns: dict[Product, None] = {}
        for row in rows:
            unknowns.update(dict.fromkeys(row.factors))  # type: ignore[arg-type]
        return [*rows, *(row for m in unknowns for row in self._ends(m))]

    def _ends(self, m: Product) -> tuple[Row, ...]:
        """What the interval of an unknown says."""
        if m not in self.ends:
            found = reduce(lambda a, b: a * b, (self._power(n, k) for n, k in m))
            (low, open_low), (high, open_high) = found.low, found.high
            below = (Row({m: Fraction(1)}, -low, open_low),) if isinstance(low, Fraction) else ()
            above = (Row({m: Fraction(-1)}, high, open_high),) if isinstance(high, Fraction) else ()
            self.ends[m] = (*below, *above)
        return self.ends[m]

    def _power(self, n: int, k: int) -> Interval:
        base = self.interval(self.parts[n])
        return base if k == 1 else power(base, point(k), Number.of(k))

    # -- polynomials over parts

    def linear(self, e: Expr) -> Form:
        """`e` multiplied out. Raises `OverflowError` beyond the caps."""
        if e not in self.expanded:
            self.expanded[e] = self._linear(e)
        return self.expanded[e]

    def _linear(self, e: Expr) -> Form:
        match e:
            case Number():
                return {(): e.value} if e.value else {}
            case Neg():
                return _times(self.linear(e.args[0]), Fraction(-1))
            case Add():
                out: Form = {}
                for a in e.args:
                    out = _plus(out, self.linear(a))
                return out
            case Mul():
                return reduce(_product, map(self.linear, e.args))
            case Div() if isinstance(e.args[1], Number) and e.args[1].value:
                return _times(self.linear(e.args[0]), 1 / e.args[1].value)
            case Div() if e.args[0] is not ONE:
                return _product(self.linear(e.args[0]), self.linear(Div.of(ONE, e.args[1])))
            case Pow() if isinstance(e.args[1], Number) and e.args[1].value in range(1, MAX_POWER):
                base = self.linear(e.args[0])
                return reduce(_product, [base] * int(e.args[1].value))
        e = alike(e)
        if e not in self.numbers:
            self.numbers[e] = len(self.parts)
            self.parts.append(e)
        return {((self.numbers[e], 1),): Fraction(1)}


def _multiple(p: Form, row: Row) -> bool:
    """Whether `p` is a positive multiple of a row."""
    if len(p) != len(row.factors) + (row.constant != 0) or p.get((), 0) * row.constant < 0:
        return False
    ratios = {p.get(m, Fraction(0)) / f for m, f in row.factors.items()}  # type: ignore[call-overload]
    if row.constant:
        ratios.add(p.get((), Fraction(0)) / row.constant)
    return len(ratios) == 1 and min(ratios) > 0


def _row(p: Form, strict: bool) -> Row:
    return Row({m: c for m, c in p.items() if m}, p.get((), Fraction(0)), strict)


def _times(p: Form, factor: Fraction) -> Form:
    return {m: c * factor for m, c in p.items()}


def _plus(p: Form, q: Form) -> Form:
    out = dict(p)
    for m, c in q.items():
        out[m] = out.get(m, Fraction(0)) + c
    return {m: c for m, c in out.items() if c}


def _product(p: Form, q: Form) -> Form:
    if len(p) * len(q) > MAX_TERMS:
        raise OverflowError("too many terms")
    out: Form = {}
    for m, c in p.items():
        for n, d in q.items():
            exponents = dict(m)
            for part, k in n:
                exponents[part] = exponents.get(part, 0) + k
            key = tuple(sorted(exponents.items()))
            out[key] = out.get(key, Fraction(0)) + c * d
    return {m: c for m, c in out.items() if c}
