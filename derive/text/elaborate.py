"""From resolved syntax to expressions: every node is built by the core's own constructor, which checks it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from derive.expr import build
from derive.expr.arithmetic import Add, Div, Entrywise, Mul, Neg, Pow
from derive.expr.calculus import Hessian, Integral, Jacobian, Limit
from derive.expr.density import Contrast, Density, Expectation
from derive.expr.dependence import Cardinality, Independence, MarkovChain, Unequal
from derive.expr.dims import Dim
from derive.expr.divergence import Divergence as DivergenceNode
from derive.expr.domains import REAL, SIMPLEX
from derive.expr.errors import DeriveError
from derive.expr.families import DimFamily
from derive.expr.information import Information
from derive.expr.leaves import INFINITY, ONE, Constant, Index, Let, Number, Symbol, Variable
from derive.expr.node import Expr, Sort, walk
from derive.expr.operations import OPERATIONS, Apply, slope
from derive.expr.outcomes import free_outcomes
from derive.expr.propositions import Recurrence, Relation
from derive.expr.structure import Bound as BoundNode
from derive.expr.structure import Call as CallNode
from derive.expr.structure import Delta, Derivative, Evaluated, Expect, Weighted, Where, index
from derive.expr.tensor import LINEAR, Along, Array, Linear, MatMul, Reduce, Transpose
from derive.text.errors import ParseError, Spot
from derive.text.moving import between, near
from derive.text.names import Bound, Defined, Fixed, Free, Moving, Names, Unknown, counts
from derive.text.tree import (
    Applied,
    Call,
    Chain,
    Comparison,
    Contrasted,
    Deferred,
    DensityOf,
    Dependent,
    Differ,
    Divergence,
    Entry,
    Extent,
    Improper,
    Link,
    Literal,
    Mean,
    Measure,
    Name,
    Negative,
    Node,
    Power,
    Range,
    Recursion,
    Reduction,
    RowWise,
    Support,
    Table,
    Transposed,
)

T = TypeVar("T")
STRUCTURES = {
    "D": Derivative.of, "grad": Derivative.of, "where": Where.of, "delta": Delta.of, "E": Expect.of,
    "weighted": Weighted.of, "jacobian": Jacobian.of, "hessian": Hessian.of,
}  # fmt: skip


def made(at: Spot, constructor: Callable[..., T], *args: object) -> T:
    """What the constructor makes; its objection, if it has one, points at this spot."""
    try:
        return constructor(*args)
    except ParseError:
        raise
    except DeriveError as objection:
        raise at.error(str(objection)) from objection


class Builder:
    """Builds each piece of syntax once."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._built: dict[Node, Expr] = {}

    def expr(self, node: Node) -> Expr:
        if node not in self._built:
            self._built[node] = self._expr(node)
        return self._built[node]

    def _expr(self, node: Node) -> Expr:
        match node:
            case Literal():
                return Number.of(node.value)
            case Name():
                return self._name(node)
            case Negative():
                return made(node.at, Neg.of, self.expr(node.e))
            case Power():
                return made(node.at, Pow.of, self.expr(node.base), self.expr(node.exponent))
            case Chain():
                return self._sum(node) if node.links[0].sign in "+-" else self._product(node)
            case Transposed():
                return made(node.at, Transpose.of, self.expr(node.e))
            case Entry():
                return self._entry(node)
            case Table():
                body = self.expr(node.body)
                return made(node.at, Array.of, body, tuple(self.index(name) for name in node.indices))
            case Call():
                return self._call(node)
            case Applied():
                return self._applied(node)
            case Reduction():
                return self._reduction(node)
            case Deferred():
                return self.expr(node.settled)
            case Improper():
                return self._improper(node)
            case RowWise():
                return self._row_wise(node)
            case Measure():
                groups = tuple(tuple(map(self._variable, group)) for group in node.groups)
                return made(node.at, Information.of, groups, tuple(map(self._variable, node.given)), node.under)
            case Divergence():
                return made(node.at, DivergenceNode.of, node.kind, *map(self.expr, node.tables))
            case DensityOf():
                return self._density(node)
            case Mean():
                return self._mean(node)
            case Contrasted():
                sides = (tuple(map(self._density, side)) for side in (node.left, node.right, node.average))
                return made(node.at, Contrast.of, node.kind, *sides)
            case Dependent():
                groups = tuple(tuple(map(self._variable, group)) for group in node.groups)
                if node.kind == "markov":
                    return made(node.at, MarkovChain.of, groups, node.under)
                return made(node.at, Independence.of, groups, tuple(map(self._variable, node.given)), node.under)
            case Support():
                return made(node.at, Cardinality.of, self._variable(node.variable))
            case Differ():
                left, right = self._variable(node.left), self._variable(node.right)
                return made(node.at, Unequal.of, left, right, node.under)
            case Comparison():
                wrt = tuple(map(self.expr, node.wrt))
                return made(node.at, Relation.of, node.kind, self.expr(node.left), self.expr(node.right), wrt)
            case Recursion():
                if isinstance(node.range.high, Literal):
                    raise node.at.error("a recurrence that ends is not supported yet; write [1,T] for every t")
                family, start, step = self.expr(node.family), self.expr(node.start), self.expr(node.step)
                return made(node.at, Recurrence.of, family, self.index(node.range.index), start, step)
        raise node.at.error("a tuple can stand only in a sum, as a range (i, 1, n)")

    # -- names

    def _name(self, node: Name) -> Expr:
        match node.entity:
            case Fixed(value=DimFamily()):
                raise node.at.error(f"{node.name} is a family of sizes; write {node.name}[i]")
            case Fixed(value=Constant() as constant) if constant is INFINITY:
                raise node.at.error("oo can stand only as a bound or limit point")
            case Fixed(value=Expr() as value):
                return value
            case Defined() as defined:
                return self.expr(defined.node)
            case Bound():
                return self.index(node)
            case Moving():
                return self.variable(node)
            case Free() as free:
                return self._free(free)
            case Unknown() as unknown:
                return self._unknown(unknown)
        raise node.at.error(f"{node.name} has no meaning here")

    def _unknown(self, unknown: Unknown) -> Symbol:
        if unknown.symbol is None:
            dims = [axis.root().dim for axis in unknown.axes]
            axes = tuple(d for d in dims if d is not None)
            if unknown.is_distribution:
                unknown.symbol = Symbol(unknown.name, axes, domain=SIMPLEX, sort=Sort.DISTRIBUTION)
            else:
                unknown.symbol = Symbol(unknown.name, axes, domain=REAL)
        return unknown.symbol

    def _free(self, free: Free) -> Index:
        if free.index is None:
            free.index = Index(free.name, None if free.axis is None else free.axis.root().dim)
            self.names.runs_over(free.index)
        return free.index

    def _variable(self, node: Name) -> Symbol:
        value = self._name(node)
        if not isinstance(value, Symbol):
            raise node.at.error(f"{node.name} is not a random variable")
        return value

    def index(self, node: Name) -> Index:
        """The index that a range or a table binds; it runs over a dim if all that it indexes alone is of that dim."""
        assert isinstance(node.entity, Bound)
        bound = node.entity
        if bound.index is None:
            dims = {axis.root().dim for axis in bound.places}
            if bound.range is not None and isinstance(bound.range.high, Extent):
                dim = self._only_dim(node, dims)
            else:
                dim = next(iter(dims)) if bound.range is None and dims else self._ranged_dim(bound.range, dims)
            bound.index = Index(bound.name, dim)
            self.names.runs_over(bound.index)
        return bound.index

    def _only_dim(self, node: Name, dims: set[Dim | None]) -> Dim:
        """The dim along which an index without a written range runs."""
        if len(dims) != 1 or (dim := next(iter(dims))) is None:
            raise node.at.error(f"how far {node.name} runs cannot be inferred; write the range, {node.name} = 1 to n")
        return dim

    def variable(self, node: Name) -> Variable:
        """The variable that an integral or a limit binds; it moves between the ends, or where the limit is decided."""
        assert isinstance(node.entity, Moving)
        moving = node.entity
        if moving.variable is None:
            ends = tuple(map(self.bound, moving.ends))
            moving.variable = Variable(moving.name, between(*ends) if len(ends) == 2 else near(ends[0]))
        return moving.variable

    def _ranged_dim(self, over: Range | None, dims: set[Dim | None]) -> Dim | None:
        if over is None or self.bound(over.low) is not ONE:
            return None
        size = self.bound(over.high)
        dim = next((d for d in (*dims, *self.names.dims.values()) if d is not None and d.size is size), None)
        elsewhere = any(d is not None and d is not dim and d.extent is not None for d in dims)
        return None if elsewhere else dim

    def dim(self, node: Node) -> Dim:
        """The dim that a piece of syntax names: ``N``, ``n + 1``, ``d[l]``."""
        match node:
            case Name(name=name) if name in self.names.dims:
                return self.names.dims[name]
            case Entry(e=Name(entity=Fixed(value=DimFamily() as family)), places=(place,)):
                return family[self.expr(place)]
        size = self.expr(node)
        if size.axes or any(isinstance(leaf, Symbol | Let) and not counts(leaf) for leaf in walk(size)):
            raise node.at.error(f"expected a dim, but `{size}` is no size")
        return self.names.extent(size)

    def bound(self, node: Node) -> Expr:
        """A bound of a range, where alone ``oo`` and ``-oo`` may stand."""
        match node:
            case Name(entity=Fixed(value=Constant() as value)) if value is INFINITY:
                return value
            case Negative(e=Name(entity=Fixed(value=Constant() as value))) if value is INFINITY:
                return Neg.of(value)
        return self.expr(node)

    # -- operators

    def _sum(self, node: Chain) -> Expr:
        terms = [self.expr(node.first)]
        for sign, at, operand in node.links:
            term = self.expr(operand)
            terms.append(made(at, Neg.of, term) if sign == "-" else term)
        return _flat(Add, terms, node.links)

    def _product(self, node: Chain) -> Expr:
        """Factors from the left; a run of ``*`` is one product, brackets stay."""
        run, links = [self.expr(node.first)], []
        for link in node.links:
            right = self.expr(link.node)
            if link.sign == "*":
                run.append(right)
                links.append(link)
            else:
                join = Div.of if link.sign == "/" else MatMul.of
                run, links = [made(link.at, join, _flat(Mul, run, links), right)], []
        return _flat(Mul, run, links)

    def _entry(self, node: Entry) -> Expr:
        match node.e:
            case Name(entity=Fixed(value=DimFamily() as family)) if len(node.places) == 1:
                return family[self.expr(node.places[0])].size
        return made(node.at, index, self.expr(node.e), tuple(map(self.expr, node.places)))

    # -- calls

    def _call(self, node: Call) -> Expr:
        name = node.callee
        if name in ("ones", "eye"):
            return made(node.at, Linear.of, name, (), tuple(map(self.dim, node.args)))
        args = tuple(map(self.expr, node.args))
        if name in OPERATIONS:
            return _operation(node, args)
        if name in LINEAR:
            return made(node.at, Linear.of, name, args)
        if name == "grad" and args[0].axes:
            raise node.args[0].at.error(f"grad needs a scalar, `{args[0]}` has axes; use D(f, x) or jacobian")
        if name == "at":
            return self._at(node, args)
        return made(node.at, STRUCTURES[name], *args)

    def _at(self, node: Call, args: tuple[Expr, ...]) -> Expr:
        replaced: dict[Symbol, Expr] = {}
        for k in range(1, len(args), 2):
            symbol = args[k]
            if not isinstance(symbol, Symbol) or symbol in replaced:
                raise node.args[k].at.error(f"expected a symbol, named once, but `{symbol}` stands here")
            replaced[symbol] = args[k + 1]
        return made(node.at, Evaluated.of, args[0], replaced)

    def _applied(self, node: Applied) -> Expr:
        args = tuple(map(self.expr, node.args))
        function = node.function.entity
        if not args:
            raise node.at.error(f"{node.function.name} needs an argument")
        if node.primes and len(args) != 1:
            raise node.at.error(f"only a function of one number has a derivative as a function; {len(args)} given")
        value = function.value if isinstance(function, Fixed) else None
        return made(node.at, CallNode.of, value.sizes if isinstance(value, DimFamily) else value, args, node.primes)

    def _reduction(self, node: Reduction) -> Expr:
        body = self.expr(node.body)
        for each in node.ranges:
            low, index = self.bound(each.low), self.index(each.index)
            along = index.dim if isinstance(each.high, Extent) else None
            high = self.bound(each.high) if along is None else along.size
            body = made(node.at, BoundNode.of, node.kind, body, index, low, high)
        if node.ranges:
            return body
        dims = tuple(map(self.dim, node.dims)) or body.axes
        if not dims:
            raise node.at.error(f"`{body}` is a scalar and has no axis to run over; give a range (i, 1, n)")
        return made(node.at, Reduce.of, node.kind, body, dims)

    def _improper(self, node: Improper) -> Expr:
        make = Integral.of if node.callee == "Integral" else Limit.of
        ends = tuple(map(self.bound, node.ends))
        return made(node.at, make, self.expr(node.body), self.variable(node.variable), *ends)

    def _density(self, node: DensityOf) -> Density:
        outcomes, given = (tuple(map(self.expr, names)) for names in (node.outcomes, node.given))
        return made(node.at, Density.of, node.law, outcomes, given)

    def _mean(self, node: Mean) -> Expr:
        """An expectation; a variance and a covariance by their definition."""
        bodies = tuple(map(self.expr, node.bodies))
        factors = tuple(map(self._density, node.factors)) or (self._drawn(node, bodies),)
        if node.kind == "E":
            return made(node.at, Expectation.of, bodies[0], factors)
        about = [body - made(node.at, Expectation.of, body, factors) for body in bodies]
        body = about[0] ** 2 if node.kind == "Var" else made(node.at, Mul.of, *about)
        return made(node.at, Expectation.of, body, factors)

    def _drawn(self, node: Mean, bodies: tuple[Expr, ...]) -> Density:
        """The law of a mean that names none: p of all outcomes in it, if p is in it or no law is."""
        outcomes = tuple(dict.fromkeys(x for body in bodies for x in free_outcomes(body)))
        laws = {e.law for e in walk(*bodies) if isinstance(e, Density)}
        if not outcomes or (laws and "p" not in laws) or not self.names.is_law("p"):
            law = min(laws, default="p")
            raise node.at.error(f"under which law is this mean? write what is drawn, {node.kind}_{law}(x)[...]")
        return Density.of("p", outcomes)

    def _row_wise(self, node: RowWise) -> Expr:
        body = self.expr(node.body)
        if node.over is None:
            return made(node.at, build.softmax if node.callee == "softmax" else build.logsumexp, body)
        return made(node.at, Along.of, node.callee, body, self.dim(node.over))


def _flat(kind: type[Entrywise], operands: list[Expr], links: list[Link] | tuple[Link, ...]) -> Expr:
    """One n-ary node; an objection points at the sign before the first operand that does not fit."""
    if len(operands) == 1:
        return operands[0]
    try:
        return kind._entrywise(tuple(operands))
    except DeriveError as objection:
        widest = operands[0]
        for link, operand in zip(links, operands[1:], strict=True):
            made(link.at, kind._entrywise, (widest, operand))
            widest = max(widest, operand, key=lambda e: len(e.axes))
        raise links[0].at.error(str(objection)) from objection


def _operation(node: Call, args: tuple[Expr, ...]) -> Expr:
    """An operation or its derivative; min and max of more than two are folded from the left."""
    operation = OPERATIONS[node.callee]
    for _ in range(node.primes):
        operation = slope(operation)
    value = args[0]
    if operation.arity == 1:
        return made(node.at, Apply.of, operation, args)
    for argument in args[1:]:
        value = made(node.at, Apply.of, operation, (value, argument))
    return value


__all__ = ["Builder", "made"]
