"""Where an expression is continuous, or continuously differentiable, in one variable: a calculus of sufficient signs.

The variable is a symbol; its domain says where. What divides without containing the variable is reported as needed to
be other than 0. The answer None means: not known.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.calculus import Integral
from derive.expr.domains import REAL, Domain
from derive.expr.leaves import INFINITY, ZERO, Constant, Index, Number, Size, Symbol, Variable
from derive.expr.node import Expr, walk
from derive.expr.operations import Apply
from derive.expr.propositions import Relation
from derive.expr.structure import Bound, Call, Indexed, Where
from derive.expr.substitute import free_indices, substitute, unbound
from derive.meaning.interval import INFINITE, Ranges
from derive.meaning.normal.signs import rational

ENTIRE = frozenset({"exp", "sin", "cos", "sinh", "cosh", "tanh", "sigmoid", "softplus", "erf", "Phi", "phi"})
OF_POSITIVE = frozenset({"log", "gamma", "loggamma", "digamma", "trigamma"})
KINKED = frozenset({"abs", "relu"})
MINUS_INFINITY = Neg.of(INFINITY)
Needs = tuple[Relation, ...]


def smooth(e: Expr, x: Symbol) -> Needs | None:
    """What is needed for e to be continuously differentiable in x on the domain of x; None if it is not known to be."""
    return _Walk(x, kinks=False).needs(e)


def continuous(e: Expr, x: Symbol) -> Needs | None:
    """What is needed for e to be continuous in x on the domain of x; None if it is not known to be."""
    return _Walk(x, kinks=True).needs(e)


def defined(e: Expr) -> Needs | None:
    """What is needed for e to have a value; None if it is not known."""
    return _Walk(None, kinks=True).needs(e)


def evaluable(e: Expr, x: Symbol) -> bool:
    """Whether e has a value at almost every point of the domain of x, as far as that depends on x."""
    return _Walk(x, kinks=True).evaluable(e)


def closed(e: Expr, x: Symbol, low: bool = True, high: bool = True) -> tuple[Expr, Symbol]:
    """`e` with a variable in place of x that may take the ends of the domain of x, as far as these are numbers."""
    domain = replace(
        x.domain,
        open_lower=x.domain.open_lower and not low,
        open_upper=x.domain.open_upper and not high,
    )
    at_ends = Symbol(x.name, domain=domain)
    return substitute(e, {x: at_ends}), at_ends


def between(low: Expr, high: Expr) -> Domain:
    """The open interval between two ends, in whatever order they stand, as far as their ranges tell."""
    ranges = Ranges()
    bottoms = [_bottom(e, ranges) for e in (low, high)]
    tops = [_top(e, ranges) for e in (low, high)]
    bottom, top = min(bottoms), max(tops)
    return Domain(
        "range of integration",
        r"\mathbb{R}",
        lower=None if bottom == -INFINITE else Fraction(bottom),
        upper=None if top == INFINITE else Fraction(top),
        open_lower=True,
        open_upper=True,
        edges=(),
    )


def _bottom(end: Expr, ranges: Ranges) -> float | Fraction:
    if end is MINUS_INFINITY or end is INFINITY:
        return -INFINITE if end is MINUS_INFINITY else INFINITE
    return ranges(end).low[0]


def _top(end: Expr, ranges: Ranges) -> float | Fraction:
    if end is MINUS_INFINITY or end is INFINITY:
        return -INFINITE if end is MINUS_INFINITY else INFINITE
    return ranges(end).high[0]


def under_integral(node: Integral) -> bool:
    """Whether Leibniz's rule holds for an integral: the ends are finite, and the integrand is continuously
    differentiable in all its variables at once, on the closed range and the whole of their domains.

    The undefined functions of the language are smooth. (DLMF 1.5(iv).)
    """
    if any(leaf in (INFINITY, MINUS_INFINITY) for leaf in walk(node.low, node.high)):
        return False
    outer = {leaf: Symbol(leaf.name, domain=REAL) for leaf in unbound(node) if isinstance(leaf, Variable)}
    low, high = substitute(node.low, outer), substitute(node.high, outer)
    x = Symbol(node.variable.name, domain=replace(between(low, high), open_lower=False, open_upper=False))
    everything = _Walk(None, kinks=False, everything=True)
    return all(everything.needs(e) == () for e in (low, high, substitute(node.body, {**outer, node.variable: x})))


class _Walk:
    """Goes through an expression once. With `everything`, all of its leaves vary."""

    def __init__(self, x: Symbol | None, kinks: bool, everything: bool = False) -> None:
        self.x, self.kinks, self.everything, self.ranges = x, kinks, everything, Ranges()
        self.moving: set[Expr] = set()
        self.found: dict[Relation, None] = {}

    def needs(self, e: Expr) -> Needs | None:
        for node in walk(e, into_terms=False):
            if node is self.x or self.everything or any(a in self.moving for a in node.args):
                self.moving.add(node)
            if not self._regular(node):
                return None
        bound = any(isinstance(n, Bound) for n in walk(e))
        if bound and any(free_indices(need) for need in self.found):
            return None  # a condition on every position of a sum
        return tuple(self.found)

    def evaluable(self, e: Expr) -> bool:
        """Only the chosen branch of a case is looked at; a divisor is 0 at single points only."""
        if self.x not in set(walk(e)):
            return True
        self.moving.update(n for n in walk(e) if self.x in set(walk(n)))
        if isinstance(e, Where) and isinstance(e.args[0], Relation):
            gap = self.ranges(Add.of(e.args[0].left, Neg.of(e.args[0].right)))
            kind = e.args[0].kind
            branches = e.args[1:]
            if kind in ("<", "<=", ">", ">=") and (gap.nonneg or (-gap).nonneg):
                branches = (e.args[1 if gap.nonneg == (kind in (">", ">=")) else 2],)
            return (
                self.evaluable(e.args[0].left)
                and self.evaluable(e.args[0].right)
                and all(map(self.evaluable, branches))
            )
        if isinstance(e, Apply) and e.operation.name in ("sign", "step"):
            return self.evaluable(e.args[0])
        known = isinstance(e, Div) or self._regular(e)
        return known and all(map(self.evaluable, e.args))

    def _nonzero(self, e: Expr) -> bool:
        if self.ranges(e).nonzero:
            return True
        if e in self.moving:
            return isinstance(e, Mul) and all(map(self._nonzero, e.args))
        self.found[Relation.of("!=", e, ZERO)] = None
        return True

    def _regular(self, node: Expr) -> bool:
        moving = node in self.moving
        match node:
            case Number() | Constant() | Size() | Index() | Symbol() | Add() | Mul() | Neg():
                return True
            case Indexed():
                return not moving or (self.everything and isinstance(node.of_what, Symbol))
            case Call():
                return self.everything
            case Div():
                return self._nonzero(node.args[1])
            case Pow():
                return self._power(*node.args)
            case Bound():
                ends = any(isinstance(leaf, Constant) and leaf.name == "oo" for leaf in walk(node.low, node.high))
                if self.everything:
                    return node.kind == "sum" and not ends
                return node.kind == "sum" and not ends and not any(end in self.moving for end in (node.low, node.high))
            case Apply():
                return self._applied(node, moving)
        return False

    def _power(self, base: Expr, exponent: Expr) -> bool:
        q = rational(exponent)
        if q is not None and q.denominator == 1:
            return q >= 0 or self._nonzero(base)
        lies = self.ranges(base)
        if lies.positive:
            return True
        smooth_enough = base not in self.moving or self.kinks or (q is not None and q >= 1)
        if q is not None and q > 0 and exponent not in self.moving:
            return lies.nonneg and smooth_enough
        return lies.nonneg and self.kinks and exponent not in self.moving and self.ranges(exponent).positive

    def _applied(self, node: Apply, moving: bool) -> bool:
        name, u = node.operation.name, node.args[0]
        lies = self.ranges(u)
        if name in ENTIRE:
            return True
        if name in OF_POSITIVE:
            return lies.positive
        if name == "sqrt":
            return lies.positive or (lies.nonneg and (self.kinks or not moving))
        if name in KINKED:
            return self.kinks or not moving or lies.nonzero
        if name in ("min", "max"):
            apart = self.ranges(Add.of(u, Neg.of(node.args[1])))
            return self.kinks or not moving or apart.nonzero
        if name in ("sign", "step"):
            return lies.nonzero
        if name == "acos":
            inside = lies.low[0] >= -1 and lies.high[0] <= 1
            strict = lies.low > (-1, False) and (lies.high[0] < 1 or lies.high == (1, True))
            return inside and (self.kinks or not moving or strict)
        return False
