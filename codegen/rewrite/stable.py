"""Stabilisation: an equal form that neither overflows nor loses what it subtracts, before anything is differentiated.

A gradient taken of a stable form is stable; one taken of log(softmax(z)) is not, and no later step can repair it. Each
rewrite is a theorem under the conditions that it checks, and names the law it uses; named terms are opened only where
a rewrite needs what is inside.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.leaves import ONE, Constant, Let, Number
from derive.expr.node import Expr, as_expr, walk
from derive.expr.operations import Apply, absolute, log, loggamma, sigmoid, softplus
from derive.expr.tensor import Along, Reduce
from derive.meaning.interval import Ranges

Scaled = tuple[Fraction, Expr]  # a rational coefficient and what it multiplies


@dataclass(frozen=True)
class Stable:
    """The stable form of a term, and the laws that were used, in order of first use."""

    term: Let
    laws: tuple[str, ...]


def stable(term: Let) -> Stable:
    """`term` and every term below it in stable form; terms in which nothing changed stay the same objects."""
    rewriting = _Rewriting()
    return Stable(rewriting.term(term), tuple(rewriting.laws))


class _Rewriting:
    """One pass over a term and those below it, children first."""

    def __init__(self) -> None:
        self.ranges = Ranges()
        self.laws: dict[str, None] = {}
        self.terms: dict[Let, Let] = {}
        self.split: set[Expr] = set()  # the sums that splitting a logarithm made

    def term(self, term: Let) -> Let:
        if term not in self.terms:
            new = self.rewritten(term.expr)
            self.terms[term] = term if new is term.expr else Let(term.name, new, term.tex)
        return self.terms[term]

    def rewritten(self, e: Expr) -> Expr:
        done: dict[Expr, Expr] = {}
        for node in walk(e, into_terms=False):
            if isinstance(node, Let):
                done[node] = self.term(node)
                continue
            new = node.rebuild(tuple(done[a] for a in node.args)) if node.args else node
            done[node] = self.fixed(new)
        return done[e]

    def fixed(self, e: Expr) -> Expr:
        """`e` with rewrites at its head until none applies."""
        for rewrite in REWRITES:
            new = rewrite.of(self, e)
            if new is not None and new is not e and new.axes == e.axes:
                if rewrite.law:
                    self.laws[rewrite.law] = None
                return self.fixed(new)
        return e


def _seen(e: Expr) -> Expr:
    """What a named term stands for."""
    while isinstance(e, Let):
        e = e.expr
    return e


def _applied(e: Expr, name: str) -> Expr | None:
    """The argument, if `e` is this operation of one."""
    e = _seen(e)
    return e.args[0] if isinstance(e, Apply) and e.operation.name == name else None


# -- logarithms


def _log(work: _Rewriting, e: Expr) -> Expr | None:
    """log of a product, quotient, power, exp, softmax or sigmoid, written out as far as signs are known."""
    inner = _applied(e, "log") if isinstance(e, Apply) else None
    if inner is None:
        return None
    used: dict[str, None] = {}
    terms = _merged(_logarithm(work, inner, used))
    if not used:
        return None
    work.laws.update(used)
    out = _sum(terms)
    if isinstance(out, Add):
        work.split.add(out)
    return out


def _logarithm(work: _Rewriting, e: Expr, used: dict[str, None]) -> list[Scaled]:
    """log(e) as a sum of scaled terms; the laws it takes are added to `used`."""
    seen = _seen(e)
    for law, split in LOGARITHMS:
        terms = split(seen, work.ranges)
        if terms is not None:
            used[law] = None
            return [
                (c * d, factor * t if factor is not None else t)
                for c, factor, inside in terms
                for d, t in (
                    [(Fraction(1), inside[0])] if isinstance(inside, tuple) else _logarithm(work, inside, used)
                )
            ]
    return [(Fraction(1), log(e))]


# A part of log(e): coefficient, factor, and either what to take the logarithm of, or (in a tuple) the logarithm itself.
Part = tuple[Fraction, "Expr | None", "Expr | tuple[Expr]"]


def _log_softmax(e: Expr, ranges: Ranges) -> list[Part] | None:
    match e:
        case Along(name="softmax"):
            (z,) = e.args
            return [_whole(1, z), _whole(-1, Along.of("logsumexp", z, e.over))]
    return None


def _log_sum_exp(e: Expr, ranges: Ranges) -> list[Part] | None:
    match e:
        case Reduce(kind="sum") if len(e.over) == 1 and (z := _applied(e.args[0], "exp")) is not None:
            return [_whole(1, Along.of("logsumexp", z, e.over[0]))]
    return None


def _log_one_plus_exp(e: Expr, ranges: Ranges) -> list[Part] | None:
    match e:
        case Add(args=(Number(value=1), other)) if (x := _applied(other, "exp")) is not None:
            return [_whole(1, softplus(x))]
    return None


def _log_exp(e: Expr, ranges: Ranges) -> list[Part] | None:
    x = _applied(e, "exp")
    return None if x is None else [_whole(-1, x.args[0]) if isinstance(x, Neg) else _whole(1, x)]


def _log_sigmoid(e: Expr, ranges: Ranges) -> list[Part] | None:
    x = _applied(e, "sigmoid")
    return None if x is None else [_whole(-1, softplus(_negative(x)))]


def _log_gamma(e: Expr, ranges: Ranges) -> list[Part] | None:
    x = _applied(e, "gamma")
    return None if x is None else [_whole(1, loggamma(x))]


def _log_product(e: Expr, ranges: Ranges) -> list[Part] | None:
    """The constants among the factors stay together."""
    if not isinstance(e, Mul) or not all(ranges(a).positive for a in e.args):
        return None
    constants = [a for a in e.args if isinstance(a, Number | Constant)]
    rest: list[Part] = [(Fraction(1), None, a) for a in e.args if a not in constants]
    if not constants or not rest:
        return rest or None
    return [_whole(1, log(constants[0] if len(constants) == 1 else Mul.of(*constants))), *rest]


def _log_quotient(e: Expr, ranges: Ranges) -> list[Part] | None:
    if not isinstance(e, Div) or not all(ranges(a).positive for a in e.args):
        return None
    below: Part = (Fraction(-1), None, e.args[1])
    return [below] if e.args[0] is ONE else [(Fraction(1), None, e.args[0]), below]


def _log_power(e: Expr, ranges: Ranges) -> list[Part] | None:
    if (x := _applied(e, "sqrt")) is not None and ranges(x).positive:
        return [(Fraction(1, 2), None, x)]
    if not isinstance(e, Pow):
        return None
    base, exponent = e.args
    power = _rational(exponent)
    if ranges(base).positive:
        return [(Fraction(1), exponent, base) if power is None else (power, None, base)]
    if power is not None and power.denominator == 1 and power % 2 == 0:
        return [_whole(power, log(absolute(base)))]
    return None


def _whole(coefficient: Fraction | int, e: Expr) -> Part:
    return Fraction(coefficient), None, (e,)


LOGARITHMS: tuple[tuple[str, Callable[[Expr, Ranges], list[Part] | None]], ...] = (
    ("log_exp", _log_softmax),  # softmax is exp(z - logsumexp(z))
    ("logsumexp", _log_sum_exp),
    ("unfold_softplus", _log_one_plus_exp),
    ("log_exp", _log_exp),
    ("log_sigmoid", _log_sigmoid),
    ("unfold_loggamma", _log_gamma),
    ("log_product", _log_product),
    ("log_quotient", _log_quotient),
    ("log_power", _log_power),
)


def _rational(e: Expr) -> Fraction | None:
    if isinstance(e, Neg):
        inner = _rational(e.args[0])
        return None if inner is None else -inner
    return e.value if isinstance(e, Number) else None


def _negative(e: Expr) -> Expr:
    return e.args[0] if isinstance(e, Neg) else Neg.of(e)


def _merged(terms: list[Scaled]) -> list[Scaled]:
    totals: dict[Expr, Fraction] = {}
    for coefficient, term in terms:
        totals[term] = totals.get(term, Fraction(0)) + coefficient
    return [(c, t) for t, c in totals.items() if c]


def _scaled(coefficient: Fraction, e: Expr) -> Expr:
    """coefficient · e as one would write it: x/2, 3·x/2, -x."""
    size = abs(coefficient)
    out = e if size.numerator == 1 else as_expr(size.numerator) * e
    out = out if size.denominator == 1 else Div.of(out, as_expr(size.denominator))
    return out if coefficient > 0 else Neg.of(out)


def _sum(terms: list[Scaled]) -> Expr:
    if not terms:
        return as_expr(0)
    parts = [_scaled(c, t) for c, t in terms]
    return parts[0] if len(parts) == 1 else Add.of(*parts)


def _minus_sum(work: _Rewriting, e: Expr) -> Expr | None:
    """The sign goes into a sum that came out of a logarithm; two signs are none."""
    if isinstance(e, Neg) and isinstance(e.args[0], Neg):
        return e.args[0].args[0]
    if not isinstance(e, Neg) or e.args[0] not in work.split:
        return None
    out = Add.of(*(_negative(t) for t in e.args[0].args))
    work.split.add(out)
    return out


# -- sigmoids, quotients, roots


def _one_minus_sigmoid(work: _Rewriting, e: Expr) -> Expr | None:
    if isinstance(e, Add) and len(e.args) == 2 and e.args[0] is ONE and isinstance(e.args[1], Neg):
        x = _applied(e.args[1].args[0], "sigmoid")
        return None if x is None else sigmoid(_negative(x))
    return None


def _written_sigmoid(work: _Rewriting, e: Expr) -> Expr | None:
    """1/(1 + exp(-x))"""
    match e:
        case Div(args=(Number(value=1), Add(args=(Number(value=1), other)))):
            x = _applied(other, "exp")
            return None if x is None else sigmoid(_negative(x))
    return None


def _written_softmax(work: _Rewriting, e: Expr) -> Expr | None:
    """exp(z)/Σ exp(z)"""
    if not isinstance(e, Div) or (z := _applied(e.args[0], "exp")) is None:
        return None
    total = _seen(e.args[1])
    if isinstance(total, Reduce) and total.kind == "sum" and len(total.over) == 1:
        same = _applied(total.args[0], "exp")
        return Along.of("softmax", z, total.over[0]) if same is z else None
    return None


def _quotient_of_powers(work: _Rewriting, e: Expr) -> Expr | None:
    """aⁿ/(c bⁿ) is (a/b)ⁿ/c: the powers need not be representable, their quotient is."""
    if not isinstance(e, Div):
        return None
    if isinstance(e.args[0], Neg):
        out = _quotient_of_powers(work, Div.of(e.args[0].args[0], e.args[1]))
        return None if out is None else Neg.of(out)
    if not isinstance(e.args[0], Pow):
        return None
    (above, n), below = e.args[0].args, e.args[1]
    whole = _rational(n)
    if whole is None or whole.denominator != 1 or whole < 2:
        return None
    factors = below.args if isinstance(below, Mul) else (below,)
    for k, f in enumerate(factors):
        if isinstance(f, Pow) and f.args[1] is n:
            rest = factors[:k] + factors[k + 1 :]
            out = Pow.of(Div.of(above, f.args[0]), n)
            return out if not rest else Div.of(out, rest[0] if len(rest) == 1 else Mul.of(*rest))
    return None


def _root_of_square(work: _Rewriting, e: Expr) -> Expr | None:
    inner = _applied(e, "sqrt") if isinstance(e, Apply) else None
    match inner:
        case Pow(args=(base, Number(value=2))):
            return base if work.ranges(base).nonneg else absolute(base)
    return None


@dataclass(frozen=True)
class Rewrite:
    """A rewrite at the head of an expression; `of` returns None where it does not apply.

    `law` is the trusted law that allows it (derive.meaning.laws), empty for what holds in every field.
    """

    law: str
    of: Callable[[_Rewriting, Expr], Expr | None]


REWRITES = (
    Rewrite("", _log),  # names its laws itself, see LOGARITHMS
    Rewrite("", _minus_sum),
    Rewrite("sigmoid_mirror", _one_minus_sigmoid),
    Rewrite("unfold_sigmoid", _written_sigmoid),
    Rewrite("logsumexp", _written_softmax),
    Rewrite("", _quotient_of_powers),
    Rewrite("root_square", _root_of_square),
)
