"""Taking the derivatives that an expression mentions: every `D(f, x)` becomes an adjoint, every `at(…)` its value."""

from __future__ import annotations

from derive.chain.chain import Chain
from derive.chain.partial import NoDerivativeError, collect, partial
from derive.expr.arithmetic import Neg
from derive.expr.errors import SortError
from derive.expr.families import linear
from derive.expr.leaves import ONE, ZERO, Index, Let, Number
from derive.expr.node import Expr, walk
from derive.expr.structure import Derivative, Evaluated, Indexed, Member
from derive.expr.substitute import substitute
from derive.expr.tensor import Array
from derive.meaning.index_form import entry, unfold


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
            return self._derivative(*args)
        if isinstance(node, Evaluated):
            return substitute(args[0], dict(zip(node.params, args[1:], strict=True)))
        return node.rebuild(args)

    def _derivative(self, f: Expr, x: Expr) -> Expr:
        places = x.places if isinstance(x, Indexed) else ()
        leaf = x.of_what if isinstance(x, Indexed) else x
        if f is leaf and not f.axes:
            return ONE
        if isinstance(leaf, Member):
            _apart(leaf, f)
        if isinstance(leaf, Index):
            raise SortError(f"D(`{f}`, {leaf}): an index is not a variable to differentiate by")
        if not f.axes or (f.axes == leaf.axes and not places):
            if f.axes:
                self._entrywise(f, leaf)
            out = self._adjoint(f, leaf)
            if places:
                return Indexed.of(out, places) if out.axes else out
            return out
        return self._entry_by_entry(f, leaf, places)

    def chain(self, f: Expr) -> Chain:
        """The chain behind `f`; for a tensor, of the sum of its entries."""
        if f not in self._chains:
            output = f if isinstance(f, Let) else Let("f", f)
            self._chains[f] = Chain(output, seed=ONE, kinks=True)
        return self._chains[f]

    def _adjoint(self, f: Expr, leaf: Expr) -> Expr:
        chain = self.chain(f)
        if leaf not in chain.graph:
            return Array.of(ZERO, tuple(Index.along(d) for d in leaf.axes))
        adjoint = chain.adjoint(leaf)
        self.adjoints.add(adjoint)
        self.adjoints.update(chain.backward([leaf]))
        return adjoint

    def _entrywise(self, f: Expr, leaf: Expr) -> None:
        """Raise unless entry i of f provably depends on entry i of leaf alone."""
        at = tuple(Index.along(d) for d in f.axes)
        body = unfold(entry(f, at), lambda t: t is not leaf)
        wanted = tuple(i for i in at if any(i.dim is d for d in leaf.axes))
        for node in walk(body, into_terms=False):
            if isinstance(node, Indexed) and node.of_what is leaf and node.places != wanted:
                raise SortError(
                    f"D(`{f}`, {leaf}): the entries of `{f}` depend on {node} too; use jacobian, or D(Sum(f), {leaf})"
                )

    def _entry_by_entry(self, f: Expr, leaf: Expr, places: tuple[Expr, ...]) -> Expr:
        """f has axes and x is one number (or entrywise with fewer axes): differentiate the general entry of f."""
        at = tuple(Index.along(d) for d in f.axes)
        if leaf.axes and not places:
            self._entrywise(f, leaf)
            places = tuple(i for i in at if any(i.dim is d for d in leaf.axes))
        body = unfold(entry(f, at), lambda t: t is not leaf)
        if isinstance(leaf, Member) and leaf.axes and not places:
            raise SortError(f"D(`{f}`, {leaf}): give the entry, e.g. {leaf}[i]")
        return Array.of(collect(partial(body, leaf, places, kinks=True)), at)
