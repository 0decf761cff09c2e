"""Derived terms as a person would write them: signs and constants collected, common factors once, sums kept short.

An adjoint comes out of the chain as a sum of products with signs, quotients and zeros wherever the rules put them. The
laws used are those of a field and of finite sums (distributivity, Σ a·x = a·Σ x, a/b² = (a/b)/b), sigmoid_mirror,
x/abs(x) = sign(x), and rows_sum_to_one: the entries of a one-hot row or of a distribution add up to 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from math import gcd, lcm

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.leaves import ONE, ZERO, Let, Number, Size, Symbol
from derive.expr.node import Expr, as_expr, walk
from derive.expr.operations import Apply, absolute, sigmoid, sign
from derive.expr.plain import plain
from derive.expr.structure import Bound, Indexed, Where
from derive.expr.substitute import free_indices
from derive.expr.tensor import Array
from derive.meaning.index_form import entries
from derive.meaning.interval import Ranges


@dataclass(frozen=True)
class Monomial:
    """coefficient · Π above / Π below"""

    coefficient: Fraction
    above: tuple[Expr, ...] = ()
    below: tuple[Expr, ...] = ()

    def __neg__(self) -> Monomial:
        return replace(self, coefficient=-self.coefficient)

    def __mul__(self, other: Monomial) -> Monomial:
        return Monomial(
            self.coefficient * other.coefficient, self.above + other.above, self.below + other.below
        )  # fmt: skip

    def inverse(self) -> Monomial:
        return Monomial(1 / self.coefficient, self.below, self.above)


def tidy(terms: Iterable[Let], forward: Iterable[Let] = ()) -> dict[Let, Let]:
    """For every term, its tidy form; references among them go to the tidy ones.

    Quotients that the `forward` terms compute stay whole: they are there already, and a/b is safer than a·b/b².
    """
    quotients = {plain(n) for t in forward for n in walk(entries(t.expr)[0], into_terms=False) if isinstance(n, Div)}
    tidying = _Tidying(frozenset(quotients))
    done: dict[Let, Let] = {}
    for term in terms:
        body, indices = entries(term.expr)
        body = _redirected(tidying.tidied(body), done)
        done[term] = Let(term.name, Array.of(body, indices), term.tex)
    return done


def _redirected(e: Expr, terms: dict[Let, Let]) -> Expr:
    done: dict[Expr, Expr] = {}
    for node in walk(e, into_terms=False):
        if isinstance(node, Let):
            done[node] = terms.get(node, node)
        else:
            done[node] = node.rebuild(tuple(done[a] for a in node.args)) if node.args else node
    return done[e]


class _Tidying:
    """Core scalars as sums of monomials, and back. Which quotients stay whole is a choice of form, never of value."""

    def __init__(self, quotients: frozenset[str] = frozenset()) -> None:
        self.quotients = quotients
        self.ranges = Ranges()

    def tidied(self, e: Expr) -> Expr:
        """A core scalar in tidy form."""
        return written(self.collected(e))

    def collected(self, e: Expr) -> list[Monomial]:
        """A core scalar as a sum of monomials, like ones added up."""
        match e:
            case Number():
                return [Monomial(e.value)] if e.value else []
            case Neg():
                return [-m for m in self.collected(e.args[0])]
            case Add():
                terms = _like([m for a in e.args for m in self.collected(a)])
                return self.one_minus_sigmoid(self.cases(terms))
            case Mul():
                return self.product([self.collected(a) for a in e.args])
            case Div(args=(x, Apply(args=(y,)) as size)) if size.operation is absolute and x is y:
                return _unit(sign(self.tidied(x)))  # 0 at the kink, as the table of operations says
            case Div(args=(above, Pow(args=(base, Number(value=n))))) if n.denominator == 1 and n >= 2:
                inner = Div.of(above, base)
                return self.collected(Div.of(inner, base if n == 2 else Pow.of(base, Number.of(n - 1))))
            case Div() if plain(e) in self.quotients and not isinstance(e.args[1], Size | Number):
                return _unit(Div.of(*(self.tidied(a) for a in e.args)))
            case Div():
                return self.quotient(*(self.collected(a) for a in e.args))
            case Pow(args=(base, Neg(args=(Number() as n,)))):
                below = self.tidied(base)
                return [Monomial(Fraction(1), (), (below if n.value == 1 else Pow.of(below, n),))]
            case Bound(kind="sum"):
                return self.summed(e)
            case Where(args=(condition, then, otherwise)):
                return _unit(Where.of(condition, self.tidied(then), self.tidied(otherwise)))
            case Apply() | Pow():
                return _unit(e.rebuild(tuple(self.tidied(a) for a in e.args)))
        return _unit(e)

    def product(self, factors: list[list[Monomial]]) -> list[Monomial]:
        """A product; a factor that is a sum stays one factor."""
        if not all(factors):
            return []
        single = [f[0] if len(f) == 1 else _factored(f) for f in factors]
        return [self.cancelled(reduce(Monomial.__mul__, single))]

    def quotient(self, above: list[Monomial], below: list[Monomial]) -> list[Monomial]:
        """A quotient, term by term if the divisor is a number."""
        divisor = (below[0] if len(below) == 1 else _factored(below)).inverse()
        if len(above) <= 1 or not (divisor.above or divisor.below):
            return [self.cancelled(m * divisor) for m in above]
        return [self.cancelled(_factored(above) * divisor)]

    def cancelled(self, m: Monomial) -> Monomial:
        """Without the factors that stand above and below, as far as they cannot be 0."""
        shared = tuple(f for f in _shared([m.above, m.below]) if self.ranges(f).nonzero)
        return replace(m, above=_without(m.above, shared), below=_without(m.below, shared))

    def summed(self, e: Bound) -> list[Monomial]:
        """A finite sum; what does not depend on its index goes in front."""
        inner = self.collected(e.body)
        if not inner:
            return []
        term = inner[0] if len(inner) == 1 else _factored(inner)
        depends = lambda f: e.index in free_indices(f)  # noqa: E731
        kept, out = _split(term.above, depends)
        kept_below, out_below = _split(term.below, depends)
        body = written([Monomial(Fraction(1), kept, kept_below)])
        if e.low is ONE and body is ONE:
            return [Monomial(term.coefficient, (*out, e.high), out_below)]
        if _is_one(body, e):
            return [Monomial(term.coefficient, out, out_below)]
        return [Monomial(term.coefficient, (*out, Bound.of("sum", body, e.index, e.low, e.high)), out_below)]

    def cases(self, monomials: list[Monomial]) -> list[Monomial]:
        """where(c, a, 0) + where(c, 0, b) is where(c, a, b)."""
        merged: dict[object, Monomial] = {}
        for m in monomials:
            choice = _choice(m)
            key = m if choice is None else (choice.args[0], _count(_without(m.above, (choice,))), _count(m.below))
            merged[key] = self.one_choice(merged[key], m) if key in merged else m
        return list(merged.values())

    def one_choice(self, a: Monomial, b: Monomial) -> Monomial:
        """a + b, which differ in what they choose on one condition."""
        one, other = (next(f for f in m.above if isinstance(f, Where)) for m in (a, b))
        then, otherwise = (
            self.tidied(Add.of(_one(Monomial(a.coefficient, (x,))), _one(Monomial(b.coefficient, (y,)))))
            for x, y in zip(one.args[1:], other.args[1:], strict=True)
        )
        return Monomial(Fraction(1), (*_without(a.above, (one,)), Where.of(one.args[0], then, otherwise)), a.below)

    def one_minus_sigmoid(self, monomials: list[Monomial]) -> list[Monomial]:
        """1 - sigmoid(x) is sigmoid(-x), without the cancellation."""
        match monomials:
            case [Monomial(coefficient, (), ()), Monomial(other, (Apply() as s,), ())] if coefficient == -other:
                if s.operation is sigmoid:
                    return [Monomial(coefficient, (sigmoid(written([-m for m in self.collected(s.args[0])])),))]
        return monomials


def _choice(m: Monomial) -> Where | None:
    return next((f for f in m.above if isinstance(f, Where)), None)


def _unit(e: Expr) -> list[Monomial]:
    return [Monomial(Fraction(1), (e,))]


def _is_one(body: Expr, e: Bound) -> bool:
    """Whether a sum is 1 by the domain of what is summed: a row of one-hot labels, a distribution on one axis."""
    if not isinstance(body, Indexed) or not isinstance(body.of_what, Symbol) or body.places[-1] is not e.index:
        return False
    assert e.index.dim is not None
    kind, whole = body.of_what.domain.structure, e.low is ONE and e.high is e.index.dim.size
    return whole and (kind == "onehot" or (kind == "simplex" and len(body.places) == 1))


def _split(factors: tuple[Expr, ...], which: Callable[[Expr], bool]) -> tuple[tuple[Expr, ...], tuple[Expr, ...]]:
    return tuple(f for f in factors if which(f)), tuple(f for f in factors if not which(f))


def _like(monomials: list[Monomial]) -> list[Monomial]:
    totals: dict[object, Monomial] = {}
    for m in monomials:
        key = _count(m.above), _count(m.below)
        old = totals.get(key)
        totals[key] = m if old is None else replace(old, coefficient=old.coefficient + m.coefficient)
    return [m for m in totals.values() if m.coefficient]


def _count(factors: tuple[Expr, ...]) -> frozenset[tuple[Expr, int]]:
    return frozenset((f, factors.count(f)) for f in factors)


def _factored(monomials: list[Monomial]) -> Monomial:
    """A sum as one product: what all terms share in front, the rest as one factor."""
    above = _shared([m.above for m in monomials])
    below = _shared([m.below for m in monomials])
    rest = [Monomial(m.coefficient, _without(m.above, above), _without(m.below, below)) for m in monomials]
    scale = _scale([m.coefficient for m in rest])
    inner = [replace(m, coefficient=m.coefficient / scale) for m in rest]
    return Monomial(scale, (*above, _added(inner)), below)


def _shared(parts: list[tuple[Expr, ...]]) -> tuple[Expr, ...]:
    first, *others = parts
    shared: list[Expr] = []
    for f in dict.fromkeys(first):
        shared += [f] * min(p.count(f) for p in (first, *others))
    return tuple(shared)


def _without(factors: tuple[Expr, ...], gone: tuple[Expr, ...]) -> tuple[Expr, ...]:
    left = list(factors)
    for f in gone:
        left.remove(f)
    return tuple(left)


def _scale(coefficients: list[Fraction]) -> Fraction:
    """What to put in front of a sum: a common factor of the coefficients, negative if all of them are."""
    numerator = gcd(*(c.numerator for c in coefficients))
    denominator = lcm(*(c.denominator for c in coefficients))
    common = Fraction(numerator, denominator)
    return -common if all(c < 0 for c in coefficients) else common


# -- back to an expression


def written(monomials: list[Monomial]) -> Expr:
    """The sum of monomials, with what they share in front."""
    if not monomials:
        return ZERO
    return _one(monomials[0] if len(monomials) == 1 else _factored(monomials))


def _added(monomials: list[Monomial]) -> Expr:
    ordered = sorted(monomials, key=lambda m: m.coefficient < 0)  # a - b rather than -b + a
    return Add.of(*(_one(m) for m in ordered))


def _one(m: Monomial) -> Expr:
    size = abs(m.coefficient)
    above, below = _powers(m.above), _powers(m.below)
    if size.numerator != 1:
        above = [as_expr(size.numerator), *above]
    if size.denominator != 1:
        below = [as_expr(size.denominator), *below]
    out = _times(above)
    if below:
        out = Div.of(out, _times(below))
    return Neg.of(out) if m.coefficient < 0 else out


def _powers(factors: tuple[Expr, ...]) -> list[Expr]:
    """Equal factors as a power."""
    counted = {f: factors.count(f) for f in factors}
    return [f if n == 1 else Pow.of(f, Number.of(n)) for f, n in counted.items()]


def _times(factors: list[Expr]) -> Expr:
    return ONE if not factors else factors[0] if len(factors) == 1 else Mul.of(*factors)
