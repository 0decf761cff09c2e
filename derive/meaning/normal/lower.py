"""From the core language of index notation to polynomials."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.information import Information
from derive.expr.leaves import Constant, Index, Let, Number, Size, Symbol, Unique
from derive.expr.node import Expr, as_expr, walk
from derive.expr.operations import Apply
from derive.expr.propositions import Relation
from derive.expr.structure import Bound, Call, Delta, Indexed, Member, Weighted, Where
from derive.expr.substitute import free_indices, unbound
from derive.expr.tensor import Linear
from derive.meaning.facts import Fact
from derive.meaning.interval import Interval
from derive.meaning.normal import (
    binders,
    explog,  # noqa: F401 -- registers its rules
    functions,
    matrices,
    piecewise,  # noqa: F401 -- registers its rules
    powers,
    rename,
    ring,
    special,  # noqa: F401 -- registers its rules
)
from derive.meaning.normal.poly import ZERO, Atom, Monomial, Poly, number, of_atom, of_monomial
from derive.meaning.normal.reading import on_axis, taken
from derive.meaning.normal.render import written
from derive.meaning.normal.signs_of import remember, witness
from derive.meaning.normal.work import Step, Undecided, Work

MAX_PREMISE_POWER, MAX_SHOWN = 10, 300
SOLVABLE = ("entry", "sum", "prod", "call")


class Normaliser(Work):
    """Normal forms of core expressions under one budget and one set of laws."""

    def __init__(
        self,
        laws: frozenset[str] | None = None,
        assumed: dict[Expr, Interval] | None = None,
        unfolding: bool = False,
        facts: tuple[Fact, ...] = (),
    ) -> None:
        super().__init__(laws, assumed, facts)
        self.unfolding = unfolding
        self._texts: dict[Expr, str] = {}

    def normalise(self, e: Expr) -> Poly:
        """The normal form of a core expression. Raises `Undecided`."""
        self.scope.clear()
        return self.lower(e)

    def assume(self, premises: Sequence[Relation]) -> None:
        """Use equations for their left side if that is one atom, else solved for one of their atoms."""
        for place, premise in enumerate(premises):
            if premise.kind != "=":
                continue
            solved = _solved(self, self.normalise(premise.left), self.normalise(premise.right))
            if solved is None:
                continue
            a, n, value, scale = solved
            target = written(self, of_atom(a, n))
            names = [("number", as_expr(place)), ("target", target), ("value", written(self, value))]
            if scale is not None:
                names.append(("scale", scale))
            self.premises[a.key] = (n, value, Step("premise", tuple(names)))
            self.targets.append(a)
            self.memo.clear()

    def shown(self, p: Poly) -> str:
        """A normal form as text, not too long."""
        text = str(written(self, p))
        return text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + " …"

    def leaves(self, p: Poly) -> tuple[Expr, ...]:
        """The leaves that occur in a normal form, in the order of their names."""
        found: set[Expr] = {self.index_named[name] for name in p.free}
        atoms = [a for m in p.terms for a, _ in m.factors]
        for a in atoms:
            inside = (*a.args, *(end for _, low, high in a.bound for end in (low, high)))
            atoms += [b for q in inside for m in q.terms for b, _ in m.factors]
            head = a.head[0] if a.kind == "call" else a.head
            found |= {node for node in walk(head) if isinstance(node, Unique)} if isinstance(head, Expr) else set()
        return tuple(sorted(found, key=lambda leaf: self.labels.get(leaf, "")))  # type: ignore[call-overload]

    def lower(self, e: Expr) -> Poly:
        around = tuple(sorted((name, low.key, high.key) for name, (low, high) in self.scope.items()))
        key = (e, self.weights, around)
        if key not in self.memo:
            self.spend()
            p = self._lower(e)
            if self.premises:
                p = ring.with_premises(self, p)
            self.memo[key] = p
            if e.args and not isinstance(e, Indexed | Member):
                remember(self, p, e)
        return self.memo[key]

    def _lower(self, e: Expr) -> Poly:
        match e:
            case Number():
                return number(e.value)
            case Index():
                return self.index_atom(self.index_name(e))
            case Constant(name="oo"):
                raise Undecided("oo is no number")
            case Constant() | Size() | Information():
                return self._leaf(e)
            case Symbol() | Let() | Indexed() | Member() | Linear():
                return self._entry(e)
            case Neg():
                return -self.lower(e.args[0])
            case Add():
                out = ZERO
                for a in e.args:
                    out = out + self.lower(a)
                return out
            case Mul():
                return ring.product(self, [self.lower(a) for a in e.args])
            case Div():
                return ring.multiply(self, self.lower(e.args[0]), powers.power(self, self.lower(e.args[1]), -1))
            case Pow():
                return powers.raised(self, self.lower(e.args[0]), self.lower(e.args[1]))
            case Apply():
                return functions.apply(self, e.operation, tuple(self.lower(a) for a in e.args))
            case Call():
                args = tuple(self.lower(a) for a in e.args)
                label = functions.head_label(self, "call", e.params)
                return of_atom(Atom("call", e.params, args, label=label))
            case Delta():
                return functions.delta(self, self.lower(e.args[0]) - self.lower(e.args[1]))
            case Where():
                return self._where(e)
            case Weighted():
                return self._weighted(e)
            case Bound():
                return self._bound(e)
        raise Undecided(f"{type(e).__name__} is outside of the normal form")

    # -- leaves and entries

    def _leaf(self, e: Expr) -> Poly:
        return of_atom(Atom("leaf", e, label=self.structure(e)))

    def _entry(self, e: Expr) -> Poly:
        """An entry of a symbol, family member, named term or inverse, with all its places as arguments."""
        head, places = (e.of_what, e.places) if isinstance(e, Indexed) else (e, ())
        if isinstance(head, Member):
            head, places = head.family, (*head.args, *places)
        if isinstance(head, Let | Linear) and unbound(head):
            raise Undecided(f"`{head}` stands for a term with free indices; unfold it first")
        args = tuple(self.lower(p) for p in places)
        if isinstance(head, Linear):
            return matrices.value(self, head, args)
        if not args and not isinstance(head, Symbol | Let):
            return self._leaf(head)
        label = functions.head_label(self, "entry", head)
        bare = Atom("entry", head, args, label=label)
        return ring.settle(self, {rename.rebuilt(self, bare, args): 1})

    def lower_alone(self, e: Expr) -> Poly:
        scope, weights = dict(self.scope), self.weights
        self.scope.clear()
        self.weights = ()
        try:
            return self.lower(e)
        finally:
            self.scope.update(scope)
            self.weights = weights

    def structure(self, e: Expr) -> str:
        """A text that tells apart what is different, symbols of one name included."""
        if e not in self._texts:
            for node in walk(e):
                if node not in self._texts:
                    self._texts[node] = self._structure(node)
        return self._texts[e]

    def _structure(self, e: Expr) -> str:
        if isinstance(e, Symbol | Let | Index):
            return self.label(e)
        if isinstance(e, Size):
            return f"size:{self.dim_label(e.dim)}"
        params = ",".join(self._parameter(p) for p in e.params)
        return f"{type(e).__name__}[{params}]({','.join(self._texts[a] for a in e.args)})"

    def _parameter(self, p: object) -> str:
        if isinstance(p, tuple):
            return "(" + ",".join(map(self._parameter, p)) + ")"
        if isinstance(p, Symbol | Let | Index):
            return self.label(p)
        return str(p)

    # -- what binds or distinguishes cases

    def _where(self, e: Where) -> Poly:
        condition = e.args[0]
        if not isinstance(condition, Relation) or condition.kind not in ("<", "<=", ">", ">=", "=", "!="):
            raise Undecided(f"the condition `{condition}` is outside of the normal form")
        if self.facts and (branch := taken(self.signs, e, self.allows)) is not None:
            return self.lower(branch)
        difference = self.lower(condition.left) - self.lower(condition.right)
        kind, then, otherwise = condition.kind, self.lower(e.args[1]), self.lower(e.args[2])
        if kind in (">", ">="):
            kind, difference = kind.replace(">", "<"), -difference
        if kind == "<=":  # a ≤ 0 is not (0 < a)
            kind, difference, then, otherwise = "<", -difference, otherwise, then
        if kind == "!=":
            kind, then, otherwise = "=", otherwise, then
        if kind == "=":
            difference = functions.signed_difference(difference)
        return functions.where(self, kind, (difference, then, otherwise))

    def _weighted(self, e: Weighted) -> Poly:
        """p·f: where p = 0 the term is 0 by convention, whatever value f is given there; elsewhere p is positive."""
        weight, f = e.args
        p = self.lower(weight)
        if not self.allows("expectation"):
            raise Undecided("the terms of an expectation need the law `expectation`")
        if not self.signs.holds("nonneg", weight):
            raise Undecided(f"the weight `{weight}` of an expectation is not known to be non-negative")
        with self.weighted(weight):
            value = self.lower(f)
        return ring.multiply(self, p, value)

    def _bound(self, e: Bound) -> Poly:
        if any(isinstance(end, Constant) for end in (e.low, e.high)):
            raise Undecided("an infinite sum is outside of the normal form")
        if not on_axis(e):
            raise Undecided(f"the range of {e.index} may leave the axis {e.index.dim}")
        name = self.index_name(e.index)
        low, high = self.lower(e.low), self.lower(e.high)
        before, weights = self.scope.get(name), self.weights
        self.scope[name] = (low, high)
        try:
            self.weights = tuple(weight for weight in weights if e.index not in free_indices(weight))
            body = self.lower(e.body)
            return binders.bound(self, e.kind, body, (name, low, high))
        finally:
            self.weights = weights
            if before is None:
                del self.scope[name]
            else:
                self.scope[name] = before


Solved = tuple[Atom, int, Poly, Expr | None]  # atom, exponent, value, and what the equation was divided by


def _solved(w: Work, left: Poly, right: Poly) -> Solved | None:
    """An equation solved for a power of an atom, which its value does not contain."""
    difference = left - right
    if _is_atom(left):
        ((m, c),) = left.terms.items()
        candidates = [(m, c)]
    else:
        alone = [(m, c) for m, c in difference.ordered if len(m.factors) == 1 and m.factors[0][1] == 1]
        candidates = [next((t for t in alone if t[0].factors[0][0].bound), alone[-1])] if alone else []
    for m, c in candidates:
        a, n = m.factors[0]
        value = (of_monomial(m, c) - difference).times(Fraction(1) / c)
        if not any(b == a for k in value.terms for b, _ in k.factors):
            return a, int(n), value, None
    return _solved_linearly(w, difference)


def _solved_linearly(w: Work, p: Poly) -> Solved | None:
    """α·a + β = 0 solved for a, where α is certainly not 0 and neither contains a."""
    seen: dict[str, Atom] = {}
    for m, _ in p.ordered:
        seen.update({a.key: a for a, e in m.factors if e == 1 and a.kind in SOLVABLE})
    for a in seen.values():
        containing = {m: c for m, c in p.terms.items() if any(b == a for b, _ in m.factors)}
        if any(m.exponents[a] != 1 for m in containing):
            continue
        scale = Poly({Monomial([f for f in m.factors if f[0] != a]): c for m, c in containing.items()})
        rest = Poly({m: c for m, c in p.terms.items() if m not in containing})
        shown = witness(w, scale, "nonzero")
        if shown is not None:
            return a, 1, ring.multiply(w, -rest, powers.power(w, scale, -1)), shown
    return None


def _is_atom(p: Poly) -> bool:
    """Whether `p` is a rational multiple of a positive integer power of one atom."""
    one = p.single
    return one is not None and len(one[0].factors) == 1 and one[0].factors[0][1] in range(1, MAX_PREMISE_POWER)
