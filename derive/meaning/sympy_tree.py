"""Scalar expressions as JSON trees, the form in which they travel to SymPy. Nothing here imports SymPy.

A tree is a list, its head first; oo and -oo stand only for a whole tree, `low` or `high`:

    ["number", "p/q"]   ["symbol", name]   ["pi"]   ["eulergamma"]   ["oo"]
    ["add", t, ...]   ["mul", t, ...]   ["pow", base, exponent]
    ["call", row, t, ...]                     a row of the table of operations
    ["function", name, t, ...]                an undefined function
    ["entry", name, place, ...]               an entry of a tensor over which a sum runs
    ["sum" | "prod", body, index, low, high]
    ["delta", i, j]   ["where", relation, left, right, then, otherwise]

Every leaf has a name of its own, whatever its author called it. A bound index has a name that no leaf has and no other
binder, unless the two differ by nothing but the letter: SymPy captures silently, so nothing is there to be captured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import ceil, floor, prod
from typing import Any

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.dims import Dim
from derive.expr.domains import Domain
from derive.expr.errors import DeriveError
from derive.expr.leaves import INFINITY, Constant, Index, Number, Size, Symbol
from derive.expr.node import Expr, walk
from derive.expr.operations import OPERATIONS, Apply, log
from derive.expr.operations import exp as exponential
from derive.expr.propositions import Relation
from derive.expr.structure import Bound, Call, Delta, Indexed, Member, Weighted, Where
from derive.expr.substitute import substitute
from derive.meaning.index_form import entry, unfold

Tree = list[Any]  # JSON
Draft = tuple[Any, ...]  # a tree whose leaves are still expressions, and whose bound indices are heights

MOST_NODES = 20_000
STRICT_OR_NOT = ("<", "<=", ">", ">=")  # equality is not faithful: SymPy lets it hold, or drops it, as structure has it


class SympyFormError(DeriveError):
    """An expression that one of the two languages cannot say, or a tree that is none."""


@dataclass(frozen=True)
class Trees:
    """Trees with one vocabulary: what every name stands for, and what SymPy may assume of it."""

    trees: tuple[Tree, ...]
    symbols: dict[str, Expr]
    assumptions: dict[str, list[str]]


def to_trees(*expressions: Expr, sizes: Mapping[Dim, int] | None = None) -> Trees:
    """Scalar expressions as trees, named terms replaced by their definitions, operations without a SymPy name unfolded.

    An entry that no sum runs over, x[i], becomes a symbol of its own: two such entries are unrelated, also where i = j
    or where x is symmetric or sums to 1. What holds for unrelated entries holds for these; what fails need not.
    With `sizes`, dims have these sizes, and a sum between integers is written out, term by term.

    Raises `SympyFormError`, which names the node, for what SymPy would not mean.
    """
    drafting = _Drafting(sizes or {})
    try:
        drafts = [drafting.limit(unfold(_scalar(e)), {}) for e in expressions]
        naming = _Naming(drafting)
        trees = tuple(naming.tree(d, {}) for d in drafts)
    except RecursionError:
        raise SympyFormError("the expression is nested too deeply for SymPy") from None
    except DeriveError as error:  # also a derivative that was not taken, or that no row of the table has
        raise SympyFormError(str(error)) from error
    return Trees(trees, naming.symbols, naming.assumptions)


def _scalar(e: Expr) -> Expr:
    if e.axes:
        raise SympyFormError(f"`{e}` has axes; SymPy is given one entry at a time")
    return entry(e)


def assumptions_of(domain: Domain) -> list[str]:
    """What SymPy may assume of one entry; bounds other than 0 have no name there and are lost."""
    found = ["integer" if domain.integer else "real"]
    for bound, is_open, side, strict, weak in (
        (domain.lower, domain.open_lower, 1, "positive", "nonnegative"),
        (domain.upper, domain.open_upper, -1, "negative", "nonpositive"),
    ):
        if bound is not None and bound * side >= 0:
            found.append(strict if bound != 0 or is_open else weak)
    return found


def _number(value: Fraction | int) -> Draft:
    try:
        return ("number", str(value))
    except ValueError:  # Python's own limit
        raise SympyFormError("a number has too many digits for SymPy") from None


class _Drafting:
    """First pass: the shape of the trees. A bound index is its height, so sums that differ by a letter are equal."""

    def __init__(self, sizes: Mapping[Dim, int]) -> None:
        self.sizes = sizes
        self.running: set[Symbol] = set()  # the tensors over which a sum runs
        self.entries: dict[Draft, Expr] = {}  # the entries at places without a bound index
        self.letters: dict[Draft, str] = {}  # of the sums and products
        self.heights: dict[Expr, int] = {}
        self.left = MOST_NODES

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise SympyFormError(f"more than {MOST_NODES} nodes are too many for SymPy")

    def draft(self, e: Expr, bound: Mapping[Expr, Draft]) -> Draft:
        self.spend()

        def parts(*args: Expr) -> list[Draft]:
            return [self.draft(a, bound) for a in args]

        match e:
            case Number():
                return _number(e.value)
            case Constant(name="pi" | "eulergamma" as name):
                return (name,)
            case Size() if e.dim in self.sizes:
                return _number(self.sizes[e.dim])
            case Index() if e in bound:
                return bound[e]
            case Size() | Index() | Symbol(family=()):
                return ("leaf", e)
            case Indexed() | Member():
                return self._entry(e, bound)
            case Add():
                return ("add", *parts(*e.args))
            case Mul():
                return ("mul", *parts(*e.args))
            case Neg():
                return ("mul", _number(-1), *parts(*e.args))
            case Div(args=(numerator, denominator)):
                return ("mul", *parts(numerator), ("pow", *parts(denominator), _number(-1)))
            case Pow():
                return ("pow", *parts(*e.args))
            case Apply():
                return self._apply(e, bound)
            case Call(order=0):
                return ("function", e.function, *parts(*e.args))
            case Bound():
                return self._bound(e, bound)
            case Delta():
                return ("delta", *parts(*e.args))
            case Where(args=(Relation(kind=kind) as condition, then, otherwise)) if kind in STRICT_OR_NOT:
                return ("where", kind, *parts(condition.left, condition.right, then, otherwise))
            case Weighted(args=(p, f)):  # 0 where p is, also if f is undefined there; SymPy knows when p cannot be
                weight, product = self.draft(p, bound), ("mul", *parts(p, f))
                below = ("where", "<", weight, _number(0), product, _number(0))
                return ("where", ">", weight, _number(0), product, below)
        raise SympyFormError(f"`{e}` ({type(e).__name__}) has no faithful form in SymPy")

    def _apply(self, e: Apply, bound: Mapping[Expr, Draft]) -> Draft:
        row = e.operation
        if row.sympy and OPERATIONS.get(row.name) is row:
            return ("call", row.name, *(self.draft(a, bound) for a in e.args))
        if row.unfold is not None:
            return self.draft(row.unfold(*e.args), bound)
        raise SympyFormError(f"`{e}`: {row.name} has no name in SymPy and no definition by operations that have one")

    def _entry(self, e: Indexed | Member, bound: Mapping[Expr, Draft]) -> Draft:
        what = e.of_what if isinstance(e, Indexed) else e
        if isinstance(what, Member):
            tensor, places = what.family, (*what.args, *(e.places if isinstance(e, Indexed) else ()))
        elif isinstance(what, Symbol) and isinstance(e, Indexed):
            tensor, places = what, e.places
        else:
            raise SympyFormError(f"`{e}`: an entry of {type(what).__name__} has no faithful form in SymPy")
        drafted = ("entry", tensor, *(_folded(self.draft(p, bound)) for p in places))
        if _mentions_bound(drafted):
            self.running.add(tensor)
        else:
            written_out = {i: _exact(d) for i, d in bound.items() if d[0] == "number"}
            pairs = zip(places, drafted[2:], strict=True)
            exact = tuple(_exact(d) if d[0] == "number" else substitute(p, written_out) for p, d in pairs)
            self.entries[drafted] = at_places(tensor, exact)
        return drafted

    def _bound(self, e: Bound, bound: Mapping[Expr, Draft]) -> Draft:
        if e.kind == "logsumexp":
            return self.draft(log(Bound.of("sum", exponential(e.body), e.index, e.low, e.high)), bound)
        low, high = (_folded(self.limit(b, bound)) for b in (e.low, e.high))
        if (self.sizes or e.kind == "max") and low[0] == high[0] == "number":
            steps = range(ceil(Fraction(low[1])), floor(Fraction(high[1])) + 1)[: self.left + 1]
            terms = [self.draft(e.body, {**bound, e.index: _number(k)}) for k in steps]
            if e.kind != "max":
                return ("add" if e.kind == "sum" else "mul", *terms) if terms else _number(int(e.kind == "prod"))
            if terms:
                return reduce(lambda a, b: ("call", "max", a, b), terms)
        if e.kind == "max":
            raise SympyFormError(f"`{e}`: SymPy has no maximum over an index range of unknown or no length")
        height = self._height(e)
        body = self.draft(e.body, {**bound, e.index: ("bound", height)})
        drafted = (e.kind, height, body, low, high)
        self.letters.setdefault(drafted, e.index.name)
        return drafted

    def limit(self, e: Expr, bound: Mapping[Expr, Draft]) -> Draft:
        if e is INFINITY:
            return ("oo",)
        if isinstance(e, Neg) and e.args[0] is INFINITY:
            return ("mul", _number(-1), ("oo",))
        return self.draft(e, bound)

    def _height(self, e: Expr) -> int:
        """How many binders are nested in `e`; a binder is higher than all within it, so none of those hides it."""
        if e not in self.heights:
            for node in walk(e):
                below = max((self.heights[a] for a in node.args), default=0)
                self.heights[node] = below + isinstance(node, Bound)
        return self.heights[e]


def _folded(draft: Draft) -> Draft:
    """A sum or product of rational numbers as one number, so that x[1+1] is x[2]."""
    if draft[0] not in ("add", "mul"):
        return draft
    parts = [_folded(d) for d in draft[1:]]
    if any(p[0] != "number" for p in parts):
        return (draft[0], *parts)
    return _number((sum if draft[0] == "add" else prod)(Fraction(p[1]) for p in parts))


def _exact(number: Draft) -> Number:
    return Number.of(Fraction(number[1]))


def _mentions_bound(draft: Draft) -> bool:
    return draft[0] == "bound" or any(_mentions_bound(d) for d in draft if isinstance(d, tuple))


class _Naming:
    """Second pass: names for the leaves, and for the bound indices."""

    def __init__(self, drafting: _Drafting) -> None:
        self.drafting = drafting
        self.symbols: dict[str, Expr] = {}
        self.assumptions: dict[str, list[str]] = {}
        self.names: dict[Any, str] = {}
        self.taken: set[str] = set()

    def tree(self, draft: Draft, bound: Mapping[int, str]) -> Tree:
        self.drafting.spend()
        match draft:
            case ("leaf", e):
                return ["symbol", self._name(e, getattr(e, "domain", None))]
            case ("bound", height):
                return ["symbol", bound[height]]
            case ("entry", tensor, *places) if tensor in self.drafting.running:
                return ["entry", self._name(tensor, tensor.domain), *(self.tree(p, bound) for p in places)]
            case ("entry", tensor, *_):
                return ["symbol", self._name(self.drafting.entries[draft], tensor.domain)]
            case ("function", function, *args):
                return ["function", self._name(function, function.domain), *(self.tree(a, bound) for a in args)]
            case ("sum" | "prod" as kind, height, body, low, high):
                key = (draft, tuple(sorted(bound.items())))
                name = self._unique(key, self.drafting.letters[draft] or "k")
                ends = [self.tree(low, bound), self.tree(high, bound)]
                return [kind, self.tree(body, {**bound, height: name}), name, *ends]
        return [self.tree(d, bound) if isinstance(d, tuple) else d for d in draft]

    def _unique(self, key: Any, wish: str) -> str:
        if key not in self.names:
            name, number = wish, 1
            while name in self.taken:
                number += 1
                name = f"{wish}_{number}"
            self.names[key] = name
            self.taken.add(name)
        return self.names[key]

    def _name(self, e: Expr, domain: Domain | None = None) -> str:
        name = self._unique(e, str(e))
        self.symbols[name] = e
        if domain is not None:
            self.assumptions[name] = assumptions_of(domain)
        else:  # a position along a dim, and its size, is 1, 2, ...
            self.assumptions[name] = ["integer", "positive"] if getattr(e, "dim", None) else ["integer"]
        return name


def at_places(tensor: Symbol, places: tuple[Expr, ...]) -> Expr:
    """The entry of a tensor, or of the member of a family of tensors: ``W[l][i, j]`` has the places l, i, j."""
    count = len(tensor.family)
    chosen: Expr = tensor[places[:count]] if count else tensor
    return chosen[places[count:]] if len(places) > count else chosen
