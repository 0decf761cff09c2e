"""Taking the derivatives that an expression mentions: every `D(f, x)` becomes an adjoint, every `at(…)` its value."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from derive.chain.chain import Chain
from derive.chain.defined import where_defined
from derive.chain.layered import LayeredChain
from derive.chain.partial import NoDerivativeError, collect, partial
from derive.expr.arithmetic import Neg
from derive.expr.calculus import Hessian, Jacobian
from derive.expr.errors import SortError
from derive.expr.families import linear
from derive.expr.layers import Layers
from derive.expr.leaves import ONE, ZERO, Index, Let, Number, Symbol, Variable, indices_along
from derive.expr.node import Expr, walk
from derive.expr.structure import Derivative, Evaluated, Indexed, Member
from derive.expr.substitute import binds, substitute
from derive.expr.tensor import Array
from derive.meaning.index_form import entry, unfold

MOST_AGAIN = 2000  # nodes of a derivative that is differentiated once more: every time there are four times as many


def _unbound(leaf: Expr, f: Expr) -> None:
    """Raise if `f` binds an index at which the member `leaf` stands: under one name these are two positions."""
    placed = {i for place in leaf.args for i in walk(place)} if isinstance(leaf, Member) else set()
    if any(i in placed for node in walk(f) for i in binds(node)):
        raise NoDerivativeError(f"`{f}` binds the index of `{leaf}`; differentiate by a member at another index")


def _apart(leaf: Member, f: Expr) -> None:
    """Raise unless every other member of the family in `f` is certainly another one than `leaf`."""
    for node in walk(f):
        if isinstance(node, Member) and node.family is leaf.family and node is not leaf:
            gaps = [linear(a - b) for a, b in zip(node.args, leaf.args, strict=True)]
            if not any(_certain(gap) for gap in gaps):
                raise NoDerivativeError(f"`{node}` and `{leaf}` may be the same member")


def _certain(gap: Expr) -> bool:
    """Whether a difference of two positions is a number other than 0."""
    bare = gap.args[0] if isinstance(gap, Neg) else gap
    return isinstance(bare, Number) and bare.value != 0


class Derivatives:
    """Resolves derivatives; one output has one chain, so an adjoint used twice is one named term."""

    def __init__(self) -> None:
        self._chains: dict[Expr, Chain] = {}
        self._done: dict[Expr, Expr] = {}
        self.adjoints: set[Let] = set()
        self._layers: tuple[Layers, ...] = ()
        self._layered: dict[Expr, LayeredChain] = {}

    def know(self, layers: Iterable[Layers]) -> None:
        """Take these layers as definitions: a loss depends on what they define, and through it on what they use."""
        new = [one for one in layers if one not in self._layers]
        defined = [family for one in (*self._layers, *new) for family in one.families]
        if twice := [family for family in defined if defined.count(family) > 1]:
            raise SortError(f"{twice[0].name} is defined by layers twice")
        if new:
            self._layers += tuple(new)
            self._done.clear()
            self._layered.clear()

    def sweeps(self, families: Collection[Symbol]) -> tuple[Layers, ...]:
        """The backward recurrences by which those of the families that are adjoints are defined."""
        chains = self._layered.values()
        return tuple(one.sweep for one in chains if any(bar in families for bar in one.handed_on.values()))

    def resolve(self, e: Expr) -> Expr:
        """`e` without `Derivative` and `Evaluated` nodes, here and in the terms it names.

        Raises `SortError` for a derivative of a tensor by a tensor that is not entrywise, `NoDerivativeError` where the
        engine has no rule.
        """
        for node in walk(e):
            if node not in self._done:
                self._done[node] = self._resolved(node)
        return self._done[e]

    def _resolved(self, node: Expr) -> Expr:
        if isinstance(node, Let):
            new = self._done[node.expr]
            return node if new is node.expr else Let(node.name, new, node.tex)
        if not node.args:
            return node
        args = tuple(self._done[a] for a in node.args)
        if isinstance(node, Derivative):
            layers = self._read_by(args[0])
            return where_defined(self._derivative(*args), args[0], layers.args if layers is not None else ())
        if isinstance(node, Jacobian):
            return self._jacobian(*args)
        if isinstance(node, Hessian):
            return self._jacobian(self._derivative(*args), args[1])
        if isinstance(node, Evaluated):
            return substitute(args[0], dict(zip(node.params, args[1:], strict=True)))
        return node.rebuild(args)

    def _jacobian(self, f: Expr, x: Expr) -> Expr:
        """∂f[i]/∂x[j], f at its general entry."""
        if self._read_by(f) is not None and not self._only_reads(f, x):
            raise NoDerivativeError(f"no Jacobian or Hessian through layers, of `{f}`")
        rows, columns = (indices_along(e.axes) for e in (f, x))
        body = unfold(entry(f, rows), lambda t: t is not x)
        return Array.of(where_defined(collect(partial(body, x, columns, kinks=True)), body), (*rows, *columns))

    def _derivative(self, f: Expr, x: Expr) -> Expr:
        nodes = set(walk(f))
        if len(nodes) > MOST_AGAIN and not nodes.isdisjoint(self.adjoints):
            raise NoDerivativeError(f"a derivative of a derivative with more than {MOST_AGAIN} parts")
        places = x.places if isinstance(x, Indexed) else ()
        leaf = x.of_what if isinstance(x, Indexed) else x
        if f is leaf and not f.axes:
            return ONE
        layers = self._read_by(f)
        if layers is not None and not self._only_reads(f, leaf):
            _unbound(leaf, f)
            out = self._through_layers(f, leaf, layers)
            return Indexed.of(out, places) if places else out
        if isinstance(leaf, Member):
            _unbound(leaf, f)
            _apart(leaf, f)
        if isinstance(leaf, Index):
            raise SortError(f"D(`{f}`, {leaf}): an index is not a variable to differentiate by")
        if isinstance(leaf, Variable):  # bound further out: its adjoint could not be a term of its own
            return self._entry_by_entry(f, leaf, places)
        if not f.axes or (f.axes == leaf.axes and not places):
            if f.axes:
                self._entrywise(f, leaf)
            out = self._adjoint(f, leaf)
            if places:
                return Indexed.of(out, places) if out.axes else out
            return out
        return self._entry_by_entry(f, leaf, places)

    def _read_by(self, f: Expr) -> Layers | None:
        """The layers of which `f` reads a member."""
        read = {n.family for n in walk(f) if isinstance(n, Member)}
        if any(not read.isdisjoint(one.handed_on.values()) for one in self._layered.values()):
            raise NoDerivativeError(f"no second derivative through layers, of `{f}`")
        found = [one for one in self._layers if not read.isdisjoint(one.families)]
        for one in found:  # what they use may be defined by layers too
            used = {n.family for n in walk(one) if isinstance(n, Member)}
            found += [other for other in self._layers if other not in found and not used.isdisjoint(other.families)]
        if len(found) > 1 or any(one.backward for one in found):
            raise NoDerivativeError(f"no derivative of `{f}`, which reads more than one forward pass")
        return found[0] if found else None

    def _only_reads(self, f: Expr, leaf: Expr) -> bool:
        """Whether `leaf` is a member that layers define, and the only such member that `f` reads."""
        families = {family for one in self._layers for family in one.families}
        return {n for n in walk(f) if isinstance(n, Member) and n.family in families} <= {leaf}

    def _through_layers(self, f: Expr, leaf: Expr, layers: Layers) -> Expr:
        if f.axes:
            raise NoDerivativeError(f"`{f}` has axes; through layers, only a number is differentiated")
        if f not in self._layered:
            self._layered[f] = LayeredChain(f, layers)
        adjoint = self._layered[f].adjoint(leaf)
        self.adjoints.update(n for n in walk(adjoint) if isinstance(n, Let))
        return adjoint

    def chain(self, f: Expr) -> Chain:
        """The chain behind `f`; for a tensor, of the sum of its entries."""
        if f not in self._chains:
            output = f if isinstance(f, Let) else Let("f", f)
            self._chains[f] = Chain(output, seed=ONE, kinks=True)
        return self._chains[f]

    def _adjoint(self, f: Expr, leaf: Expr) -> Expr:
        chain = self.chain(f)
        if leaf not in chain.graph:
            if isinstance(leaf, Let) and leaf in set(walk(f)):
                raise NoDerivativeError(f"`{leaf}` depends on an index that `{f}` binds; differentiate by a tensor")
            return Array.of(ZERO, indices_along(leaf.axes))
        adjoint = chain.adjoint(leaf)
        self.adjoints.add(adjoint)
        self.adjoints.update(chain.backward([leaf]))
        return adjoint

    def _entrywise(self, f: Expr, leaf: Expr) -> None:
        """Raise unless entry i of f provably depends on entry i of leaf alone."""
        at = indices_along(f.axes)
        body = unfold(entry(f, at), lambda t: t is not leaf)
        wanted = tuple(i for i in at if any(i.dim is d for d in leaf.axes))
        for node in walk(body, into_terms=False):
            if isinstance(node, Indexed) and node.of_what is leaf and node.places != wanted:
                raise SortError(
                    f"D(`{f}`, {leaf}): the entries of `{f}` depend on {node} too; use jacobian, or D(Sum(f), {leaf})"
                )

    def _entry_by_entry(self, f: Expr, leaf: Expr, places: tuple[Expr, ...]) -> Expr:
        """f has axes and x is one number (or entrywise with fewer axes): differentiate the general entry of f."""
        at = indices_along(f.axes)
        if leaf.axes and not places:
            self._entrywise(f, leaf)
            places = tuple(i for i in at if any(i.dim is d for d in leaf.axes))
        body = unfold(entry(f, at), lambda t: t is not leaf)
        if isinstance(leaf, Member) and leaf.axes and not places:
            raise SortError(f"D(`{f}`, {leaf}): give the entry, e.g. {leaf}[i]")
        return Array.of(collect(partial(body, leaf, places, kinks=True)), at)
