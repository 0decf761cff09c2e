"""Instances of theorems that a claim may rest on, made of the parts of its sums. Nothing here needs to be trusted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.dims import Dim
from derive.expr.leaves import HALF, ONE, Index, Number, Size, Symbol
from derive.expr.node import Expr, walk
from derive.expr.operations import Apply, exp, log
from derive.expr.structure import Bound, Indexed, Weighted
from derive.expr.substitute import free_indices, substitute
from derive.meaning.interval import Ranges
from derive.prove.theorems.table import THEOREMS, Theorem

Instance = tuple[Theorem, dict[str, Expr]]
MOST_OF_ONE = 60  # instances of a theorem
MOST_ENTRIES, MOST_WEIGHTS, MOST_SCALARS = 14, 5, 8


def instances(gap: Expr) -> Iterator[Instance]:
    """Every theorem at the entries that occur under the sums of an expression."""
    ranges = Ranges()
    for dim, entries in _entries(gap).items():
        i = Index.along(dim)
        bodies = list(dict.fromkeys(substitute(body, {old: i}) for old, body in entries))
        bodies = sorted(bodies, key=lambda e: sum(1 for _ in walk(e)))[:MOST_ENTRIES]
        weights = _weights(bodies, i, dim)
        places = _places(gap, dim)
        rates = _rates(gap, ranges)
        pools = {"f": bodies, "g": [*bodies, *(Neg.of(b) for b in bodies), ONE], "w": weights, "v": weights}
        pools |= {"i": [i], "k": places, "t": rates, "c": _scales(gap, ranges)}
        for theorem in THEOREMS:
            if "i" in theorem.variables:
                yield from _filled(theorem, pools)
    yield from _about_numbers(gap, ranges)


def _filled(theorem: Theorem, pools: dict[str, list[Expr]]) -> Iterator[Instance]:
    """The theorem at values of its pools, those that stand early in them first."""
    names = theorem.variables
    ranks = product(*(range(len(pools[name])) for name in names))
    found = 0
    for chosen in sorted(ranks, key=lambda r: (sum(r), r)):
        values = {name: pools[name][k] for name, k in zip(names, chosen, strict=True)}
        if "g" in values and values["f"] is values["g"]:
            continue
        if theorem.holds_for(values):
            yield theorem, values
            found += 1
        if found == MOST_OF_ONE:
            return


def _entries(gap: Expr) -> dict[Dim, list[tuple[Index, Expr]]]:
    """By dim: the bodies of sums and their factors, with the index they run over."""
    out: dict[Dim, dict[tuple[Index, Expr], None]] = {}
    for node in walk(gap):
        if not isinstance(node, Bound) or node.index.dim is None or node.low is not ONE:
            continue
        dim = node.index.dim
        if isinstance(node.high, Size) and node.high.dim is dim:
            found = out.setdefault(dim, {})
            for part in (*_parts(node.body), *((exp(node.body),) if node.kind == "logsumexp" else ())):
                if node.index in free_indices(part):
                    found[node.index, part] = None
    return {dim: list(found) for dim, found in out.items()}


def _parts(body: Expr) -> Iterator[Expr]:
    """A body and what it is made of, the outer ones first."""
    yield body
    match body:
        case Mul() if len(body.args) == 3:
            for pair in combinations(body.args, 2):
                yield Mul.of(*pair)
            for a in body.args:
                yield from _parts(a)
        case Mul() | Weighted() | Add() | Neg():
            for a in body.args:
                yield from _parts(a)
        case Div():
            yield from _parts(body.args[0])
            yield from _parts(body.args[1])
        case Pow() if isinstance(body.args[1], Number):
            yield from _parts(body.args[0])
        case Apply() if body.operation.arity == 1 and (
            body.operation in (exp, log) or body.operation.name in ("abs", "softplus", "sqrt")
        ):
            yield from _parts(body.args[0])


def _weights(bodies: list[Expr], i: Index, dim: Dim) -> list[Expr]:
    """The uniform weights, and the bodies that look like distributions."""
    out: list[Expr] = [ONE / dim.size]
    for body in bodies:
        leaf = body.of_what if isinstance(body, Indexed) else None
        if (isinstance(leaf, Symbol) and leaf.domain.structure in ("simplex", "onehot")) or (
            isinstance(body, Apply) and body.operation is exp
        ):
            out.append(body)
    return out[:MOST_WEIGHTS]


def _places(gap: Expr, dim: Dim) -> list[Expr]:
    """The positions along a dim at which entries stand that are not under a sum."""
    free = set(free_indices(gap))
    found: dict[Expr, None] = {}
    for node in walk(gap):
        if isinstance(node, Indexed):
            for place, d in zip(node.places, node.of_what.axes, strict=True):
                if d is dim and all(i in free for i in free_indices(place)):
                    found[place] = None
    return list(found)[:3]


def _rates(gap: Expr, ranges: Ranges) -> list[Expr]:
    """Numbers between 0 and 1 that a convex combination may be made with."""
    units = [n for n in walk(gap) if isinstance(n, Symbol) and not n.axes and _is_unit(n, ranges)]
    return [HALF, *units[:2]]


def _scales(gap: Expr, ranges: Ranges) -> list[Expr]:
    """Positive numbers of the claim, and their reciprocals."""
    found = [n for n in walk(gap) if isinstance(n, Symbol) and not n.axes and ranges(n).positive][:2]
    return [scale for e in found for scale in (e, ONE / e)]


def _is_unit(e: Expr, ranges: Ranges) -> bool:
    interval = ranges(e)
    return interval.nonneg and interval.high[0] <= 1


def _about_numbers(gap: Expr, ranges: Ranges) -> Iterator[Instance]:
    """Bernoulli's inequality and weighted means, at the powers that occur."""
    by_name = {t.name: t for t in THEOREMS}
    for node in walk(gap):
        if (
            isinstance(node, Apply)
            and node.operation.name in ("abs", "relu")
            and not set(free_indices(node)) - set(free_indices(gap))
        ):
            for name in ("abs_above", "abs_above_negative", "abs_above_relu", "relu_above"):
                yield by_name[name], {"x": node.args[0]}
    powers = [n for n in walk(gap) if isinstance(n, Pow) and not isinstance(n.args[1], Number)][:MOST_SCALARS]
    for node in powers:
        base, n = node.args
        values = {"x": base - 1, "n": n}
        if by_name["bernoulli"].holds_for(values):
            yield by_name["bernoulli"], values
    for a, b in product(powers, powers):
        values = {"x": a.args[0], "y": b.args[0], "t": a.args[1]}
        if a is not b and by_name["weighted_means"].holds_for(values):
            yield by_name["weighted_means"], values


def multipliers(gap: Expr) -> list[Expr]:
    """What both sides of a theorem may be multiplied by: positive numbers of the claim, and their reciprocals."""
    ranges = Ranges()
    found = [n for n in walk(gap) if isinstance(n, Symbol | Size) and not n.axes and ranges(n).nonneg][:3]
    out: list[Expr] = [ONE]
    for e in found:
        out.append(e)
        if ranges(e).positive:
            out += [ONE / e, ONE / e**2]
    return out
