"""Reverse mode through layers of symbolic number: the adjoint of one layer's tensors from those of the next.

A loss that depends on h[K] depends on every h[k], W[k] and b[k] through the layers above. With the adjoint of what a
layer hands on, h̄[k], as a family of its own,

    h̄[K] = ∂loss/∂h[K],    h̄[k−1][J] = Σ_I h̄[k][I] · ∂h[k][I]/∂h[k−1][J]    for k = K, …, 1,

every other adjoint is local to one layer: each use of x in the step of layer κ adds a pullback along that step. This
recurrence is a `Layers` node like one that an author writes, so it can be unrolled at a point and inducted over.
"""

from __future__ import annotations

from collections.abc import Iterator

from derive.chain.chain import Chain
from derive.chain.partial import NoDerivativeError, Term, collect, partial, sift
from derive.chain.positions import between, same
from derive.expr.domains import REAL
from derive.expr.families import linear
from derive.expr.layers import Layers, at_layer, member, offset
from derive.expr.leaves import ONE, ZERO, Index, Let, Symbol, indices_along
from derive.expr.node import Expr, walk
from derive.expr.structure import Bound, Indexed, Member
from derive.expr.substitute import unbound
from derive.expr.tensor import Array
from derive.meaning.index_form import entries, unfold


class LayeredChain:
    """Adjoints of a scalar `output` that reads members of the families which `layers`, a forward pass, define."""

    def __init__(self, output: Expr, layers: Layers) -> None:
        self.layers = layers
        self.output = output if isinstance(output, Let) else Let("f", output)
        self.chain = Chain(self.output, seed=ONE, kinks=True)
        self.handed_on = {  # the adjoints of what a layer hands on to the next, each a family
            f: Symbol(f"d{f.name}", f.axes, domain=REAL, family=f.family) for f in layers.families if layers.carried(f)
        }
        self._adjoints: dict[Expr, Expr] = {}
        self._sweep: Layers | None = None

    @property
    def sweep(self) -> Layers:
        """The backward recurrence of the adjoints that are handed on."""
        if self._sweep is None:
            index, last = self.layers.index, self.layers.last
            steps = {bar: self._taken(member(f, index - 1)) for f, bar in self.handed_on.items()}
            start = {bar: self._taken(member(f, last)) for f, bar in self.handed_on.items()}
            self._sweep = Layers.of(index, steps, start, backward=True)
        return self._sweep

    def _taken(self, x: Member) -> Expr:
        adjoint = self.adjoint(x)
        if isinstance(adjoint, Member):
            raise NoDerivativeError(f"which uses of `{x}` there are depends on the number of layers")
        return adjoint

    def adjoint(self, x: Expr) -> Expr:
        """∂output/∂x, with the axes of x: by every use, direct and through all layers above.

        Raises `NoDerivativeError` where it depends on the number of layers which uses there are.
        """
        if isinstance(x, Member):
            x = Member.of(x.family, tuple(map(linear, x.args)))
        if x not in self._adjoints:
            self._adjoints[x] = self._adjoint(x)
        return self._adjoints[x]

    def _adjoint(self, x: Expr) -> Expr:
        if isinstance(x, Let) and x in set(walk(*self.layers.args)):
            raise NoDerivativeError(f"`{x}` is named outside of the layers that use it; differentiate by a family")
        bar = self.handed_on.get(x.family) if isinstance(x, Member) else None
        at = indices_along(x.axes)
        try:
            terms = [*self._direct(x, at), *self._through_layers(x, at)]
        except _UncertainError as why:
            if bar is None:
                raise NoDerivativeError(str(why)) from None
            assert isinstance(x, Member)
            return Member.of(bar, x.args)
        name = f"d{x.family.name}" if isinstance(x, Member) else f"d{x.name}" if isinstance(x, Symbol | Let) else "df"
        return Let(name, Array.of(collect(terms), at))

    def _direct(self, x: Expr, at: tuple[Index, ...]) -> Iterator[Term]:
        """The use of x in the output itself."""
        for leaf in self.chain.graph:
            one = leaf is x
            if isinstance(x, Member) and isinstance(leaf, Member) and leaf.family is x.family and not one:
                found = same(leaf.args[0], x.args[0], self.layers.last)
                if found is None:
                    raise _UncertainError(f"`{leaf}` and `{x}` may be the same member")
                one = found
            if one:
                adjoint = self.chain.adjoint(leaf)
                yield Term(Indexed.of(adjoint, at) if at else adjoint)

    def _through_layers(self, x: Expr, at: tuple[Index, ...]) -> Iterator[Term]:
        for family, start in self.layers.start.items():
            if x in set(walk(start)):
                if isinstance(x, Member):
                    raise _UncertainError(f"`{x}` is used in the start of {family.name}")
                yield from self._pulled(start, x, at, member(family, ZERO))
        for family, step in self.layers.steps.items():
            if isinstance(x, Member):
                for position in self._users(step, x):
                    here = at_layer(step, self.layers.index, position)
                    yield from self._pulled(here, x, at, member(family, position))
            elif x in set(walk(step)):
                yield from self._in_every_layer(family, step, x, at)

    def _users(self, step: Expr, x: Member) -> Iterator[Expr]:
        """The layers whose step uses x."""
        offsets: dict[int, None] = {}
        for node in walk(step):
            if isinstance(node, Member) and node.family is x.family:
                n = offset(node, self.layers.index)
                if n is None:
                    raise NoDerivativeError(f"`{node}` in a step is not at a fixed distance from the layer")
                offsets[n] = None
        for n in offsets:
            position = linear(x.args[0] - n)
            inside = between(position, ONE, self.layers.last, self.layers.last)
            if inside is None:
                raise _UncertainError(f"whether a layer uses `{x}` depends on the number of layers")
            if inside:
                yield position

    def _in_every_layer(self, family: Symbol, step: Expr, x: Expr, at: tuple[Index, ...]) -> Iterator[Term]:
        """A symbol that all layers share: the sum of its uses in them."""
        layer = Index(self.layers.index.name, self.layers.dim)
        here = at_layer(step, self.layers.index, layer)
        for term in self._pulled(here, x, at, member(family, layer)):
            if any(leaf is layer for place in term.deltas for e in place for leaf in walk(e)):
                raise NoDerivativeError(f"`{x}` is used at a position that depends on the layer")
            body = unfold(term.factor, lambda t: layer in unbound(t))
            yield Term(Bound.of("sum", body, layer, ONE, self.layers.last), term.deltas)

    def _pulled(self, definition: Expr, x: Expr, at: tuple[Index, ...], of: Member) -> Iterator[Term]:
        """The adjoint of a member, pulled back along its definition."""
        body, indices = entries(definition)
        body = unfold(body, lambda t: t is not x)
        upstream = self.adjoint(of)
        factor = Indexed.of(upstream, indices) if indices else upstream
        for term in partial(body, x, at, kinks=True):
            pulled = term.times(factor)
            for index in indices:
                assert index.dim is not None
                pulled = sift(pulled, index, ONE, index.dim.size)
            yield pulled


class _UncertainError(Exception):
    """Which uses there are depends on the layer or on the number of layers."""
