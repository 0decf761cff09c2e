"""Mutants: false statements made from true ones by one mechanical change at one place of one side.

An operator maps a node to what may stand in its place. Mutants are printed in the statement grammar, so each of them
is a statement with a command of its own. Which ones are taken depends on the text of the statement alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from benchmarks.bank import Statement
from benchmarks.orders import OPPOSITE, against
from benchmarks.places import Place, is_endless, places, put
from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.calculus import Integral, Limit
from derive.expr.errors import DeriveError
from derive.expr.leaves import INFINITY, ONE, ZERO, Index, Number, Symbol
from derive.expr.node import Expr, walk
from derive.expr.operations import OPERATIONS, Apply
from derive.expr.plain import plain
from derive.expr.propositions import Relation
from derive.expr.structure import Bound, Delta, Derivative, Indexed, Member, Where
from derive.expr.substitute import free_indices
from derive.expr.tensor import Along, Linear, MatMul, Reduce, Transpose
from derive.text.statement import parse

THOUSANDTH = Number.of(Fraction(1, 1000))
TWO = Number.of(2)
# What makes terms that tend to 0 grow instead: below an infinite sum or integral nothing would be left to refute.
UNBOUNDED = (
    "flip_sign", "double", "drop_factor", "raise_power", "swap_operands", "zero_or_one", "neighbour",
    "replace_by_slope",
)  # fmt: skip


@dataclass(frozen=True)
class Scope:
    """What the operators may bring in: the symbols and free indices of the statement, in order of first use."""

    symbols: tuple[Symbol, ...]
    indices: tuple[Index, ...]


@dataclass(frozen=True)
class Mutant:
    """A mutated statement, and the operator that made it."""

    operator: str
    statement: Statement


Operator = Callable[[Place, Scope], Iterator[Expr]]
OPERATORS: dict[str, Operator] = {}


def operator(function: Operator) -> Operator:
    OPERATORS[function.__name__] = function
    return function


# -- arithmetic


def _negative(e: Expr) -> Expr:
    return e.args[0] if isinstance(e, Neg) else e if e is ZERO else Neg.of(e)


def _forgets_sign(place: Place) -> bool:
    """Whether a sign in the argument of this function does not count: cos(-u), tanh(-u)²."""
    parity = place.node.operation.parity if isinstance(place.node, Apply) else ""
    return parity == "even" or (parity == "odd" and place.is_under_even)


def _without(items: tuple[Expr, ...], k: int, join: Callable[..., Expr]) -> Expr:
    rest = items[:k] + items[k + 1 :]
    return rest[0] if len(rest) == 1 else join(*rest)


def _each(place: Place, change: Callable[[Expr], Expr]) -> Iterator[Expr]:
    """The node with one child changed, for every child that matters."""
    args = place.node.args
    for k, child in place.active:
        yield place.node.rebuild((*args[:k], change(child), *args[k + 1 :]))


@operator
def flip_sign(place: Place, scope: Scope) -> Iterator[Expr]:
    """a + b → a - b; the negative of a whole side; the argument of a function."""
    node = place.node
    if isinstance(node, Add) or (isinstance(node, Apply) and not _forgets_sign(place)):
        yield from (new for new in _each(place, _negative) if new is not node)
    elif place.is_side:
        yield _negative(node)


@operator
def drop_term(place: Place, scope: Scope) -> Iterator[Expr]:
    """a + b + c → a + c."""
    if isinstance(place.node, Add):
        yield from (_without(place.node.args, k, Add.of) for k, _ in place.active)


@operator
def drop_factor(place: Place, scope: Scope) -> Iterator[Expr]:
    """a·b → a; a/b → a, and → 1/b."""
    node = place.node
    if isinstance(node, Mul):
        yield from (_without(node.args, k, Mul.of) for k in range(len(node.args)))
    elif isinstance(node, Div):
        yield node.args[0]
        if node.args[0] is not ONE:
            yield Div.of(ONE, node.args[1])


@operator
def double(place: Place, scope: Scope) -> Iterator[Expr]:
    """a → 2·a, for a term, a denominator, an argument or a whole side."""
    node = place.node
    if isinstance(node, Add | Div | Apply | MatMul):
        yield from (new for new in _each(place, _twice) if new is not node)
    elif place.is_side:
        yield _twice(node)


def _twice(e: Expr) -> Expr:
    if isinstance(e, Neg):
        return Neg.of(_twice(e.args[0]))
    return e if e is ZERO else Mul.of(TWO, e)


@operator
def raise_power(place: Place, scope: Scope) -> Iterator[Expr]:
    """aⁿ → aⁿ⁺¹; a factor or term a → a²."""
    node = place.node
    if isinstance(node, Pow):
        base, n = node.args
        yield Pow.of(base, Number.of(n.value + 1) if isinstance(n, Number) else n + 1)
    elif isinstance(node, Add | Mul | Apply):
        for k, child in place.active:
            if isinstance(child, Symbol | Indexed | Apply):
                yield node.rebuild((*node.args[:k], Pow.of(child, TWO), *node.args[k + 1 :]))


@operator
def swap_operands(place: Place, scope: Scope) -> Iterator[Expr]:
    """a - b → b - a; a/b → b/a; aᵇ → bᵃ; A @ B → B @ A."""
    match place.node:
        case Add(args=(first, Neg(args=(second,)))) if not place.is_under_even:
            yield second - first
        case Div() | Pow() as node:
            yield node.rebuild((node.args[1], node.args[0]))
        case MatMul() as node if node.axes and not place.is_under_trace:  # x·y = y·x, tr AB = tr BA
            yield node.rebuild((node.args[1], node.args[0]))


@operator
def transpose(place: Place, scope: Scope) -> Iterator[Expr]:
    """Aᵀ → A; A → Aᵀ."""
    node = place.node
    if isinstance(node, Transpose):
        yield node.args[0]
    elif len(node.axes) == 2 and not place.is_symmetric:
        yield Transpose.of(node)


@operator
def perturb_constant(place: Place, scope: Scope) -> Iterator[Expr]:
    """c → c + 1/1000, for a number or a whole side."""
    if isinstance(place.node, Number) and not place.is_exponent and not place.is_counting:
        yield Number.of(place.node.value + THOUSANDTH.value)
    elif place.is_side:
        yield place.node + THOUSANDTH


@operator
def zero_or_one(place: Place, scope: Scope) -> Iterator[Expr]:
    """0 → 1 and 1 → 0."""
    if place.node in (ZERO, ONE):
        yield ONE if place.node is ZERO else ZERO


# -- functions


NEIGHBOURS = {
    "exp": "cosh", "log": "sqrt", "sqrt": "log", "abs": "relu", "sign": "step", "step": "sign", "relu": "softplus",
    "min": "max", "max": "min", "sigmoid": "tanh", "softplus": "relu", "tanh": "sigmoid", "sin": "cos", "cos": "sin",
    "sinh": "cosh", "cosh": "sinh", "acos": "cos", "erf": "tanh", "Phi": "sigmoid", "phi": "Phi", "gamma": "exp",
    "loggamma": "digamma", "digamma": "log", "trigamma": "digamma",
}  # fmt: skip
REDUCTIONS = {"sum": "mean", "mean": "sum", "norm": "sum", "prod": "sum", "max": "sum"}
BINDERS = {"sum": "prod", "prod": "sum", "max": "sum", "logsumexp": "max"}
MATRIX = {"tr": "det", "det": "tr"}


@operator
def neighbour(place: Place, scope: Scope) -> Iterator[Expr]:
    """Another function: σ → tanh, max → min, Σ → mean, softmax → exp, softmax along the other axis, tr → det."""
    match place.node:
        case Apply() as node if node.operation.name in NEIGHBOURS:
            yield Apply.of(OPERATIONS[NEIGHBOURS[node.operation.name]], node.args)
        case Along(name="softmax") as node:
            yield Apply.of(OPERATIONS["exp"], node.args)
            yield from (Along.of("softmax", node.args[0], dim) for dim in node.axes if dim is not node.over)
        case Along() as node:
            yield Reduce.of("sum", node.args[0], (node.over,))
        case Reduce() as node:
            yield Reduce.of(REDUCTIONS[node.kind], node.args[0], node.over)
        case Bound() as node if not is_endless(node):
            yield Bound.of(BINDERS[node.kind], node.body, node.index, node.low, node.high)
        case Linear() as node if node.name in MATRIX:
            yield Linear.of(MATRIX[node.name], node.args)
        case Linear(name="inv") as node:
            yield node.args[0]


@operator
def replace_by_slope(place: Place, scope: Scope) -> Iterator[Expr]:
    """f(u) → f′(u); a derivative → what it is the derivative of."""
    match place.node:
        case Apply() as node if node.operation.arity == 1 and node.operation.name != "trigamma":
            yield node.operation.partials(*node.args)[0]
        case Derivative() as node:
            yield node.f


@operator
def reverse(place: Place, scope: Scope) -> Iterator[Expr]:
    """a ≤ b → a ≥ b, also in a condition; the branches of a case distinction."""
    node = place.node
    if isinstance(node, Relation) and node.kind in OPPOSITE:
        yield Relation.of(OPPOSITE[node.kind], node.left, node.right)
    elif isinstance(node, Where):
        yield Where.of(node.args[0], node.args[2], node.args[1])


# -- names, indices and ranges


@operator
def swap_symbol(place: Place, scope: Scope) -> Iterator[Expr]:
    """A symbol → another one of the same shape."""
    node = place.node
    if isinstance(node, Symbol):
        yield from (s for s in scope.symbols if s is not node and (s.axes, s.sort, s.family) == _kind(node))


def _kind(symbol: Symbol) -> tuple[object, ...]:
    return symbol.axes, symbol.sort, symbol.family


@operator
def shift_index(place: Place, scope: Scope) -> Iterator[Expr]:
    """x[i] → x[i + 1], x[i - 1]; of a delta, too."""
    node = place.node
    first = 1 if isinstance(node, Indexed) else 0
    if isinstance(node, Indexed | Member | Delta):
        for k in range(first, len(node.args)):
            for step in (1, -1):
                yield node.rebuild((*node.args[:k], _shifted(node.args[k], step), *node.args[k + 1 :]))


@operator
def swap_places(place: Place, scope: Scope) -> Iterator[Expr]:
    """A[i,j] → A[j,i]; x[i] → x[j]."""
    node = place.node
    if not isinstance(node, Indexed | Delta):
        return
    first = 1 if isinstance(node, Indexed) else 0
    if len(node.args) == first + 2:
        yield node.rebuild((*node.args[:first], node.args[first + 1], node.args[first]))
    for k in range(first, len(node.args)):
        for other in scope.indices:
            if other is not node.args[k]:
                yield node.rebuild((*node.args[:k], other, *node.args[k + 1 :]))


@operator
def shift_bound(place: Place, scope: Scope) -> Iterator[Expr]:
    """Σ from a to b → from a + 1, from a - 1, to b - 1, to b + 1; of an integral or infinite sum, only inwards.

    The point of a limit moves by 1.
    """
    node = place.node
    if isinstance(node, Bound | Integral | Limit):
        inwards = not isinstance(node, Bound) or is_endless(node)
        for k, end in enumerate(node.args[1:], start=1):
            if INFINITY not in walk(end):
                for step in (1, -1)[k - 1 : k] if inwards else (1, -1):
                    yield node.rebuild((*node.args[:k], _shifted(end, step), *node.args[k + 1 :]))


def _shifted(e: Expr, step: int) -> Expr:
    if isinstance(e, Number):
        moved = Number.of(abs(e.value + step))
        return moved if e.value + step >= 0 else Neg.of(moved)
    return e + 1 if step > 0 else e - 1


# -- one statement


def mutants(statement: Statement) -> Iterator[Mutant | None]:
    """Mutants of a statement, spread over the operators; None for a change that gives no well-formed statement.

    The operators take turns, in an order that depends on the text; what is deep in a limit comes last.
    """
    parsed = parse(statement.text, statement.where, statement.premises)
    relations = [r for r in parsed.relations if isinstance(r, Relation)]
    seen = {plain(r) for r in relations}
    for deep in (False, True):
        turns = []
        for name in sorted(OPERATORS, key=lambda name: _chance(statement.text, name)):
            found = list(dict.fromkeys(plain(r) for relation in relations for r in _changed(relation, name, deep)))
            start = _chance(name, statement.text) % len(found) if found else 0
            turns.append((name, iter(found[start:] + found[:start])))
        for name, text in _in_turns(turns):
            if text not in seen:
                seen.add(text)
                mutant = replace(statement, text=text)
                yield Mutant(name, mutant) if _is_read(mutant) else None


def _in_turns(turns: list[tuple[str, Iterator[str]]]) -> Iterator[tuple[str, str]]:
    while turns:
        for one in list(turns):
            text = next(one[1], "")
            if text:
                yield one[0], text
            else:
                turns.remove(one)


def _changed(relation: Relation, name: str, deep: bool) -> Iterator[Relation]:
    """The relation with the operator of this name applied at one place; what has no shape is left out."""
    if relation.kind in OPPOSITE:
        yield from (new for operator, new in against(relation) if operator == name and not deep)
        return
    scope = _scope(relation)
    for place in places(relation):
        if place.deep is not deep or (place.endless and name in UNBOUNDED):
            continue
        try:
            for new in OPERATORS[name](place, scope):
                changed = put(relation, place.path, new)
                assert isinstance(changed, Relation)
                yield changed
        except DeriveError:
            continue


def _scope(relation: Relation) -> Scope:
    return Scope(tuple(n for n in walk(relation) if isinstance(n, Symbol)), free_indices(relation))


def _is_read(mutant: Statement) -> bool:
    try:
        parsed = parse(mutant.text, mutant.where, mutant.premises)
    except DeriveError:
        return False
    return len(parsed.relations) == 1


def _chance(*words: str) -> int:
    """A number that depends on the words alone."""
    return int.from_bytes(hashlib.sha256("\n".join(words).encode()).digest()[:8], "big")
