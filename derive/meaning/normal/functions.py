"""Functions of polynomials: by their laws and definitions where these apply, else as atoms.

Rules for exponentials, logarithms and roots stand in `explog`, for piecewise linear functions in `piecewise`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derive.expr.leaves import Symbol, Unique
from derive.expr.node import Expr
from derive.expr.operations import Operation, sigmoid, softplus
from derive.meaning.normal.poly import ONE, ZERO, Atom, Poly, of_atom
from derive.meaning.normal.render import written
from derive.meaning.normal.signs_of import witness
from derive.meaning.normal.work import Work

COMMUTATIVE = ("max", "min")
Args = tuple[Poly, ...]
Rule = Callable[[Work, Args], Poly]
RULES: dict[Operation, Rule] = {}  # operations with laws of their own


def rule(operation: Operation) -> Callable[[Rule], Rule]:
    """Register what normalises an operation."""

    def register(found: Rule) -> Rule:
        RULES[operation] = found
        return found

    return register


def apply(w: Work, operation: Operation, args: Args) -> Poly:
    """An operation of the table, by its laws."""
    if operation in RULES:
        return RULES[operation](w, args)
    if operation.parity and args[0].is_zero and operation.parity == "odd" and w.allows(f"zero_{operation}"):
        w.record(f"zero_{operation}")
        return ZERO
    unfolded = definition(w, operation, args)
    if unfolded is not None:
        return unfolded
    if operation.parity and negative(args[0]) and w.allows(f"{operation.parity}_{operation}"):
        w.record(f"{operation.parity}_{operation}", x=written(w, -args[0]))
        mirrored = apply(w, operation, (-args[0],))
        return mirrored if operation.parity == "even" else -mirrored
    return opaque(operation, args)


def opaque(operation: Operation, args: Args) -> Poly:
    if operation.name in COMMUTATIVE:
        args = tuple(sorted(args, key=lambda p: p.key))
    return of_atom(Atom("apply", operation, args, label=operation.name))


def definition(w: Work, operation: Operation, args: Args) -> Poly | None:
    """The value by the operation's definition: always for a derivative f′, in the third tier for the others."""
    if operation.name.endswith("''"):  # a second derivative has no row of its own
        return None
    derived = operation.name.endswith("'")
    name = f"slope_{operation.name[:-1]}" if derived else f"unfold_{operation}"
    if operation.unfold is None or not (derived or w.unfolding) or not w.allows(name):
        return None
    values = tuple(written(w, a) for a in args)
    w.record(name, x=values[0])
    return w.lower(operation.unfold(*values))


def negative(p: Poly) -> bool:
    """Whether the leading coefficient is negative: the sign that is pulled out of odd and even functions."""
    return bool(p.terms) and p.ordered[0][1] < 0


def head_label(w: Work, kind: str, head: Any) -> str:
    """What stands for the head of an atom in its digest."""
    if isinstance(head, Operation):
        return head.name
    if isinstance(head, Unique):
        return w.label(head)
    if kind == "call":
        return w.label(head[0]) + "'" * head[1]
    if kind in ("entry", "leaf"):
        return w.structure(head)
    return str(head or "")


def is_symmetric(head: Expr) -> bool:
    """Whether an entry does not change when its two places are exchanged."""
    if not isinstance(head, Symbol) or head.family or len(head.axes) != 2 or head.axes[0] is not head.axes[1]:
        return False
    return head.domain.structure in ("symmetric", "posdef")


# -- the logistic function and its integral


def _mirrored(w: Work, operation: Operation, args: Args, law: str, value: Callable[[Poly, Poly], Poly]) -> Poly:
    """f(-x) by f(x), where the leading coefficient of the argument is negative."""
    unfolded = definition(w, operation, args)
    if unfolded is not None:
        return unfolded
    (p,) = args
    if negative(p) and w.allows(law):
        w.record(law, x=written(w, -p))
        return value(-p, apply(w, operation, (-p,)))
    return opaque(operation, args)


@rule(sigmoid)
def _sigmoid(w: Work, args: Args) -> Poly:
    return _mirrored(w, sigmoid, args, "sigmoid_mirror", lambda x, f: ONE - f)


@rule(softplus)
def _softplus(w: Work, args: Args) -> Poly:
    return _mirrored(w, softplus, args, "softplus_mirror", lambda x, f: f - x)


# -- deltas and case distinctions


def signed_difference(p: Poly) -> Poly:
    """δ(i,j) = δ(j,i): one of the two signs."""
    return -p if negative(p) else p


def delta(w: Work, difference: Poly) -> Poly:
    if (c := difference.constant) is not None:
        return ONE if c == 0 else ZERO
    of_indices = all(m.factors and m.factors[0][0].kind == "index" for m in difference.terms)
    if not of_indices and w.allows("delta_apart") and (shown := witness(w, difference, "nonzero")) is not None:
        w.record("delta_apart", x=shown)
        return ZERO
    return of_atom(Atom("delta", None, (signed_difference(difference),)))


def where(w: Work, relation: str, args: Args) -> Poly:
    """A case distinction on the sign of a difference; equal cases need none."""
    if args[1].key == args[2].key and w.allows("where_same") and relation == "<":
        w.record("where_same", x=written(w, args[1]), y=written(w, args[0]))
        return args[1]
    below, above = ("negative", "where_below", 1), ("nonneg", "where_above", 2)
    kinds = {"<": (below, above), "=": (("nonzero", "where_unequal", 2),)}
    if relation == "=" and args[0].is_zero and w.allows("where_equal"):
        w.record("where_equal", a=written(w, args[1]), b=written(w, args[2]))
        return args[1]
    for need, law, branch in kinds[relation]:
        if w.allows(law) and (shown := witness(w, args[0], need)) is not None:
            w.record(law, x=shown, a=written(w, args[1]), b=written(w, args[2]))
            return args[branch]
    return of_atom(Atom("where", relation, args, label=relation))
