"""Integrals term by term: the normal form of the integrand, each monomial an instance of a law. A search.

What is found is checked by `integral_checker`; a mistake here costs a value, never a false one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from derive.expr.arithmetic import Add, Mul, Neg, Pow
from derive.expr.leaves import INFINITY, ONE, ZERO, Symbol
from derive.expr.node import Expr, as_expr, walk
from derive.expr.operations import Apply, exp
from derive.meaning.integrals import INTEGRAL_LAWS
from derive.meaning.normal import equal
from derive.meaning.normal.lower import Normaliser
from derive.meaning.normal.poly import Atom, Monomial, Poly, Rational
from derive.meaning.normal.render import atom, monomial, written
from derive.meaning.normal.work import Undecided
from derive.prove.values.derivation import NoValueError, Step
from derive.prove.values.goal import Goal

Choice = tuple[str, dict[str, Expr]]  # a law and its parameters
SHAPES = ("logistic", "gumbel", "logistic_softplus")


@dataclass
class Shape:
    """What a monomial is as a function of x: x^power · exp(exponent) · the other factors."""

    power: Expr = ZERO
    exponent: dict[str, tuple[Expr, Expr]] = field(default_factory=dict)  # by x-part: the x-part, its coefficient
    others: list[tuple[Expr, Rational]] = field(default_factory=list)

    @property
    def natural(self) -> int | None:
        """The power of x if it is one of 0, 1, 2, …"""
        value = getattr(self.power, "value", None)
        return int(value) if isinstance(value, Fraction) and value.denominator == 1 and value >= 0 else None

    def coefficients(self, x: Symbol) -> tuple[Expr, Expr] | None:
        """a and b of exp(−a x² + b x), if the exponent has that form."""
        square, linear = x ** as_expr(2), x
        if any(part not in (square, linear) for part, _ in self.exponent.values()):
            return None
        found = dict(self.exponent.values())
        return negated(found.get(square, ZERO)), found.get(linear, ZERO)


class Terms:
    """The monomials of an integrand, by their dependence on the variable."""

    def __init__(self, goal: Goal, body: Expr, unfolding: bool = False) -> None:
        self.goal, self.x = goal, goal.x
        self.work = Normaliser(None, {}, unfolding)
        self.poly = self.work.normalise(body)
        self._moving: dict[str, bool] = {}

    def moving(self, a: Atom) -> bool:
        if a.key not in self._moving:
            self._moving[a.key] = self.x in set(walk(atom(self.work, a)))
        return self._moving[a.key]

    def split(self, m: Monomial, c: Rational) -> tuple[Expr, Expr, list[tuple[Atom, Rational]]]:
        """The coefficient, the part that contains x, and the atoms of that part."""
        inside = [(a, e) for a, e in m.factors if self.moving(a)]
        outside = Monomial([(a, e) for a, e in m.factors if not self.moving(a)])
        return monomial(self.work, outside, c), monomial(self.work, Monomial(inside)), inside

    def shape(self, inside: list[tuple[Atom, Rational]]) -> Shape:
        out, powers = Shape(), []
        for a, e in inside:
            head = atom(self.work, a)
            if head is self.x:
                powers.append(as_expr(Fraction(e)))
            elif a.kind in ("unit", "power") and atom(self.work, a).args[0] is self.x:
                powers.append(written(self.work, a.args[1].times(e)))
            elif a.kind == "apply" and a.head is exp:
                self._exponent(out, a.args[0].times(e))
            else:
                out.others.append((head, e))
        out.others = self._united(out.others)
        powers = [p for p in powers if p is not ZERO]
        out.power = ZERO if not powers else powers[0] if len(powers) == 1 else self.tidy(Add.of(*powers))
        return out

    def _united(self, others: list[tuple[Expr, Rational]]) -> list[tuple[Expr, Rational]]:
        """Powers of one base, such as u^{-1/2} u^{-n/2}, as one power."""
        bases: dict[Expr, list[tuple[Expr, Rational]]] = {}
        for head, e in others:
            bases.setdefault(head.args[0] if isinstance(head, Pow) else head, []).append((head, e))
        out: list[tuple[Expr, Rational]] = []
        for base, parts in bases.items():
            if len(parts) > 1:
                exponents = [(h.args[1] if isinstance(h, Pow) else ONE) * as_expr(Fraction(e)) for h, e in parts]
                parts = [(Pow.of(base, self.tidy(Add.of(*exponents))), 1)]
            out += parts
        return out

    def _exponent(self, out: Shape, p: Poly) -> None:
        groups: dict[str, tuple[Expr, list[Expr]]] = {}
        for m, c in p.ordered:
            coefficient, part, inside = self.split(m, c)
            key = Monomial(inside).key
            groups.setdefault(key, (part, []))[1].append(coefficient)
        for key, (part, cs) in groups.items():
            known = out.exponent.get(key)
            terms = [*([known[1]] if known else []), *cs]
            out.exponent[key] = part, terms[0] if len(terms) == 1 else self.tidy(Add.of(*terms))

    def tidy(self, e: Expr) -> Expr:
        return written(self.work, self.work.normalise(e))

    def affine(self, u: Expr) -> tuple[Expr, Expr] | None:
        """c and d of u = c x + d."""
        return self.linear(u, self.x)

    def linear(self, u: Expr, of: Expr) -> tuple[Expr, Expr] | None:
        """c and d of u = c·of + d, with c not 0."""
        p = self.work.normalise(u)
        slope: list[Expr] = []
        rest: list[Expr] = []
        for m, c in p.ordered:
            coefficient, part, inside = self.split(m, c)
            if not inside:
                rest.append(coefficient)
            elif part is of:
                slope.append(coefficient)
            else:
                return None
        return (summed(slope), summed(rest)) if slope else None


def summed(terms: list[Expr]) -> Expr:
    return ZERO if not terms else terms[0] if len(terms) == 1 else Add.of(*terms)


def negated(e: Expr) -> Expr:
    """−e without a double minus sign."""
    if e is ZERO:
        return e
    if isinstance(e, Neg):
        return e.args[0]
    if isinstance(e, Mul) and isinstance(e.args[0], Neg):
        first = e.args[0].args[0]
        rest = e.args[1:] if first is ONE else (first, *e.args[1:])
        return rest[0] if len(rest) == 1 else Mul.of(*rest)
    return Neg.of(e)


def by_terms(goal: Goal, body: Expr, unfolding: bool = False) -> Step:
    """A derivation that reads the integrand as a combination of integrands of laws. Raises `NoValueError`."""
    try:
        terms = Terms(goal, body, unfolding)
        chosen: dict[tuple, tuple[Choice, list[Expr]]] = {}
        for m, c in terms.poly.ordered:
            coefficient, part, inside = terms.split(m, c)
            name, values = _law(terms, terms.shape(inside), part)
            key = (name, *values.values())
            chosen.setdefault(key, ((name, values), []))[1].append(coefficient)
    except Undecided as why:
        raise NoValueError(str(why)) from why
    exprs: dict[str, Expr] = {}
    names = []
    for k, ((name, values), coefficients) in enumerate(chosen.values()):
        names.append(name)
        exprs[f"{k}"] = summed(coefficients)
        exprs.update({f"{k}.{p}": e for p, e in values.items()})
    return Step(goal, "terms", tuple(names), exprs)


def _law(terms: Terms, shape: Shape, part: Expr) -> Choice:
    for name, values in _candidates(terms, shape):
        law = INTEGRAL_LAWS[name]
        try:
            instance = law.instance(terms.x, values)
        except ValueError:
            continue
        if instance.low is terms.goal.low and instance.high is terms.goal.high:
            return name, values
    raise NoValueError(f"no law for the integral of {part} from {terms.goal.low} to {terms.goal.high}")


def _candidates(terms: Terms, shape: Shape) -> Iterator[Choice]:
    goal, x, n = terms.goal, terms.x, shape.natural
    quadratic = shape.coefficients(x)
    ends = {"low": goal.low, "high": goal.high}
    if quadratic is not None and n is not None:
        a, b = quadratic
        power = as_expr(n)
        if not shape.others:
            if a is not ZERO:
                yield "gaussian_moment", {"n": power, "a": a, "b": b}
                yield "gaussian_range", {"n": power, "a": a, "b": b, **ends}
            elif b is not ZERO:
                yield "exponential", {"n": power, "b": b, **ends}
            else:
                yield "power", {"n": power, **ends}
        elif a is not ZERO and len(shape.others) == 1:
            yield from _against(terms, power, a, b, *shape.others[0])
        elif b is not ZERO and len(shape.others) == 1 and n == 0 and goal.low is ZERO and goal.high is INFINITY:
            head, e = shape.others[0]
            u = terms.affine(head.args[0]) if isinstance(head, Apply) and e == 1 else None
            if u is not None and u[1] is ZERO and isinstance(head, Apply) and head.operation.name in ("cos", "sin"):
                name = {"cos": "damped_cosine", "sin": "damped_sine"}[head.operation.name]
                yield name, {"k": negated(b), "t": u[0]}
    if goal.low is ZERO and goal.high in (ONE, INFINITY):
        yield from _eulerian(terms, shape)
    if not shape.others and not shape.exponent:
        yield "real_power", {"p": shape.power, **ends}
    if goal.whole_line and n is not None:
        yield from _shapes(terms, shape, n)


def _against(terms: Terms, n: Expr, a: Expr, b: Expr, head: Expr, e: Rational) -> Iterator[Choice]:
    """A Gaussian times one function of an affine argument."""
    if not isinstance(head, Apply):
        return
    u = terms.affine(head.args[0])
    if u is None:
        return
    c, d = u
    name = head.operation.name
    if e == 1 and name in ("Phi", "erf"):
        yield {"Phi": "gaussian_cdf", "erf": "gaussian_erf"}[name], {"n": n, "a": a, "b": b, "c": c, "d": d}
    if e == 1 and name in ("cos", "sin"):
        yield {"cos": "gaussian_cosine", "sin": "gaussian_sine"}[name], {"n": n, "a": a, "b": b, "t": c, "u": d}
    if e == 2 and name in ("cos", "sin"):
        name = {"cos": "gaussian_cosine_squared", "sin": "gaussian_sine_squared"}[name]
        yield name, {"n": n, "a": a, "b": b, "t": c, "u": d}
    if e == 2 and name == "Phi" and b is ZERO and d is ZERO:
        yield "gaussian_cdf_squared", {"n": n, "a": a, "c": c}


def _eulerian(terms: Terms, shape: Shape) -> Iterator[Choice]:
    """Integrands of the gamma and beta functions."""
    x, s = terms.x, terms.tidy(shape.power + 1)
    logs = {"x": 0, "1-x": 0}
    beta: list[Expr] = []
    for head, e in shape.others:
        u = head.args[0] if isinstance(head, Apply) else head
        place = "x" if u is x else "1-x" if _is_complement(terms, u) else ""
        if isinstance(head, Apply) and head.operation.name == "log" and place and e.denominator == 1 and e > 0:
            logs[place] += int(e)
        elif not isinstance(head, Apply):
            found = _complement_power(terms, head, e)
            if found is None:
                return
            beta.append(found)
        else:
            return
    n, m = as_expr(logs["x"]), as_expr(logs["1-x"])
    if terms.goal.high is ONE:
        if shape.exponent:
            return
        if not beta and not logs["1-x"]:
            yield "log_power", {"p": shape.power, "n": n}
        b = terms.tidy(summed(beta) + 1) if beta else ONE
        yield "beta", {"a": s, "b": b, "n": n, "m": m}
        return
    if beta or logs["1-x"] or len(shape.exponent) != 1:
        return
    ((inner, k),) = shape.exponent.values()
    k = negated(k)
    if inner is x:
        yield "gamma", {"s": s, "k": k, "n": n}
    elif inner is x ** as_expr(-1):
        yield "inverse_gamma", {"s": terms.tidy(-shape.power - 1), "k": k, "n": n}
    else:
        power = inner.args[1] if hasattr(inner, "args") and inner.args and inner.args[0] is x else None
        if power is not None and not logs["x"]:
            yield "gamma_in_power", {"r": terms.tidy(s / power), "k": k, "p": power}


def _is_complement(terms: Terms, u: Expr) -> bool:
    return terms.affine(u) is not None and terms.tidy(u) is terms.tidy(1 - terms.x)


def _complement_power(terms: Terms, head: Expr, e: Rational) -> Expr | None:
    """The exponent of a power of 1 − x, times e."""
    base, exponent = (head.args[0], head.args[1]) if isinstance(head, Pow) else (head, ONE)
    if not _is_complement(terms, base):
        return None
    return terms.tidy(exponent * as_expr(Fraction(e)))


def _shapes(terms: Terms, shape: Shape, n: int) -> Iterator[Choice]:
    """The Student shape (1 + x²)⁻ᵖ, told by its normal form."""
    if not shape.exponent and len(shape.others) == 1:
        head, e = shape.others[0]
        base, exponent = (head.args[0], head.args[1]) if isinstance(head, Pow) else (head, ONE)
        line = terms.linear(base, terms.x**2)
        if line is not None and line[1] is not ZERO:
            d, c = line
            yield (
                "student",
                {"n": as_expr(n), "c": c, "d": d, "p": negated(terms.tidy(exponent * as_expr(Fraction(e))))},
            )


def by_shapes(goal: Goal, unfolding: bool = False) -> Step:
    """A derivation that reads the integrand as polynomials times the logistic or the Gumbel shape.

    All monomials with one power of x are taken together: a shape may be spelled as a difference.
    """
    terms = Terms(goal, goal.body, unfolding)
    groups: dict[tuple[int, Expr], list[Expr]] = {}
    for m, c in terms.poly.ordered:
        inside = [(a, e) for a, e in m.factors if terms.moving(a)]
        powers = [(a, e) for a, e in inside if atom(terms.work, a) is terms.x]
        n = powers[0][1] if powers else 0
        if n < 0 or Fraction(n).denominator != 1:
            raise NoValueError("a power of x that is not natural")
        outside = Monomial([(a, e) for a, e in m.factors if not terms.moving(a)])
        rest = Monomial([f for f in inside if f not in powers])
        groups.setdefault((int(n), monomial(terms.work, outside)), []).append(monomial(terms.work, rest, c))
    exprs: dict[str, Expr] = {}
    names: list[str] = []
    for k, ((n, coefficient), parts) in enumerate(groups.items()):
        name = next((name for name in SHAPES if _is_shape(terms, name, summed(parts))), None)
        if name is None or (name == "logistic_softplus" and n):
            raise NoValueError(f"{summed(parts)} is no shape with known moments")
        names.append(name)
        exprs[f"{k}"] = coefficient
        if name != "logistic_softplus":
            exprs[f"{k}.n"] = as_expr(n)
    return Step(goal, "terms", tuple(names), exprs)


def _is_shape(terms: Terms, name: str, e: Expr) -> bool:
    values = {} if name == "logistic_softplus" else {"n": ZERO}
    return equal(e, INTEGRAL_LAWS[name].instance(terms.x, values).integrand).proved
