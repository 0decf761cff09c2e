"""Expressions as SymPy expressions, and back. SymPy is imported by the functions here, not by this module.

SymPy evaluates on construction: ``x/x`` is 1 and a condition is lost, ``log(exp(y))`` is y, a product loses its order.
What comes back therefore means the same wherever the original is defined, and may be defined in more places.
`derive.meaning.sympy_tree` says what becomes of entries and sums. Text is never parsed: objects are built one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from typing import Any

from derive.expr.node import Expr
from derive.expr.operations import OPERATIONS
from derive.meaning.sympy_answer import NUMBER, from_tree
from derive.meaning.sympy_tree import STRICT_OR_NOT, SympyFormError, Tree, to_trees

Sympy = Any  # sympy.Basic; importing it takes 0.8 s
Later = Callable[[], Tree]
ASSUMPTIONS = {"real", "integer", "positive", "nonnegative", "negative", "nonpositive"}


def to_sympy(e: Expr) -> Sympy:
    """A scalar expression as a SymPy expression, with the assumptions that the domains of its symbols allow.

    Symbols of one name get different names (x, x_2); `sympy_names` says which is which.
    """
    found = to_trees(e)
    return Building(found.assumptions).build(found.trees[0])


def sympy_names(e: Expr) -> dict[str, Expr]:
    """What the names in ``to_sympy(e)`` stand for: ``from_sympy(to_sympy(e), sympy_names(e))`` means e."""
    return to_trees(e).symbols


def from_sympy(s: Sympy, symbols: Mapping[str, Expr]) -> Expr:
    """A SymPy expression as an expression; `symbols` says what the names of its symbols stand for.

    Raises `SympyFormError` for what the table of operations cannot say: complex numbers, floats, other functions,
    integrals and derivatives that were not evaluated, pieces whose condition is an equality.
    """
    return from_tree(tree_of(s), symbols)


class Building:
    """From trees to SymPy. One object a name, so that several trees share their symbols."""

    def __init__(self, assumptions: Mapping[str, list[str]]) -> None:
        import sympy

        self.sympy = sympy
        self.assumptions = {name: _checked(name, given) for name, given in assumptions.items()}

    def build(self, tree: Any) -> Sympy:
        """Raises `SympyFormError` for what is no tree, or is undefined or not real as SymPy sees it."""
        s = self.sympy
        try:
            built = self._build(tree, {})
        except (
            TypeError,
            ValueError,
            ArithmeticError,
            RecursionError,
        ) as error:  # comparing what is not real, and the like
            raise SympyFormError(f"SymPy does not build it: {error}") from error
        if built.has(s.zoo, s.nan, s.I):
            raise SympyFormError(f"undefined or not real for SymPy: it makes {str(built)[:80]} of the expression")
        return built

    def _build(self, tree: Any, bound: Mapping[str, Sympy]) -> Sympy:
        s = self.sympy

        def parts(trees: list[Any]) -> list[Sympy]:
            return [self._build(t, bound) for t in trees]

        match tree:
            case ["number", str(text)] if NUMBER.match(text):
                value = Fraction(text)
                return s.Rational(value.numerator, value.denominator)
            case ["pi"]:
                return s.pi
            case ["eulergamma"]:
                return s.EulerGamma
            case ["oo"]:
                return s.oo
            case ["symbol", str(name)]:
                return bound[name] if name in bound else s.Symbol(name, **self._of(name))
            case ["add", *terms]:
                return s.Add(*parts(terms))
            case ["mul", *factors]:
                return s.Mul(*parts(factors))
            case ["pow", base, exponent]:
                return s.Pow(*parts([base, exponent]))
            case ["call", str(row), *args] if row in _rows().values() and OPERATIONS[row].arity == len(args):
                return getattr(s, OPERATIONS[row].sympy)(*parts(args))
            case ["function", str(name), *args]:
                return s.Function(name, **self._of(name))(*parts(args))
            case ["entry", str(name), *places]:
                tensor: Sympy = s.IndexedBase(name, **self._of(name))
                return tensor[tuple(parts(places))]
            case ["sum" | "prod" as kind, body, str(name), low, high]:
                first, last = parts([low, high])
                index = s.Symbol(name, **_checked(name, ["integer", "positive"] if first.is_positive else ["integer"]))
                binder = s.Sum if kind == "sum" else s.Product
                return binder(self._build(body, {**bound, name: index}), (index, first, last))
            case ["delta", i, j]:
                return s.KroneckerDelta(*parts([i, j]))
            case ["where", str(kind), *rest] if kind in STRICT_OR_NOT and len(rest) == 4:
                left, right, then, otherwise = parts(rest)
                holds = {"<": s.Lt, "<=": s.Le, ">": s.Gt, ">=": s.Ge}[kind](left, right)
                return s.Piecewise((then, holds), (otherwise, True))
        raise SympyFormError(f"no tree: {str(tree)[:80]}")

    def _of(self, name: str) -> dict[str, Any]:
        if name not in self.assumptions:
            raise SympyFormError(f"{name!r} is not declared")
        return self.assumptions[name]


def _checked(name: str, given: list[str]) -> dict[str, bool]:
    if unknown := set(given) - ASSUMPTIONS:
        raise SympyFormError(f"{name!r} is assumed {', '.join(sorted(unknown))}, which is not an assumption")
    return dict.fromkeys(given, True)


def tree_of(s: Sympy) -> Tree:
    """A SymPy expression as a tree, in a deterministic order."""
    try:
        return _Spelling().tree(s, {})
    except RecursionError:
        raise SympyFormError("SymPy's expression is nested too deeply") from None
    except ValueError:  # Python's own limit
        raise SympyFormError("SymPy's expression has a number of too many digits") from None


class _Spelling:
    """From SymPy to trees, with a fresh name for every bound index."""

    def __init__(self) -> None:
        import sympy

        self.sympy = sympy
        self.binders = 0

    def tree(self, e: Sympy, bound: Mapping[Sympy, str]) -> Tree:
        s = self.sympy

        def parts(args: Any) -> list[Tree]:
            return [self.tree(a, bound) for a in args]

        if e in bound:
            return ["symbol", bound[e]]
        match e:
            case s.Rational():
                return ["number", str(e)]
            case s.Symbol() if not isinstance(e, s.Dummy) and "#" not in e.name:
                return ["symbol", e.name]
            case s.Add():
                return ["add", *parts(e.as_ordered_terms())]
            case s.Mul():
                return ["mul", *parts(e.as_ordered_factors())]
            case s.Pow():
                return ["pow", *parts(e.args)]
            case s.Sum() | s.Product():
                return self._bound(e, bound)
            case s.Piecewise():
                return self._pieces(e.args, bound)
            case s.KroneckerDelta():
                return ["delta", *parts(e.args[:2])]
            case s.Indexed() if isinstance(e.base, s.IndexedBase):
                return ["entry", e.base.name, *parts(e.indices)]
            case s.core.function.AppliedUndef():
                return ["function", e.func.__name__, *parts(e.args)]
            case s.Heaviside() if e.args[1] == s.S.Half:  # the value that SymPy gives it at 0 by default
                return ["call", "step", *parts(e.args[:1])]
            case s.Min() | s.Max():
                return self._nested(type(e).__name__.lower(), parts(sorted(e.args, key=s.default_sort_key)))
            case s.polygamma(args=(order, x)) if order in (0, 1):
                return ["call", "trigamma" if order == 1 else "digamma", self.tree(x, bound)]
        named = _constants().get(e)
        if named is not None:
            return named
        name = type(e).__name__
        if name in _rows() and len(e.args) == OPERATIONS[_rows()[name]].arity:
            return ["call", _rows()[name], *parts(e.args)]
        if name in _rewritten():
            return self.tree(_rewritten()[name](*e.args), bound)
        raise SympyFormError(f"`{str(e)[:80]}`: no operation of ours is SymPy's {name}")

    def _bound(self, e: Sympy, bound: Mapping[Sympy, str]) -> Tree:
        """The first limits are those of the innermost binder; they may use the indices of those after them."""
        *inner, (index, low, high) = e.limits
        ends = [self.tree(low, bound), self.tree(high, bound)]
        self.binders += 1
        name = f"{index.name}#{self.binders}"  # a symbol with such a name is refused
        body = e.func(e.function, *inner) if inner else e.function
        kind = "sum" if e.func is self.sympy.Sum else "prod"
        return [kind, self.tree(body, {**bound, index: name}), name, *ends]

    def _pieces(self, pieces: Any, bound: Mapping[Sympy, str]) -> Tree:
        if not pieces:
            raise SympyFormError("a Piecewise with no last case is undefined somewhere")
        (value, condition), *rest = pieces
        return self._where(condition, lambda: self.tree(value, bound), lambda: self._pieces(rest, bound), bound)

    def _where(self, condition: Sympy, then: Later, otherwise: Later, bound: Mapping[Sympy, str]) -> Tree:
        s = self.sympy

        def inner(part: Sympy) -> Later:
            return lambda: self._where(part, then, otherwise, bound)

        match condition:
            case s.logic.boolalg.BooleanTrue():
                return then()
            case s.logic.boolalg.BooleanFalse():
                return otherwise()
            case s.Lt() | s.Le() | s.Gt() | s.Ge():
                left, right = (self.tree(side, bound) for side in condition.args)
                return ["where", condition.rel_op, left, right, then(), otherwise()]
            case s.And(args=(first, *rest)):
                return self._where(first, inner(s.And(*rest)), otherwise, bound)
            case s.Or(args=(first, *rest)):
                return self._where(first, then, inner(s.Or(*rest)), bound)
            case s.ITE(args=(first, yes, no)):
                return self._where(first, inner(yes), inner(no), bound)
        raise SympyFormError(f"the condition {condition} of a Piecewise is not an inequality")

    def _nested(self, row: str, args: list[Tree]) -> Tree:
        first, *rest = args
        return ["call", row, first, self._nested(row, rest)] if len(rest) > 1 else ["call", row, first, *rest]


@cache
def _constants() -> dict[Sympy, Tree]:
    import sympy as s

    minus_infinity = ["mul", ["number", "-1"], ["oo"]]
    euler = ["call", "exp", ["number", "1"]]
    return {s.pi: ["pi"], s.EulerGamma: ["eulergamma"], s.E: euler, s.oo: ["oo"], -s.oo: minus_infinity}


@cache
def _rows() -> dict[str, str]:
    """SymPy's class names of our operations. Some are functions that build other classes; those never match."""
    return {row.sympy: name for name, row in OPERATIONS.items() if row.sympy}


@cache
def _rewritten() -> dict[str, Callable[..., Sympy]]:
    """Functions of SymPy that are short for others (DLMF 4.14, 4.28, 5.2, 7.2)."""
    import sympy as s

    return {
        "tan": lambda x: s.sin(x) / s.cos(x),
        "cot": lambda x: s.cos(x) / s.sin(x),
        "sec": lambda x: 1 / s.cos(x),
        "csc": lambda x: 1 / s.sin(x),
        "coth": lambda x: 1 / s.tanh(x),
        "sech": lambda x: 1 / s.cosh(x),
        "csch": lambda x: 1 / s.sinh(x),
        "asin": lambda x: s.pi / 2 - s.acos(x),
        "erfc": lambda x: 1 - s.erf(x),
        "factorial": lambda n: s.gamma(n + 1),
    }
