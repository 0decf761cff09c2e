"""How fast a function can grow or must fall towards +∞: majorants for the tails of improper integrals. Rigorous.

`above` gives rates whose sum is at least |f(y)|, and `below` one rate that is at most |f(y)|, for every y ≥ T, where
T ≥ 1 is given. None means that no bound is known; then there is no value either.
"""

from __future__ import annotations

from flint import arb, fmpq

from derive.meaning.numbers.integrand import Number, Tree, chosen, constant, multiply
from derive.meaning.numbers.rate import ONE, ZERO, Rate, Rates, exponential, largest, speed

MOST_RATES = 48


class Growth:
    """Bounds of functions for y ≥ T."""

    def __init__(self, t: arb) -> None:
        self.t = t

    def tail(self, f: Tree) -> arb | None:
        """An upper bound of ∫_T^∞ |f|."""
        rates = self.above(f)
        if rates is None:
            return None
        total = arb(0)
        for rate in rates:
            part = rate.tail(self.t)
            if part is None or not part.is_finite():
                return None
            total += part
        return total.abs_upper()

    # -- polynomials in y

    def polynomial(self, f: Tree) -> dict[int, Number] | None:
        """Coefficients by degree."""
        if not f.moving:
            return {0: f.number} if f.kind == "const" else None
        match f.kind:
            case "x":
                return {1: ONE}
            case "add":
                out: dict[int, Number] = {}
                for part in map(self.polynomial, f.args):
                    if part is None:
                        return None
                    for n, c in part.items():
                        out[n] = out.get(n, ZERO) + c
                return out
            case "mul":
                return self._product(f.args)
            case "pow" if isinstance(f.number, fmpq) and f.number.q == 1 and 0 < f.number <= 8:
                return self._product(f.args * int(f.number.p))
        return None

    def _product(self, factors: tuple[Tree, ...]) -> dict[int, Number] | None:
        out: dict[int, Number] = {0: ONE}
        for part in map(self.polynomial, factors):
            if part is None:
                return None
            new: dict[int, Number] = {}
            for n, c in out.items():
                for m, d in part.items():
                    new[n + m] = new.get(n + m, ZERO) + c * d
            out = new
        return out

    def line(self, f: Tree) -> tuple[Number, Number] | None:
        """Slope and offset."""
        p = self.polynomial(f)
        if p is None or any(n > 1 for n in p):
            return None
        return p.get(1, ZERO), p.get(0, ZERO)

    def _ceiling(self, u: Tree) -> dict[int, Number] | None:
        """A polynomial of degree ≤ 2 that u does not exceed."""
        p = self.polynomial(u)
        if p is not None:
            out = {n: c for n, c in p.items() if n <= 2}
            for n, c in p.items():
                if n > 2:  # c yⁿ ≤ c Tⁿ⁻² y² for c < 0
                    if not c <= 0:
                        return None
                    out[2] = out.get(2, ZERO) + c * self.t ** (n - 2)
            return out
        if u.kind == "add":
            parts = [self._ceiling(a) for a in u.args]
            out = {}
            for part in parts:
                if part is None:
                    return None
                for n, c in part.items():
                    out[n] = out.get(n, ZERO) + c
            return out
        return self._ceiling_of_term(u)

    def _ceiling_of_term(self, u: Tree) -> dict[int, Number] | None:
        sign, rest = self._signed(u)
        if sign < 0 and self.positive(rest):
            c, inner = self._scaled(rest)
            if inner.kind == "exp" and (line := self.line(inner.args[0])) is not None and line[0] > 0:
                # e^v ≥ v² for v ≥ 0
                slope, offset = line
                if slope * self.t + offset >= 0:
                    return {2: -c * slope**2, 1: -2 * c * slope * offset, 0: -c * offset**2}
            if inner.kind == "pow" and inner.args[0].kind == "x" and inner.number >= 1:
                return {1: -c * self.t ** (arb(inner.number) - 1)}
            return {0: ZERO}
        rates = self.above(u)
        if rates is not None and all(r.a >= 0 and r.b <= 0 and r.n <= 0 for r in rates):
            return {0: sum((r.at(self.t) for r in rates), ZERO)}
        return self._bounded_by_line(rates)

    def _bounded_by_line(self, rates: Rates | None) -> dict[int, Number] | None:
        """Σ C yⁿ with n ≤ 2 as a multiple of y or y²."""
        if rates is None or not all(r.a >= 0 and r.b <= 0 and r.n <= 2 for r in rates):
            return None
        total = sum((r.c for r in rates), ZERO)
        return {1: total} if all(r.n <= 1 for r in rates) else {2: total}

    def _signed(self, u: Tree) -> tuple[int, Tree]:
        if u.kind == "mul" and u.args[0].kind == "const" and u.args[0].number < 0:
            return -1, Tree("mul", (Tree("const", number=-u.args[0].number), *u.args[1:]))
        return 1, u

    def _scaled(self, u: Tree) -> tuple[Number, Tree]:
        """A positive constant factor, and the rest."""
        if u.kind == "mul" and u.args[0].kind == "const":
            rest = u.args[1:]
            return u.args[0].number, rest[0] if len(rest) == 1 else Tree("mul", rest)
        return ONE, u

    # -- from above

    def above(self, f: Tree) -> Rates | None:
        """Rates whose sum is at least |f|."""
        out = self._above(f)
        return out if out is None or len(out) <= MOST_RATES else None

    def _above(self, f: Tree) -> Rates | None:
        match f.kind:
            case "const":
                return [Rate(abs(arb(f.number)).abs_upper())]
            case "x":
                return [Rate(ONE, ONE)]
            case "add":
                return self._united(*f.args)
            case "mul":
                out = [Rate(ONE)]
                for a in f.args:
                    rates = self.above(a)
                    if rates is None or len(out) * len(rates) > MOST_RATES:
                        return None
                    out = [r.times(s) for r in out for s in rates]
                return out
            case "pow":
                return self._power_above(f)
            case "where":
                branch = self._branch(f)
                return self._united(f.args[2], f.args[3]) if branch is None else self.above(branch)
            case "exp":
                p = self._ceiling(f.args[0])
                return None if p is None else [exponential(p)]
            case "abs" | "relu":
                return self.above(f.args[0])
            case "min" | "max":
                return self._united(*f.args)
            case "tanh" | "erf" | "sin" | "cos" | "sign" | "step":
                return [Rate(ONE)]
            case "sigmoid" | "softplus" | "Phi" | "phi":
                return self._of_line(f)
            case "sinh" | "cosh":
                line = self.line(f.args[0])
                return None if line is None else [Rate(arb(abs(line[1])).exp(), ZERO, abs(line[0]))]
            case "log":
                return self._log_above(f.args[0])
        return None

    def _united(self, *parts: Tree) -> Rates | None:
        out: Rates = []
        for part in parts:
            rates = self.above(part)
            if rates is None:
                return None
            out += rates
        return out

    def _branch(self, f: Tree) -> Tree | None:
        """The branch of a case that holds for all y ≥ T, if that is known."""
        gap = self.polynomial(Tree("add", (f.args[0], Tree("mul", (Tree("const", number=fmpq(-1)), f.args[1])))))
        if gap is None or any(n > 1 for n in gap):
            return None
        slope, at = gap.get(1, ZERO), gap.get(1, ZERO) * self.t + gap.get(0, ZERO)
        sign = 1 if slope >= 0 and at > 0 else -1 if slope <= 0 and at < 0 else 0
        return f.args[2 if chosen(f.relation, sign) else 3] if sign else None

    def _power_above(self, f: Tree) -> Rates | None:
        e = f.number
        if not self._real(f):
            return None
        if e >= 0:
            rates = self.above(f.args[0])
            if rates is None:
                return None
            if isinstance(f.number, fmpq) and f.number.q == 1 and len(rates) > 1 and f.number <= 4:
                return self._above(Tree("mul", f.args * int(f.number.p)))
            many = arb(len(rates)) ** arb(e)  # (Σ of m terms)ᵉ ≤ mᵉ Σ of their e-th powers
            return [Rate(many).times(r.to(e)) for r in rates]
        low = self.below(f.args[0]) if e < 0 else None
        return None if low is None else [low.to(e)]

    def _real(self, f: Tree) -> bool:
        """Whether a power is one of positive numbers, or has an integer exponent."""
        return (isinstance(f.number, fmpq) and f.number.q == 1) or self.positive(f.args[0])

    def _of_line(self, f: Tree) -> Rates | None:
        """Functions that fall like an exponential to the left of 0, where their argument goes."""
        u = f.args[0]
        line = self.line(u)
        falls = line is not None and line[0] < 0 and line[0] * self.t + line[1] <= 0
        if f.kind == "phi":
            if line is None:
                return [Rate(ONE)]
            c, d = line
            return [exponential({2: -c * c / 2, 1: -c * d, 0: -d * d / 2})]
        if f.kind == "Phi" and falls and line is not None:  # Φ(u) ≤ e^{−u²/2} for u ≤ 0
            c, d = line
            return [exponential({2: -c * c / 2, 1: -c * d, 0: -d * d / 2})]
        p = self._ceiling(u)
        decays = p is not None and (p.get(2, ZERO) < 0 or (p.get(2, ZERO) == 0 and p.get(1, ZERO) < 0))
        if f.kind in ("sigmoid", "softplus") and decays and p is not None:
            return [exponential(p)]
        if f.kind == "softplus":
            rates = self.above(u)
            return None if rates is None else [Rate(ONE), *rates]
        return [Rate(ONE)]

    def _log_above(self, u: Tree) -> Rates | None:
        """|log u| ≤ |log C| + |n| y + |b| y + |a| y² for both bounds of u."""
        high, low = self.above(u), self.below(u)
        if high is None or low is None or not self.positive(u):
            return None
        top = Rate(sum((r.c for r in high), ZERO), *largest(high))
        out: Rates = []
        for r in (top, low):
            if not r.c > 0:
                return None
            out += [Rate(abs(arb(r.c).log())), Rate(abs(r.n) + abs(r.b), ONE), Rate(abs(r.a), ONE + ONE)]
        return [r for r in out if r.c != 0]

    # -- from below

    def below(self, f: Tree) -> Rate | None:
        """A rate that |f| does not fall below."""
        match f.kind:
            case "const":
                size = abs(arb(f.number)).abs_lower()
                return Rate(size) if size > 0 else None
            case "x":
                return Rate(ONE, ONE)
            case "mul":
                out = Rate(ONE)
                for a in f.args:
                    rate = self.below(a)
                    if rate is None:
                        return None
                    out = out.times(rate)
                return out
            case "pow":
                e = f.number
                if not self._real(f):
                    return None
                if e >= 0:
                    rate = self.below(f.args[0])
                    return None if rate is None else rate.to(e)
                rates = self.above(f.args[0])
                if rates is None or not e < 0:
                    return None
                return Rate(sum((r.c for r in rates), ZERO), *largest(rates)).to(e)
            case "exp":
                p = self._floor(f.args[0])
                return None if p is None else exponential(p)
            case "abs":
                return self.below(f.args[0])
            case "relu":
                p = self.polynomial(f.args[0])
                return self.below(f.args[0]) if p is not None and p[max(p)] > 0 else None
            case "add":
                return self._sum_below(f)
            case "softplus" | "sigmoid" | "Phi":
                return self._line_below(f)
            case "where":
                branch = self._branch(f)
                return None if branch is None else self.below(branch)
            case "log":
                return self._log_below(f.args[0])
            case "tanh" | "erf":
                return self._saturated(f)
            case "cosh":  # cosh u ≥ e^u/2 and ≥ e^{−u}/2
                p = self.polynomial(f.args[0])
                sign = fmpq(-1 if p is not None and p[max(p)] < 0 else 1)
                grown = self.below(Tree("exp", (multiply(constant(sign), f.args[0]),)))
                return Rate(ONE) if grown is None else grown.times(Rate(ONE / 2))
        return None

    def _sum_below(self, f: Tree) -> Rate | None:
        if all(map(self.positive, f.args)):
            rates = [r for a in f.args if (r := self.below(a)) is not None]
            return max(rates, key=speed, default=None)
        p = self.polynomial(f)
        if p is not None:
            top = max(p)
            rest = sum((abs(c) * self.t ** (n - top) for n, c in p.items() if n != top), ZERO)
            size = arb(abs(p[top]) - rest).lower()
            return Rate(size, fmpq(top)) if size > 0 else None
        return next((rate for a in f.args if (rate := self._dominated(a, f.args)) is not None), None)

    def _dominated(self, first: Tree, terms: tuple[Tree, ...]) -> Rate | None:
        """|first| less the other terms, if their ratios to it fall for y ≥ T."""
        rate, rest = self.below(first), self._united(*(a for a in terms if a is not first))
        if rate is None or rest is None or not rate.c > 0:
            return None
        share = ZERO
        for r in rest:
            ratio = r.times(Rate(ONE / arb(rate.c), -rate.n, -rate.b, -rate.a))
            if not ratio.falls(self.t):
                return None
            share += ratio.at(self.t)
        kept = arb(ONE - share).lower()
        return rate.times(Rate(kept)) if kept > 0 else None

    def _floor(self, u: Tree) -> dict[int, Number] | None:
        """A polynomial of degree ≤ 2 below which u does not fall."""
        p = self._ceiling(multiply(constant(fmpq(-1)), u))
        return None if p is None else {n: -c for n, c in p.items()}

    def _log_below(self, u: Tree) -> Rate | None:
        """log y ≥ log T for T > 1, and so for powers of y that a positive function exceeds."""
        low = self.below(u) if self.positive(u) else None
        if low is None or not (low.a <= 0 and low.b >= 0 and low.n >= 0):
            return None
        size = (arb(low.c).log() + low.n * self.t.log() + low.b * self.t - low.a * self.t**2).lower()
        return Rate(size) if size > 0 else None

    def _saturated(self, f: Tree) -> Rate | None:
        """tanh u and erf u are at least ½ for u ≥ 1, and at most −½ for u ≤ −1."""
        line = self.line(f.args[0])
        if line is None:
            return None
        c, at = line[0], line[0] * self.t + line[1]
        return Rate(ONE / 2) if (c >= 0 and at >= 1) or (c <= 0 and at <= -1) else None

    def _line_below(self, f: Tree) -> Rate | None:
        """For v = e^u ≤ 1: log(1+v) ≥ v log 2, v/(1+v) ≥ v/2; for u ≥ 0: log(1+v), σ(u) and Φ(u) are at least ½."""
        line = self.line(f.args[0])
        if line is None:
            return None
        c, d = line
        at = c * self.t + d
        if c >= 0 and at >= 0:
            return Rate(arb(1) / 2)
        if c <= 0 and at <= 0 and f.kind != "Phi":
            return Rate(arb(1) / 2).times(exponential({1: c, 0: d}))
        return None

    def positive(self, f: Tree) -> bool:
        """Whether f > 0 for every y ≥ T, by its form."""
        match f.kind:
            case "const":
                return bool(f.number > 0)
            case "x" | "exp" | "sigmoid" | "softplus" | "Phi" | "phi" | "cosh":
                return True
            case "mul":
                return all(map(self.positive, f.args))
            case "pow":
                even = isinstance(f.number, fmpq) and f.number.q == 1 and int(f.number.p) % 2 == 0
                return self.positive(f.args[0]) or (even and self.below(f.args[0]) is not None)
            case "add":
                if all(map(self.positive, f.args)):
                    return True
                p = self.polynomial(f)
                if p is not None:
                    return bool(p[max(p)] > 0) and self._sum_below(f) is not None
                return any(self.positive(a) and self._dominated(a, f.args) is not None for a in f.args)
        return False
