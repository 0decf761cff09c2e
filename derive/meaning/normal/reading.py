"""Core expressions for the checker: as polynomials of the expander, with what they divide by. Trusted.

`_Confirmed` in the checker adds the equations; here an expression is only read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.dims import Dim
from derive.expr.information import Information
from derive.expr.leaves import ZERO, Constant, Index, Let, Number, Size, Symbol
from derive.expr.node import Expr, as_expr
from derive.expr.operations import Apply
from derive.expr.plain import plain
from derive.expr.propositions import Relation
from derive.expr.structure import Bound, Call, Delta, Indexed, Member, Weighted, Where
from derive.expr.substitute import free_indices, unbound
from derive.expr.tensor import Linear
from derive.meaning.facts import Fact
from derive.meaning.index_form import entry
from derive.meaning.interval import Interval
from derive.meaning.normal.atoms import Atom, Poly, Unconfirmed, constant, frozen, index, plus, power_of
from derive.meaning.normal.expander import Expander
from derive.meaning.normal.signs import Signs

LONG = 40  # characters of a denominator that stand without brackets
Use = tuple[str, str]  # ("law", its name), ("assumption", ...), ("condition", ...) or ("step", its number)


@dataclass
class Denominators:
    """What one side divides by, and whether it does so at every point where it is defined."""

    always: dict[Atom, str] = field(default_factory=dict)
    sometimes: dict[Atom, str] = field(default_factory=dict)


class Reader(Expander):
    """Reads expressions under the laws allowed; `used` collects what the reading rests on."""

    def __init__(
        self, laws: frozenset[str] | None, assumed: dict[Expr, Interval], facts: tuple[Fact, ...] = ()
    ) -> None:
        super().__init__()
        self.allowed, self.assumed = laws, assumed
        self.given = self.facts = facts  # those of the case; and with what makes both sides defined
        self._signs: dict[tuple, Signs] = {}
        self.used: set[Use] = set()
        self.denominators = Denominators()
        self.weights: tuple[Expr, ...] = ()  # of the expectations around, positive here
        self.inside_case = False  # where not every point evaluates what stands here
        self.bound_here: frozenset[Index] = frozenset()
        self.memo: dict = {}
        self.numbers: dict[Expr, int] = {}
        self.leaves: list[Expr] = []
        self.shown: dict[Atom, Expr] = {}
        self.names: dict[str, Index] = {}
        self.matrices: list[tuple[Atom, Atom]] = []  # the entries of matrices and of their transposes
        self.corners: list[tuple[Atom, Atom]] = []  # the positions at which those are written
        self.generic: dict[Dim, tuple[Index, Index]] = {}

    def signs(self, weights: tuple[Expr, ...] = ()) -> Signs:
        """Signs where the weights are positive; facts about an index that is bound here speak of another position."""
        about = tuple(f for f in self.facts if not self.bound_here.intersection(free_indices(f[1])))
        if (weights, about) not in self._signs:
            self._signs[weights, about] = Signs(self.assumed, weights, about)
        return self._signs[weights, about]

    # -- what the expander asks

    def may(self, law: str) -> bool:
        if self.allowed is not None and law not in self.allowed:
            return False
        self.used.add(("law", law))
        return True

    def is_binary(self, a: Atom) -> bool:
        leaf = self._symbol(a)
        return leaf is not None and leaf.domain.integer and (leaf.domain.lower, leaf.domain.upper) == (0, 1)

    def is_symmetric(self, a: Atom) -> bool:
        if isinstance(a[1], tuple):
            straight, turned = self.matrices[a[1][1]]
            return straight == turned
        leaf = self._symbol(a)
        if leaf is None or leaf.family or len(leaf.axes) != 2 or leaf.axes[0] is not leaf.axes[1]:
            return False
        return leaf.domain.structure in ("symmetric", "posdef")

    def unit_total(self, a: Atom) -> tuple[str, tuple[tuple[int, Poly], ...]] | None:
        leaf = self._symbol(a)
        if leaf is None or leaf.family or leaf.domain.structure not in ("onehot", "kernel", "simplex"):
            return None
        rows = leaf.domain.structure != "simplex"
        places = range(len(leaf.axes))[-1:] if rows else range(len(leaf.axes))
        return "rows_sum_to_one" if rows else "simplex_total", tuple((n, self.poly(leaf.axes[n].size)) for n in places)

    def permutation_size(self, a: Atom) -> Poly | None:
        leaf = self._symbol(a)
        if leaf is None or leaf.family or leaf.domain.structure != "permutation" or len(a) != 4:
            return None
        return self.poly(leaf.axes[0].size)

    def assume_total(self, a: Atom) -> None:
        leaf = self._symbol(a)
        if leaf is not None:
            what = "entries" if leaf.domain.structure == "simplex" else "rows"
            self.used.add(("assumption", f"{what} of {leaf.name} sum to 1"))

    def counts(self, p: Poly) -> bool:
        def whole(a: Atom) -> bool:
            leaf = self._symbol(a)
            size = a[0] == "leaf" and isinstance(a[1], int) and isinstance(self.leaves[a[1]], Size)
            return a[0] == "index" or size or (leaf is not None and leaf.domain.integer)

        return all(c.denominator == 1 and all(e > 0 and whole(a) for a, e in m) for m, c in p.items())

    def nonneg(self, p: Poly) -> bool:
        """As an expression over what the atoms were read from; a bound index is none here."""
        terms: list[Expr] = []
        for m, c in p.items():
            factors: list[Expr] = [as_expr(c)] if c != 1 or not m else []
            for a, e in m:
                shown = self.names.get(a[1]) if a[0] == "index" else self.shown.get(a)
                if e != 1 or shown is None or shown in self.bound_here:
                    return False
                factors.append(shown)
            terms.append(Mul.of(*factors) if len(factors) > 1 else factors[0])
        whole = ZERO if not terms else Add.of(*terms) if len(terms) > 1 else terms[0]
        return self.signs(self.weights).holds("nonneg", whole)

    def contraction(self, a: Atom, b: Atom, k: Atom, low: Atom, high: Atom) -> tuple[Atom, Atom] | None:
        """For a = M⁻¹[..] and b = M[..] with k as inner position, the outer ones, if k runs over the whole axis."""
        leaf = self._symbol(b)
        if not isinstance(a[1], tuple) or leaf is None or leaf.family or len(leaf.axes) != 2:
            return None
        (i, j), (straight, _) = self.corners[a[1][1]], self.matrices[a[1][1]]
        if low != frozen(constant(1)) or high != frozen(self.poly(leaf.axes[0].size)):
            return None
        for turned in (False, True):
            entry_there = frozen(power_of(self.tidy(("entry", b[1], *((j, i) if turned else (i, j))))))
            row, column = b[2:] if not turned else b[:1:-1]
            if entry_there != straight:
                continue
            if (a[3], row) == (k, k):
                return a[2], column
            if (a[2], column) == (k, k):
                return row, a[3]
        return None

    def _symbol(self, a: Atom) -> Symbol | None:
        leaf = self.leaves[a[1]] if a[0] == "entry" and isinstance(a[1], int) else None
        return leaf if isinstance(leaf, Symbol) else None

    # -- expressions

    def poly(self, e: Expr) -> Poly:
        key = (e, self.weights, self.inside_case, self.bound_here, tuple(sorted(self.scope.items())))
        if key not in self.memo:
            outer, self.used = self.used, set()
            p = self._poly(e)
            self.memo[key] = p, self.used
            self.used = outer
        p, used = self.memo[key]
        self.used |= used
        return p

    def _poly(self, e: Expr) -> Poly:
        match e:
            case Number():
                return constant(e.value)
            case Index():
                return index(self._name(e))
            case Constant() if e.name == "oo":
                raise Unconfirmed("oo is no number")
            case Constant() | Size() | Information():
                return self._known(e, ("leaf", self._number(e)))
            case Symbol() | Let() | Indexed() | Member() | Linear():
                return self._entry(e)
            case Neg():
                return self.mul(constant(-1), self.poly(e.args[0]))
            case Add():
                out: Poly = {}
                for a in e.args:
                    out = plus(out, self.poly(a))
                return out
            case Mul():
                out = constant(1)
                for a in e.args:
                    out = self.mul(out, self.poly(a))
                return out
            case Div():
                return self.mul(self.poly(e.args[0]), self._power(e.args[1], -1))
            case Pow():
                return self._pow(e)
            case Apply():
                return self._known(e, ("apply", e.operation.name, *(frozen(self.poly(a)) for a in e.args)))
            case Call():
                args = (frozen(self.poly(a)) for a in e.args)
                return self._known(e, ("call", (self._number(e.function), e.order), *args))
            case Delta():
                return self.delta(plus(self.poly(e.args[0]), self.poly(e.args[1]), -1))
            case Where():
                return self._where(e)
            case Weighted():
                return self._weighted(e)
            case Bound():
                return self._bound(e)
        raise Unconfirmed(f"{type(e).__name__} is outside of the normal form")

    def _number(self, e: Expr) -> int:
        if e not in self.numbers:
            self.numbers[e] = len(self.leaves)
            self.leaves.append(e)
        return self.numbers[e]

    def _name(self, i: Index) -> str:
        name = f"#{self._number(i)}"
        if name not in self.names:
            self.names[name] = i
            if i.dim is not None and name not in self.scope:
                self.scope[name] = (frozen(constant(1)), frozen(self.poly(i.dim.size)))
        return name

    def _known(self, e: Expr, a: Atom) -> Poly:
        self.shown.setdefault(self.tidy(a), e)
        return self.atom(a)

    def _entry(self, e: Expr) -> Poly:
        head, places = (e.of_what, e.places) if isinstance(e, Indexed) else (e, ())
        if isinstance(head, Member):
            head, places = head.family, (*head.args, *places)
        if isinstance(head, Let | Linear) and unbound(head):
            raise Unconfirmed(f"`{head}` stands for a term with free indices")
        if isinstance(head, Linear):
            return self._of_matrix(e, head, places)
        return self._known(e, ("entry", self._number(head), *(frozen(self.poly(p)) for p in places)))

    def _of_matrix(self, e: Expr, head: Linear, places: tuple[Expr, ...]) -> Poly:
        """An entry of an inverse or a determinant; equal matrices, and transposes, have one number."""
        if head.name not in ("inv", "det"):
            raise Unconfirmed(f"`{head}` is no entry")
        number, turned = self._matrix(head.args[0])
        if head.name == "det":
            return self._known(e, ("leaf", ("det", number)))
        self._divides(Linear.of("det", head.args))
        at = tuple(frozen(self.poly(p)) for p in places)
        if turned and not self.may("inv_transpose"):
            raise Unconfirmed("the inverse of a transpose is the transpose of the inverse only by law")
        return self._known(e, ("entry", ("inv", number), *(at[::-1] if turned else at)))

    def _matrix(self, matrix: Expr) -> tuple[int, bool]:
        """The number of a matrix, and whether it is that of its transpose."""
        (dim, _) = matrix.axes
        if dim not in self.generic:
            self.generic[dim] = Index("row", dim), Index("column", dim)
        i, j = self.generic[dim]
        around = self.weights, self.inside_case, self.bound_here, self.scope
        self.weights, self.inside_case, self.bound_here, self.scope = (), True, frozenset(), {}
        straight, turned = (frozen(self.poly(entry(matrix, at))) for at in ((i, j), (j, i)))
        self.weights, self.inside_case, self.bound_here, self.scope = around
        for number, known in enumerate(self.matrices):
            if known == (straight, turned):
                return number, False
            if known == (turned, straight):
                return number, True
        self.matrices.append((straight, turned))
        self.corners.append((frozen(self.poly(i)), frozen(self.poly(j))))
        return len(self.matrices) - 1, False

    def _pow(self, e: Pow) -> Poly:
        base, exponent = e.args
        q = self.poly(exponent)
        n = q.get((), Fraction(0))
        if not set(q) <= {()}:
            return self._known(e, ("pow", frozen(self.poly(base)), frozen(q)))
        if n < 0:
            self._divides(base)
        if n.denominator == 1 and n != 0:
            return self.power(self.poly(base), int(n))
        return self._known(e, ("pow", frozen(self.poly(base)), frozen(q)))

    def _power(self, base: Expr, n: int) -> Poly:
        self._divides(base)
        return self.power(self.poly(base), n)

    def _divides(self, base: Expr) -> None:
        """Note what must not be 0, unless the domains say so: the factors of a product, or a sum as a whole."""
        given = tuple(f for f in self.given if not self.bound_here.intersection(free_indices(f[1])))
        signs = Signs(self.assumed, (), given)  # what the other side needs is a condition still
        p = self.poly(base)
        if signs.holds("nonzero", base):
            return
        where = self.denominators.sometimes if self.weights or self.inside_case else self.denominators.always
        for a in self._atoms_of(p):
            shown = self.shown.get(a)
            if len(p) > 1 or shown is None:
                where.setdefault(a, plain(base) if len(plain(base)) < LONG else f"({base})")
            elif not signs.holds("nonzero", shown):
                where.setdefault(a, plain(shown))

    def _atoms_of(self, p: Poly) -> set[Atom]:
        """The atoms that are not 0 exactly where `p` is not 0."""
        inverse = p if len(p) == 1 else self.power(p, -1)
        return {a for m in inverse for a, _ in m}

    def _where(self, e: Where) -> Poly:
        condition = e.args[0]
        if not isinstance(condition, Relation) or condition.kind not in ("<", "<=", ">", ">=", "=", "!="):
            raise Unconfirmed(f"the condition `{condition}` is outside of the normal form")
        if self.facts and (branch := taken(self.signs(self.weights), e, self.may)) is not None:
            return self.poly(branch)
        difference = plus(self.poly(condition.left), self.poly(condition.right), -1)
        if not set(difference) <= {()} or not self.may("where_below"):
            return self._undecided_where(e, condition.kind, difference)
        return self.poly(e.args[1 if holds_at(condition.kind, difference.get((), Fraction(0))) else 2])

    def _undecided_where(self, e: Where, kind: str, difference: Poly) -> Poly:
        outer, self.inside_case = self.inside_case, True
        then, otherwise = (frozen(self.poly(a)) for a in e.args[1:])
        self.inside_case = outer
        flipped = {m: -c for m, c in difference.items()}
        kind, d, cases = {  # only < and = remain: a <= 0 is not 0 < a
            "<": ("<", difference, (then, otherwise)), ">": ("<", flipped, (then, otherwise)),
            ">=": ("<", difference, (otherwise, then)), "<=": ("<", flipped, (otherwise, then)),
            "=": ("=", difference, (then, otherwise)), "!=": ("=", difference, (otherwise, then)),
        }[kind]  # fmt: skip
        return self._known(e, ("where", kind, frozen(d), *cases))

    def _weighted(self, e: Weighted) -> Poly:
        """p·f: where p = 0 the term is 0 whatever f is; elsewhere p is positive, for it is not negative."""
        weight, f = e.args
        if not self.signs().holds("nonneg", weight) or not self.may("expectation"):
            raise Unconfirmed(f"the weight `{weight}` may be negative")
        outer, self.weights = self.weights, (*self.weights, weight)
        value = self.poly(f)
        self.weights = outer
        return self.mul(self.poly(weight), value)

    def _bound(self, e: Bound) -> Poly:
        if not on_axis(e):
            raise Unconfirmed(f"the range of {e.index} may leave its axis")
        name, low, high = self._name(e.index), frozen(self.poly(e.low)), frozen(self.poly(e.high))
        outer, case, weights, here = self.scope.get(name), self.inside_case, self.weights, self.bound_here
        self.scope[name], self.bound_here = (low, high), here | {e.index}
        if not self.nonneg(plus(self.poly(e.high), self.poly(e.low), -1)):
            self.inside_case = True  # an empty range does not evaluate the body
        self.weights = without(e.index, weights)  # a weight at another position says nothing here
        body = self.poly(e.body)
        self.inside_case, self.weights, self.bound_here = case, weights, here
        bounds = ((name, low, high),)
        out = self.total(body, bounds) if e.kind == "sum" else self.bound(e.kind, bounds, frozen(body))
        del self.scope[name]
        if outer is not None:
            self.scope[name] = outer
        return out


def holds_at(kind: str, gap: Fraction) -> bool:
    """Whether a relation holds between two numbers with this gap."""
    return {"<": gap < 0, "<=": gap <= 0, ">": gap > 0, ">=": gap >= 0, "=": gap == 0, "!=": gap != 0}[kind]


def taken(signs: Signs, e: Where, may: Callable[[str], bool]) -> Expr | None:
    """The branch that is taken wherever the facts hold, if they tell; the other one need not be defined there."""
    condition, then, otherwise = e.args
    assert isinstance(condition, Relation)
    gap = Add.of(condition.left, Neg.of(condition.right))
    yes, no, law = {
        "<": ("negative", "nonneg", "where_below"), ">": ("positive", "nonpositive", "where_below"),
        "<=": ("nonpositive", "positive", "where_below"), ">=": ("nonneg", "negative", "where_below"),
        "=": ("zero", "nonzero", "where_equal"), "!=": ("nonzero", "zero", "where_equal"),
    }[condition.kind]  # fmt: skip
    for sign, branch in ((yes, then), (no, otherwise)):
        if signs.holds(sign, gap) and may(law):
            return branch
    return None


def without(i: Index, weights: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """The weights that do not depend on an index."""
    return tuple(weight for weight in weights if i not in free_indices(weight))


def on_axis(e: Bound) -> bool:
    """Whether the range of an index stays on its axis, so that signs and positions of the axis hold for it."""
    dim, low, high = e.index.dim, e.low, e.high
    if dim is None:
        return True
    ends = high is dim.size or (isinstance(high, Index) and high.dim is dim)
    return ends and isinstance(low, Number) and low.value >= 1 and low.value.denominator == 1
