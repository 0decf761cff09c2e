"""From a core scalar with free indices to a tensor expression: leaves, entrywise operations, row operations, sums."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.dims import Dim
from derive.expr.leaves import HALF, ONE, ZERO, Index, Number
from derive.expr.node import Expr, as_expr
from derive.expr.operations import Apply, exp, sqrt
from derive.expr.propositions import Relation
from derive.expr.structure import Bound, Call, Delta, Indexed, Weighted, Where
from derive.expr.substitute import free_indices, substitute
from derive.expr.tensor import Along, Linear, MatMul, Reduce
from derive.meaning.matrix_form.contraction import Contraction
from derive.meaning.matrix_form.part import NoMatrixFormError, Part, arranged
from derive.meaning.normal import equal


@dataclass
class Factors:
    """A product taken apart: coefficient · factors / below, to be summed over `bound`."""

    coefficient: Fraction = Fraction(1)
    factors: list[Expr] = field(default_factory=list)
    below: list[Expr] = field(default_factory=list)
    bound: list[Index] = field(default_factory=list)


class Reader:
    """Reads a core scalar as a tensor; `live` are the indices that stand for axes, all others are constants."""

    def __init__(self, live: tuple[Index, ...]) -> None:
        self.live = frozenset(live)

    def free(self, e: Expr) -> tuple[Index, ...]:
        """The indices of `e` that stand for axes."""
        return tuple(i for i in free_indices(e) if i in self.live)

    def read(self, e: Expr) -> Part:
        """`e` as a tensor over its free indices. Raises `NoMatrixFormError`."""
        match e:
            case Indexed():
                return self._entry(e)
            case Delta():
                return self._delta(e)
            case Index() if e in self.live:
                raise NoMatrixFormError(f"the position {e} is a number here")
            case Neg():
                inner = self.read(e.args[0])
                twice = isinstance(inner.expr, Neg)
                return replace(inner, expr=inner.expr.args[0] if twice else Neg.of(inner.expr))
            case Add() if len(rest := [a for a in e.args if not is_nothing(a)]) < len(e.args):
                return self.read(ZERO if not rest else rest[0] if len(rest) == 1 else Add.of(*rest))
            case Apply() if (row := self._softmax(e)) is not None:
                return row
            case Pow() | Apply() if (length := self._norm(e)) is not None:
                return Part(length)
            case Mul() | Div() if not _is_reciprocal(e):
                return self._product(e)
            case Bound():
                return self._bound(e)
            case Add() | Div() | Pow() | Apply() | Call() | Where() | Relation() | Weighted():
                return self._entrywise(e)
        if self.free(e):
            raise NoMatrixFormError(f"no matrix form of `{e}`")
        return Part(e)

    def _entry(self, e: Indexed) -> Part:
        if not self.free(e):
            return Part(e)
        places = tuple(p for p in e.places if isinstance(p, Index) and p in self.live)
        if len(places) < len(e.places) or len(places) > 2:
            raise NoMatrixFormError(f"no matrix form of `{e}`")
        if len(set(places)) < len(places):
            return Part(Linear.of("diag", (e.of_what,)), places[:1])
        return Part(e.of_what, places)

    def _delta(self, e: Delta) -> Part:
        if not self.free(e):
            return Part(e)
        i, j = e.args
        if isinstance(i, Index) and isinstance(j, Index) and {i, j} <= self.live and i.dim is j.dim and i.dim:
            return Part(ONE) if i is j else Part(Linear.of("eye", (), (i.dim,)), (i, j))
        raise NoMatrixFormError(f"no matrix form of `{e}`")

    def _entrywise(self, e: Expr) -> Part:
        parts = [self.read(a) for a in e.args]
        union = tuple(dict.fromkeys(i for p in sorted(parts, key=lambda p: -len(p.indices)) for i in p.indices))
        if len(union) > 2:
            raise NoMatrixFormError(f"`{e}` has more than two free indices")
        return Part(e.rebuild(_broadcast(parts, union)), union)

    def _softmax(self, e: Apply) -> Part | None:
        """exp(zᵢ − logsumexp(z)) is softmax(z)."""
        if e.operation is not exp or not isinstance(e.args[0], Add) or len(e.args[0].args) != 2:
            return None
        z, lse = e.args[0].args
        whole = lse.args[0] if isinstance(lse, Neg) else None
        if not isinstance(whole, Bound) or whole.kind != "logsumexp" or not _covers(whole):
            return None
        for i in self.free(z):
            if i.dim is whole.index.dim and equal(substitute(whole.body, {whole.index: i}), z).proved:
                inner = self.read(z)
                return Part(Along.of("softmax", inner.expr, _only(i, inner)), inner.indices)
        return None

    def _norm(self, e: Pow | Apply) -> Expr | None:
        """(Σ x²)^½ is the 2-norm of x, its other powers are powers of the norm."""
        if isinstance(e, Apply):
            exponent: Expr | None = HALF if e.operation is sqrt else None
        else:
            exponent = e.args[1]
        if exponent is None or self.free(e) or not isinstance(e.args[0], Bound):
            return None
        square, bound = _inside(e.args[0])
        if not (isinstance(square, Pow) and square.args[1] is as_expr(2)) or len(bound) > 2:
            return None
        inner = Reader((*self.live, *bound)).read(square.args[0])
        if set(inner.indices) != set(bound):
            return None
        length = Reduce.of("norm", inner.expr, inner.expr.axes)
        twice = _rational(exponent)
        if twice is None:
            return None
        return length if twice == Fraction(1, 2) else length ** as_expr(twice * 2)

    def _bound(self, e: Bound) -> Part:
        if e.kind == "sum":
            return self._product(e)
        if not _covers(e):
            raise NoMatrixFormError(f"`{e}` runs over a part of an axis")
        inner = Reader((*self.live, e.index)).read(e.body)
        if e.index not in inner.indices:
            raise NoMatrixFormError(f"`{e}` does not depend on its index")
        over = _only(e.index, inner)
        kept = tuple(i for i in inner.indices if i is not e.index)
        if e.kind == "logsumexp":
            return Part(Along.of("logsumexp", inner.expr, over), kept)
        return Part(Reduce.of(e.kind, inner.expr, (over,)), kept)

    def _product(self, e: Expr) -> Part:
        """A sum of products, as a contraction."""
        found = Factors()
        self._take_apart(e, found)
        if found.coefficient == 0 or ZERO in found.factors:
            return Part(ZERO)
        self._sift(found)
        inner = Reader((*self.live, *found.bound))
        graph = Contraction(found.bound)
        for position, factor in enumerate(found.factors):
            try:
                graph.multiply(inner.read(factor))
            except NoMatrixFormError:
                if not isinstance(factor, Add):
                    raise
                return self._distributed(found, position)
        whole = graph.reduced()
        below = [inner.read(b) for b in found.below]
        return _scaled(whole, found.coefficient, graph.scalars, [b.expr for b in below])

    def _take_apart(self, e: Expr, into: Factors) -> None:
        pending = [e]
        while pending:
            e = pending.pop(0)
            match e:
                case Mul():
                    pending[:0] = e.args
                case Neg():
                    into.coefficient = -into.coefficient
                    pending.insert(0, e.args[0])
                case Number():
                    into.coefficient *= e.value
                case Div() if not any(i in self.live or i in into.bound for i in free_indices(e.args[1])):
                    below = e.args[1]
                    if isinstance(below, Number) and below.value != 0:
                        into.coefficient /= below.value
                    else:
                        into.below.append(below)
                    pending.insert(0, e.args[0])
                case Div() if not _is_reciprocal(e):
                    into.factors.append(Div.of(ONE, e.args[1]))
                    pending.insert(0, e.args[0])
                case Bound() if e.kind == "sum":
                    if not _covers(e):
                        raise NoMatrixFormError(f"`{e}` runs over a part of an axis")
                    fresh = Index(e.index.name, e.index.dim)  # the same sum may be a factor twice
                    into.bound.append(fresh)
                    pending.insert(0, substitute(e.body, {e.index: fresh}))
                case _:
                    into.factors.append(e)

    def _sift(self, found: Factors) -> None:
        """Use up the deltas on summed indices: Σⱼ δ(i,j) f(j) = f(i)."""
        while (pair := _identified(found)) is not None:
            delta, summed, kept = pair
            if kept.dim is not summed.dim:
                raise NoMatrixFormError(f"`{delta}` compares positions on two axes")
            found.factors = [substitute(f, {summed: kept}) for f in found.factors if f is not delta]
            found.bound.remove(summed)

    def _distributed(self, found: Factors, position: int) -> Part:
        """A product with a sum among its factors that has no form of its own, term by term."""
        before, after = found.factors[:position], found.factors[position + 1 :]
        terms: list[Part] = []
        for term in found.factors[position].args:
            product: Expr = Mul.of(as_expr(found.coefficient), *before, term, *after)
            for index in reversed(found.bound):
                assert index.dim is not None
                product = Bound.of("sum", product, index, ONE, index.dim.size)
            terms.append(self.read(product))
        union = max((t.indices for t in terms), key=len)
        total = Add.of(*(arranged(t, union) for t in terms))
        return _scaled(Part(total, union), Fraction(1), [], [self.read(b).expr for b in found.below])


def _broadcast(parts: list[Part], union: tuple[Index, ...]) -> tuple[Expr, ...]:
    """Operands over `union`. A vector beside matrices runs along their rows, X + b; else it is written out."""
    if len(union) < 2:
        return tuple(p.expr for p in parts)
    square = union[0].dim is union[1].dim
    full = any(len(p.indices) == 2 for p in parts)
    out = []
    for p in parts:
        if not p.indices or (len(p.indices) == 1 and p.indices[0] is union[1] and full and not square):
            out.append(p.expr)
        else:
            out.append(arranged(p, union))
    return tuple(out)


def _scaled(whole: Part, coefficient: Fraction, scalars: list[Expr], below: list[Expr]) -> Part:
    """coefficient · scalars · whole / below, equal scalars collected, without factors 1."""
    powers: dict[Expr, Fraction] = {}
    for sign, group in ((1, scalars), (-1, below)):
        for e in group:
            base, exponent = _base(e)
            powers[base] = powers.get(base, Fraction(0)) + sign * exponent
    over = [_raised(base, n) for base, n in powers.items() if n > 0]
    under = [_raised(base, -n) for base, n in powers.items() if n < 0]
    size = abs(coefficient)
    if size.numerator != 1:
        over.insert(0, as_expr(size.numerator))
    if size.denominator != 1:
        under.insert(0, as_expr(size.denominator))
    out = _times(over, whole.expr)
    if under:
        out = Div.of(out, under[0] if len(under) == 1 else Mul.of(*under))
    return replace(whole, expr=Neg.of(out) if coefficient < 0 else out)


def _base(e: Expr) -> tuple[Expr, Fraction]:
    """A scalar as a base with a rational exponent."""
    exponent = _rational(e.args[1]) if isinstance(e, Pow) else None
    return (e, Fraction(1)) if exponent is None else (e.args[0], exponent)


def _raised(base: Expr, n: Fraction) -> Expr:
    return base if n == 1 else base ** as_expr(n)


def _rational(e: Expr) -> Fraction | None:
    """The value of a rational number, which as written may have a minus sign in front."""
    if isinstance(e, Neg) and isinstance(e.args[0], Number):
        return -e.args[0].value
    return e.value if isinstance(e, Number) else None


def _times(scalars: list[Expr], e: Expr) -> Expr:
    """scalars · e; before a matrix product they join its first factor, 2 Aᵀ x."""
    if not scalars:
        return e
    if e is ONE:
        return scalars[0] if len(scalars) == 1 else Mul.of(*scalars)
    if isinstance(e, MatMul) and not isinstance(e.args[0], Add):
        return MatMul.of(_times(scalars, e.args[0]), e.args[1])
    return Mul.of(*scalars, *(e.args if isinstance(e, Mul) else (e,)))


def is_nothing(e: Expr) -> bool:
    """f − f, which stands where a derivative has no value because f has none."""
    return isinstance(e, Add) and len(e.args) == 2 and e.args[1] is Neg.of(e.args[0])


def _is_reciprocal(e: Expr) -> bool:
    return isinstance(e, Div) and e.args[0] is ONE


def _identified(found: Factors) -> tuple[Delta, Index, Index] | None:
    """A delta between a summed index and another index, and the two."""
    for delta in found.factors:
        if isinstance(delta, Delta):
            for summed, kept in (delta.args, delta.args[::-1]):
                if isinstance(summed, Index) and isinstance(kept, Index) and summed in found.bound:
                    return delta, summed, kept
    return None


def _covers(e: Bound) -> bool:
    """Whether a bound index runs over a whole axis."""
    return e.index.dim is not None and e.low is ONE and e.high is e.index.dim.size


def _inside(e: Expr) -> tuple[Expr, list[Index]]:
    """The body of nested sums over whole axes, and their indices."""
    bound: list[Index] = []
    while isinstance(e, Bound) and e.kind == "sum" and _covers(e):
        bound.append(e.index)
        e = e.body
    return e, bound


def _only(index: Index, part: Part) -> Dim:
    """The dim of `index`, which must be an axis once."""
    assert index.dim is not None
    if part.expr.axes.count(index.dim) != 1:
        raise NoMatrixFormError(f"two axes of `{part.expr}` are {index.dim}")
    return index.dim
