"""The partial derivative of one entry by one entry, in index notation.

∂e/∂x[J] is a sum of terms, each a factor times Kronecker deltas δ(place, Jₖ). A sum over an index that meets a delta is
sifted at once: Σᵢ δ(i,j) f(i) = f(j). Named terms in `e` other than x are constants here; the chain follows them.
(Laue, Mitterreiter, Giesen 2020, arXiv:2003.00604: Einstein notation suffices.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce

from derive.chain.inverse import Factor, factor_of
from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.calculus import Integral
from derive.expr.errors import DeriveError
from derive.expr.leaves import ONE, ZERO, Index, Let, Number
from derive.expr.node import Expr, walk
from derive.expr.operations import Apply, exp, log
from derive.expr.propositions import Relation
from derive.expr.structure import Bound, Call, Delta, Indexed, Weighted, Where
from derive.expr.substitute import substitute
from derive.meaning.interval import Ranges
from derive.meaning.regularity import under_integral


class NoDerivativeError(DeriveError):
    """An expression that this engine cannot differentiate."""


@dataclass(frozen=True)
class Term:
    """factor · Π δ(place, wanted)."""

    factor: Expr
    deltas: tuple[tuple[Expr, Expr], ...] = ()

    def times(self, factor: Expr) -> Term:
        return Term(product(factor, self.factor), self.deltas)

    def through(self, wrap: Callable[[Expr], Expr]) -> Term:
        return Term(wrap(self.factor), self.deltas)


def product(*factors: Expr) -> Expr:
    """A product without the factors 1, and 0 if one factor is 0."""
    flat = [f for e in factors for f in (e.args if isinstance(e, Mul) else (e,)) if f is not ONE]
    if any(f is ZERO for f in flat):
        return ZERO
    negative = sum(isinstance(f, Neg) for f in flat) % 2
    bare = [b for f in flat if (b := f.args[0] if isinstance(f, Neg) else f) is not ONE]
    out = ONE if not bare else bare[0] if len(bare) == 1 else Mul.of(*bare)
    return Neg.of(out) if negative else out


def total(terms: list[Expr]) -> Expr:
    """A sum without the terms 0."""
    kept = [t for t in terms if t is not ZERO]
    return ZERO if not kept else kept[0] if len(kept) == 1 else Add.of(*kept)


def quotient(a: Expr, b: Expr) -> Expr:
    """a/b, with a leading minus sign kept in front."""
    if isinstance(a, Neg):
        return Neg.of(quotient(a.args[0], b))
    return a if b is ONE else Div.of(a, b)


def partial(e: Expr, leaf: Expr, at: tuple[Expr, ...], kinks: bool = False) -> list[Term]:
    """∂e/∂leaf[at] for a core scalar `e`; `leaf` is a symbol, family member or named term.

    With `kinks`, the derivative has no value where there is none: at a jump, or where a condition is about to change.
    Without, it has the values that generated code takes there.
    Raises `NoDerivativeError` that names the part it cannot differentiate.
    """
    done: dict[Expr, list[Term]] = {}
    for node in walk(e, into_terms=False):
        done[node] = _terms(node, leaf, at, done, kinks)
    return done[e]


def undefined_at(d: Expr, seen: list[Term]) -> list[Term]:
    """Terms that are 0 where d ≠ 0 and have no value where d = 0, for each way in which d depends on the leaf."""
    return [Term(Add.of(Div.of(d, d), Neg.of(ONE)), t.deltas) for t in seen]


def _terms(node: Expr, leaf: Expr, at: tuple[Expr, ...], done: dict[Expr, list[Term]], kinks: bool) -> list[Term]:
    if node is leaf and not leaf.axes:
        return [Term(ONE)]
    if (factor := factor_of(node)) is not None and leaf in set(walk(node)):  # also behind a named term
        return _through_matrix(node, factor(), leaf, at, kinks)
    if node.axes:  # inside of a matrix whose determinant or inverse is taken
        return []
    if isinstance(node, Indexed):
        if node.of_what is leaf:
            pairs = tuple((p, j) for p, j in zip(node.places, at, strict=True) if p is not j)
            return [Term(ONE, pairs)]
        if any(done[p] for p in node.places):
            raise NoDerivativeError(f"`{leaf}` is a position in `{node}`, not a variable to differentiate by")
        return []
    if not any(done[a] for a in node.args):
        return []
    match node:
        case Add():
            return [t for a in node.args for t in done[a]]
        case Neg():
            return [t.through(lambda f: product(Neg.of(ONE), f)) for t in done[node.args[0]]]
        case Mul():
            return [
                t.times(product(*node.args[:k], *node.args[k + 1 :])) for k, a in enumerate(node.args) for t in done[a]
            ]
        case Div():
            above, below = node.args
            outer = [t.through(lambda f: quotient(f, below)) for t in done[above]]
            return outer + [t.times(Neg.of(quotient(above, below**2))) for t in done[below]]
        case Pow():
            return _power(node, done)
        case Apply():
            slopes = node.operation.partials(*node.args)
            out = [t.times(s) for s, a in zip(slopes, node.args, strict=True) for t in done[a]]
            if kinks and node.operation is log and not Ranges()(node.args[0]).positive:
                out += [
                    Term(Add.of(node, Neg.of(node)), t.deltas) for t in done[node.args[0]]
                ]  # 1/x is there for x < 0
            if kinks and node.operation.kinks and slopes[0] is ZERO:  # a jump: the slope 0 on both sides hides it
                out += undefined_at(node.args[0], done[node.args[0]])
            return out
        case Where():
            condition, then, otherwise = node.args
            yes = [t.through(lambda f: Where.of(condition, f, ZERO)) for t in done[then]]
            no = [t.through(lambda f: Where.of(condition, ZERO, f)) for t in done[otherwise]]
            return yes + no + (_ties(condition, done) if kinks else [])
        case Weighted():
            weight, f = node.args
            inner = [t.through(lambda g: Weighted.of(weight, g)) for t in done[f]]
            return inner + [t.times(f) for t in done[weight]]
        case Call() if len(node.args) == 1:
            slope = Call.of(node.function, node.args, node.order + 1)
            return [t.times(slope) for t in done[node.args[0]]]
        case Bound():
            return _bound(node, done)
        case Integral():
            return _integral(node, done)
        case Relation():
            return [t for a in node.args for t in done[a]]  # whether the condition depends on the leaf, and where
        case Delta():
            raise NoDerivativeError(f"`{leaf}` is a position in `{node}`, not a variable to differentiate by")
    raise NoDerivativeError(f"no derivative of `{node}` yet")


def _through_matrix(node: Expr, factor: Factor, leaf: Expr, at: tuple[Expr, ...], kinks: bool) -> list[Term]:
    """The sum over a and b of a factor times ∂M[a, b]."""
    times, (a, b), inner = factor
    if any(isinstance(n, Let) and n is not leaf and leaf in set(walk(n)) for n in walk(inner, into_terms=False)):
        raise NoDerivativeError(f"`{node}` depends on `{leaf}` through a named term")
    found = [t.times(times) for t in partial(inner, leaf, at, kinks)]
    for index in (a, b):
        assert index.dim is not None
        found = [sift(t, index, ONE, index.dim.size) for t in found]
    return found


def _ties(condition: Expr, done: dict[Expr, list[Term]]) -> list[Term]:
    """Where a condition that depends on the leaf is about to change, the derivative has no value."""
    if not done[condition]:
        return []
    if not isinstance(condition, Relation) or condition.kind not in ("<", "<=", ">", ">="):
        raise NoDerivativeError(f"no derivative where `{condition}` depends on the variable")
    return undefined_at(Add.of(condition.left, Neg.of(condition.right)), done[condition])


def _power(node: Pow, done: dict[Expr, list[Term]]) -> list[Term]:
    base, exponent = node.args
    if isinstance(exponent, Number) and exponent.value == 2:
        lower: Expr = base
    elif isinstance(exponent, Number):
        lower = base ** Number.of(exponent.value - 1) if exponent.value > 1 else base ** -(1 - exponent.value)
    else:
        lower = base ** (exponent - 1)
    out = [t.times(product(exponent, lower)) for t in done[base]]
    return out + [t.times(product(node, log(base))) for t in done[exponent]]


def _bound(node: Bound, done: dict[Expr, list[Term]]) -> list[Term]:
    if done[node.low] or done[node.high]:
        raise NoDerivativeError(f"the bounds of `{node}` depend on the variable")
    inner = done[node.body]
    if node.kind == "logsumexp":
        inner = [t.times(exp(node.body - node)) for t in inner]
    elif node.kind == "prod" and Ranges()(node.body).positive:
        inner = [t.times(quotient(node, node.body)) for t in inner]
    elif node.kind == "prod":
        k = Index(node.index.name, node.index.dim)
        others = Where.of(Relation.of("!=", k, node.index), substitute(node.body, {node.index: k}), ONE)
        inner = [t.times(Bound.of("prod", others, k, node.low, node.high)) for t in inner]
    elif node.kind != "sum":
        raise NoDerivativeError(f"no derivative of `{node}` yet")
    return [sift(t, node.index, node.low, node.high) for t in inner]


def _integral(node: Integral, done: dict[Expr, list[Term]]) -> list[Term]:
    """Leibniz: ∂∫ₐᵇ f dx = ∫ₐᵇ ∂f dx + f(b) ∂b − f(a) ∂a; for a proper integral of a smooth function."""
    if not under_integral(node):
        raise NoDerivativeError(
            f"the derivative of `{node}` cannot be taken under the integral sign, as far as is known"
        )
    x, low, high = node.variable, node.low, node.high
    inside = [Term(Integral.of(t.factor, x, low, high), t.deltas) for t in done[node.body]]
    above = [t.times(substitute(node.body, {x: high})) for t in done[high]]
    below = [t.times(Neg.of(substitute(node.body, {x: low}))) for t in done[low]]
    return [*inside, *above, *below]


def sift(term: Term, index: Index, low: Expr, high: Expr) -> Term:
    """Σ over `index` of a term: a delta on the index is used up, otherwise the sum stands."""
    whole = index.dim is not None and low is ONE and high is index.dim.size
    for k, (place, wanted) in enumerate(term.deltas):
        if place is not index and wanted is index:
            place, wanted = wanted, place
        if place is not index:
            continue
        there = {index: wanted}
        factor = substitute(term.factor, there, into_terms=False)  # no term that is still closed depends on it
        rest = term.deltas[:k] + term.deltas[k + 1 :]
        moved = tuple((a, b) for p, j in rest if (a := substitute(p, there)) is not (b := substitute(j, there)))
        if not (whole and isinstance(wanted, Index) and wanted.dim is index.dim):
            factor = Where.of(wanted >= low, Where.of(wanted <= high, factor, ZERO), ZERO)
        return Term(factor, moved)
    here = [d for d in term.deltas if any(n is index for side in d for n in walk(side))]
    body = product(term.factor, *(Delta.of(*d) for d in here))
    return Term(Bound.of("sum", body, index, low, high), tuple(d for d in term.deltas if d not in here))


def collect(terms: list[Term]) -> Expr:
    """The terms as one expression; deltas that are left become factors."""
    return total([reduce(lambda f, d: product(f, Delta.of(*d)), t.deltas, t.factor) for t in terms])
