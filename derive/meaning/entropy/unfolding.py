"""Statements about laws as statements about finite tables of numbers.

Every random variable gets an alphabet of any finite size, every law its tables: one joint table, or the kernels that
premises of structure leave (`factorisation`). Densities become entries and their sums and quotients, expectations sums
over the support, measures of information sums of p log p, outcomes positions; the number that an outcome is stands in a
vector of distinct values. What is proved of all tables is proved of all finite laws, and a table at which a statement
fails refutes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from derive.expr.arithmetic import Div, Mul
from derive.expr.density import Contrast, Density, Expectation, Outcome, Product
from derive.expr.dependence import Cardinality, Unequal
from derive.expr.domains import CONTINUOUS, DISTINCT, ONEHOT, REAL
from derive.expr.information import Information
from derive.expr.leaves import HALF, ONE, ZERO, Index, Let, Symbol
from derive.expr.node import Expr, walk
from derive.expr.operations import Apply, absolute, log
from derive.expr.propositions import Relation
from derive.expr.structure import Call, Delta, Indexed, Weighted, Where, over_dim
from derive.expr.substitute import substitute
from derive.meaning.entropy.factorisation import Structure
from derive.meaning.entropy.given import BeyondTablesError, Given
from derive.meaning.entropy.parametrisation import parametrised
from derive.meaning.entropy.table import Defined, Law
from derive.meaning.entropy.usage import Usage, speaks


def unfolded(relation: Relation, premises: Sequence[Expr] = ()) -> tuple[Relation, tuple[Expr, ...]] | None:
    """The same statement about tables, with the premises that are left; None where premises are beyond this.

    The tables are all those that satisfy the premises of structure, and no others.
    """
    premises = tuple(premises)
    if not speaks(relation, *premises):
        return None
    try:
        return _Unfolding(relation, premises).result()
    except BeyondTablesError:
        return None


def absorbed(relation: Relation, premises: Sequence[Expr] = ()) -> tuple[Expr, ...]:
    """The premises that the tables of `unfolded` satisfy by their form: whatever is proved of them rests on these."""
    if not speaks(relation, *premises):
        return ()
    try:
        return tuple(_Unfolding(relation, tuple(premises)).given.absorbed)
    except BeyondTablesError:
        return ()


Env = Mapping[Symbol, Expr]  # a position for every outcome that is bound here


class _Unfolding:
    def __init__(self, relation: Relation, premises: tuple[Expr, ...]) -> None:
        self.relation = relation
        self.usage = Usage.of(relation, *premises)
        self.alphabets = self.usage.alphabets()
        if any(v.domain is CONTINUOUS for v in self.alphabets):  # its density may exceed 1
            raise BeyondTablesError
        self.given = Given.of(premises, self.usage, self.alphabets)
        self.laws: dict[str, Law | Defined] = {}
        self.totals: list[Expr] = []
        self.defined: list[tuple[Density, Expr]] = []
        self.free: dict[Symbol, Index] = {}
        self.values: dict[object, Symbol] = {}
        self.tables: dict[Symbol, Symbol] = {}  # of functions
        for law in self.usage.variables:
            if law in self.given.laws:
                self._define(law, *self.given.laws[law])
            else:
                self._tabulate(law, self.given.structure.get(law, ()))

    def result(self) -> tuple[Relation, tuple[Expr, ...]]:
        relation = self.at(self.relation, {})
        assert isinstance(relation, Relation)
        rest = [self.at(p, {}) for p in self.given.rest]
        return relation, (*rest, *self._totals(), *self._support())

    # -- laws

    def _define(self, name: str, density: Density, value: Expr) -> None:
        variables = tuple(x.variable for x in density.outcomes)
        if not speaks(value):  # p(x) = 1/n: all outcomes are alike
            size = _product([self.alphabets[v].size for v in variables])
            one_over = isinstance(value, Div) and value.args[0] is ONE
            self.totals.append(Relation.of("=", *((value.args[1], size) if one_over else (value, ONE / size))))
            value = ONE / size
            self.laws[name] = Defined(lambda at: value, variables, self.alphabets)
            return
        law = Defined(lambda at: self.at(value, at), variables, self.alphabets)
        self.laws[name] = law
        self.defined.append((density, value))

    def _totals(self) -> list[Expr]:
        """What makes a law of a definition: it is not negative and sums to 1."""
        out: list[Expr] = list(self.totals)
        for density, value in self.defined:
            out += self._total_of(density, value)
        return out

    def _total_of(self, density: Density, value: Expr) -> tuple[Expr, Expr]:
        places = {x.variable: Index.along(self.alphabets[x.variable]) for x in (*density.given, *density.outcomes)}
        total = self.at(value, places)
        nonneg = Relation.of(">=", total, ZERO)
        for x in density.outcomes:
            total = over_dim("sum", total, places[x.variable])
        return nonneg, Relation.of("=", total, ONE)

    def _tabulate(self, name: str, structure: tuple[Structure, ...]) -> None:
        given = frozenset(self.usage.given(name))
        drawn = [v for v in self.usage.variables[name] if v not in given]
        used = [
            (frozenset(x.variable for x in d.outcomes), frozenset(x.variable for x in d.given))
            for d in self.usage.conditionals.get(name, ())
        ]
        law = parametrised(name, drawn, given, structure, used, self.alphabets)
        if law is None:
            raise BeyondTablesError
        self.laws[name] = law

    def _density(self, factor: Density, env: Env) -> Expr:
        of, given = (tuple(x.variable for x in group) for group in (factor.outcomes, factor.given))
        return self._table(factor.law, of, given, env)

    def _table(self, law: str, of: Sequence[Symbol], given: Sequence[Symbol], env: Env) -> Expr:
        at = {v: self._place(v, env) for v in (*of, *given)}
        return self.laws[law].density(of, given, at)

    def _place(self, variable: Symbol, env: Env) -> Expr:
        """Where an outcome stands: bound around here, or free."""
        if variable in env:
            return env[variable]
        if variable not in self.free:
            self.free[variable] = Index.along(self.alphabets[variable])
        return self.free[variable]

    def _support(self) -> list[Expr]:
        """Free outcomes lie in the support of their laws."""
        out: list[Expr] = []
        met = [n for n in walk(self.relation) if isinstance(n, Density)]
        hidden = {n for node in walk(self.relation) if _pins(node) for n in walk(node)}
        for variable in self.free:
            about = [n for n in met if any(x.variable is variable for x in (*n.outcomes, *n.given))]
            if any(n in hidden for n in about):
                continue  # where the outcome has no probability there is no value
            laws = dict.fromkeys(n.law for n in about if variable in self.usage.drawn[n.law])
            marginals = [self._table(law, (variable,), self.usage.given(law), {}) for law in laws]
            if marginals:
                total = marginals[0]
                for marginal in marginals[1:]:
                    total = total + marginal
                out.append(Relation.of(">", total, ZERO))
        return out

    # -- expressions

    def at(self, e: Expr, env: Env) -> Expr:
        """The expression about tables, with outcomes at these positions."""
        if not speaks(e):
            return e
        match e:
            case Outcome():
                return self._value(e.variable)[self._place(e.variable, env)]
            case Density():
                return self._density(e, env)
            case Expectation():
                places = {**env, **self._fresh(e.factors)}
                return self._mean(e.factors, self.at(e.body, places), places)
            case Contrast():
                return self._contrast(e, env)
            case Information():
                return self._measure(e)
            case Cardinality():
                return self._count(e.variable)
            case Unequal():
                return self._unequal(e)
            case Let():
                return self.at(e.expr, env)
            case Call():
                return self._call(e, env)
        return e.rebuild(tuple(self.at(a, env) for a in e.args))

    def _fresh(self, factors: Product) -> dict[Symbol, Expr]:
        return {x.variable: Index.along(self.alphabets[x.variable]) for f in factors for x in f.outcomes}

    def _mean(self, factors: Product, body: Expr, places: Env) -> Expr:
        """The sum of `body` over the support of the factors, outermost those on which others depend."""
        for factor in reversed(_ordered(factors)):
            body = _weighted(self._density(factor, places), body)
            for x in reversed(factor.outcomes):
                index = places[x.variable]
                assert isinstance(index, Index)
                body = over_dim("sum", body, index)
        return body

    def _contrast(self, e: Contrast, env: Env) -> Expr:
        places = {**env, **self._fresh(e.average), **self._fresh(e.left)}
        left, right = (_product([self._density(f, places) for f in side]) for side in (e.left, e.right))
        match e.kind:
            case "entropy":
                body = -self._mean(e.left, log(left), places)
            case "cross_entropy":
                body = -self._mean(e.left, log(right), places)
            case "KL":
                body = self._mean(e.left, log(Div.of(left, right)), places)
            case "JS":
                middle = (left + right) / 2
                one = self._mean(e.left, log(Div.of(left, middle)), places)
                body = HALF * one + HALF * self._mean(e.right, log(Div.of(right, middle)), places)
            case "TV":
                body = self._total(absolute(left - right), e.left, places) / 2
            case _:  # chi2, over the support of both
                body = self._total(Weighted.of(left + right, (left - right) ** 2 / right), e.left, places, left + right)
        return self._mean(e.average, body, places) if e.average else body

    def _total(self, term: Expr, over: Product, places: Env, weight: Expr | None = None) -> Expr:
        if weight is not None:  # a weighted term without its weight: only the support counts
            assert isinstance(term, Weighted)
            term = Where.of(Relation.of(">", weight, ZERO), term.args[1], ZERO)
        for factor in over:
            for x in factor.outcomes:
                index = places[x.variable]
                assert isinstance(index, Index)
                term = over_dim("sum", term, index)
        return term

    def _measure(self, e: Information) -> Expr:
        """H and I by joint entropies: inclusion and exclusion over the groups."""
        out: Expr | None = None
        given = e.given
        for size in range(1, len(e.groups) + 1):
            for chosen in combinations(e.groups, size):
                term = self._entropy(e.under, (*(v for g in chosen for v in g), *given))
                term = term - self._entropy(e.under, given) if given else term
                if out is None:
                    out = term
                else:
                    out = out + term if size % 2 else out - term
        assert out is not None
        return out

    def _entropy(self, law: str, variables: Sequence[Symbol]) -> Expr:
        places = {v: Index.along(self.alphabets[v]) for v in dict.fromkeys(variables)}
        p = self._table(law, tuple(places), (), places)
        out = _weighted(p, log(p))
        for index in places.values():
            out = over_dim("sum", out, index)
        return -out

    def _count(self, variable: Symbol) -> Expr:
        """The number of positions in the support of the laws of the variable."""
        index = Index.along(self.alphabets[variable])
        laws = [law for law, drawn in self.usage.drawn.items() if variable in drawn and not self.usage.given(law)]
        if not laws:
            raise BeyondTablesError
        p = self._table(laws[0], (variable,), (), {variable: index})
        for law in laws[1:]:
            p = p + self._table(law, (variable,), (), {variable: index})
        return over_dim("sum", Where.of(Relation.of(">", p, ZERO), ONE, ZERO), index)

    def _unequal(self, e: Unequal) -> Expr:
        places = {v: Index.along(self.alphabets[v]) for v in (e.left, e.right)}
        i, j = places[e.left], places[e.right]
        p = self._table(e.under, (e.left, e.right), (), places)
        return over_dim("sum", over_dim("sum", p * (1 - Delta.of(i, j)), j), i)

    def _value(self, variable: Symbol) -> Symbol:
        """The numbers that the outcomes are."""
        dim = self.alphabets[variable]
        if dim not in self.values:
            self.values[dim] = Symbol(Outcome.of(variable).name, (dim,), domain=DISTINCT)
        return self.values[dim]

    def _call(self, e: Call, env: Env) -> Expr:
        """A function of outcomes alone is a table, if it is one wherever it stands."""
        axes = self.usage.table_axes(e.function, self.alphabets)
        if axes is None:
            return e.rebuild(tuple(self.at(a, env) for a in e.args))
        places = tuple(self._place(a.variable, env) for a in e.args if isinstance(a, Outcome))
        if e.function not in self.tables:
            self.tables[e.function] = Symbol(e.function.name, axes, domain=self.given.domains.get(e.function, REAL))
        return self.tables[e.function][places]


def _ordered(factors: Product) -> list[Density]:
    """Factors after those whose outcomes they are given."""
    out: list[Density] = []
    left = list(factors)
    while left:
        waiting = {x for f in left for x in f.outcomes}
        ready = next((f for f in left if not waiting & set(f.given)), None)
        if ready is None:
            raise BeyondTablesError
        left.remove(ready)
        out.append(ready)
    return out


def _weighted(weight: Expr, body: Expr) -> Expr:
    """One term of a mean. A factor that is 0 or 1, as of a function, is 1 wherever the term counts."""
    factors = weight.args if isinstance(weight, Mul) else (weight,)
    sure = {f: ONE for f in factors if isinstance(f, Indexed) and _is_onehot(f.of_what)}
    return Weighted.of(weight, substitute(body, sure))


def _is_onehot(e: Expr) -> bool:
    return isinstance(e, Symbol) and e.domain is ONEHOT


def _product(factors: Sequence[Expr]) -> Expr:
    return ONE if not factors else factors[0] if len(factors) == 1 else Mul.of(*factors)


def _pins(node: Expr) -> bool:
    """A node that has no value where a probability inside it is 0: a logarithm, a quotient's lower part."""
    return isinstance(node, Apply) and node.operation is log
